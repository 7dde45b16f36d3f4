from tests.contracts.helpers import ZERO, events, reverts


def test_approve_sets_the_allowance_and_says_so(token, who):
    tx = token.approve(who.bob, 2_000, {"from": who.alice})
    assert token.allowance(who.alice, who.bob) == 2_000
    assert events(tx, "Approval") == [{"owner": who.alice.address, "spender": who.bob.address, "value": 2_000}]
    assert tx.return_value is True


def test_approve_replaces_the_allowance(token, who):
    token.approve(who.bob, 20, {"from": who.alice})
    token.approve(who.bob, 7, {"from": who.alice})
    assert token.allowance(who.alice, who.bob) == 7


def test_approve_of_nothing_ends_the_allowance(token, who):
    token.approve(who.bob, 20, {"from": who.alice})
    token.approve(who.bob, 0, {"from": who.alice})
    with reverts("ERC20InsufficientAllowance", who.bob, 0, 1):
        token.transferFrom(who.alice, who.bob, 1, {"from": who.bob})


def test_approve_of_address_0_reverts(token, who):
    with reverts("ERC20InvalidSpender", ZERO):
        token.approve(ZERO, 1, {"from": who.alice})


def test_nobody_has_an_allowance_that_was_not_given(token, issuer, who):
    spenders = [issuer, who.owner, who.minter, "0x000000000022D473030F116dDEE9F6B43aC78BA3"]
    assert [token.allowance(who.alice, spender) for spender in spenders] == [0, 0, 0, 0]
