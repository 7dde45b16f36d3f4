import pytest

from tests.contracts.desk.values import DISPUTED, REASON, STATE, STATE_FIELD
from tests.contracts.helpers import LOCAL, events, reverts


@pytest.fixture
def dispute(desk, who):
    """Disputes order 1, as Alice; a dry run sees the time of the newest block."""

    def run(sender=None, dry=False):
        return (desk.dispute.call if dry else desk.dispute)(1, REASON, {"from": sender or who.alice})

    return run


def test_dispute_starts_the_arbiters_time_and_says_so(desk, token, reach, dispute):
    reach("delivered")
    tx = dispute()
    by = tx.timestamp + LOCAL.arbitration_time
    assert desk.orderOf(1)[STATE_FIELD:] == (DISPUTED, by)
    assert events(tx, "Disputed") == [{"order": 1, "reason": REASON, "decideBy": by}]
    assert token.balanceOf(desk) == 200


def test_dispute_passes_in_the_last_second(reach, dispute):
    reach("delivered", late=0)
    dispute(dry=True)


def test_dispute_reverts_a_second_later(reach, dispute):
    deadline = reach("delivered", late=1)
    with reverts("TooLate", 1, deadline):
        dispute(dry=True)


@pytest.mark.parametrize("state", ["open", "disputed", "settled", "refunded"])
def test_dispute_reverts_in_any_other_state(reach, dispute, state):
    reach(state)
    with reverts("WrongState", 1, STATE[state]):
        dispute(dry=True)


def test_dispute_by_anybody_else_reverts(reach, dispute, who):
    reach("delivered")
    for caller in (who.merchant, who.arbiter, who.owner):
        with reverts("NotBuyer", caller, who.alice):
            dispute(sender=caller, dry=True)


def test_dispute_of_no_order_reverts(dispute):
    with reverts("NoSuchOrder", 1):
        dispute(dry=True)
