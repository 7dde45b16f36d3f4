from tests.contracts.desk.values import PRICE, TERMS
from tests.contracts.helpers import DAY, LOCAL, events, plain, reverts, travel


def test_unlist_withdraws_after_the_notice_and_the_price_stays_open_until_then(desk, order, who):
    tx = desk.unlist(1, {"from": who.merchant})
    at = tx.timestamp + LOCAL.notice
    assert events(tx, "Repriced") == [{"listing": 1, "oldPrice": PRICE, "newPrice": 0, "from": at}]
    travel(at - 1)
    assert plain(desk.listing(1)) == (who.merchant.address, PRICE, 0, at, DAY, TERMS)
    order(agreed=PRICE, dry=True)
    travel(at)
    assert plain(desk.listing(1)) == (who.merchant.address, 0, 0, 0, DAY, TERMS)
    with reverts("ListingClosed", 1):
        order(dry=True)


def test_unlist_again_starts_the_notice_anew(desk, who):
    first = desk.unlist(1, {"from": who.merchant}).timestamp + LOCAL.notice
    travel(first - 100)
    desk.unlist(1, {"from": who.merchant})
    travel(first)
    assert desk.listing(1)[1] == PRICE


def test_unlist_of_a_withdrawn_listing_reverts(desk, who):
    travel(desk.unlist(1, {"from": who.merchant}).timestamp + LOCAL.notice)
    with reverts("ListingClosed", 1):
        desk.unlist.call(1, {"from": who.merchant})


def test_unlist_by_anybody_else_reverts(desk, who):
    for caller in (who.alice, who.owner):
        with reverts("NotMerchant", caller, who.merchant):
            desk.unlist.call(1, {"from": caller})


def test_unlist_of_no_listing_reverts(desk, who):
    with reverts("NoSuchListing", 2):
        desk.unlist.call(2, {"from": who.merchant})
