import pytest

from tests.contracts.helpers import events, reverts

DIAMONDS, FUNDED, PAID = 4, 5, 6


@pytest.fixture
def convert(vault, who):
    """Converts a ticket as Carol; a dry run sees the time of the newest block."""

    def run(ticket, dry=False):
        return (vault.convert.call if dry else vault.convert)(ticket, {"from": who.carol})

    return run


def test_convert_by_anybody_makes_an_unfunded_ticket_a_claim_and_says_so(vault, open_ticket, wind_down, convert, who):
    open_ticket(400)
    wind_down()
    tx = convert(1)
    assert events(tx, "TicketConverted") == [{"ticket": 1, "holder": who.alice.address, "amount": 400}]
    assert (vault.ticket(1)[DIAMONDS:], vault.claimOf(who.alice)) == ((0, 0, 0), (400, 0, 0))


def test_convert_leaves_what_was_funded(vault, asset, donate, open_ticket, wind_down, convert, who):
    donate(150)
    open_ticket(400)
    wind_down()
    convert(1)
    assert (vault.ticket(1)[DIAMONDS:], vault.claimOf(who.alice)[0]) == ((150, 150, 0), 250)
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.ticket(1)[DIAMONDS:]) == (150, (150, 150, 150))


def test_convert_after_the_funded_part_was_paid(vault, donate, open_ticket, wind_down, convert, who):
    donate(150)
    open_ticket(400)
    vault.withdraw(1, who.alice, {"from": who.alice})
    wind_down()
    convert(1)
    assert (vault.ticket(1)[DIAMONDS:], vault.claimOf(who.alice)[0]) == ((150, 150, 150), 250)


def test_convert_adds_up_the_tickets_of_a_holder(vault, open_ticket, wind_down, convert, who):
    open_ticket(400)
    open_ticket(50, who.bob)
    open_ticket(30)
    wind_down()
    for ticket in (3, 1, 2):
        convert(ticket)
    assert (vault.claimOf(who.alice)[0], vault.claimOf(who.bob)[0]) == (430, 50)


def test_convert_twice_reverts(donate, open_ticket, wind_down, convert):
    donate(150)
    open_ticket(400)
    wind_down()
    convert(1)
    with reverts("TicketNotWaiting", 1):
        convert(1, dry=True)


def test_convert_of_a_funded_ticket_reverts(donate, open_ticket, wind_down, convert):
    donate(400)
    open_ticket(400)
    wind_down()
    with reverts("TicketNotWaiting", 1):
        convert(1, dry=True)


def test_money_that_comes_later_funds_no_ticket(vault, donate, open_ticket, wind_down, convert):
    open_ticket(400)
    wind_down()
    donate(1_500)
    assert vault.ticket(1)[FUNDED] == 0
    convert(1)


@pytest.mark.parametrize("ticket", [0, 2])
def test_convert_of_no_ticket_reverts(open_ticket, wind_down, convert, ticket):
    open_ticket(400)
    wind_down()
    with reverts("NoSuchTicket", ticket):
        convert(ticket, dry=True)


def test_convert_without_a_wind_down_reverts(open_ticket, convert):
    open_ticket(400)
    with reverts("NoWindDown"):
        convert(1, dry=True)
