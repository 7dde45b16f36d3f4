import pytest

from tests.contracts.helpers import LOCAL, events, reverts

DELAY = LOCAL.vault_rules.surplus_delay


def test_announce_surplus_starts_the_delay_and_says_so(vault, who):
    tx = vault.announceSurplus(700, {"from": who.treasury})
    assert vault.surplus() == (700, tx.timestamp + DELAY)
    assert events(tx, "SurplusAnnounced") == [{"units": 700, "readyAt": tx.timestamp + DELAY}]
    assert not events(tx, "SurplusVoided")


def test_announce_surplus_replaces_the_last_one_and_starts_anew(vault, announce, who):
    announce(700)
    tx = vault.announceSurplus(500, {"from": who.treasury})
    assert vault.surplus() == (500, tx.timestamp + DELAY)
    assert events(tx, "SurplusVoided") == [{"units": 700}]


def test_announce_surplus_moves_no_cash_and_closes_nothing(vault, issuer, donate, attest, announce):
    donate(500)
    attest({"escrowed cash": 2_000})
    announce(500)
    assert (vault.cashNow(), issuer.headroom()) == ((500, 0, 0), 1_000)


def test_announce_surplus_of_more_than_there_is_passes(vault, announce):
    announce(2**128 - 1)
    assert vault.surplus()[0] == 2**128 - 1


@pytest.mark.parametrize("units", [2**128, 2**256 - 1])
def test_announce_surplus_reverts_with_units_that_would_be_cut_off(vault, who, units):
    with reverts("SafeCastOverflowedUintDowncast", 128, units):
        vault.announceSurplus.call(units, {"from": who.treasury})


def test_announce_surplus_of_nothing_reverts(vault, who):
    with reverts("NothingAsked"):
        vault.announceSurplus.call(0, {"from": who.treasury})


def test_announce_surplus_by_anybody_else_reverts(vault, who):
    for caller in (who.owner, who.governor, who.deployer, who.alice):
        with reverts("NotTreasury", caller):
            vault.announceSurplus.call(1, {"from": caller})


def test_announce_surplus_reverts_once_a_wind_down_has_begun(vault, wind_down, who):
    wind_down()
    with reverts("WindDownBegun"):
        vault.announceSurplus.call(1, {"from": who.treasury})
