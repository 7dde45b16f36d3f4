import pytest

from tests.contracts.helpers import events

LARGEST = 2**120 - 1


def test_count_by_anybody_counts_a_plain_transfer_and_says_so(asset, vault, who):
    asset.mint(vault, 90, {"from": who.alice})
    assert vault.cashState() == (0, 0, 0, 0)
    tx = vault.count({"from": who.carol})
    assert events(tx, "CashCounted") == [{"oldCash": 0, "cash": 90}]
    assert vault.cashState() == (90, 90, 0, 0)


def test_count_again_changes_nothing(vault, donate, who):
    donate(90)
    assert list(vault.count({"from": who.carol}).events) == []


def test_count_funds_tickets(asset, vault, open_ticket, who):
    ticket = open_ticket(100)
    asset.mint(vault, 60, {"from": who.alice})
    tx = vault.count({"from": who.carol})
    assert events(tx, "TicketsFunded") == [{"upTo": 60}]
    assert vault.ticket(ticket)[5] == 60


def test_count_says_nothing_of_tickets_that_are_funded_already(vault, donate, asset, open_ticket, who):
    donate(100)
    open_ticket(100)
    asset.mint(vault, 60, {"from": who.alice})
    assert not events(vault.count({"from": who.carol}), "TicketsFunded")


@pytest.mark.parametrize("held", [LARGEST, LARGEST + 1, 2**255])
def test_count_stops_at_what_the_books_can_hold(vault, donate, held):
    donate(held)
    assert vault.cashNow() == (LARGEST, 0, 0)
    assert vault.cashState() == (LARGEST, LARGEST, 0, 0)
