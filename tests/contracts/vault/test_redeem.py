import pytest

from tests.contracts.helpers import DAY, LOCAL, ZERO, addresses, events, now, reverts, travel


@pytest.fixture
def redeem(vault, who):
    """Redeems Alice's diamonds; a dry run sees the time of the newest block."""

    def run(amount, to=None, sender=None, dry=False):
        function = vault.redeem.call if dry else vault.redeem
        return function(amount, to or who.alice, {"from": sender or who.alice})

    return run


def test_redeem_burns_diamonds_pays_par_and_says_so(vault, token, asset, donate, redeem, who):
    donate(400)
    tx = redeem(300, to=who.carol)
    assert (token.balanceOf(who.alice), asset.balanceOf(who.carol), asset.balanceOf(vault)) == (700, 300, 100)
    assert vault.cashState() == (100, 100, 0, 0)
    assert events(tx, "Redeemed") == [
        {"holder": who.alice.address, "to": who.carol.address, "amount": 300, "units": 300}
    ]
    assert events(tx, "Burned") == [{"from": who.alice.address, "orderRef": bytes(32), "amount": 300, "supply": 1_200}]
    assert not events(tx, "CashCounted")


def test_redeem_pays_par_in_units(vault_of_100, asset, who):
    asset.mint(vault_of_100, 499, {"from": who.carol})
    assert vault_of_100.redeem.call(4, who.bob, {"from": who.alice}) == 400
    vault_of_100.redeem(4, who.bob, {"from": who.alice})
    assert (asset.balanceOf(who.bob), vault_of_100.cashState()) == (400, (99, 0, 0, 0))


def test_redeem_of_all_the_cash_passes_and_of_one_more_reverts(donate, redeem):
    donate(400)
    assert redeem(400, dry=True) == 400
    with reverts("ShortOfCash", 401, 400):
        redeem(401, dry=True)


def test_redeem_reverts_where_a_part_of_a_diamond_is_missing(vault_of_100, asset, who):
    asset.mint(vault_of_100, 499, {"from": who.carol})
    with reverts("ShortOfCash", 5, 4):
        vault_of_100.redeem.call(5, who.bob, {"from": who.alice})


def test_redeem_finds_cash_that_nobody_has_counted(vault, asset, redeem, who):
    asset.mint(vault, 400, {"from": who.carol})
    tx = redeem(300)
    assert events(tx, "CashCounted") == [{"oldCash": 0, "cash": 400}]
    assert vault.cashState() == (100, 100, 0, 0)


@pytest.mark.parametrize("held", [2**120 + 299, 2**255])
def test_redeem_keeps_more_cash_than_the_books_can_hold(vault, asset, donate, redeem, held):
    donate(held)
    redeem(300)
    assert (asset.balanceOf(vault), vault.cashState()[0]) == (held - 300, 2**120 - 1)


def test_redeem_cannot_take_the_cash_of_tickets(vault, donate, open_ticket, redeem, who):
    donate(400)
    open_ticket(300, who.bob)
    redeem(100, dry=True)
    with reverts("ShortOfCash", 101, 100):
        redeem(101, dry=True)


def test_redeem_reverts_while_tickets_wait(donate, open_ticket, redeem, who):
    donate(400)
    open_ticket(401, who.bob)
    with reverts("ShortOfCash", 1, 0):
        redeem(1, dry=True)


def test_redeem_of_nothing_reverts(donate, redeem):
    donate(400)
    with reverts("NothingAsked"):
        redeem(0, dry=True)


def test_redeem_to_nobody_or_to_the_vault_reverts(vault, donate, redeem):
    donate(400)
    for to in (ZERO, vault.address):
        with reverts("BadPayee", to):
            redeem(1, to=to, dry=True)


def test_redeem_beyond_the_balance_reverts(donate, redeem, who):
    donate(2_000)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        redeem(1_001, dry=True)


def test_redeem_without_an_allowance_reverts(vault, token, donate, redeem, who):
    donate(400)
    token.approve(vault, 299, {"from": who.alice})
    with reverts("ERC20InsufficientAllowance", vault, 299, 300):
        redeem(300, dry=True)


def test_redeem_of_what_others_hold_reverts(vault, donate, redeem, who):
    donate(400)
    with reverts("ERC20InsufficientAllowance", vault, 0, 1):
        redeem(1, sender=who.carol, dry=True)


def test_redeem_passes_without_a_fresh_attestation(oracle, donate, redeem):
    donate(400)
    travel(oracle.asOf() + LOCAL.max_age + DAY)
    redeem(400, dry=True)


def test_redeem_passes_while_minting_is_suspended(oracle, donate, redeem, who):
    donate(400)
    oracle.suspend({"from": who.auditor1})
    redeem(400, dry=True)


def test_redeem_passes_in_an_attested_shortfall(attest, donate, redeem):
    donate(400)
    attest({"escrowed cash": 0})
    redeem(400, dry=True)


def test_redeem_passes_after_all_roles_have_changed(oracle, vault, donate, redeem, who):
    donate(400)
    oracle.setAuditors(addresses(3), 2, {"from": who.owner})
    vault.setTreasury(addresses(1)[0], {"from": who.owner})
    redeem(400, dry=True)


def test_redeem_passes_while_a_surplus_is_announced_and_after_it(vault, donate, announce, take_surplus, redeem):
    donate(2_000)
    announce(500)
    redeem(1_000, dry=True)
    take_surplus(500)
    redeem(1_000, dry=True)


def test_redeem_passes_until_a_wind_down_begins(oracle, donate, redeem, wind_down):
    donate(400)
    travel(oracle.silentSince() + 10 * LOCAL.vault_rules.max_silence)
    assert now() > oracle.silentSince() + LOCAL.vault_rules.max_silence
    redeem(400, dry=True)
    wind_down()
    with reverts("WindDownBegun"):
        redeem(1, dry=True)
