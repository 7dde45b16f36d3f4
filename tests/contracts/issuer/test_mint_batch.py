import pytest

from tests.contracts.helpers import HEADROOM, LOCAL, MINTER, PLENTY, ZERO, events, orders, reverts
from zuan.history import chain_heads


@pytest.fixture(scope="module", autouse=True)
def _attested(attest):
    attest()


def test_mint_batch_gives_all_diamonds_and_moves_the_head_over_all(issuer, token, mint, mint_batch, who):
    mint(who.carol, 9, b"\x09" * 32)
    before = bytes(issuer.head())
    sales = orders((who.alice, 10), (who.bob, 1), (who.alice, 5))
    mint_batch(sales)
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob)) == (15, 1)
    assert issuer.totals() == (25, 25)
    assert bytes(issuer.head()) == chain_heads(before, sales)


def test_mint_batch_moves_the_head_like_single_mints(issuer, mint_batch, who):
    before = bytes(issuer.head())
    sales = orders((who.alice, 10), (who.bob, 1))
    for order in sales:
        issuer.mint(issuer.head(), order, {"from": who.minter})
    assert bytes(issuer.head()) == chain_heads(before, sales)


def test_mint_batch_emits_serials_that_run_on(mint, mint_batch, who):
    mint(who.carol, 9, b"\x09" * 32)
    sales = orders((who.alice, 10), (who.bob, 1), (who.alice, 5))
    tx = mint_batch(sales)
    assert events(tx, "Minted") == [
        {
            "firstSerial": serial,
            "to": order.to,
            "orderRef": order.ref,
            "amount": order.amount,
            "epoch": 1,
            "minter": who.minter.address,
        }
        for serial, order in zip((10, 20, 21), sales, strict=True)
    ]


def test_mint_batch_reverts_on_another_head(issuer, mint, who):
    stale = issuer.head()
    mint(who.alice, 1)
    with reverts("HeadMismatch", stale, issuer.head()):
        issuer.mintBatch(stale, orders((who.alice, 1)), {"from": who.minter})


def test_mint_batch_up_to_the_headroom_and_not_one_more(issuer, mint_batch, token, who):
    with reverts("HeadroomExceeded", HEADROOM + 1, HEADROOM):
        mint_batch(orders((who.alice, HEADROOM), (who.bob, 1)))
    assert (token.totalSupply(), token.balanceOf(who.alice)) == (0, 0)
    mint_batch(orders((who.alice, HEADROOM - 1), (who.bob, 1)))
    assert issuer.headroom() == 0


def test_mint_batch_up_to_the_instant_limit_and_not_one_more(attest, mint_batch, token, who):
    attest(PLENTY)
    limit = MINTER.instant_limit
    with reverts("AboveInstantLimit", limit + 1, limit):
        mint_batch(orders((who.alice, limit), (who.bob, 1)))
    mint_batch(orders((who.alice, limit - 1), (who.bob, 1)))
    assert token.totalSupply() == limit


def test_mint_batch_up_to_the_cap_and_not_one_more(attest, mint_batch, set_minter, token, who):
    attest(PLENTY)
    set_minter(who.bob, 2 * LOCAL.cap, 1)
    with reverts("CapExceeded", LOCAL.cap + 1, LOCAL.cap):
        mint_batch(orders((who.alice, LOCAL.cap), (who.bob, 1)), sender=who.bob)
    mint_batch(orders((who.alice, LOCAL.cap - 1), (who.bob, 1)), sender=who.bob)
    assert token.totalSupply() == LOCAL.cap


def test_mint_batch_reverts_beyond_the_bucket(set_minter, mint_batch, token, who):
    set_minter(who.bob, 100, 10**6)
    mint_batch(orders((who.alice, 59), (who.alice, 1)), sender=who.bob)
    with reverts("RateLimited", 41, 40):
        mint_batch(orders((who.alice, 40), (who.alice, 1)), sender=who.bob)
    assert token.totalSupply() == 60


@pytest.mark.parametrize("role", ["deployer", "governor", "auditor1", "alice"])
def test_mint_batch_by_anybody_but_a_minter_reverts(issuer, who, role):
    with reverts("NotMinter", getattr(who, role)):
        issuer.mintBatch.call(issuer.head(), orders((who.alice, 1)), {"from": getattr(who, role)})


def test_mint_batch_of_no_orders_reverts(mint_batch):
    with reverts("EmptyBatch"):
        mint_batch([])


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize(
    ("error", "field", "value"),
    [("ZeroAmount", 1, 0), ("ZeroRecipient", 0, ZERO), ("ZeroRef", 2, bytes(32))],
    ids=["amount", "recipient", "ref"],
)
def test_mint_batch_reverts_and_names_the_order_at_fault(issuer, who, index, error, field, value):
    sales = [list(order) for order in orders((who.alice, 1), (who.bob, 2), (who.carol, 3))]
    sales[index][field] = value
    with reverts(error, index):
        issuer.mintBatch.call(issuer.head(), sales, {"from": who.minter})


def test_mint_batch_counts_what_128_bits_cannot(mint_batch, who):
    largest = 2**128 - 1
    with reverts("AboveInstantLimit", 2 * largest, MINTER.instant_limit):
        mint_batch(orders((who.alice, largest), (who.bob, largest)))


def test_mint_batch_of_a_hundred_orders_passes(issuer, mint_batch, token, who):
    before = bytes(issuer.head())
    sales = orders(*[(who.alice, i + 1) for i in range(100)])
    mint_batch(sales)
    assert (token.balanceOf(who.alice), bytes(issuer.head())) == (5_050, chain_heads(before, sales))
