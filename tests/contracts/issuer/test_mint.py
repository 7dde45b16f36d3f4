import pytest

from tests.contracts.helpers import HEADROOM, LOCAL, MINTER, PLENTY, REF, ZERO, events, orders, reverts
from zuan.contracts import Order
from zuan.history import next_head


@pytest.fixture(scope="module", autouse=True)
def _attested(attest):
    attest()


def test_mint_gives_the_diamonds_and_moves_the_head(issuer, token, mint, who):
    before = bytes(issuer.head())
    mint(who.alice, 700, b"\x07" * 32)
    assert token.balanceOf(who.alice) == token.totalSupply() == issuer.issued() == 700
    assert bytes(issuer.head()) == next_head(before, Order(who.alice.address, 700, b"\x07" * 32))


def test_mint_emits_serials_order_epoch_and_minter(mint, who):
    mint(who.alice, 700, b"\x07" * 32)
    tx = mint(who.bob, 5, b"\x08" * 32)
    assert events(tx, "Minted") == [
        {
            "firstSerial": 701,
            "to": who.bob.address,
            "orderRef": b"\x08" * 32,
            "amount": 5,
            "epoch": 1,
            "minter": who.minter.address,
        }
    ]
    assert events(tx, "Transfer") == [{"from": ZERO, "to": who.bob.address, "value": 5}]


def test_mint_reverts_on_another_head(issuer, mint, who):
    stale = issuer.head()
    mint(who.alice, 1)
    with reverts("HeadMismatch", stale, issuer.head()):
        issuer.mint(stale, (who.alice, 1, b"\x02" * 32), {"from": who.minter})


def test_mint_sent_twice_mints_once(issuer, token, mint, who):
    planned = (issuer.head(), (who.alice, 5, REF), {"from": who.minter})
    issuer.mint(*planned)
    with reverts("HeadMismatch", planned[0], issuer.head()):
        issuer.mint(*planned)
    assert token.totalSupply() == 5


def test_mints_chained_in_advance_pass_in_their_order_only(issuer, who):
    first, second = orders((who.alice, 3), (who.bob, 4))
    start = bytes(issuer.head())
    after = next_head(start, first)
    with reverts("HeadMismatch", after, start):
        issuer.mint(after, second, {"from": who.minter})
    issuer.mint(start, first, {"from": who.minter})
    issuer.mint(after, second, {"from": who.minter})
    assert issuer.issued() == 7


def test_head_tells_orders_of_equal_totals_apart(issuer, mint, who):
    heads = set()
    for to, amount, ref in [(who.alice, 5, REF), (who.bob, 5, REF), (who.alice, 6, REF), (who.alice, 5, b"\x02" * 32)]:
        heads.add(next_head(bytes(issuer.head()), Order(to.address, amount, ref)))
    mint(who.alice, 5)
    assert len(heads) == 4
    assert bytes(issuer.head()) in heads


def test_mint_up_to_the_headroom_and_not_one_more(issuer, mint, who):
    assert issuer.headroom() == HEADROOM
    with reverts("HeadroomExceeded", HEADROOM + 1, HEADROOM):
        mint(who.alice, HEADROOM + 1)
    mint(who.alice, HEADROOM)
    assert issuer.headroom() == 0


def test_mint_up_to_the_instant_limit_and_not_one_more(token, mint, attest, who):
    attest(PLENTY)
    limit = MINTER.instant_limit
    with reverts("AboveInstantLimit", limit + 1, limit):
        mint(who.alice, limit + 1)
    mint(who.alice, limit)
    assert token.totalSupply() == limit


def test_mint_up_to_the_cap_and_not_one_more(token, mint, attest, set_minter, who):
    attest(PLENTY)
    set_minter(who.bob, 2 * LOCAL.cap, 1)
    with reverts("CapExceeded", LOCAL.cap + 1, LOCAL.cap):
        mint(who.alice, LOCAL.cap + 1, sender=who.bob)
    mint(who.alice, LOCAL.cap, sender=who.bob)
    assert token.totalSupply() == LOCAL.cap


def test_cap_bounds_the_supply_not_what_was_issued(token, issuer, mint, attest, set_minter, who):
    attest(PLENTY)
    set_minter(who.bob, 2 * LOCAL.cap, 1)
    mint(who.alice, LOCAL.cap, sender=who.bob)
    token.burn(10, REF, {"from": who.alice})
    with reverts("CapExceeded", 11, 10):
        mint(who.alice, 11, sender=who.bob)
    mint(who.alice, 10, sender=who.bob)
    assert issuer.totals() == (LOCAL.cap + 10, LOCAL.cap)


@pytest.mark.parametrize("role", ["deployer", "governor", "auditor1", "alice", "treasury"])
def test_mint_by_anybody_but_a_minter_reverts(mint, who, role):
    with reverts("NotMinter", getattr(who, role)):
        mint(who.alice, 1, sender=getattr(who, role), dry=True)


def test_mint_of_nothing_reverts(mint, who):
    with reverts("ZeroAmount", 0):
        mint(who.alice, 0)


def test_mint_to_address_0_reverts(mint):
    with reverts("ZeroRecipient", 0):
        mint(ZERO, 1)


def test_mint_without_a_reference_reverts(mint, who):
    with reverts("ZeroRef", 0):
        mint(who.alice, 1, bytes(32))


def test_mint_of_the_largest_amount_reverts(mint, set_minter, who):
    set_minter(who.bob, 2**56 - 1, 2**24 - 1)
    with reverts("AboveInstantLimit", 2**128 - 1, 2**56 - 1):
        mint(who.alice, 2**128 - 1, sender=who.bob)


def test_mint_that_reverts_leaves_the_bucket_as_it_was(issuer, mint, who):
    before = issuer.minter(who.minter)[3]
    with reverts("HeadroomExceeded", HEADROOM + 1, HEADROOM):
        mint(who.alice, HEADROOM + 1)
    assert issuer.minter(who.minter)[3] == before == MINTER.capacity
