import pytest

from tests.contracts.helpers import REF, ZERO, events, now, reverts, travel


def test_burn_of_a_part_lowers_balance_and_supply_and_says_so(token, who):
    tx = token.burn(300, REF, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.totalSupply()) == (700, 700)
    assert events(tx, "Burned") == [{"from": who.alice.address, "orderRef": REF, "amount": 300, "supply": 700}]
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": ZERO, "value": 300}]


def test_burn_of_all_passes_and_of_one_more_reverts(token, who):
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        token.burn(1_001, REF, {"from": who.alice})
    token.burn(1_000, REF, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.totalSupply()) == (0, 0)


def test_burn_touches_nobody_elses_diamonds(token, who):
    token.transfer(who.bob, 400, {"from": who.alice})
    tx = token.burn(150, bytes(32), {"from": who.bob})
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob)) == (600, 250)
    assert events(tx, "Burned") == [{"from": who.bob.address, "orderRef": bytes(32), "amount": 150, "supply": 850}]


def test_burn_of_nothing_passes_and_says_so(token, who):
    tx = token.burn(0, REF, {"from": who.bob})
    assert events(tx, "Burned") == [{"from": who.bob.address, "orderRef": REF, "amount": 0, "supply": 1_000}]


@pytest.mark.parametrize("role", ["governor", "minter", "auditor1", "deployer"])
def test_burn_by_an_account_without_diamonds_reverts(token, who, role):
    caller = getattr(who, role)
    with reverts("ERC20InsufficientBalance", caller, 0, 1):
        token.burn.call(1, REF, {"from": caller})


def test_burn_leaves_what_was_issued(issuer, token, who):
    head = issuer.head()
    token.burn(300, REF, {"from": who.alice})
    assert issuer.totals() == (1_000, 700)
    assert issuer.head() == head


def test_burn_passes_with_a_stale_suspended_attestation_of_former_auditors(token, oracle, who):
    travel(now() + oracle.maxAge() + 1)
    oracle.suspend({"from": who.auditor1})
    oracle.setAuditors([who.bob, who.carol], 2, {"from": who.owner})
    token.burn(1_000, REF, {"from": who.alice})
    assert token.totalSupply() == 0


def test_burned_serials_are_never_used_again(token, mint, who):
    token.burn(1_000, REF, {"from": who.alice})
    assert events(mint(who.bob, 5), "Minted")[0]["firstSerial"] == 1_001
