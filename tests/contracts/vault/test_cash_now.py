import pytest

from tests.contracts.helpers import ZERO, travel


@pytest.mark.parametrize(("units", "diamonds"), [(0, 0), (99, 0), (100, 1), (199, 1), (200, 2)])
def test_cash_is_rounded_down_to_whole_diamonds(vault_of_100, asset, who, units, diamonds):
    asset.mint(vault_of_100, units, {"from": who.carol})
    vault_of_100.count({"from": who.carol})
    assert vault_of_100.cashNow() == (diamonds, 0, 0)
    assert vault_of_100.cashState() == (units, diamonds, 0, 0)


@pytest.mark.parametrize(("units", "free", "waiting"), [(0, 0, 3), (299, 0, 1), (300, 0, 0), (399, 0, 0), (400, 1, 0)])
def test_cash_goes_to_tickets_first(vault_of_100, asset, who, units, free, waiting):
    vault_of_100.request(3, ZERO, {"from": who.alice})
    asset.mint(vault_of_100, units, {"from": who.carol})
    vault_of_100.count({"from": who.carol})
    assert vault_of_100.cashNow() == (free, waiting, 0)
    assert vault_of_100.cashState() == (units, free, 3, waiting)


def test_paid_tickets_are_owed_no_more(vault, donate, open_ticket, who):
    donate(70)
    ticket = open_ticket(50)
    assert vault.cashState() == (70, 20, 50, 0)
    vault.withdraw(ticket, who.alice, {"from": who.alice})
    assert vault.cashState() == (20, 20, 0, 0)


def test_wind_down_is_told(vault, donate, wind_down):
    donate(70)
    wind_down()
    assert vault.mintState() == (70, 0, True)


def test_cash_backs_nothing_from_a_surplus_until_an_attestation_of_a_later_second(vault, donate, take_surplus, attest):
    donate(2_000)
    taken_at = take_surplus(100).timestamp
    assert (vault.mintState(), vault.cashState()) == ((0, 0, False), (1_900, 1_900, 0, 0))
    travel(taken_at + 1)
    attest(as_of=taken_at)
    assert vault.cashNow() == (0, 0, 0)
    attest(as_of=taken_at + 1)
    assert vault.cashNow() == (1_900, 0, 0)


def test_surplus_closes_headroom_that_cash_had_given(issuer, donate, take_surplus, attest):
    donate(2_000)
    taken_at = take_surplus(100).timestamp
    assert issuer.headroom() == 500
    travel(taken_at + 1)
    attest({"escrowed cash": 2_000})
    assert issuer.headroom() == 2_400
