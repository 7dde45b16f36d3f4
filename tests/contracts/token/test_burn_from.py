import pytest

from tests.contracts.helpers import REF, ZERO, events, reverts

UNLIMITED = 2**256 - 1


def test_burn_from_lowers_balance_supply_and_allowance_and_says_so(token, who, allow):
    allow(500)
    tx = token.burnFrom(who.alice, 200, REF, {"from": who.bob})
    assert (token.balanceOf(who.alice), token.totalSupply()) == (800, 800)
    assert token.allowance(who.alice, who.bob) == 300
    assert events(tx, "Burned") == [{"from": who.alice.address, "orderRef": REF, "amount": 200, "supply": 800}]
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": ZERO, "value": 200}]


def test_burn_from_up_to_the_allowance_and_not_one_more(token, who, allow):
    allow(500)
    with reverts("ERC20InsufficientAllowance", who.bob, 500, 501):
        token.burnFrom(who.alice, 501, REF, {"from": who.bob})
    token.burnFrom(who.alice, 500, REF, {"from": who.bob})
    assert (token.allowance(who.alice, who.bob), token.totalSupply()) == (0, 500)


def test_burn_from_of_more_than_the_balance_reverts(token, who, allow):
    allow(1_001)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        token.burnFrom(who.alice, 1_001, REF, {"from": who.bob})


def test_burn_from_leaves_an_unlimited_allowance_as_it_is(token, who, allow):
    allow(UNLIMITED)
    token.burnFrom(who.alice, 1_000, REF, {"from": who.bob})
    assert (token.allowance(who.alice, who.bob), token.totalSupply()) == (UNLIMITED, 0)


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "auditor1", "alice", "bob"])
def test_burn_from_without_allowance_reverts_for_everybody(token, who, role):
    caller = getattr(who, role)
    with reverts("ERC20InsufficientAllowance", caller, 0, 1):
        token.burnFrom.call(who.alice, 1, REF, {"from": caller})


def test_burn_from_without_allowance_reverts_for_the_issuer(token, issuer, who):
    with reverts("ERC20InsufficientAllowance", issuer, 0, 1):
        token.burnFrom.call(who.alice, 1, REF, {"from": issuer})


def test_burn_from_address_0_reverts(token, who):
    with reverts("ERC20InsufficientAllowance", who.bob, 0, 1):
        token.burnFrom.call(ZERO, 1, REF, {"from": who.bob})


def test_burn_from_of_nothing_reverts_so_that_nobody_makes_events_in_anothers_name(token, who):
    with reverts("ZeroBurn"):
        token.burnFrom.call(who.alice, 0, REF, {"from": who.bob})
