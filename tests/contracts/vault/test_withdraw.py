import pytest

from tests.contracts.helpers import ZERO, events, reverts

FUNDED, PAID = 5, 6


@pytest.fixture
def withdraw(vault, who):
    """Takes what a ticket of Alice's is funded with; a dry run sees the time of the newest block."""

    def run(ticket, to=None, sender=None, dry=False):
        function = vault.withdraw.call if dry else vault.withdraw
        return function(ticket, to or who.alice, {"from": sender or who.alice})

    return run


def test_withdraw_pays_par_where_the_holder_says_and_says_so(vault, asset, donate, open_ticket, withdraw, who):
    open_ticket(300)
    donate(400)
    tx = withdraw(1, to=who.carol)
    assert (asset.balanceOf(who.carol), vault.ticket(1)[PAID], vault.cashState()) == (300, 300, (100, 100, 0, 0))
    assert events(tx, "TicketPaid") == [{"ticket": 1, "to": who.carol.address, "amount": 300, "units": 300}]
    assert not events(tx, "CashCounted")


def test_withdraw_pays_par_in_units(vault_of_100, asset, who):
    vault_of_100.request(4, ZERO, {"from": who.alice})
    asset.mint(vault_of_100, 350, {"from": who.carol})
    assert vault_of_100.withdraw.call(1, who.bob, {"from": who.alice}) == 300
    tx = vault_of_100.withdraw(1, who.bob, {"from": who.alice})
    assert events(tx, "TicketPaid") == [{"ticket": 1, "to": who.bob.address, "amount": 3, "units": 300}]
    assert (vault_of_100.cashState(), vault_of_100.ticket(1)[FUNDED:]) == ((50, 0, 1, 1), (3, 3))


def test_withdraw_pays_a_ticket_in_parts_as_cash_comes(vault, asset, donate, open_ticket, withdraw, who):
    open_ticket(300)
    for cash in (100, 50, 150):
        donate(cash)
        withdraw(1)
    assert (asset.balanceOf(who.alice), vault.ticket(1)[FUNDED:], vault.cashState()) == (300, (300, 300), (0, 0, 0, 0))


def test_withdraw_twice_reverts(donate, open_ticket, withdraw):
    donate(400)
    open_ticket(300)
    withdraw(1)
    with reverts("TicketNotFunded", 1):
        withdraw(1, dry=True)


def test_withdraw_without_cash_reverts(open_ticket, withdraw):
    open_ticket(300)
    with reverts("TicketNotFunded", 1):
        withdraw(1, dry=True)


def test_withdraw_counts_what_nobody_has_counted(vault, asset, open_ticket, withdraw, who):
    open_ticket(300)
    asset.mint(vault, 200, {"from": who.carol})
    tx = withdraw(1)
    assert events(tx, "TicketsFunded") == [{"upTo": 200}]
    assert asset.balanceOf(who.alice) == 200


def test_withdraw_of_a_later_ticket_reverts_while_an_earlier_one_waits(donate, open_ticket, withdraw, who):
    open_ticket(300)
    open_ticket(10, who.bob)
    donate(299)
    with reverts("TicketNotFunded", 2):
        withdraw(2, sender=who.bob, dry=True)


def test_withdraw_of_a_later_ticket_passes_before_an_earlier_one_is_taken(vault, donate, open_ticket, withdraw, who):
    open_ticket(300)
    open_ticket(10, who.bob)
    donate(310)
    withdraw(2, sender=who.bob)
    assert (vault.ticket(1)[FUNDED:], vault.cashState()) == ((300, 0), (300, 0, 300, 0))
    withdraw(1)
    assert vault.cashState() == (0, 0, 0, 0)


def test_withdraw_by_anybody_else_reverts(vault, donate, open_ticket, withdraw, who):
    donate(400)
    open_ticket(300)
    for caller in (who.bob, who.treasury, who.owner):
        with reverts("NotTicketHolder", caller, who.alice):
            withdraw(1, sender=caller, dry=True)


def test_withdraw_by_anybody_to_the_payee_that_the_ticket_names_passes(
    vault, asset, donate, open_ticket, withdraw, who
):
    donate(100)
    open_ticket(300, payee=who.carol)
    withdraw(1, to=who.carol, sender=who.bob)
    assert (asset.balanceOf(who.carol), vault.ticket(1)[FUNDED:]) == (100, (100, 100))
    donate(200)
    withdraw(1, to=who.carol, sender=who.carol)
    assert (asset.balanceOf(who.carol), vault.ticket(1)[FUNDED:]) == (300, (300, 300))


def test_withdraw_by_anybody_to_another_than_the_payee_reverts(donate, open_ticket, withdraw, who):
    donate(400)
    open_ticket(300, payee=who.carol)
    for to in (who.bob, who.alice, ZERO):
        with reverts("NotTicketHolder", who.bob, who.alice):
            withdraw(1, to=to, sender=who.bob, dry=True)


def test_withdraw_by_anybody_to_no_payee_reverts(donate, open_ticket, withdraw, who):
    donate(400)
    open_ticket(300)
    with reverts("NotTicketHolder", who.bob, who.alice):
        withdraw(1, to=ZERO, sender=who.bob, dry=True)


def test_withdraw_by_the_holder_goes_where_it_says_whatever_payee_the_ticket_names(
    asset, donate, open_ticket, withdraw, who
):
    donate(400)
    open_ticket(300, payee=who.carol)
    withdraw(1, to=who.bob)
    assert (asset.balanceOf(who.bob), asset.balanceOf(who.carol)) == (300, 0)


@pytest.mark.parametrize("ticket", [0, 2, 2**256 - 1])
def test_withdraw_of_no_ticket_reverts(donate, open_ticket, withdraw, ticket):
    donate(400)
    open_ticket(300)
    with reverts("NoSuchTicket", ticket):
        withdraw(ticket, dry=True)


def test_withdraw_to_nobody_or_to_the_vault_reverts(vault, donate, open_ticket, withdraw):
    donate(400)
    open_ticket(300)
    for to in (ZERO, vault.address):
        with reverts("BadPayee", to):
            withdraw(1, to=to, dry=True)


def test_withdraw_passes_in_a_wind_down_for_what_was_funded(
    vault, asset, donate, open_ticket, withdraw, wind_down, who
):
    donate(200)
    open_ticket(300)
    wind_down()
    withdraw(1)
    assert (asset.balanceOf(who.alice), vault.cashState()) == (200, (0, 0, 0, 0))
    donate(100)
    with reverts("TicketNotFunded", 1):
        withdraw(1, dry=True)
