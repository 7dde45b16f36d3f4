"""Assets whose smallest unit is far from a diamond: 18 decimals with a par of 0.01, and none with a par of 1."""

import pytest

from tests.contracts.helpers import FOREVER, SILENCE, ZERO, reverts, travel

PARS = pytest.mark.parametrize(("decimals", "par"), [(18, 10**16), (0, 1)])


@pytest.fixture
def build(create, AwkwardAsset, token, who):
    """An asset with these decimals, and a vault of it."""

    def make(decimals, par):
        asset = AwkwardAsset.deploy(decimals, {"from": who.carol})
        vault = create("ReserveVault", asset=asset.address, units_per_diamond=par)
        for holder in (who.alice, who.bob):
            token.approve(vault, FOREVER, {"from": holder})
        return asset, vault

    return make


@PARS
def test_redeem_and_tickets_pay_exactly_par(build, who, decimals, par):
    asset, vault = build(decimals, par)
    asset.mint(vault, 400 * par + par - 1, {"from": who.carol})
    with reverts("ShortOfCash", 401, 400):
        vault.redeem.call(401, who.alice, {"from": who.alice})
    vault.redeem(300, who.alice, {"from": who.alice})
    vault.request(101, ZERO, {"from": who.bob})
    vault.withdraw(1, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (300 * par, 100 * par)
    assert vault.cashState() == (par - 1, 0, 1, 1)


@PARS
def test_claims_share_to_the_last_unit(build, oracle, who, decimals, par):
    asset, vault = build(decimals, par)
    asset.mint(vault, 100 * par, {"from": who.carol})
    travel(oracle.asOf() + vault.rules()[4] + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.carol})
    vault.claim(1_000, who.alice, {"from": who.alice})
    vault.claim(500, who.bob, {"from": who.bob})
    assert asset.balanceOf(who.alice) == 1_000 * 100 * par // 1_500
    assert asset.balanceOf(who.bob) == 500 * 100 * par // 1_500
    assert asset.balanceOf(vault) == 1


@PARS
def test_cash_of_funded_tickets_is_no_part_of_the_pot(build, oracle, who, decimals, par):
    asset, vault = build(decimals, par)
    asset.mint(vault, 100 * par, {"from": who.carol})
    vault.request(40, ZERO, {"from": who.alice})
    travel(oracle.asOf() + vault.rules()[4] + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.carol})
    assert vault.windDown()[2:4] == (1_460, 60 * par)
    vault.claim(500, who.bob, {"from": who.bob})
    assert asset.balanceOf(who.bob) == 500 * 60 * par // 1_460


@PARS
def test_funded_ticket_is_paid_in_whole_diamonds_of_what_the_asset_left(build, who, decimals, par):
    asset, vault = build(decimals, par)
    asset.mint(vault, 5 * par, {"from": who.carol})
    vault.request(5, ZERO, {"from": who.alice})
    asset.setBalance(vault, 3 * par - 1, {"from": who.carol})
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.ticket(1)[4:]) == (2 * par, (5, 5, 2))
