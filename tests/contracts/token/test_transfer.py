from tests.contracts.helpers import ZERO, events, reverts


def test_transfer_moves_diamonds_and_says_so(token, who):
    tx = token.transfer(who.bob, 300, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob), token.totalSupply()) == (700, 300, 1_000)
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": who.bob.address, "value": 300}]
    assert tx.return_value is True


def test_transfer_of_the_whole_balance_passes_and_of_one_more_reverts(token, who):
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        token.transfer(who.bob, 1_001, {"from": who.alice})
    token.transfer(who.bob, 1_000, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob)) == (0, 1_000)


def test_transfer_to_oneself_changes_nothing(token, who):
    tx = token.transfer(who.alice, 400, {"from": who.alice})
    assert (token.balanceOf(who.alice), token.totalSupply()) == (1_000, 1_000)
    assert events(tx, "Transfer") == [{"from": who.alice.address, "to": who.alice.address, "value": 400}]


def test_transfer_to_oneself_of_more_than_the_balance_reverts(token, who):
    with reverts("ERC20InsufficientBalance", who.alice, 1_000, 1_001):
        token.transfer(who.alice, 1_001, {"from": who.alice})


def test_transfer_of_nothing_passes_and_says_so(token, who):
    tx = token.transfer(who.alice, 0, {"from": who.bob})
    assert token.balanceOf(who.alice) == 1_000
    assert events(tx, "Transfer") == [{"from": who.bob.address, "to": who.alice.address, "value": 0}]


def test_transfer_by_an_account_without_diamonds_reverts(token, who):
    with reverts("ERC20InsufficientBalance", who.bob, 0, 1):
        token.transfer(who.carol, 1, {"from": who.bob})


def test_transfer_to_address_0_reverts(token, who):
    with reverts("ERC20InvalidReceiver", ZERO):
        token.transfer(ZERO, 1, {"from": who.alice})


def test_transfer_passes_while_minting_is_suspended(token, oracle, who):
    oracle.suspend({"from": who.auditor1})
    token.transfer(who.bob, 1, {"from": who.alice})
    assert token.balanceOf(who.bob) == 1
