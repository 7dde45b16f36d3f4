import pytest

from tests.contracts.helpers import reverts


def test_ticket_tells_holder_payee_time_place_and_what_is_owed(vault, donate, open_ticket, who):
    donate(50)
    open_ticket(40, who.bob)
    open_ticket(30, payee=who.carol)
    at = vault.ticket(2)[2]
    assert vault.ticket(2) == (who.alice.address, who.carol.address, at, 40, 30, 10, 0)
    vault.withdraw(2, who.alice, {"from": who.alice})
    assert vault.ticket(2) == (who.alice.address, who.carol.address, at, 40, 30, 10, 10)


@pytest.mark.parametrize("ticket", [0, 2, 2**256 - 1])
def test_ticket_reverts_where_there_is_none(vault, open_ticket, ticket):
    open_ticket(1)
    with reverts("NoSuchTicket", ticket):
        vault.ticket(ticket)


def test_ticket_count_counts_tickets_ever_opened(vault, donate, open_ticket, who):
    donate(50)
    open_ticket(40)
    open_ticket(1)
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert vault.ticketCount() == 2


def test_wind_down_is_nothing_before_it_begins(vault, donate):
    donate(50)
    assert vault.windDown() == (0, 0, 0, 0, 0)


def test_pot_is_what_there_ever_was_for_claims(vault, donate, open_ticket, wind_down, who):
    donate(250)
    open_ticket(100)
    wind_down()
    vault.claim(500, who.bob, {"from": who.bob})
    assert vault.windDown()[2:] == (1_400, 150, 53)
    donate(50)
    assert vault.windDown()[2:] == (1_400, 200, 53)
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert vault.windDown()[2:] == (1_400, 200, 53)


def test_claim_of_tells_what_a_claim_would_pay_now(vault, donate, wind_down, who):
    donate(150)
    wind_down()
    assert vault.claimOf(who.bob) == (0, 0, 0)
    vault.claim(500, who.bob, {"from": who.bob})
    donate(150)
    assert vault.claimOf(who.bob) == (500, 50, 50)
    assert vault.claim.call(0, who.bob, {"from": who.bob}) == 50
