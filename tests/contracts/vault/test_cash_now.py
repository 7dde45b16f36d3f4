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


def test_uncounted_cash_is_none_yet(vault, asset, donate, who):
    donate(70)
    asset.mint(vault, 30, {"from": who.carol})
    assert vault.cashNow() == (70, 0, 0)


def test_cash_now_goes_on_in_a_wind_down_without_what_tickets_wait_for(vault, donate, open_ticket, wind_down):
    donate(70)
    wind_down()
    assert vault.cashNow() == (70, 0, 0)


def test_surplus_is_drained_until_an_attestation_of_a_later_second(vault, donate, take_surplus, attest):
    donate(2_000)
    taken_at = take_surplus(100).timestamp
    assert (vault.cashNow(), vault.drainedAt()) == ((1_900, 0, 100), taken_at)
    travel(taken_at + 1)
    attest(as_of=taken_at)
    assert vault.cashNow() == (1_900, 0, 100)
    attest(as_of=taken_at + 1)
    assert (vault.cashNow(), vault.drainedAt()) == ((1_900, 0, 0), taken_at)


def test_second_surplus_drains_anew(vault, donate, take_surplus):
    donate(2_000)
    take_surplus(100)
    assert take_surplus(60).timestamp == vault.drainedAt()
    assert vault.cashNow() == (1_840, 0, 60)
