from tests.contracts.governance.values import LIFETIME, READY, WAITING_OR_READY
from tests.contracts.helpers import events, reverts, travel


def test_cancel_ends_what_waits_and_says_so(governance, operation):
    change = operation()
    change.schedule()
    tx = change.cancel()
    assert (governance.getTimestamp(change.id), governance.pending()) == (0, ())
    assert events(tx, "Cancelled") == [{"id": change.id}]
    travel(change.ready_at)
    with reverts("TimelockUnexpectedOperationState", change.id, READY):
        change.execute(dry=True)


def test_cancel_ends_what_is_ready(governance, operation):
    change = operation()
    change.schedule()
    travel(change.ready_at)
    change.cancel()
    assert governance.pending() == ()


def test_cancel_ends_what_has_lapsed(governance, operation):
    change = operation()
    change.schedule()
    travel(change.ready_at + LIFETIME + 1)
    assert len(governance.pending()) == 1
    change.cancel()
    assert governance.pending() == ()


def test_cancel_of_what_does_not_wait_reverts(operation):
    change = operation()
    with reverts("TimelockUnexpectedOperationState", change.id, WAITING_OR_READY):
        change.cancel(dry=True)
    change.carry_out()
    with reverts("TimelockUnexpectedOperationState", change.id, WAITING_OR_READY):
        change.cancel(dry=True)


def test_cancel_by_anybody_else_reverts(governance, operation, who):
    change = operation()
    change.schedule()
    for caller in (who.deployer, who.alice, who.carol):
        with reverts("AccessControlUnauthorizedAccount", caller, governance.CANCELLER_ROLE()):
            change.cancel(sender=caller, dry=True)
