import pytest

from tests.contracts.desk.values import REFUNDED, SETTLED, STATE, STATE_FIELD
from tests.contracts.helpers import addresses, events, reverts, travel


@pytest.fixture
def decide(desk, who):
    """Decides order 1, as the arbiter; a dry run sees the time of the newest block."""

    def run(delivered=True, sender=None, dry=False):
        return (desk.decide.call if dry else desk.decide)(1, delivered, {"from": sender or who.arbiter})

    return run


def test_decide_for_the_merchant_burns_the_escrow_and_says_so(desk, token, reach, decide, who):
    reach("disputed")
    tx = decide(True)
    assert (token.balanceOf(desk), token.totalSupply(), desk.orderOf(1)[STATE_FIELD]) == (0, 800, SETTLED)
    assert events(tx, "Settled") == [{"order": 1, "by": who.arbiter.address, "diamonds": 200}]


def test_decide_for_the_buyer_gives_the_escrow_back_and_says_so(desk, token, reach, decide, who):
    reach("disputed")
    tx = decide(False)
    assert (token.balanceOf(who.alice), token.totalSupply(), desk.orderOf(1)[STATE_FIELD]) == (1_000, 1_000, REFUNDED)
    assert events(tx, "Refunded") == [{"order": 1, "by": who.arbiter.address, "diamonds": 200}]
    assert [event.name for event in tx.events] == ["Refunded", "Transfer"]


@pytest.mark.parametrize("delivered", [True, False])
def test_decide_passes_in_the_last_second_and_reverts_a_second_later(reach, decide, delivered):
    deadline = reach("disputed", late=0)
    decide(delivered, dry=True)
    travel(deadline + 1)
    with reverts("TooLate", 1, deadline):
        decide(delivered, dry=True)


@pytest.mark.parametrize("state", ["open", "delivered", "settled", "refunded"])
def test_decide_reverts_in_any_other_state(reach, decide, state):
    reach(state)
    with reverts("WrongState", 1, STATE[state]):
        decide(dry=True)


def test_decide_by_anybody_else_reverts(reach, decide, who):
    reach("disputed")
    for caller in (who.alice, who.merchant, who.owner):
        with reverts("NotArbiter", caller, who.arbiter):
            decide(sender=caller, dry=True)


def test_decide_is_for_the_arbiter_of_the_orders_day(desk, reach, decide, who):
    reach("disputed")
    desk.setArbiter(addresses(1)[0], {"from": who.owner})
    decide(dry=True)
    with reverts("NotArbiter", addresses(1)[0], who.arbiter):
        decide(sender=addresses(1)[0], dry=True)


def test_decide_of_no_order_reverts(decide):
    with reverts("NoSuchOrder", 1):
        decide(dry=True)
