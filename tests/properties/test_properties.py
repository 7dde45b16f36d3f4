"""The sentences to be proven, by random calls aimed at the limits on the deployment that users make.

``ZUAN_PROPERTY_CALLS=1000000`` makes the run long, ``ZUAN_PROPERTY_SEED`` another one. A failure shows the seed of the
deployment, its configuration and the last calls.
"""

from __future__ import annotations

import pytest

from zuan.contracts import artifact

from .campaign import CALLS, SEED, Result, run
from .chain import PARTS

# The run is shared: it belongs on one worker, and the first test that asks for it waits for all of it.
pytestmark = [pytest.mark.xdist_group("properties"), pytest.mark.timeout(600 + CALLS // 100)]

#: Errors that no call can end in: of constructors, of assets with other habits, of OpenZeppelin's unused parts.
UNREACHABLE = {
    *(
        "CapOutOfRange",
        "IssuerIsZero",
        "MiswiredPart",
        "SuspensionTooLong",
        "DelayOutOfRange",
        "ParOutOfRange",
        "KindsWithoutHaircut",
    ),
    *("FloorOutOfRange", "MismatchedParts", "DelayBelowFloor", "OwnableInvalidOwner"),
    *("StringTooLong", "InvalidShortString", "ERC20InvalidApprover", "ERC20InvalidSender", "InvalidAccountNonce"),
    *("SafeERC20FailedOperation", "AssetKept", "ReentrancyGuardReentrantCall", "AddressEmptyCode"),
    "ECDSAInvalidSignatureLength",
    # Of calls that bring too little gas to learn whether the asset works.
    "TooLittleGas",
    # Of a view, which is compared with the model before the first attestation.
    "NoSuchRound",
}
#: Functions of OpenZeppelin's that receive other tokens.
RECEIVERS = {"onERC721Received", "onERC1155Received", "onERC1155BatchReceived"}


@pytest.fixture(scope="module")
def result() -> Result:
    return run(CALLS, SEED)


def test_contracts_and_model_agree(result: Result) -> None:
    """Every call has the outcome that the model predicts, to the error's values, and every figure after it too."""
    if result.violation:
        pytest.fail(str(result.violation), pytrace=False)
    assert result.calls >= CALLS


def test_only_holder_and_spender_lower_what_a_holder_has(result: Result) -> None:
    """No call by anyone but the holder or a spender lowers a holder's balance plus what it is owed (tickets, orders,
    claims). An order's diamonds are used up as its buyer agreed to: confirmed, delivered without a word, or decided."""
    assert result.holds(1, least=CALLS // 50)


def test_supply_issued_and_balances_add_up(result: Result) -> None:
    """supply <= cap always; issued = supply + burned always; the sum of balances = supply."""
    assert result.holds(2, least=CALLS)


def test_every_mint_is_covered(result: Result) -> None:
    """At every mint: liabilities <= min(vault now, att.vault) + attested after haircut; never with a stale, suspended
    or wrong-epoch attestation, nor while a redeemer waits, nor in a wind-down; and after cash has left
    otherwise than to redeemers never before an attestation of a later time, nor on cash that is missing or does not move."""
    assert result.holds(3, least=CALLS // 10)


def test_each_order_is_minted_at_most_once(result: Result) -> None:
    """Replaying, reordering or splitting any plan of orders mints each order at most once (the planner reads head,
    mint events and pending proposals at one block, and proposes no order twice), whatever proposals are made, executed
    or cancelled in between; the hash chain recomputed from mints, proposals and cancellations equals head; serials are
    contiguous from 1."""
    assert result.holds(4, least=CALLS // 2)
    assert result.checked["4 planned"] >= CALLS // 2_000
    assert result.checked["4 planned and proposed"] >= CALLS // 10_000
    assert result.seen["issuer.mint HeadMismatch"] + result.seen["issuer.mintBatch HeadMismatch"] >= CALLS // 100
    assert result.seen["issuer.propose HeadMismatch"] >= CALLS // 200


def test_it_takes_a_quorum_to_attest_and_suspension_stops_minting_only(result: Result) -> None:
    """M-1 auditors cannot attest; no statement counts twice; suspension never stops burn, transfer or attest."""
    assert result.holds(5, least=CALLS // 10)
    for call in ("token.burn", "token.burnFrom", "token.transfer", "token.transferFrom", "oracle.attest"):
        assert result.checked[f"5 {call} while suspended"] >= CALLS // 4_000


def test_a_minter_stays_within_its_rate(result: Result) -> None:
    """In any time window of length t a minter mints at most capacity + capacity*t/period; across limit changes never
    more than the old rate allowed for the time before the change."""
    assert result.holds(6, least=CALLS // 50)


def test_headroom_is_exact(result: Result) -> None:
    """Every figure returned by headroom() is exact: a mint of it by a minter with room passes, one of 1 more fails."""
    assert result.holds(7, least=CALLS // 50)
    assert min(result.checked["7 open"], result.checked["7 closed"]) >= CALLS // 200


def test_redemption_pays_par(result: Result) -> None:
    """Before wind-down, redemption pays exactly par, from cash not owed to earlier tickets, whatever the state of oracle,
    roles and time. It succeeds whenever free cash covers it; a ticket can always be opened; burning always works."""
    assert result.holds(8, least=CALLS // 20)
    for state in ("suspended", "stale", "waiting", "surplus announced"):
        assert result.checked[f"8 while {state}"] >= CALLS // 2_000, state


def test_tickets_are_paid_in_order_and_once(result: Result) -> None:
    """Tickets are funded in order, each is paid or converted exactly once; funded but unpaid cash is never used for
    anything else."""
    assert result.holds(9, least=CALLS)
    for function in ("request", "withdraw"):
        assert result.seen[f"vault.{function} passed"] >= CALLS // 300
    assert result.seen["vault.convert passed"] >= CALLS // 4_000


def test_wind_down_pays_every_diamond_the_same(result: Result) -> None:
    """In wind-down every diamond outstanding at its start gets the same, whatever the order of claims and later money,
    within one unit of rounding; payouts never exceed what was there; nobody can start it while free cash would cure the
    cause, nor before the cause has lasted."""
    assert result.holds(10, least=CALLS // 40)
    assert result.checked["10 all claimed"] >= CALLS // 4_000
    assert result.checked["10 below par"] >= CALLS // 20_000
    for cause in ("waiting", "silence", "shortfall"):
        assert result.checked[f"10 by {cause}"] >= CALLS // 10_000, cause


def test_surplus_leaves_the_floors(result: Result) -> None:
    """Surplus leaves to the treasury only, announced and after its delay, by a fresh attestation of a time after the last
    one and of the announcement, which itself is later than any change of auditors, kinds, haircuts or age, while nobody
    waits, and never leaves the vault below its floors."""
    assert result.holds(11, least=CALLS // 100)
    assert result.seen["vault.withdrawSurplus passed"] >= CALLS // 2_000


def test_a_worse_price_has_its_notice(result: Result) -> None:
    """A worse price cannot be charged before its notice has passed, and the price promised is always open."""
    assert result.holds(12, least=CALLS // 100)
    assert result.seen["desk.order passed"] >= CALLS // 300


def test_escrow_ends_in_one_way_and_in_time(result: Result) -> None:
    """Each order is burned or given back once, by whom and when its state allows; nothing stays locked; each movement of
    escrow is the log next after its order's event."""
    assert result.holds(13, least=CALLS // 3)
    for function in ("confirm", "settle", "refund", "decide", "dispute"):
        assert result.seen[f"desk.{function} passed"] >= CALLS // 4_000, function


def test_changes_wait_for_the_delay(result: Result) -> None:
    """Whatever the owner may change, and the delay itself, changes by an operation that a proposer scheduled, after the
    delay in force when it did: no delay can be shortened faster than itself, nor below its floor."""
    assert result.holds(14, least=CALLS // 50)


def test_an_authorisation_does_what_was_signed_once_or_nothing(result: Result) -> None:
    """An authorised call passes only with the holder's signature of just this call, in its time, and once: whoever carries
    it, to whichever contract."""
    assert result.holds(16, least=CALLS // 100)
    for function in ("token.transferWithAuthorization", "token.burnWithAuthorization", "desk.orderWithAuthorization"):
        assert result.seen[f"{function} passed"] >= CALLS // 2_000, function
    assert result.seen["token.transferWithAuthorization AuthorizationSpent"] >= CALLS // 5_000


def test_every_mint_leaves_its_reserve(result: Result) -> None:
    """Free cash is at least the floor's part of the supply right after every mint, by what is there and what is counted."""
    assert result.holds(15, least=CALLS // 40)
    assert (
        result.seen["issuer.mint ReserveRequirement"] + result.seen["issuer.mintBatch ReserveRequirement"]
        >= CALLS // 400
    )


def test_a_due_wind_down_cannot_be_stopped(result: Result) -> None:
    """Once a cause has lasted, anybody starts the wind-down, whatever governance does in the moment before and whether the
    asset answers or not; no change of haircuts or kinds ends a shortfall that was shown before it, or makes it later."""
    assert result.holds(17, least=CALLS // 1_000)
    assert min(result.checked["17 due"], result.checked["17 haircuts"]) >= CALLS // 4_000


def test_the_driver_reaches_every_function_and_every_error(result: Result) -> None:
    """What the driver never does, it cannot prove: each function passed and each error came up."""
    outcomes = {tuple(key.split()) for key in result.seen}
    reached = {error for _, error in outcomes}
    for part, name in PARTS.items():
        contract = artifact(name)
        changing = {n for n, e in contract.functions.items() if e["stateMutability"] == "nonpayable"}
        # The token's own mint is the Issuer's; every mint that passes goes through it. What is the owner's passes
        # inside of governance's own calls.
        changing -= {"mint", "mintBatch"} if part == "token" else {"transferFrom"} if part == "asset" else set()
        changing -= RECEIVERS
        assert {f for f in changing if (f"{part}.{f}", "passed") not in outcomes} == set()
        assert {error for error, _ in contract.errors.values()} - reached - UNREACHABLE == set()
