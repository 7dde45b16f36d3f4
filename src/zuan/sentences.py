"""What the contracts' custom errors mean, in a sentence each that says what to do, and the exit code that each ends with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

# Exit codes of the command line.
FAILED, USAGE, MISMATCH, STALE, BEHIND, STOPPED = 1, 2, 3, 4, 5, 130


def iso(timestamp: int) -> str:
    """A UTC time as ISO 8601, e.g. ``2026-11-23T06:00:00Z``."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def count(number: int) -> str:
    """A whole number for people, e.g. ``1,234,567``."""
    return f"{number:,}"


#: Where an order stands, as the desk numbers it.
ORDER_STATES = ("unknown", "open", "delivered", "disputed", "settled", "refunded")

#: Roles of the governance by the hash of their names (a test compares), and who has them in a deployment.
ROLES = {
    "b09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1": "a proposer (`proposers` in zuan.toml)",
    "fd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783": "a canceller (each proposer is one)",
    "d8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e63": "an executor",
    "0000000000000000000000000000000000000000000000000000000000000000": "an administrator (nobody is one)",
}

# name -> (sentence, exit code). {0:n} is a number, {0:t} a time, {0:s} an order's state, {0:r} a role of the governance,
# {0} anything else.
SENTENCES: dict[str, tuple[str, int]] = {
    # DiamondToken
    "CapExceeded": ("the cap is reached: {0:n} diamonds were asked for and {1:n} more can ever be minted", FAILED),
    "ZeroBurn": ("0 diamonds of somebody else cannot be burned", USAGE),
    "NotIssuer": ("{0} is not the Issuer; only the Issuer mints", FAILED),
    "CapOutOfRange": ("the cap {0:n} is outside 1 to 2^128 - 1", USAGE),
    "ERC20InsufficientBalance": ("{0} holds {1:n} diamonds, not {2:n}", FAILED),
    "ERC20InsufficientAllowance": ("the spender {0} is allowed {1:n} diamonds, not {2:n}; ask the holder", FAILED),
    "ERC20InvalidReceiver": ("{0} cannot receive diamonds; give another address", USAGE),
    "ERC2612ExpiredSignature": ("the permit ran out at {0:t}; sign a new one", FAILED),
    "InvalidSignature": (
        "{0} did not sign this (for this token, on this chain), and no contract there approves of it; sign it again",
        FAILED,
    ),
    "AuthorizationNotYetValid": ("the authorisation may be used after {0:t}; wait for it", FAILED),
    "AuthorizationExpired": ("the authorisation could be used before {0:t}; sign a new one", FAILED),
    "AuthorizationSpent": ("the authorisation {1} of {0} was used or cancelled before", FAILED),
    "CallerNotPayee": ("only {1} may carry out this authorisation, not {0}", FAILED),
    # Issuer
    "HeadMismatch": (
        "the issuance history has moved on (planned on {0}, now {1}); plan again: nothing was minted twice",
        MISMATCH,
    ),
    "NoStandingAttestation": (
        "no attestation allows minting: none was made yet, or the auditors changed; run `zuan attest`",
        STALE,
    ),
    "AttestationStale": ("the attestation allowed minting until {0:t}; run `zuan attest` for a new one", STALE),
    "MintingSuspended": ("an auditor has suspended minting until {0:t}; ask the auditors, or wait", STALE),
    "RedeemersWaiting": ("{0:n} diamonds wait to be paid; put cash into the vault first", MISMATCH),
    "WindDownBegun": (
        "the wind-down has begun: minting and redeeming have ended for good; `zuan wind-down claim` pays the share",
        FAILED,
    ),
    "ReserveRequirement": (
        "the vault must hold free cash for {1:n} diamonds after this mint, and has it for {0:n}; put {2:n} units of the "
        "settlement asset into it (`zuan reserves deposit {2}`)",
        MISMATCH,
    ),
    "HeadroomExceeded": (
        "reserves cover {1:n} more diamonds, not {0:n}; add reserves and run `zuan attest`",
        MISMATCH,
    ),
    "NotMinter": (
        "only a minter may do that, and {0} is none; name one with --account, or let a proposer make it one: "
        '`zuan governance schedule Issuer setMinter "(MINTER, CAPACITY, PERIOD, INSTANT_LIMIT)"`',
        FAILED,
    ),
    "RateLimited": ("the minter's limit allows {1:n} diamonds now, not {0:n}; wait for it to refill", FAILED),
    "AboveInstantLimit": (
        "{0:n} diamonds at once are above the size that must be proposed first ({1:n}); use `zuan mint --propose`",
        FAILED,
    ),
    "ZeroAmount": ("order number {0:n} of the batch mints nothing", USAGE),
    "ZeroRecipient": ("order number {0:n} of the batch has no buyer", USAGE),
    "ZeroRef": ("order number {0:n} of the batch has no reference", USAGE),
    "EmptyBatch": ("the batch has no orders", USAGE),
    "TooManyOrders": ("{0:n} orders are more than one transaction could carry out; propose at most {1:n}", USAGE),
    "TooManyMinters": ("there are {0:n} minters already, more than anybody can watch; dismiss some", FAILED),
    "SuspensionTooLong": ("two suspensions ({0:n} s) would outlast a proposal or surplus ({1:n} s)", USAGE),
    "BadLimits": ("capacity {0:n}, period {1:n} s and instant limit {2:n} contradict each other", USAGE),
    "ProposalExists": ("that mint was proposed before; use another salt", FAILED),
    "ProposalNotPending": ("proposal {0} is not pending; it is unknown, executed or cancelled", FAILED),
    "ProposalNotReady": ("proposal {0} can be executed from {1:t} on", FAILED),
    "ProposalExpired": ("proposal {0} could be executed until {1:t}; propose it again", FAILED),
    "NotCanceller": ("only its minter or an auditor may cancel it, not {0}", FAILED),
    "MiswiredPart": ("{0} belongs to another Issuer; deploy again from the start", MISMATCH),
    "DelayOutOfRange": ("a proposal delay of {0:n} s is outside 1 hour to 30 days", USAGE),
    # ReserveOracle
    "WrongEpoch": ("the statement is for epoch {0:n}; the next one is {1:n}; build a new statement", MISMATCH),
    "AsOfNotNewer": ("the statement speaks of {0:t}, no later than the last one ({1:t}); build a new one", STALE),
    "AsOfBeforeAuditors": (
        "the statement speaks of {0:t}, but the auditors were appointed at {1:t}; build a new one",
        STALE,
    ),
    "AsOfInFuture": ("the statement speaks of {0:t}, which has not come yet (now {1:t})", FAILED),
    "AsOfTooOld": ("the statement speaks of {0:t}; nothing before {1:t} is accepted; build a new one", STALE),
    "NoLines": ("the statement has no line; give at least one with --line KIND=VALUE (0 is allowed)", USAGE),
    "LinesUnsorted": ("lines must be in ascending order of kind: {1} comes after {0}", USAGE),
    "UnknownKind": ("the oracle knows no kind of asset {0}; see `zuan supply` for those it knows", USAGE),
    "FigureTooLarge": ("{0:n} is more than the mint gate can count ({1:n})", USAGE),
    "IssuedAboveCount": ("the statement says {0:n} issued, but {1:n} were", MISMATCH),
    "SupplyAboveIssued": ("the statement says {0:n} outstanding, but only {1:n} issued", MISMATCH),
    "LiabilitiesUnderstated": ("the statement accounts for {0:n} diamonds, but {1:n} are outstanding", MISMATCH),
    "QuorumNotReached": ("{0:n} of {1:n} signatures; collect the others with `zuan attest sign`", FAILED),
    "NotAnAuditor": (
        "{0} is not an auditor (a signature for another statement, chain or contract shows as a stranger's too)",
        FAILED,
    ),
    "SignerRepeated": ("{0} signed twice; each auditor counts once", FAILED),
    "SignersOutOfOrder": ("signatures must be in ascending order of signers: {1} comes after {0}", USAGE),
    "AlreadySuspended": ("{0} has used its suspension of epoch {1:n}", FAILED),
    "SuspensionTooSoon": ("{0} may suspend again at {1:t}", FAILED),
    "AuditorInUse": ("{0} is an auditor already", USAGE),
    "AuditorRotatedAway": (
        "{0} was replaced by its own auditor and signs no more; name the key that it has now",
        FAILED,
    ),
    "MaxAgeTooShort": ("an attestation of {0:n} s is shorter than two suspensions ({1:n} s)", USAGE),
    "MaxAgeTooLong": ("an attestation of {0:n} s would be fresh when silence of {1:n} s allows a wind-down", USAGE),
    "AuditorIsZero": ("address 0 cannot be an auditor", USAGE),
    "BadQuorum": ("a quorum of {0:n} of {1:n} auditors is not allowed: at least 2, and more than half", USAGE),
    "TooManyAuditors": ("{0:n} auditors are too many; the limit is {1:n}", USAGE),
    "HaircutOutOfRange": ("a haircut of {0:n} is outside 0 to 10,000 (hundredths of a percent)", USAGE),
    "KindIsZero": ("a kind of asset needs a name", USAGE),
    "TooManyKinds": ("{0:n} kinds of asset are too many; the limit is {1:n}", USAGE),
    "DurationOutOfRange": ("{0:n} seconds are outside 1 hour to 366 days", USAGE),
    "NoSuchRound": ("the feed has no round {0:n}: only the newest, while its attestation stands ({1:n} now)", FAILED),
    "ECDSAInvalidSignature": ("a signature is not valid", FAILED),
    "ECDSAInvalidSignatureS": ("a signature is malleable (s in the upper half)", FAILED),
    "OwnableUnauthorizedAccount": (
        "only the governance may do that, and {0} is not it; a proposer begins it with `zuan governance schedule`",
        FAILED,
    ),
    # ReserveVault
    "NothingAsked": ("0 was asked for; give an amount of at least 1", USAGE),
    "BadPayee": ("{0} cannot be paid; give another address", USAGE),
    "AssetStuck": (
        "the settlement asset was shown not to work; `zuan reserves probe` shows when it does again",
        FAILED,
    ),
    "AssetSilent": (
        "the settlement asset does not say what the vault holds; tickets can be opened all the same",
        FAILED,
    ),
    "CashMissing": ("the vault holds {1:n} units, not the {0:n} last counted; run `zuan reserves count`", MISMATCH),
    "CashLeftSince": (
        "cash left the vault at {0:t} otherwise than to redeemers; nothing is minted before an attestation of a later time: "
        "run `zuan attest`",
        STALE,
    ),
    "TooLittleGas": ("{0:n} gas was left for a call that needs {1:n}; send more", FAILED),
    "ShortOfCash": (
        "the vault has free cash for {1:n} diamonds, not {0:n}; `zuan ticket open` burns them now and is paid in turn",
        MISMATCH,
    ),
    "AssetKept": ("the asset reported success but moved {1:n} of {0:n} units; nothing was done", FAILED),
    "NoSuchTicket": ("there is no ticket {0:n}; `zuan ticket list` shows yours", USAGE),
    "NotTicketHolder": ("{0} does not hold the ticket, {1} does; others can have it paid only to its payee", FAILED),
    "TicketNotFunded": ("ticket {0:n} has no cash set aside that it was not paid yet; it is paid in its turn", FAILED),
    "TicketNotWaiting": ("ticket {0:n} waits for nothing", FAILED),
    "NoWindDown": ("there is no wind-down; diamonds are redeemed at par with `zuan redeem`", FAILED),
    "WindDownTooEarly": ("that cause allows no wind-down before {1:t}", FAILED),
    "NoShortfall": ("there is no shortfall: none was attested, or cash has cured it", FAILED),
    "NothingToClaim": ("nothing more is owed to {0} now", FAILED),
    "NotTreasury": ("only the treasury may do that, and {0} is not it; name it with --account", FAILED),
    "TreasuryIsZero": ("the treasury cannot be address 0", USAGE),
    "NoSurplusAnnounced": ("no surplus is announced; see `zuan reserves announce`", FAILED),
    "SurplusNotReady": ("the announced surplus may be taken from {0:t} on", FAILED),
    "SurplusExpired": ("the announced surplus could be taken until {0:t}; announce it again", FAILED),
    "SurplusUnattested": (
        "surplus needs a fresh, unsuspended attestation of a time after its announcement and after cash last left; run "
        "`zuan attest`",
        STALE,
    ),
    "SurplusBeforeChange": (
        "the surplus was announced at {0:t}, and what it is measured by changed at {1:t}; announce it again",
        FAILED,
    ),
    "BelowFloor": (
        "{0:n} diamonds' worth would be left for liabilities of {1:n}: below the floor of {2:n} / 10,000",
        FAILED,
    ),
    "FloorOutOfRange": ("a floor of {0:n} / 10,000 is outside its range", USAGE),
    "MismatchedParts": ("token and oracle belong to different Issuers ({0} and {1}); deploy again", MISMATCH),
    "ReentrancyGuardReentrantCall": ("the settlement asset called back into the vault; nothing was done", FAILED),
    "SafeERC20FailedOperation": ("the settlement asset {0} refused to move", FAILED),
    "SafeCastOverflowedUintDowncast": ("{1:n} is more than {0:n} bits can count", USAGE),
    # OrderDesk
    "PriceOutOfRange": ("a price of {0:n} diamonds is outside 1 to 2^80 - 1", USAGE),
    "NoSuchListing": ("there is no listing {0:n}; `zuan order goods` shows them", USAGE),
    "ListingClosed": ("listing {0:n} has been withdrawn", FAILED),
    "NotMerchant": ("only the merchant, {1}, may do that, not {0}", FAILED),
    "ZeroQuantity": ("an order is for at least one piece", USAGE),
    "ZeroDetails": ("an order needs the hash of its details", USAGE),
    "OtherMerchant": ("the listing is of {1}, not of {0} as the order says; look again and order anew", FAILED),
    "OtherTerms": ("the listing sells {1}, not {0} as the order says; look again and order anew", FAILED),
    "OtherDeliveryTime": (
        "the listing's time to deliver is {1:n} s, not the {0:n} s that the order says; look again and order anew",
        FAILED,
    ),
    "OtherArbiter": (
        "{1} would decide a dispute now, not {0} as the order says; look who that is, and order anew if you agree",
        FAILED,
    ),
    "NotThePrice": ("it costs {0:n} diamonds now, and {1:n} were signed for; sign it again", FAILED),
    "AbovePrice": ("it costs {0:n} diamonds now, more than the {1:n} agreed to", FAILED),
    "NoSuchOrder": ("there is no order {0:n}", USAGE),
    "WrongState": ("order {0:n} is {1:s}; that cannot be done with it", FAILED),
    "TooLate": ("the time for that ended at {1:t}", FAILED),
    "TooEarly": ("the other side still has time until {1:t}", FAILED),
    "NotBuyer": ("only the buyer, {1}, may do that, not {0}", FAILED),
    "NotArbiter": ("only the order's arbiter, {1}, may do that, not {0}", FAILED),
    "ArbiterIsZero": ("the arbiter cannot be address 0", USAGE),
    # Governance
    "DelayBelowFloor": ("a delay of {0:n} s is below its floor of {1:n} s", USAGE),
    "DelayAboveMost": ("a delay of {0:n} s is above {1:n} s", USAGE),
    "ChangeExpired": ("change {0} could be carried out until {1:t}; schedule it again", FAILED),
    "CallCountOutOfRange": ("a change makes 1 to {1:n} calls, not {0:n}", USAGE),
    "CallSizeOutOfRange": ("a call of a change has 4 to {1:n} bytes, not {0:n}", USAGE),
    "NoContract": ("there is no contract at {0}", USAGE),
    "TooManyPending": ("{0:n} changes are pending, more than anybody can follow; execute or cancel some", FAILED),
    "TimelockInsufficientDelay": ("a delay of {0:n} s is shorter than the {1:n} s that every change waits", USAGE),
    "TimelockUnexpectedOperationState": (
        "change {0} is not where that can be done: unknown, waiting, carried out or scheduled already",
        FAILED,
    ),
    "TimelockUnexecutedPredecessor": ("change {0} must be carried out first", FAILED),
    "TimelockUnauthorizedCaller": ("{0} may not change the delay; only a scheduled change may", FAILED),
    "TimelockInvalidOperationLength": ("targets, payloads and values differ in number ({0:n}, {1:n}, {2:n})", USAGE),
    "AccessControlUnauthorizedAccount": ("only {1:r} may do that, and {0} is none", FAILED),
    "AccessControlBadConfirmation": ("a role can be given up only by its holder", FAILED),
    "OwnableInvalidOwner": ("{0} cannot be the owner", USAGE),
    "AddressEmptyCode": ("there is no contract at {0}", FAILED),
    "FailedCall": ("a call inside the transaction failed without a reason", FAILED),
    "ParOutOfRange": ("a par of {0:n} units is outside 1 to 2^64 - 1", USAGE),
    "Error": ("the contract refused: {0}", FAILED),
    "Panic": ("the contract stopped on an internal check (panic {0:n}); please report it", FAILED),
}


