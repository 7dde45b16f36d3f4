"""The sentences to be proven, by random calls aimed at the limits on the deployment that users make.

``ZUAN_PROPERTY_CALLS=1000000`` makes the run long, ``ZUAN_PROPERTY_SEED`` another one. A failure shows the seed of the
deployment, its configuration and the last calls.
"""

from __future__ import annotations

import pytest

from zuan.contracts import artifact

from .campaign import CALLS, SEED, Result, run
from .chain import PARTS
from .sentence import Sentence

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
    assert result.holds(Sentence.KEPT, least=CALLS // 50)


def test_supply_issued_and_balances_add_up(result: Result) -> None:
    assert result.holds(Sentence.SUMS, least=CALLS)


def test_every_mint_is_covered(result: Result) -> None:
    assert result.holds(Sentence.COVERED, least=CALLS // 10)


def test_each_order_is_minted_at_most_once(result: Result) -> None:
    assert result.holds(Sentence.ONCE, least=CALLS // 2)
    assert result.checked[f"{Sentence.ONCE} planned"] >= CALLS // 2_000
    assert result.checked[f"{Sentence.ONCE} planned and proposed"] >= CALLS // 10_000
    assert result.seen["issuer.mint HeadMismatch"] + result.seen["issuer.mintBatch HeadMismatch"] >= CALLS // 100
    assert result.seen["issuer.propose HeadMismatch"] >= CALLS // 200


def test_it_takes_a_quorum_to_attest_and_suspension_stops_minting_only(result: Result) -> None:
    assert result.holds(Sentence.QUORUM, least=CALLS // 10)
    for call in ("token.burn", "token.burnFrom", "token.transfer", "token.transferFrom", "oracle.attest"):
        assert result.checked[f"{Sentence.QUORUM} {call} while suspended"] >= CALLS // 4_000


def test_a_minter_stays_within_its_rate(result: Result) -> None:
    assert result.holds(Sentence.RATE, least=CALLS // 50)


def test_headroom_is_exact(result: Result) -> None:
    assert result.holds(Sentence.HEADROOM, least=CALLS // 50)
    assert (
        min(result.checked[f"{Sentence.HEADROOM} open"], result.checked[f"{Sentence.HEADROOM} closed"]) >= CALLS // 200
    )


def test_redemption_pays_par(result: Result) -> None:
    assert result.holds(Sentence.PAR, least=CALLS // 20)
    for state in ("suspended", "stale", "waiting", "surplus announced"):
        assert result.checked[f"{Sentence.PAR} while {state}"] >= CALLS // 2_000, state


def test_tickets_are_paid_in_order_and_once(result: Result) -> None:
    assert result.holds(Sentence.TICKETS, least=CALLS)
    for function in ("request", "withdraw"):
        assert result.seen[f"vault.{function} passed"] >= CALLS // 300
    assert result.seen["vault.convert passed"] >= CALLS // 4_000


def test_wind_down_pays_every_diamond_the_same(result: Result) -> None:
    assert result.holds(Sentence.SHARES, least=CALLS // 40)
    assert result.checked[f"{Sentence.SHARES} all claimed"] >= CALLS // 4_000
    assert result.checked[f"{Sentence.SHARES} below par"] >= CALLS // 20_000
    for cause in ("waiting", "silence", "shortfall"):
        assert result.checked[f"{Sentence.SHARES} by {cause}"] >= CALLS // 10_000, cause


def test_surplus_leaves_the_floors(result: Result) -> None:
    assert result.holds(Sentence.SURPLUS, least=CALLS // 100)
    assert result.seen["vault.withdrawSurplus passed"] >= CALLS // 2_000


def test_a_worse_price_has_its_notice(result: Result) -> None:
    assert result.holds(Sentence.NOTICE, least=CALLS // 100)
    assert result.seen["desk.order passed"] >= CALLS // 300


def test_escrow_ends_in_one_way_and_in_time(result: Result) -> None:
    assert result.holds(Sentence.ESCROW, least=CALLS // 3)
    for function in ("confirm", "settle", "refund", "decide", "dispute"):
        assert result.seen[f"desk.{function} passed"] >= CALLS // 4_000, function


def test_changes_wait_for_the_delay(result: Result) -> None:
    assert result.holds(Sentence.DELAY, least=CALLS // 50)


def test_an_authorisation_does_what_was_signed_once_or_nothing(result: Result) -> None:
    assert result.holds(Sentence.SIGNED, least=CALLS // 100)
    for function in ("token.transferWithAuthorization", "token.burnWithAuthorization", "desk.orderWithAuthorization"):
        assert result.seen[f"{function} passed"] >= CALLS // 2_000, function
    assert result.seen["token.transferWithAuthorization AuthorizationSpent"] >= CALLS // 5_000


def test_every_mint_leaves_its_reserve(result: Result) -> None:
    assert result.holds(Sentence.RESERVE, least=CALLS // 40)
    assert (
        result.seen["issuer.mint ReserveRequirement"] + result.seen["issuer.mintBatch ReserveRequirement"]
        >= CALLS // 400
    )


def test_a_due_wind_down_cannot_be_stopped(result: Result) -> None:
    assert result.holds(Sentence.DUE, least=CALLS // 1_000)
    assert min(result.checked[f"{Sentence.DUE} due"], result.checked[f"{Sentence.DUE} haircuts"]) >= CALLS // 4_000


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
