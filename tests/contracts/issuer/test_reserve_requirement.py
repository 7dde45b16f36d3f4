"""At each mint the vault's free cash must be at least `cash_floor` of the supply after it."""

from dataclasses import replace

import pytest

from tests.contracts.helpers import PLENTY, SHIPPED, orders, reverts


@pytest.fixture(scope="module")
def config():
    """As shipped: 20 %. Par is 100 units."""
    return replace(SHIPPED, units_per_diamond=100)


@pytest.fixture(scope="module")
def seed():
    """None: these tests are about cash."""
    return 0


@pytest.fixture(autouse=True)
def _attested(attest):
    attest(PLENTY)


def test_mint_without_cash_reverts(issuer, mint, who):
    assert issuer.headroom() == 0
    with reverts("ReserveRequirement", 0, 1, 100):
        mint(who.alice, 1)


def test_mint_up_to_the_requirement_and_not_one_more(issuer, donate, mint, who):
    donate(20_000)
    assert issuer.headroom() == 1_000
    with reverts("ReserveRequirement", 200, 201, 100):
        mint(who.alice, 1_001)
    mint(who.alice, 1_000)
    assert issuer.headroom() == 0
    with reverts("ReserveRequirement", 200, 201, 100):
        mint(who.alice, 1)


@pytest.mark.parametrize("amount", [1, 4, 5, 6, 1_234])
def test_refusal_names_the_deposit_that_cures_it(asset, vault, donate, mint, who, amount):
    donate(99)
    required = -(-amount // 5)
    with reverts("ReserveRequirement", 0, required, required * 100):
        mint(who.alice, amount)
    asset.mint(who.bob, required * 100, {"from": who.bob})
    asset.approve(vault, required * 100, {"from": who.bob})
    vault.deposit(required * 100, {"from": who.bob})
    mint(who.alice, amount)


def test_part_of_a_diamonds_cash_counts_nothing(issuer, donate, mint, who):
    donate(199)
    assert issuer.headroom() == 5
    with reverts("ReserveRequirement", 1, 2, 100):
        mint(who.alice, 6)
    donate(1)
    mint(who.alice, 6)


def test_mint_batch_pays_it_on_its_total(issuer, donate, mint_batch, who):
    donate(20_000)
    with reverts("ReserveRequirement", 200, 201, 100):
        mint_batch(orders((who.alice, 1_000), (who.bob, 1)))
    mint_batch(orders((who.alice, 999), (who.bob, 1)))
    assert issuer.headroom() == 0


def test_execute_pays_it_when_it_comes(donate, proposed, execute, who):
    donate(20_000)
    sales = orders((who.alice, 1_001))
    proposed(sales)
    with reverts("ReserveRequirement", 200, 201, 100):
        execute(sales)
    donate(100)
    execute(sales)


def test_requirement_counts_the_supply_not_what_was_issued(issuer, token, donate, mint, who):
    donate(20_000)
    mint(who.alice, 1_000)
    token.burn(400, bytes(32), {"from": who.alice})
    assert issuer.headroom() == 400
    mint(who.alice, 400)
    with reverts("ReserveRequirement", 200, 201, 100):
        mint(who.alice, 1)


def test_requirement_counts_no_cash_of_tickets_and_none_that_left(issuer, vault, donate, mint, open_ticket, who):
    donate(20_000)
    mint(who.alice, 500)
    open_ticket(50)
    assert issuer.headroom() == 300
    vault.redeem(50, who.alice, {"from": who.alice})
    assert issuer.headroom() == 100
    mint(who.bob, 100)
    with reverts("ReserveRequirement", 100, 101, 100):
        mint(who.bob, 1)


def test_headroom_is_the_least_of_reserves_requirement_and_cap(issuer, donate, attest):
    donate(20_000)
    attest({"escrowed cash": 300})
    assert issuer.headroom() == 500
    attest({"escrowed cash": 801})
    assert issuer.headroom() == 1_000
