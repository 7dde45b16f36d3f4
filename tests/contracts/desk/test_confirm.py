import pytest

from tests.contracts.desk.values import SETTLED, STATE, STATE_FIELD
from tests.contracts.helpers import events, reverts


@pytest.fixture
def confirm(desk, who):
    """Confirms order 1, as Alice; a dry run sees the time of the newest block."""

    def run(sender=None, dry=False):
        return (desk.confirm.call if dry else desk.confirm)(1, {"from": sender or who.alice})

    return run


@pytest.mark.parametrize("state", ["delivered", "disputed"])
def test_confirm_burns_the_escrow_and_says_so(desk, token, reach, confirm, who, state):
    reach(state)
    tx = confirm()
    assert (token.balanceOf(desk), token.totalSupply(), desk.orderOf(1)[STATE_FIELD]) == (0, 800, SETTLED)
    assert events(tx, "Settled") == [{"order": 1, "by": who.alice.address, "diamonds": 200}]
    assert events(tx, "Burned") == [
        {"from": desk.address, "orderRef": (1).to_bytes(32, "big"), "amount": 200, "supply": 800}
    ]
    assert [event.name for event in tx.events] == ["Settled", "Transfer", "Burned"]


@pytest.mark.parametrize("state", ["delivered", "disputed"])
def test_confirm_passes_after_the_deadline_too(reach, confirm, state):
    reach(state, late=1)
    confirm(dry=True)


@pytest.mark.parametrize("state", ["open", "settled", "refunded"])
def test_confirm_reverts_in_any_other_state(reach, confirm, state):
    reach(state)
    with reverts("WrongState", 1, STATE[state]):
        confirm(dry=True)


def test_confirm_by_anybody_else_reverts(reach, confirm, who):
    reach("delivered")
    for caller in (who.merchant, who.arbiter, who.owner):
        with reverts("NotBuyer", caller, who.alice):
            confirm(sender=caller, dry=True)


def test_confirm_of_no_order_reverts(confirm):
    with reverts("NoSuchOrder", 1):
        confirm(dry=True)
