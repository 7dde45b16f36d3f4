import pytest

from tests.contracts.governance.values import AGE, DELAY, LIFETIME, MAX_PENDING, NONE, UNSET
from tests.contracts.helpers import DAY, FOREVER, SALT, events, plain, reverts, travel


def test_schedule_starts_the_delay_and_says_so(governance, oracle, operation):
    change = operation()
    tx = change.schedule()
    assert governance.getTimestamp(change.id) == tx.timestamp + DELAY
    assert plain(governance.pending()) == ((change.id, tx.timestamp + DELAY, tx.timestamp + DELAY + LIFETIME),)
    assert events(tx, "CallScheduled") == [
        {
            "id": change.id,
            "index": 0,
            "target": oracle.address,
            "value": 0,
            "data": bytes.fromhex(oracle.setMaxAge.encode_input(AGE)[2:]),
            "predecessor": NONE,
            "delay": DELAY,
        }
    ]
    assert not events(tx, "CallSalt")


def test_schedule_with_a_salt_says_so(operation):
    change = operation(salt=SALT)
    assert events(change.schedule(), "CallSalt") == [{"id": change.id, "salt": SALT}]


def test_schedule_with_the_least_delay_passes_and_with_a_second_less_reverts(operation):
    change = operation()
    change.schedule(DELAY, dry=True)
    with reverts("TimelockInsufficientDelay", DELAY - 1, DELAY):
        change.schedule(DELAY - 1, dry=True)


def test_schedule_with_a_longer_delay_passes(governance, operation):
    change = operation()
    tx = change.schedule(2 * DELAY)
    assert governance.getTimestamp(change.id) == tx.timestamp + 2 * DELAY


def test_schedule_twice_reverts_unless_the_salt_differs(governance, operation):
    change = operation()
    change.schedule()
    with reverts("TimelockUnexpectedOperationState", change.id, UNSET):
        change.schedule(dry=True)
    operation(salt=SALT).schedule()
    assert len(governance.pending()) == 2


def test_schedule_of_what_was_executed_reverts(operation):
    change = operation()
    change.carry_out()
    with reverts("TimelockUnexpectedOperationState", change.id, UNSET):
        change.schedule(dry=True)


def test_schedule_of_what_was_cancelled_starts_anew(governance, operation):
    change = operation()
    change.schedule()
    change.cancel()
    tx = change.schedule()
    assert plain(governance.pending()) == ((change.id, tx.timestamp + DELAY, tx.timestamp + DELAY + LIFETIME),)


def test_schedule_of_a_call_of_what_is_no_contract_reverts(operation, who):
    with reverts("NoContract", who.alice):
        operation(who.alice, "0x01020304").schedule(dry=True)


@pytest.mark.parametrize("size", [1, 3, 4_097])
def test_schedule_of_a_call_of_no_function_or_too_large_to_read_reverts(operation, oracle, size):
    with reverts("CallSizeOutOfRange", size, 4_096):
        operation(oracle, "0x" + "01" * size).schedule(dry=True)


@pytest.mark.parametrize("size", [4, 4_096])
def test_schedule_of_a_call_of_a_size_that_people_read_passes(operation, oracle, size):
    operation(oracle, "0x" + "01" * size).schedule(dry=True)


def test_schedule_by_anybody_else_reverts(governance, operation, who):
    for caller in (who.deployer, who.alice, who.treasury):
        with reverts("AccessControlUnauthorizedAccount", caller, governance.PROPOSER_ROLE()):
            operation().schedule(sender=caller, dry=True)


def listed(change):
    return change.id, change.ready_at, change.ready_at + LIFETIME


def test_pending_lists_what_waits_and_what_is_ready(governance, operation):
    changes = [operation(salt=bytes([n]) * 32) for n in (1, 2, 3)]
    for change in changes:
        change.schedule()
    travel(changes[0].ready_at)
    assert plain(governance.pending()) == tuple(map(listed, changes))
    changes[0].execute()
    changes[1].cancel()
    assert plain(governance.pending()) == (listed(changes[2]),)


def test_most_that_can_wait_do_and_not_one_more(governance, oracle, operation, who):
    changes = [operation(salt=n.to_bytes(32, "big")) for n in range(MAX_PENDING)]
    for change in changes:
        change.schedule()
    one_more = operation(salt=SALT)
    with reverts("TooManyPending", MAX_PENDING):
        one_more.schedule(dry=True)
    with reverts("TooManyPending", MAX_PENDING):
        governance.scheduleBatch.call([oracle], [0], [one_more.data], NONE, SALT, DELAY, {"from": who.governor})
    changes[5].cancel()
    one_more.schedule()
    assert len(governance.pending()) == MAX_PENDING


@pytest.mark.parametrize("batch", [False, True])
def test_change_that_is_never_ready_does_not_hide_the_others(governance, lens, operation, oracle, who, batch):
    operation().schedule()
    most = 366 * DAY
    for delay in (most + 1, FOREVER):
        with reverts("DelayAboveMost", delay, most):
            if batch:
                change = ([oracle], [0], [oracle.setMaxAge.encode_input(DAY)], bytes(32), SALT)
                governance.scheduleBatch(*change, delay, {"from": who.governor})
            else:
                operation(salt=SALT).schedule(delay)
    operation(salt=SALT).schedule(most)
    assert len(governance.pending()) == 2
    lens.disclosure()
