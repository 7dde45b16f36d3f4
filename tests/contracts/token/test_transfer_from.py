import pytest

from tests.contracts.helpers import ZERO, events, reverts

UNLIMITED = 2**256 - 1


def test_transfer_from_moves_diamonds_and_uses_up_allowance(token, who, allow):
    allow(500)
    tx = token.transferFrom(who.alice, who.carol, 200, {"from": who.bob})
    assert (token.balanceOf(who.alice), token.balanceOf(who.carol)) == (800, 200)
    assert token.allowance(who.alice, who.bob) == 300
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": who.carol.address, "value": 200}]
    assert tx.return_value is True


def test_transfer_from_up_to_the_allowance_and_not_one_more(token, who, allow):
    allow(500)
    with reverts("ERC20InsufficientAllowance", who.bob, 500, 501):
        token.transferFrom(who.alice, who.carol, 501, {"from": who.bob})
    token.transferFrom(who.alice, who.carol, 500, {"from": who.bob})
    assert token.allowance(who.alice, who.bob) == 0


def test_transfer_from_of_more_than_the_balance_reverts(token, who, allow):
    allow(1_001)
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        token.transferFrom(who.alice, who.carol, 1_001, {"from": who.bob})


def test_transfer_from_leaves_an_unlimited_allowance_as_it_is(token, who, allow):
    allow(UNLIMITED)
    token.transferFrom(who.alice, who.carol, 200, {"from": who.bob})
    assert token.allowance(who.alice, who.bob) == UNLIMITED


def test_transfer_from_uses_up_the_largest_limited_allowance(token, who, allow):
    allow(UNLIMITED - 1)
    token.transferFrom(who.alice, who.carol, 200, {"from": who.bob})
    assert token.allowance(who.alice, who.bob) == UNLIMITED - 201


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "auditor1", "alice", "bob"])
def test_transfer_from_without_allowance_reverts_for_everybody(token, who, role):
    caller = getattr(who, role)
    with reverts("ERC20InsufficientAllowance", caller, 0, 1):
        token.transferFrom.call(who.alice, who.carol, 1, {"from": caller})


def test_transfer_from_without_allowance_reverts_for_the_issuer(token, issuer, who):
    with reverts("ERC20InsufficientAllowance", issuer, 0, 1):
        token.transferFrom.call(who.alice, who.carol, 1, {"from": issuer})


def test_transfer_from_of_nothing_needs_no_allowance(token, who):
    tx = token.transferFrom(who.alice, who.carol, 0, {"from": who.bob})
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": who.carol.address, "value": 0}]


def test_transfer_from_to_address_0_reverts(token, who, allow):
    allow(1)
    with reverts("ERC20InvalidReceiver", ZERO):
        token.transferFrom(who.alice, ZERO, 1, {"from": who.bob})


def test_transfer_from_address_0_reverts(token, who):
    with reverts("ERC20InvalidApprover", ZERO):
        token.transferFrom(ZERO, who.carol, 0, {"from": who.bob})
