import pytest

from tests.contracts.governance.values import DELAY, FLOOR, LONGEST
from tests.contracts.helpers import DAY, FOREVER, SALT, events, reverts, travel


@pytest.fixture
def update(governance, operation):
    """The change of the delay."""

    def make(seconds):
        return operation(governance, governance.updateDelay.encode_input(seconds))

    return make


def test_update_delay_makes_it_longer_after_the_old_one_and_says_so(governance, update, operation):
    tx = update(10 * DAY).carry_out()
    assert governance.getMinDelay() == 10 * DAY
    assert events(tx, "MinDelayChange") == [{"oldDuration": DELAY, "newDuration": 10 * DAY}]
    with reverts("TimelockInsufficientDelay", 10 * DAY - 1, 10 * DAY):
        operation().schedule(10 * DAY - 1, dry=True)


def test_update_delay_makes_it_shorter_only_after_the_longer_one(governance, update):
    shorter = update(FLOOR)
    with reverts("TimelockInsufficientDelay", FLOOR, DELAY):
        shorter.schedule(FLOOR, dry=True)
    shorter.schedule()
    travel(shorter.ready_at - 1)
    assert governance.getMinDelay() == DELAY
    travel(shorter.ready_at)
    shorter.execute()
    assert governance.getMinDelay() == FLOOR


@pytest.mark.parametrize("seconds", [0, FLOOR - 1])
def test_update_delay_below_the_floor_stops_at_it(governance, update, operation, seconds):
    update(seconds).carry_out()
    assert governance.getMinDelay() == FLOOR
    operation().schedule(FLOOR, dry=True)
    with reverts("TimelockInsufficientDelay", FLOOR - 1, FLOOR):
        operation().schedule(FLOOR - 1, dry=True)


@pytest.mark.parametrize("seconds", [LONGEST + 1, FOREVER])
def test_update_delay_above_the_longest_stops_at_it(governance, update, operation, seconds):
    update(seconds).carry_out()
    assert governance.getMinDelay() == LONGEST
    operation().schedule(LONGEST, dry=True)


def test_what_waits_already_keeps_its_time(governance, update, operation):
    change = operation(salt=SALT)
    change.schedule()
    longer = update(10 * DAY)
    longer.schedule()
    travel(longer.ready_at)
    longer.execute()
    change.execute(dry=True)


def test_update_delay_by_anybody_but_governance_itself_reverts(governance, who):
    for caller in (who.governor, who.deployer, who.alice):
        with reverts("TimelockUnauthorizedCaller", caller):
            governance.updateDelay.call(DAY, {"from": caller})
