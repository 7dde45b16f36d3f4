import pytest

from tests.contracts.helpers import reverts, travel


@pytest.fixture
def payments(vault, donate, open_ticket, attest, announce, wind_down, who):
    """Makes one kind of payment possible; returns how to try it, and how much it is."""

    def prepare(kind):
        donate(2_000)
        if kind == "redeem":
            return vault.redeem, (300, who.alice, {"from": who.alice}), 300
        if kind == "withdraw":
            return vault.withdraw, (open_ticket(300), who.alice, {"from": who.alice}), 300
        if kind == "claim":
            wind_down()
            return vault.claim, (300, who.alice, {"from": who.alice}), 300
        travel(announce(300))
        attest({"escrowed cash": 2_000})
        return vault.withdrawSurplus, ({"from": who.treasury},), 300

    return prepare


KINDS = pytest.mark.parametrize("kind", ["redeem", "withdraw", "claim", "withdraw_surplus"])


@KINDS
def test_payment_passes_with_an_asset_that_returns_nothing(vault, asset, payments, turn, kind):
    pay, args, units = payments(kind)
    turn("NO_RETURN")
    pay(*args)
    assert vault.cashState()[0] == asset.balanceOf(vault) == 2_000 - units


@KINDS
def test_payment_reverts_where_the_asset_returns_false(asset, payments, turn, kind):
    pay, args, _ = payments(kind)
    turn("RETURNS_FALSE")
    with reverts("SafeERC20FailedOperation", asset):
        pay.call(*args)


@KINDS
def test_payment_reverts_where_the_asset_says_yes_and_moves_nothing(payments, turn, kind):
    pay, args, units = payments(kind)
    turn("MOVES_NOTHING")
    with reverts("AssetKept", units, 0):
        pay.call(*args)


def test_deposit_passes_with_an_asset_that_returns_nothing(vault, give, turn, who):
    give(100)
    turn("NO_RETURN")
    vault.deposit(100, {"from": who.carol})
    assert vault.cashState()[0] == 100


def test_deposit_reverts_where_the_asset_returns_false(vault, asset, give, turn, who):
    give(100)
    turn("RETURNS_FALSE")
    with reverts("SafeERC20FailedOperation", asset):
        vault.deposit.call(100, {"from": who.carol})


def test_deposit_counts_nothing_where_the_asset_says_yes_and_moves_nothing(vault, give, turn, who):
    give(100)
    turn("MOVES_NOTHING")
    vault.deposit(100, {"from": who.carol})
    assert vault.cashState()[0] == 0
