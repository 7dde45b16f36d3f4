import pytest

from tests.contracts.helpers import events, reverts


@pytest.fixture(scope="module", autouse=True)
def _carol_may_deposit_500(asset, vault, who):
    asset.mint(who.carol, 800, {"from": who.carol})
    asset.approve(vault, 500, {"from": who.carol})


def test_deposit_by_anybody_moves_units_into_the_vault_and_says_so(asset, vault, who):
    vault.deposit(300, {"from": who.carol})
    tx = vault.deposit(200, {"from": who.carol})
    assert vault.cashState()[0] == asset.balanceOf(vault) == 500
    assert events(tx, "CashCounted") == [{"oldCash": 300, "cash": 500}]


def test_deposit_beyond_the_allowance_reverts(vault, who):
    with reverts("ERC20InsufficientAllowance", vault, 500, 501):
        vault.deposit.call(501, {"from": who.carol})


def test_deposit_beyond_the_balance_reverts(asset, vault, who):
    asset.approve(vault, 801, {"from": who.carol})
    with reverts("ERC20InsufficientBalance", who.carol, 800, 801):
        vault.deposit.call(801, {"from": who.carol})


def test_deposit_counts_a_donation_too(asset, vault, who):
    asset.transfer(vault, 300, {"from": who.carol})
    vault.deposit(200, {"from": who.carol})
    assert vault.cashState() == (500, 500, 0, 0)


def test_deposit_of_nothing_changes_nothing(vault, who):
    assert not events(vault.deposit(0, {"from": who.alice}), "CashCounted")
    assert vault.cashState() == (0, 0, 0, 0)


def test_deposit_funds_tickets_in_their_order(vault, open_ticket, who):
    first, second = open_ticket(100), open_ticket(300, who.bob)
    tx = vault.deposit(150, {"from": who.carol})
    assert events(tx, "TicketsFunded") == [{"upTo": 150}]
    assert (vault.ticket(first)[5], vault.ticket(second)[5]) == (100, 50)
    assert vault.cashState() == (150, 0, 400, 250)


def test_deposit_goes_on_in_a_wind_down(vault, wind_down, who):
    wind_down()
    vault.deposit(150, {"from": who.carol})
    assert vault.windDown()[3] == 150
