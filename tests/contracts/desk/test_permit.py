"""One transaction instead of two: a permit and the order that needs its allowance, in one multicall."""

import pytest

from tests.contracts.desk.values import DETAILS
from tests.contracts.helpers import FOREVER, events, permit_message, reverts, sign_permit, wanted

ALICE = 6  # index of the test account who.alice


@pytest.fixture(scope="module", autouse=True)
def _alice_allows_nothing(_alice_holds_1000_and_listing_1_is_open, token, desk, who):
    token.approve(desk, 0, {"from": who.alice})


@pytest.fixture
def signed(token, desk, who):
    """The arguments of Alice's permit that the desk may take so many of her diamonds."""

    def make(amount, deadline=FOREVER):
        fields = {"owner": who.alice.address, "spender": desk.address, "value": amount, "nonce": 0}
        return amount, deadline, *sign_permit(ALICE, permit_message(token, {**fields, "deadline": deadline}))

    return make


@pytest.fixture
def many(desk, who):
    """Several calls in one transaction of Alice; a dry run sees the time of the newest block."""

    def run(*calls, dry=False):
        data = [getattr(desk, name).encode_input(*args) for name, args in calls]
        return (desk.multicall.call if dry else desk.multicall)(data, {"from": who.alice})

    return run


def test_permit_and_order_in_one_transaction(token, desk, signed, many, who):
    many(("permit", signed(300)), ("order", (wanted(desk, 1, 3, DETAILS), 300)))
    assert (token.balanceOf(desk), desk.orderOf(1)[0], token.nonces(who.alice)) == (300, who.alice.address, 1)


def test_permit_that_somebody_else_has_submitted_does_no_harm(token, desk, signed, many, who):
    permit = signed(300)
    token.permit(who.alice, desk, *permit, {"from": who.carol})
    many(("permit", permit), ("order", (wanted(desk, 1, 3, DETAILS), 300)))
    assert token.balanceOf(desk) == 300


def test_permit_that_has_expired_gives_no_allowance(desk, signed, many):
    with reverts("ERC20InsufficientAllowance", desk, 0, 300):
        many(("permit", signed(300, deadline=1)), ("order", (wanted(desk, 1, 3, DETAILS), 300)), dry=True)


def test_each_of_several_orders_has_its_escrow_next_to_it_in_the_log(desk, signed, many):
    one, five = (("order", (wanted(desk, 1, pieces, DETAILS), 100 * pieces)) for pieces in (1, 5))
    tx = many(("permit", signed(600)), one, five)
    assert [event.name for event in tx.events] == ["Approval", "Ordered", "Transfer", "Ordered", "Transfer"]
    assert [event["diamonds"] for event in events(tx, "Ordered")] == [100, 500]
    assert [event["value"] for event in events(tx, "Transfer")] == [100, 500]


def test_multicall_keeps_the_caller(many, who):
    with reverts("NotMerchant", who.alice, who.merchant):
        many(("reprice", (1, 1)), dry=True)
