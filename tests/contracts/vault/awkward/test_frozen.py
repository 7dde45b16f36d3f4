import pytest

from tests.contracts.helpers import ZERO, reverts

FUNDED, PAID = 5, 6


@pytest.fixture
def freeze(asset, who):
    """Freezes an account, or thaws it."""

    def run(account, yes=True):
        asset.freeze(account, yes, {"from": who.carol})

    return run


def test_holder_whose_account_is_frozen_names_another_payee(vault, asset, donate, open_ticket, freeze, who):
    donate(400)
    open_ticket(300)
    freeze(who.alice)
    with reverts("Frozen", who.alice):
        vault.withdraw.call(1, who.alice, {"from": who.alice})
    with reverts("Frozen", who.alice):
        vault.redeem.call(100, who.alice, {"from": who.alice})
    vault.withdraw(1, who.carol, {"from": who.alice})
    vault.redeem(100, who.carol, {"from": who.alice})
    assert asset.balanceOf(who.carol) == 400


def test_holder_whose_account_is_frozen_blocks_nobody(vault, asset, donate, open_ticket, freeze, who):
    open_ticket(300)
    open_ticket(100, who.bob)
    freeze(who.alice)
    donate(450)
    vault.withdraw(2, who.bob, {"from": who.bob})
    vault.redeem(50, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.bob), vault.cashState()) == (150, (300, 0, 300, 0))


def test_holder_whose_account_is_frozen_claims_elsewhere_and_blocks_nobody(
    vault, asset, donate, wind_down, freeze, who
):
    donate(750)
    wind_down()
    freeze(who.alice)
    with reverts("Frozen", who.alice):
        vault.claim.call(1_000, who.alice, {"from": who.alice})
    vault.claim(500, who.bob, {"from": who.bob})
    vault.claim(1_000, who.carol, {"from": who.alice})
    assert (asset.balanceOf(who.bob), asset.balanceOf(who.carol)) == (250, 500)


@pytest.mark.parametrize("how", ["frozen", "paused"])
def test_vault_that_cannot_pay_still_records_who_is_owed(vault, asset, token, donate, freeze, turn, who, how):
    donate(400)
    error = ("Frozen", vault) if how == "frozen" else ("Stopped",)
    freeze(vault) if how == "frozen" else turn("PAUSED")
    with reverts(*error):
        vault.redeem.call(100, who.alice, {"from": who.alice})
    vault.request(300, ZERO, {"from": who.alice})
    with reverts("TicketNotFunded", 1):
        vault.withdraw.call(1, who.alice, {"from": who.alice})
    with reverts("ShortOfCash", 100, 0):
        vault.redeem.call(100, who.alice, {"from": who.alice})
    assert (token.balanceOf(who.alice), vault.ticket(1)[FUNDED:]) == (700, (0, 0))
    assert vault.cashState() == (400, 0, 300, 300)
    freeze(vault, False) if how == "frozen" else turn("NONE")
    vault.withdraw(1, who.alice, {"from": who.alice})
    assert (asset.balanceOf(who.alice), vault.ticket(1)[FUNDED:]) == (300, (300, 300))


def test_wind_down_begins_and_converts_while_the_vault_is_frozen_and_pays_after(
    vault, asset, donate, open_ticket, freeze, wind_down, who
):
    donate(150)
    open_ticket(300)
    freeze(vault)
    wind_down()
    vault.convert(1, {"from": who.carol})
    assert (vault.ticket(1)[4:], vault.claimOf(who.alice)) == ((150, 150, 0), (150, 0, 0))
    vault.claim(500, who.bob, {"from": who.bob})
    freeze(vault, False)
    donate(135)
    vault.withdraw(1, who.alice, {"from": who.alice})
    vault.claim(700, who.alice, {"from": who.alice})
    vault.claim(0, who.bob, {"from": who.bob})
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (150 + 85, 50)


def test_claim_reverts_while_the_asset_is_paused_and_burns_nothing(vault, token, donate, wind_down, turn, who):
    donate(750)
    wind_down()
    turn("PAUSED")
    with reverts("Stopped"):
        vault.claim.call(500, who.bob, {"from": who.bob})
    assert token.balanceOf(who.bob) == 500


def test_deposit_reverts_while_the_asset_is_paused(vault, give, turn, who):
    give(100)
    turn("PAUSED")
    with reverts("Stopped"):
        vault.deposit.call(100, {"from": who.carol})
