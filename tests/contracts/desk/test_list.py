import pytest

from tests.contracts.desk.values import LARGEST_PRICE, TERMS
from tests.contracts.helpers import DAY, HOUR, events, plain, reverts


def test_list_by_anybody_opens_a_listing_and_says_so(desk, who):
    tx = desk.list(70, 2 * DAY, TERMS, {"from": who.bob})
    assert (desk.listingCount(), plain(desk.listing(2))) == (2, (who.bob.address, 70, 0, 0, 2 * DAY, TERMS))
    assert events(tx, "Listed") == [
        {"listing": 2, "merchant": who.bob.address, "price": 70, "deliveryTime": 2 * DAY, "terms": TERMS}
    ]


def test_list_returns_the_listing(desk, who):
    assert desk.list.call(70, DAY, TERMS, {"from": who.bob}) == 2


@pytest.mark.parametrize("price", [1, LARGEST_PRICE])
def test_list_accepts_prices_at_their_limits(desk, who, price):
    desk.list(price, DAY, TERMS, {"from": who.bob})
    assert desk.listing(2)[1] == price


@pytest.mark.parametrize("price", [0, LARGEST_PRICE + 1, 2**256 - 1])
def test_list_reverts_when_the_price_is_out_of_range(desk, who, price):
    with reverts("PriceOutOfRange", price):
        desk.list.call(price, DAY, TERMS, {"from": who.bob})


@pytest.mark.parametrize("seconds", [HOUR, 366 * DAY])
def test_list_accepts_delivery_times_at_their_limits(desk, who, seconds):
    desk.list(70, seconds, TERMS, {"from": who.bob})
    assert desk.listing(2)[4] == seconds


@pytest.mark.parametrize("seconds", [0, HOUR - 1, 366 * DAY + 1, 2**256 - 1])
def test_list_reverts_when_the_delivery_time_is_out_of_range(desk, who, seconds):
    with reverts("DurationOutOfRange", seconds):
        desk.list.call(70, seconds, TERMS, {"from": who.bob})


@pytest.mark.parametrize("listing", [0, 2, 2**256 - 1])
def test_listing_reverts_where_there_is_none(desk, listing):
    with reverts("NoSuchListing", listing):
        desk.listing(listing)
