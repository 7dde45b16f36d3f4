import brownie
import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.helpers import (
    LOCAL,
    MINTER,
    PROPOSAL_LIFETIME,
    SALT,
    ZERO,
    events,
    orders,
    plain,
    reverts,
    travel,
)
from zuan.history import announced_head

PENDING = 1


def test_propose_records_and_announces_the_orders(issuer, propose, who):
    sales = orders((who.alice, 20_000_000), (who.bob, 7))
    tx = propose(sales)
    ready_at = tx.timestamp + LOCAL.proposal_delay
    name = plain(issuer.proposalId(who.minter, sales, SALT))
    assert events(tx, "Proposed") == [
        {
            "id": name,
            "minter": who.minter.address,
            "total": 20_000_007,
            "readyAt": ready_at,
            "expiresAt": ready_at + PROPOSAL_LIFETIME,
            "salt": SALT,
            "orders": tuple(map(tuple, sales)),
        }
    ]
    assert plain(tx.return_value) == name
    assert issuer.proposal(name) == (who.minter.address, PENDING, ready_at, ready_at + PROPOSAL_LIFETIME)


def test_propose_mints_nothing_and_uses_up_nothing(issuer, propose, who):
    propose(orders((who.alice, MINTER.capacity)))
    assert (issuer.totals(), issuer.minter(who.minter)[3]) == ((0, 0), MINTER.capacity)


def test_proposal_id_names_minter_orders_and_salt(issuer, who):
    sales = orders((who.alice, 20_000_000), (who.bob, 7))
    data = encode(["address", "(address,uint128,bytes32)[]", "bytes32"], [who.minter.address, sales, SALT])
    assert plain(issuer.proposalId(who.minter, sales, SALT)) == keccak(data)


def test_proposal_that_was_never_made_is_empty(issuer):
    assert issuer.proposal(SALT) == (ZERO, 0, 0, 0)


@pytest.mark.parametrize("role", ["deployer", "governor", "auditor1", "alice"])
def test_propose_by_anybody_but_a_minter_reverts(issuer, who, role):
    with reverts("NotMinter", getattr(who, role)):
        issuer.propose.call(issuer.head(), orders((who.alice, 1)), SALT, {"from": getattr(who, role)})


def test_propose_up_to_the_capacity_and_not_one_more(propose, who):
    capacity = MINTER.capacity
    with reverts("RateLimited", capacity + 1, capacity):
        propose(orders((who.alice, capacity), (who.bob, 1)))
    propose(orders((who.alice, capacity - 1), (who.bob, 1)))


def test_propose_up_to_the_cap_and_not_one_more(set_minter, propose, who):
    set_minter(who.bob, LOCAL.cap + 1, 10)
    with reverts("CapExceeded", LOCAL.cap + 1, LOCAL.cap):
        propose(orders((who.alice, LOCAL.cap), (who.bob, 1)), sender=who.bob)
    propose(orders((who.alice, LOCAL.cap - 1), (who.bob, 1)), sender=who.bob)


def test_propose_reverts_with_more_orders_than_a_transaction_carries_out(issuer, propose, who):
    """As many as fit the block here, and 335 anywhere."""
    with brownie.reverts(revert_pattern=r"TooManyOrders: 336, \d+"):
        issuer.propose.call(issuer.head(), orders(*[(who.alice, 1)] * 336), SALT, {"from": who.minter})
    propose(orders(*[(who.alice, 1)] * 100))


def test_propose_counts_what_128_bits_cannot(propose, who):
    largest = 2**128 - 1
    with reverts("RateLimited", 2 * largest, MINTER.capacity):
        propose(orders((who.alice, largest), (who.bob, largest)))


def test_propose_of_no_orders_reverts(propose):
    with reverts("EmptyBatch"):
        propose([])


@pytest.mark.parametrize(
    ("error", "field", "value"),
    [("ZeroAmount", 1, 0), ("ZeroRecipient", 0, ZERO), ("ZeroRef", 2, bytes(32))],
    ids=["amount", "recipient", "ref"],
)
def test_propose_reverts_and_names_the_order_at_fault(issuer, who, error, field, value):
    sales = [list(order) for order in orders((who.alice, 1), (who.bob, 2))]
    sales[1][field] = value
    with reverts(error, 1):
        issuer.propose.call(issuer.head(), sales, SALT, {"from": who.minter})


def test_propose_twice_reverts_and_passes_with_another_salt(propose, who):
    sales = orders((who.alice, 1))
    name = propose(sales).return_value
    with reverts("ProposalExists", name):
        propose(sales)
    assert plain(propose(sales, bytes(32)).return_value) != plain(name)


def test_propose_reverts_for_a_cancelled_proposal(issuer, propose, who):
    sales = orders((who.alice, 1))
    name = propose(sales).return_value
    issuer.cancel(name, {"from": who.minter})
    with reverts("ProposalExists", name):
        propose(sales)


def test_propose_reverts_for_an_executed_proposal(attest, proposed, execute, propose, who):
    attest()
    sales = orders((who.alice, 1))
    name, _ = proposed(sales)
    execute(sales)
    with reverts("ProposalExists", name):
        propose(sales)


def test_propose_reverts_for_an_expired_proposal(proposed, propose, who):
    sales = orders((who.alice, 1))
    name, ready_at = proposed(sales)
    travel(ready_at + PROPOSAL_LIFETIME + 1)
    with reverts("ProposalExists", name):
        propose(sales)


def test_minters_with_equal_proposals_do_not_collide(set_minter, propose, who):
    set_minter(who.bob, 100, 10)
    sales = orders((who.alice, 1))
    assert plain(propose(sales).return_value) != plain(propose(sales, sender=who.bob).return_value)


def test_propose_on_another_head_reverts(attest, issuer, propose, mint, who):
    attest()
    stale = issuer.head()
    mint(who.alice, 1)
    with reverts("HeadMismatch", stale, issuer.head()):
        propose(orders((who.bob, 5)), head=stale)


def test_propose_moves_the_head_so_that_no_plan_mints_beside_it(issuer, propose, who):
    sales, before = orders((who.bob, 5)), issuer.head()
    name = propose(sales).return_value
    assert plain(issuer.head()) == announced_head(plain(before), plain(name))
    with reverts("HeadMismatch", before, issuer.head()):
        issuer.mint.call(before, sales[0], {"from": who.minter})
