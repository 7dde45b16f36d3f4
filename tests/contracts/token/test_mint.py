import pytest

from tests.contracts.helpers import REF, ZERO, events, reverts

CAP = 2**128 - 1


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "auditor1", "alice"])
def test_mint_by_anybody_but_the_issuer_reverts(token, who, role):
    caller = getattr(who, role)
    with reverts("NotIssuer", caller):
        token.mint.call((who.alice, 1, REF), 1, 1, caller, {"from": caller})


def test_mint_gives_the_diamonds_and_says_so(bare, who):
    tx = bare.mint((who.alice, 70, REF), 31, 4, who.bob, {"from": who.minter})
    assert bare.balanceOf(who.alice) == bare.totalSupply() == 70
    assert events(tx, "Transfer") == [{"from": ZERO, "to": who.alice.address, "value": 70}]
    assert events(tx, "Minted") == [
        {
            "firstSerial": 31,
            "to": who.alice.address,
            "orderRef": REF,
            "amount": 70,
            "epoch": 4,
            "minter": who.bob.address,
        }
    ]


def test_mint_up_to_the_cap_and_not_one_more(bare, who):
    bare.mint((who.alice, CAP - 5, REF), 1, 1, who.bob, {"from": who.minter})
    with reverts("CapExceeded", 6, 5):
        bare.mint((who.bob, 6, REF), 1, 1, who.bob, {"from": who.minter})
    bare.mint((who.bob, 5, REF), 1, 1, who.bob, {"from": who.minter})
    assert (bare.balanceOf(who.alice), bare.balanceOf(who.bob), bare.totalSupply()) == (CAP - 5, 5, CAP)


def test_mint_of_the_largest_amount_twice_reverts(bare, who):
    bare.mint((who.alice, CAP, REF), 1, 1, who.bob, {"from": who.minter})
    with reverts("CapExceeded", CAP, 0):
        bare.mint((who.alice, CAP, REF), 1, 1, who.bob, {"from": who.minter})


def test_burned_diamonds_leave_room_under_the_cap(bare, who):
    bare.mint((who.alice, CAP, REF), 1, 1, who.bob, {"from": who.minter})
    bare.burn(3, REF, {"from": who.alice})
    with reverts("CapExceeded", 4, 3):
        bare.mint((who.bob, 4, REF), 1, 1, who.bob, {"from": who.minter})
    bare.mint((who.bob, 3, REF), 1, 1, who.bob, {"from": who.minter})
    assert bare.totalSupply() == CAP


def test_mint_to_address_0_reverts(bare, who):
    with reverts("ERC20InvalidReceiver", ZERO):
        bare.mint((ZERO, 1, REF), 1, 1, who.bob, {"from": who.minter})
