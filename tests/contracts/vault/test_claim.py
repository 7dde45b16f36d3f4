from itertools import permutations

import pytest

from tests.contracts.helpers import FOREVER, LOCAL, SILENCE, ZERO, events, now, reverts, travel


@pytest.fixture
def claim(vault, who):
    """Burns Alice's diamonds for their share; a dry run sees the time of the newest block."""

    def run(amount, to=None, sender=None, dry=False):
        function = vault.claim.call if dry else vault.claim
        return function(amount, to or sender or who.alice, {"from": sender or who.alice})

    return run


def test_claim_burns_diamonds_pays_their_share_and_says_so(vault, token, asset, donate, wind_down, claim, who):
    donate(750)
    wind_down()
    assert claim(400, dry=True) == 200
    tx = claim(400, to=who.carol)
    assert (token.balanceOf(who.alice), asset.balanceOf(who.carol)) == (600, 200)
    assert (vault.claimOf(who.alice), vault.windDown()[2:]) == ((400, 200, 0), (1_500, 750, 200))
    assert events(tx, "Claimed") == [
        {"holder": who.alice.address, "to": who.carol.address, "amount": 400, "units": 200}
    ]
    assert events(tx, "Burned") == [{"from": who.alice.address, "orderRef": bytes(32), "amount": 400, "supply": 1_100}]


def test_claim_in_parts_pays_the_same(asset, donate, wind_down, claim, who):
    donate(750)
    wind_down()
    for amount in (1, 332, 667):
        claim(amount)
    assert asset.balanceOf(who.alice) == 500


def test_claim_pays_par_and_never_more(vault, asset, donate, wind_down, claim, who):
    donate(1_600)
    wind_down()
    claim(1_000)
    claim(500, sender=who.bob)
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (1_000, 500)
    for holder in (who.alice, who.bob):
        with reverts("NothingToClaim", holder):
            claim(0, sender=holder, dry=True)
    assert vault.cashState()[0] == 100


def test_claim_leaves_funded_tickets_their_cash(vault, donate, open_ticket, wind_down, claim, who):
    donate(700)
    open_ticket(400)
    wind_down()
    assert vault.windDown()[2:] == (1_100, 300, 0)
    claim(500, sender=who.bob)
    assert claim(600, dry=True) == 600 * 300 // 1_100
    vault.withdraw.call(1, who.alice, {"from": who.alice})


def test_claim_without_diamonds_collects_for_converted_tickets(
    vault, asset, donate, open_ticket, wind_down, claim, who
):
    open_ticket(400)
    wind_down()
    donate(750)
    vault.convert(1, {"from": who.carol})
    tx = claim(0)
    assert asset.balanceOf(who.alice) == 200
    assert events(tx, "Claimed")[0] == {"holder": who.alice.address, "to": who.alice.address, "amount": 0, "units": 200}
    assert not events(tx, "Burned")


def test_money_that_comes_later_pays_what_is_still_owed(vault, asset, donate, wind_down, claim, who):
    donate(300)
    wind_down()
    claim(1_000)
    assert asset.balanceOf(who.alice) == 200
    donate(450)
    assert vault.claimOf(who.alice) == (1_000, 200, 300)
    claim(0)
    claim(500, sender=who.bob)
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob)) == (500, 250)
    donate(900)
    claim(0)
    claim(0, sender=who.bob)
    assert (asset.balanceOf(who.alice), asset.balanceOf(who.bob), vault.cashState()[0]) == (1_000, 500, 150)


def test_claim_counts_what_nobody_has_counted(vault, asset, wind_down, claim, who):
    wind_down()
    asset.mint(vault, 750, {"from": who.carol})
    claim(400)
    assert asset.balanceOf(who.alice) == 200


def test_claim_of_diamonds_passes_where_there_is_nothing_yet(vault, token, asset, wind_down, claim, donate, who):
    wind_down()
    tx = claim(400)
    assert (token.balanceOf(who.alice), vault.claimOf(who.alice)) == (600, (400, 0, 0))
    assert events(tx, "Claimed")[0]["units"] == 0
    donate(750)
    claim(0)
    assert asset.balanceOf(who.alice) == 200


def test_claim_of_nothing_reverts_where_nothing_is_due(vault, donate, wind_down, claim, who):
    donate(750)
    wind_down()
    with reverts("NothingToClaim", who.carol):
        claim(0, sender=who.carol, dry=True)
    claim(400)
    with reverts("NothingToClaim", who.alice):
        claim(0, dry=True)


def test_claim_to_nobody_or_to_the_vault_reverts(vault, donate, wind_down, claim):
    donate(750)
    wind_down()
    for to in (ZERO, vault.address):
        with reverts("BadPayee", to):
            claim(400, to=to, dry=True)


def test_claim_beyond_the_balance_reverts(wind_down, claim, who):
    wind_down()
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        claim(1_001, dry=True)


def test_claim_without_an_allowance_reverts(vault, token, wind_down, claim, who):
    token.approve(vault, 399, {"from": who.alice})
    wind_down()
    with reverts("ERC20InsufficientAllowance", vault, 399, 400):
        claim(400, dry=True)


def test_claim_without_a_wind_down_reverts(donate, claim):
    donate(750)
    with reverts("NoWindDown"):
        claim(400, dry=True)


def test_burning_without_a_claim_leaves_the_others_their_share(token, asset, donate, wind_down, claim, who):
    donate(750)
    wind_down()
    token.burn(1_000, bytes(32), {"from": who.alice})
    claim(500, sender=who.bob)
    assert asset.balanceOf(who.bob) == 250


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("cash", [100, 299])
def test_everybody_gets_the_same_in_any_order_within_a_unit(create, donate, mint, token, asset, who, order, cash):
    holders = [who.carol, who.merchant, who.arbiter]
    token.burn(1_000, bytes(32), {"from": who.alice})
    token.burn(500, bytes(32), {"from": who.bob})
    vault = create("ReserveVault", units_per_diamond=100)
    asset.mint(vault, cash, {"from": who.carol})
    donate(1)
    for holder in holders:
        mint(holder, 1)
        token.approve(vault, FOREVER, {"from": holder})
    travel(now() + LOCAL.vault_rules.max_silence + 1)
    vault.startWindDown(SILENCE, 0, {"from": who.carol})
    for i in order:
        vault.claim(1, holders[i], {"from": holders[i]})
    assert [asset.balanceOf(holder) for holder in holders] == [cash // 3] * 3
    assert asset.balanceOf(vault) == cash % 3
