import pytest

from tests.contracts.governance.values import DELAY, FLOOR, NONE
from tests.contracts.helpers import DAY, LOCAL, ZERO, events, reverts


def test_constructor_sets_what_the_configuration_says(create):
    governance = create("Governance")
    assert (governance.getMinDelay(), governance.delayFloor(), governance.pending()) == (DELAY, FLOOR, ())
    assert events(governance.tx, "MinDelayChange") == [{"oldDuration": 0, "newDuration": DELAY}]


def test_constructor_gives_the_roles_that_the_configuration_says_and_no_other(create):
    governance = create("Governance")
    (governor,) = LOCAL.proposers
    granted = [(event["role"], event["account"]) for event in events(governance.tx, "RoleGranted")]
    assert granted == [
        (NONE, governance.address),
        (bytes(governance.PROPOSER_ROLE()), governor),
        (bytes(governance.CANCELLER_ROLE()), governor),
        (bytes(governance.EXECUTOR_ROLE()), ZERO),
    ]


def test_constructor_reverts_with_a_floor_below_a_day(create):
    with reverts("DelayBelowFloor", DAY - 1, DAY):
        create("Governance", governance_floor=DAY - 1)


def test_constructor_reverts_with_a_delay_below_the_floor(create):
    with reverts("DelayBelowFloor", 3 * DAY - 1, 3 * DAY):
        create("Governance", governance_delay=3 * DAY - 1, governance_floor=3 * DAY)


@pytest.mark.parametrize("seconds", [DAY, 3 * DAY])
def test_constructor_accepts_a_delay_at_the_floor(create, seconds):
    governance = create("Governance", governance_delay=seconds, governance_floor=seconds)
    assert (governance.getMinDelay(), governance.delayFloor()) == (seconds, seconds)
