"""The one comparison: `attested + min(cash + burned + drained, cash at asOf) - drained`, against `liabilities`."""

import pytest

from tests.contracts.helpers import LOCAL, now, travel


@pytest.fixture(scope="module")
def seed():
    """None: these tests are about cash."""
    return 0


@pytest.fixture(scope="module", autouse=True)
def _issued_1000_of_which_400_is_cash(attest, issue, donate, who):
    attest()
    issue((who.alice, 1_000))
    donate(400)
    attest({"escrowed cash": 600})


@pytest.fixture
def shown(oracle):
    """Reserves and liabilities."""
    return lambda: (oracle.reserves(), oracle.liabilities())


@pytest.fixture
def redeem(vault, token, who):
    """Redeems so many of Alice's diamonds."""

    def run(amount):
        token.approve(vault, amount, {"from": who.alice})
        vault.redeem(amount, who.alice, {"from": who.alice})

    return run


def test_reserves_are_none_before_the_first_attestation(create, issuer):
    assert create("ReserveOracle", issuer=issuer).attested() == 0


def test_reserves_are_what_was_attested_and_the_cash(shown):
    assert shown() == (1_000, 1_000)


def test_cash_that_came_since_counts_nothing(shown, donate):
    donate(300)
    assert shown() == (1_000, 1_000)


def test_redemptions_change_neither_side(shown, redeem):
    redeem(400)
    assert shown() == (1_000, 1_000)


def test_cash_that_replaces_what_was_redeemed_counts_once(shown, redeem, donate):
    redeem(400)
    donate(400)
    assert shown() == (1_000, 1_000)


def test_burning_without_pay_counts_as_if_it_was_paid(shown, token, who):
    token.burn(300, bytes(32), {"from": who.alice})
    assert shown() == (1_000, 1_000)


def test_tickets_without_cash_are_outstanding_still(shown, open_ticket):
    open_ticket(500)
    assert shown() == (1_000, 1_000)


def test_surplus_is_taken_off_until_it_is_attested(shown, vault, attest, who):
    travel(vault.announceSurplus(100, {"from": who.treasury}).timestamp + LOCAL.vault_rules.surplus_delay)
    attest({"escrowed cash": 700})
    assert shown() == (1_100, 1_000)
    vault.withdrawSurplus({"from": who.treasury})
    assert shown() == (1_000, 1_000)
    travel(now() + 1)
    attest({"escrowed cash": 700})
    assert shown() == (1_000, 1_000)


def test_attested_cash_that_passed_through_the_vault_counts_once(shown, vault, donate, attest, who):
    travel(vault.announceSurplus(100, {"from": who.treasury}).timestamp + LOCAL.vault_rules.surplus_delay)
    attest({"escrowed cash": 700})
    donate(100)
    vault.withdrawSurplus({"from": who.treasury})
    assert shown() == (1_000, 1_000)


def test_diamonds_issued_since_are_on_the_right_side(shown, attest, mint, who):
    attest({"escrowed cash": 650})
    mint(who.bob, 50)
    assert shown() == (1_050, 1_050)
