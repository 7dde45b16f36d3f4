import pytest

from tests.contracts.desk.values import REFUNDED, STATE, STATE_FIELD
from tests.contracts.helpers import events, reverts


@pytest.fixture
def refund(desk, who):
    """Gives order 1 back, as Carol, who has nothing to do with it; a dry run sees the time of the newest block."""

    def run(sender=None, dry=False):
        return (desk.refund.call if dry else desk.refund)(1, {"from": sender or who.carol})

    return run


@pytest.mark.parametrize("state", ["open", "disputed"])
def test_refund_by_anybody_gives_back_what_somebody_was_late_with_and_says_so(desk, token, reach, refund, who, state):
    reach(state, late=1)
    tx = refund()
    assert (token.balanceOf(who.alice), token.balanceOf(desk), desk.orderOf(1)[STATE_FIELD]) == (1_000, 0, REFUNDED)
    assert events(tx, "Refunded") == [{"order": 1, "by": who.carol.address, "diamonds": 200}]
    assert events(tx, "Transfer") == [{"from": desk.address, "to": who.alice.address, "value": 200}]
    assert [event.name for event in tx.events] == ["Refunded", "Transfer"]


@pytest.mark.parametrize("state", ["open", "disputed"])
def test_refund_reverts_in_the_last_second_for_all_but_the_merchant(reach, refund, who, state):
    deadline = reach(state, late=0)
    for caller in (who.alice, who.arbiter, who.owner, who.carol):
        with reverts("TooEarly", 1, deadline):
            refund(sender=caller, dry=True)


@pytest.mark.parametrize("late", [None, 1])
@pytest.mark.parametrize("state", ["open", "delivered", "disputed"])
def test_refund_by_the_merchant_passes_at_any_time(desk, token, reach, refund, who, state, late):
    reach(state, late=late)
    tx = refund(sender=who.merchant)
    assert (token.balanceOf(who.alice), desk.orderOf(1)[STATE_FIELD]) == (1_000, REFUNDED)
    assert events(tx, "Refunded")[0]["by"] == who.merchant.address


def test_refund_of_a_delivery_by_anybody_else_reverts(reach, refund, who):
    reach("delivered", late=1)
    for caller in (who.alice, who.arbiter, who.owner):
        with reverts("WrongState", 1, STATE["delivered"]):
            refund(sender=caller, dry=True)


@pytest.mark.parametrize("state", ["settled", "refunded"])
def test_refund_reverts_once_the_order_has_ended(reach, refund, who, state):
    reach(state, late=1)
    for caller in (who.merchant, who.alice):
        with reverts("WrongState", 1, STATE[state]):
            refund(sender=caller, dry=True)


def test_refund_of_no_order_reverts(refund, who):
    for caller in (who.merchant, who.carol):
        with reverts("NoSuchOrder", 1):
            refund(sender=caller, dry=True)
