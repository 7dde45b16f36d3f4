import pytest

from tests.contracts.desk.values import SETTLED, STATE, STATE_FIELD
from tests.contracts.helpers import events, reverts


@pytest.fixture
def settle(desk, who):
    """Settles order 1, as Carol, who has nothing to do with it; a dry run sees the time of the newest block."""

    def run(sender=None, dry=False):
        return (desk.settle.call if dry else desk.settle)(1, {"from": sender or who.carol})

    return run


def test_settle_by_anybody_burns_the_escrow_of_a_silent_buyer_and_says_so(desk, token, reach, settle, who):
    reach("delivered", late=1)
    tx = settle()
    assert (token.balanceOf(desk), token.totalSupply(), desk.orderOf(1)[STATE_FIELD]) == (0, 800, SETTLED)
    assert events(tx, "Settled") == [{"order": 1, "by": who.carol.address, "diamonds": 200}]
    assert [event.name for event in tx.events] == ["Settled", "Transfer", "Burned"]


def test_settle_reverts_in_the_buyers_last_second(reach, settle, who):
    deadline = reach("delivered", late=0)
    for caller in (who.merchant, who.alice, who.owner):
        with reverts("TooEarly", 1, deadline):
            settle(sender=caller, dry=True)


@pytest.mark.parametrize("state", ["open", "disputed", "settled", "refunded"])
def test_settle_reverts_in_any_other_state(reach, settle, state):
    reach(state, late=1)
    with reverts("WrongState", 1, STATE[state]):
        settle(dry=True)


def test_settle_of_no_order_reverts(settle):
    with reverts("NoSuchOrder", 1):
        settle(dry=True)
