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

#: Errors that no call can end in: of constructors, of code that is not there yet, of OpenZeppelin's unused parts.
UNREACHABLE = {
    *("CapOutOfRange", "IssuerIsZero", "MiswiredPart", "DelayOutOfRange", "ParOutOfRange", "KindsWithoutHaircut"),
    *("StringTooLong", "InvalidShortString", "RedeemersWaiting", "WindDownBegun", "SafeERC20FailedOperation"),
    *("ERC20InvalidApprover", "ERC20InvalidSender", "InvalidAccountNonce", "ECDSAInvalidSignatureLength"),
    # Of a view, which is compared with the model before the first attestation.
    "NoSuchRound",
}


@pytest.fixture(scope="module")
def result() -> Result:
    return run(CALLS, SEED)


def test_contracts_and_model_agree(result: Result) -> None:
    """Every call has the outcome that the model predicts, to the error's values, and every figure after it too."""
    if result.violation:
        pytest.fail(str(result.violation), pytrace=False)
    assert result.calls >= CALLS


def test_only_holder_and_spender_lower_a_balance(result: Result) -> None:
    """No call by anyone but the holder or a spender lowers a holder's balance."""
    assert result.holds(1, least=CALLS // 50)


def test_supply_issued_and_balances_add_up(result: Result) -> None:
    """supply <= cap always; issued = supply + burned always; the sum of balances = supply."""
    assert result.holds(2, least=CALLS)


def test_every_mint_is_covered(result: Result) -> None:
    """At every mint: liabilities <= min(vault now, att.vault) + attested after haircut; never with a stale, suspended
    or wrong-epoch attestation."""
    assert result.holds(3, least=CALLS // 10)


def test_each_order_is_minted_at_most_once(result: Result) -> None:
    """Replaying, reordering or splitting any plan of orders mints each order at most once (the planner reads head,
    mint events and pending proposals at one block, and proposes no order twice), whatever proposals are made, executed
    or cancelled in between; the hash chain recomputed from mints, proposals and cancellations equals head; serials are
    contiguous from 1."""
    assert result.holds(4, least=CALLS // 2)
    assert result.checked["4 planned"] >= CALLS // 200
    assert result.checked["4 planned and proposed"] >= CALLS // 1_000
    assert result.seen["issuer.mint HeadMismatch"] + result.seen["issuer.mintBatch HeadMismatch"] >= CALLS // 50
    assert result.seen["issuer.propose HeadMismatch"] >= CALLS // 200


def test_it_takes_a_quorum_to_attest_and_suspension_stops_minting_only(result: Result) -> None:
    """M-1 auditors cannot attest; no statement counts twice; suspension never stops burn, transfer or attest."""
    assert result.holds(5, least=CALLS // 10)
    for call in ("token.burn", "token.burnFrom", "token.transfer", "token.transferFrom", "oracle.attest"):
        assert result.checked[f"5 {call} while suspended"] >= CALLS // 1_000


def test_a_minter_stays_within_its_rate(result: Result) -> None:
    """In any time window of length t a minter mints at most capacity + capacity*t/period; across limit changes never
    more than the old rate allowed for the time before the change."""
    assert result.holds(6, least=CALLS // 50)


def test_headroom_is_exact(result: Result) -> None:
    """Every figure returned by headroom() is exact: a mint of it by a minter with room passes, one of 1 more fails."""
    assert result.holds(7, least=CALLS // 50)
    assert min(result.checked["7 open"], result.checked["7 closed"]) >= CALLS // 200


def test_the_driver_reaches_every_function_and_every_error(result: Result) -> None:
    """What the driver never does, it cannot prove: each function passed and each error came up."""
    outcomes = {tuple(key.split()) for key in result.seen}
    reached = {error for _, error in outcomes}
    for part, name in PARTS.items():
        contract = artifact(name)
        changing = {n for n, e in contract.functions.items() if e["stateMutability"] == "nonpayable"}
        # The token's own mint is the Issuer's; every mint that passes goes through it.
        changing -= {"mint", "mintBatch"} if part == "token" else {"transferFrom"} if part == "asset" else set()
        assert {f for f in changing if (f"{part}.{f}", "passed") not in outcomes} == set()
        assert {error for error, _ in contract.errors.values()} - reached - UNREACHABLE == set()
