import pytest

from tests.contracts.helpers import ZERO, events, orders, reverts

CAP = 2**128 - 1


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "auditor1", "alice"])
def test_mint_batch_by_anybody_but_the_issuer_reverts(token, who, role):
    caller = getattr(who, role)
    with reverts("NotIssuer", caller):
        token.mintBatch.call(orders((who.alice, 1)), 1, 1, caller, {"from": caller})


def test_mint_batch_gives_the_diamonds_with_serials_that_run_on(bare, who):
    sales = orders((who.alice, 10), (who.bob, 1), (who.alice, 5))
    tx = bare.mintBatch(sales, 101, 4, who.carol, {"from": who.minter})
    assert (bare.balanceOf(who.alice), bare.balanceOf(who.bob), bare.totalSupply()) == (15, 1, 16)
    assert events(tx, "Minted") == [
        {
            "firstSerial": serial,
            "to": order.to,
            "orderRef": order.ref,
            "amount": order.amount,
            "epoch": 4,
            "minter": who.carol.address,
        }
        for serial, order in zip((101, 111, 112), sales, strict=True)
    ]
    assert events(tx, "Transfer") == [{"from": ZERO, "to": order.to, "value": order.amount} for order in sales]


def test_mint_batch_up_to_the_cap_and_not_one_more(bare, who):
    bare.mintBatch(orders((who.alice, CAP - 5)), 1, 1, who.bob, {"from": who.minter})
    with reverts("CapExceeded", 6, 5):
        bare.mintBatch(orders((who.bob, 2), (who.carol, 4)), 1, 1, who.bob, {"from": who.minter})
    bare.mintBatch(orders((who.bob, 2), (who.carol, 3)), 1, 1, who.bob, {"from": who.minter})
    assert (bare.balanceOf(who.bob), bare.balanceOf(who.carol), bare.totalSupply()) == (2, 3, CAP)


def test_mint_batch_counts_what_128_bits_cannot(bare, who):
    with reverts("CapExceeded", 3 * CAP, CAP):
        bare.mintBatch(orders(*[(who.alice, CAP)] * 3), 1, 1, who.bob, {"from": who.minter})


def test_mint_batch_with_one_order_to_address_0_mints_none(bare, who):
    with reverts("ERC20InvalidReceiver", ZERO):
        bare.mintBatch(orders((who.alice, 1), (ZERO, 1)), 1, 1, who.bob, {"from": who.minter})
    assert (bare.balanceOf(who.alice), bare.totalSupply()) == (0, 0)
