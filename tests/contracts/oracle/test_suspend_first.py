"""Suspending before there is any attestation."""

from tests.contracts.helpers import DAY, events, reverts, travel


def test_suspend_before_the_first_attestation_holds_after_it(oracle, attest, mint, who):
    tx = oracle.suspend({"from": who.auditor1})
    assert events(tx, "Suspended")[0]["epoch"] == 0
    attest()
    with reverts("MintingSuspended", tx.timestamp + DAY):
        mint(who.alice, 1)


def test_suspend_twice_before_the_first_attestation_reverts(oracle, who):
    tx = oracle.suspend({"from": who.auditor1})
    travel(tx.timestamp + 2 * DAY)
    with reverts("AlreadySuspended", who.auditor1, 0):
        oracle.suspend.call({"from": who.auditor1})
