import pytest

from tests.contracts.desk.values import DELIVERED, PROOF, STATE, STATE_FIELD
from tests.contracts.helpers import LOCAL, events, reverts


@pytest.fixture
def deliver(desk, who):
    """Says that order 1 was delivered, as the merchant; a dry run sees the time of the newest block."""

    def run(sender=None, dry=False):
        return (desk.deliver.call if dry else desk.deliver)(1, PROOF, {"from": sender or who.merchant})

    return run


def test_deliver_starts_the_buyers_time_and_says_so(desk, token, reach, deliver):
    reach("open")
    tx = deliver()
    by = tx.timestamp + LOCAL.confirmation_time
    assert desk.orderOf(1)[STATE_FIELD:] == (DELIVERED, by)
    assert events(tx, "Delivered") == [{"order": 1, "proof": PROOF, "disputeBy": by}]
    assert token.balanceOf(desk) == 200


def test_deliver_passes_in_the_last_second(reach, deliver):
    reach("open", late=0)
    deliver(dry=True)


def test_deliver_reverts_a_second_later(reach, deliver):
    deadline = reach("open", late=1)
    with reverts("TooLate", 1, deadline):
        deliver(dry=True)


@pytest.mark.parametrize("state", ["delivered", "disputed", "settled", "refunded"])
def test_deliver_reverts_in_any_other_state(reach, deliver, state):
    reach(state)
    with reverts("WrongState", 1, STATE[state]):
        deliver(dry=True)


def test_deliver_by_anybody_else_reverts(reach, deliver, who):
    reach("open")
    for caller in (who.alice, who.arbiter, who.owner):
        with reverts("NotMerchant", caller, who.merchant):
            deliver(sender=caller, dry=True)


def test_deliver_of_no_order_reverts(deliver):
    with reverts("NoSuchOrder", 1):
        deliver(dry=True)
