from tests.contracts.governance.values import AGE, LIFETIME, READY
from tests.contracts.helpers import LOCAL, SALT, events, plain, reverts, travel


def test_execute_by_anybody_makes_the_call_and_says_so(governance, oracle, operation):
    change = operation()
    tx = change.carry_out()
    assert (oracle.maxAge(), governance.isOperationDone(change.id), governance.pending()) == (AGE, True, ())
    assert events(tx, "CallExecuted") == [
        {
            "id": change.id,
            "index": 0,
            "target": oracle.address,
            "value": 0,
            "data": bytes.fromhex(oracle.setMaxAge.encode_input(AGE)[2:]),
        }
    ]


def test_execute_reverts_until_the_delay_has_passed(operation):
    change = operation()
    change.schedule()
    travel(change.ready_at - 1)
    with reverts("TimelockUnexpectedOperationState", change.id, READY):
        change.execute(dry=True)
    travel(change.ready_at)
    change.execute(dry=True)


def test_execute_lapses(operation):
    change = operation()
    change.schedule()
    travel(change.ready_at + LIFETIME)
    change.execute(dry=True)
    travel(change.ready_at + LIFETIME + 1)
    with reverts("ChangeExpired", change.id, change.ready_at + LIFETIME):
        change.execute(dry=True)


def test_execute_of_what_was_executed_long_ago_says_so(operation):
    change = operation()
    change.carry_out()
    travel(change.ready_at + LIFETIME + 1)
    with reverts("TimelockUnexpectedOperationState", change.id, READY):
        change.execute(dry=True)


def test_execute_twice_reverts(operation):
    change = operation()
    change.carry_out()
    with reverts("TimelockUnexpectedOperationState", change.id, READY):
        change.execute(dry=True)


def test_execute_of_what_nobody_scheduled_reverts(operation, who):
    change = operation()
    for caller in (who.governor, who.carol):
        with reverts("TimelockUnexpectedOperationState", change.id, READY):
            change.execute(sender=caller, dry=True)


def test_execute_waits_for_its_predecessor(oracle, operation):
    first = operation(salt=SALT)
    second = operation(predecessor=first.id)
    first.schedule()
    second.schedule()
    travel(second.ready_at)
    with reverts("TimelockUnexecutedPredecessor", first.id):
        second.execute(dry=True)
    first.execute()
    second.execute()
    assert oracle.maxAge() == AGE


def test_call_that_reverts_stays_pending(governance, oracle, operation):
    change = operation(oracle, oracle.setMaxAge.encode_input(1))
    change.schedule()
    travel(change.ready_at)
    with reverts("MaxAgeTooShort", 1, 2 * LOCAL.suspension_time):
        change.execute(dry=True)
    assert plain(governance.pending()) == ((change.id, change.ready_at, change.ready_at + LIFETIME),)
    change.cancel()
    assert governance.pending() == ()
