import pytest

from tests.contracts.desk.values import DETAILS, LARGEST_PRICE, OPEN, PRICE, TERMS
from tests.contracts.helpers import DAY, LOCAL, events, reverts


def test_order_puts_diamonds_in_escrow_and_says_so(desk, token, order, who):
    tx = order(3, agreed=300)
    by = tx.timestamp + DAY
    assert (token.balanceOf(who.alice), token.balanceOf(desk), desk.orderCount()) == (700, 300, 1)
    assert desk.orderOf(1) == (who.alice.address, LOCAL.arbiter, 1, 300, OPEN, by)
    assert events(tx, "Ordered") == [
        {
            "order": 1,
            "listing": 1,
            "buyer": who.alice.address,
            "quantity": 3,
            "diamonds": 300,
            "details": DETAILS,
            "deliverBy": by,
        }
    ]


def test_escrowed_diamonds_move_next_to_their_order_in_the_log(order, who, desk):
    tx = order(3)
    assert [event.name for event in tx.events] == ["Ordered", "Transfer"]
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": desk.address, "value": 300}]


def test_order_returns_its_number(order):
    assert order(dry=True) == 1
    order()
    assert order(dry=True) == 2


def test_order_reverts_where_it_costs_one_more_than_agreed(order):
    order(3, agreed=3 * PRICE, dry=True)
    with reverts("AbovePrice", 3 * PRICE, 3 * PRICE - 1):
        order(3, agreed=3 * PRICE - 1, dry=True)


def test_order_of_no_listing_reverts(order):
    for listing in (0, 2):
        with reverts("NoSuchListing", listing):
            order(listing=listing, dry=True)


def test_order_of_no_piece_reverts(order):
    with reverts("ZeroQuantity"):
        order(0, dry=True)


def test_order_without_details_reverts(order):
    with reverts("ZeroDetails"):
        order(details=bytes(32), dry=True)


def test_order_beyond_the_balance_reverts(order, who):
    order(10, dry=True)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_100):
        order(11, dry=True)


def test_order_without_an_allowance_reverts(desk, token, order, who):
    token.approve(desk, 99, {"from": who.alice})
    with reverts("ERC20InsufficientAllowance", desk, 99, 100):
        order(dry=True)


def test_order_whose_price_would_be_cut_off_reverts(desk, order, who):
    desk.list(LARGEST_PRICE, DAY, TERMS, {"from": who.merchant})
    with reverts("SafeCastOverflowedUintDowncast", 80, 2 * LARGEST_PRICE):
        order(2, listing=2, dry=True)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, LARGEST_PRICE):
        order(1, listing=2, dry=True)


def test_order_whose_price_overflows_reverts(order):
    with pytest.raises(Exception, match="Integer overflow"):
        order(2**256 // PRICE + 1, dry=True)


@pytest.mark.parametrize(
    ("error", "field", "seen"),
    [
        ("OtherTerms", "terms", DETAILS),
        ("OtherDeliveryTime", "delivery_time", DAY + 1),
        ("OtherDeliveryTime", "delivery_time", DAY + 2**40),
    ],
)
def test_order_of_something_else_than_the_buyer_saw_reverts(order, error, field, seen):
    with reverts(error, seen, {"terms": TERMS, "delivery_time": DAY}[field]):
        order(**{field: seen}, dry=True)


def test_order_of_another_merchant_than_the_buyer_saw_reverts(order, who):
    with reverts("OtherMerchant", who.bob, who.merchant):
        order(merchant=who.bob, dry=True)


def test_order_under_another_arbiter_than_the_buyer_saw_reverts(desk, order, who):
    desk.setArbiter(who.merchant, {"from": who.owner})
    with reverts("OtherArbiter", LOCAL.arbiter, who.merchant):
        order(arbiter=LOCAL.arbiter, dry=True)
    order(arbiter=who.merchant, dry=True)


def test_order_keeps_the_arbiter_of_its_day(desk, order, who):
    order()
    desk.setArbiter(who.bob, {"from": who.owner})
    order()
    assert (desk.orderOf(1)[1], desk.orderOf(2)[1]) == (LOCAL.arbiter, who.bob.address)


def test_order_keeps_the_price_of_its_day(desk, order, who):
    order()
    desk.reprice(1, 1, {"from": who.merchant})
    order()
    assert (desk.orderOf(1)[3], desk.orderOf(2)[3]) == (PRICE, 1)


def test_merchant_may_order_of_itself(desk, token, order, who):
    token.transfer(who.merchant, 100, {"from": who.alice})
    token.approve(desk, 100, {"from": who.merchant})
    order(sender=who.merchant)
    desk.refund(1, {"from": who.merchant})
    assert token.balanceOf(who.merchant) == 100


@pytest.mark.parametrize("order_", [0, 1])
def test_order_of_reverts_where_there_is_none(desk, order_):
    with reverts("NoSuchOrder", order_):
        desk.orderOf(order_)