class _Argument:
    """Formats a value of a custom error: ``n`` a count, ``t`` a time, ``s`` an order's state, ``r`` a role, else itself."""

    def __init__(self, value: Any, translate: Callable[[str], str]) -> None:
        self.value, self.translate = value, translate

    def __format__(self, spec: str) -> str:
        value = self.value
        if spec == "n":
            return count(value)
        if spec == "s":
            return self.translate(ORDER_STATES[value])
        if spec == "r":
            return ROLES.get(value.hex(), f"holders of the role 0x{value.hex()}")
        if spec == "t":
            return iso(value) if value < 1 << 40 else str(value)
        if isinstance(value, bytes):
            text = value.rstrip(b"\0")
            return text.decode() if text and text.isascii() and text.decode().isprintable() else "0x" + value.hex()
        return str(value)


def sentence(name: str, args: Sequence[Any], translate: Callable[[str], str] = str) -> tuple[str, int]:
    """What a contract's custom error means, and the exit code.

    :param translate: gives a sentence, its figures still open, in another language.
    """
    values = [_Argument(value, translate) for value in args]
    if name not in SENTENCES:
        return f"the contract refused: {name}({', '.join(map(format, values))})", FAILED
    template, code = SENTENCES[name]
    return translate(template).format(*values), code
