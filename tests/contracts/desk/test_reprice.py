import pytest

from tests.contracts.desk.values import LARGEST_PRICE, PRICE, TERMS
from tests.contracts.helpers import DAY, LOCAL, events, plain, reverts, travel


@pytest.fixture
def reprice(desk, who):
    """Changes the price of listing 1 as the merchant; a dry run sees the time of the newest block."""

    def run(price, sender=None, listing=1, dry=False):
        function = desk.reprice.call if dry else desk.reprice
        return function(listing, price, {"from": sender or who.merchant})

    return run


@pytest.mark.parametrize("price", [PRICE - 1, 1, PRICE])
def test_price_that_is_no_higher_applies_at_once(desk, order, reprice, who, price):
    tx = reprice(price)
    assert plain(desk.listing(1)) == (who.merchant.address, price, 0, 0, DAY, TERMS)
    assert events(tx, "Repriced") == [{"listing": 1, "oldPrice": PRICE, "newPrice": price, "from": tx.timestamp}]
    order(agreed=price, dry=True)


def test_higher_price_applies_after_the_notice_and_the_old_one_until_then(desk, order, reprice, who):
    tx = reprice(PRICE + 1)
    at = tx.timestamp + LOCAL.notice
    assert events(tx, "Repriced") == [{"listing": 1, "oldPrice": PRICE, "newPrice": PRICE + 1, "from": at}]
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE, PRICE + 1, at, DAY, TERMS)
    travel(at - 1)
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE, PRICE + 1, at, DAY, TERMS)
    order(agreed=PRICE, dry=True)
    travel(at)
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE + 1, 0, 0, DAY, TERMS)
    with reverts("AbovePrice", PRICE + 1, PRICE):
        order(agreed=PRICE, dry=True)


def test_lower_price_replaces_a_higher_one_that_waits(desk, reprice, who):
    at = reprice(PRICE + 50).timestamp + LOCAL.notice
    reprice(PRICE - 10)
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE - 10, 0, 0, DAY, TERMS)
    travel(at)
    assert desk.listing(1)[1] == PRICE - 10


def test_same_price_takes_a_higher_one_back(desk, reprice):
    at = reprice(PRICE + 50).timestamp + LOCAL.notice
    reprice(PRICE)
    travel(at)
    assert desk.listing(1)[1] == PRICE


def test_another_higher_price_starts_the_notice_anew(desk, reprice, who):
    first = reprice(PRICE + 50).timestamp + LOCAL.notice
    travel(first - 100)
    second = reprice(PRICE + 20).timestamp + LOCAL.notice
    travel(first)
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE, PRICE + 20, second, DAY, TERMS)
    travel(second)
    assert desk.listing(1)[1] == PRICE + 20


def test_price_that_has_risen_is_the_one_that_the_next_change_begins_with(desk, reprice):
    travel(reprice(PRICE + 50).timestamp + LOCAL.notice)
    tx = reprice(PRICE + 51)
    assert events(tx, "Repriced")[0]["oldPrice"] == PRICE + 50
    assert desk.listing(1)[1] == PRICE + 50
    tx = reprice(PRICE + 49)
    assert (events(tx, "Repriced")[0]["oldPrice"], desk.listing(1)[1]) == (PRICE + 50, PRICE + 49)


def test_reprice_takes_a_withdrawal_back(desk, reprice, who):
    at = desk.unlist(1, {"from": who.merchant}).timestamp + LOCAL.notice
    reprice(PRICE)
    travel(at)
    assert desk.listing(1)[1] == PRICE


@pytest.mark.parametrize("price", [0, LARGEST_PRICE + 1])
def test_reprice_reverts_when_the_price_is_out_of_range(reprice, price):
    with reverts("PriceOutOfRange", price):
        reprice(price, dry=True)


def test_reprice_by_anybody_else_reverts(reprice, who):
    for caller in (who.alice, who.owner, who.arbiter):
        with reverts("NotMerchant", caller, who.merchant):
            reprice(1, sender=caller, dry=True)


def test_reprice_of_no_listing_reverts(reprice):
    with reverts("NoSuchListing", 2):
        reprice(1, listing=2, dry=True)


def test_reprice_of_a_withdrawn_listing_reverts(desk, reprice, who):
    at = desk.unlist(1, {"from": who.merchant}).timestamp + LOCAL.notice
    travel(at - 1)
    reprice(1, dry=True)
    travel(at)
    with reverts("ListingClosed", 1):
        reprice(1, dry=True)
