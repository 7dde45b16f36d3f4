import pytest

from tests.contracts.helpers import SALT, events, orders, plain, reverts, travel
from zuan.history import announced_head

NONE, PENDING, EXECUTED, CANCELLED = range(4)


@pytest.fixture
def name(propose, who):
    """A pending proposal of the minter."""
    return propose(orders((who.alice, 1))).return_value


@pytest.mark.parametrize("role", ["minter", "auditor1", "auditor2", "auditor3"])
def test_cancel_by_the_minter_or_any_auditor_ends_it_and_says_so(issuer, name, who, role):
    caller = getattr(who, role)
    tx = issuer.cancel(name, {"from": caller})
    assert issuer.proposal(name)[1] == CANCELLED
    assert events(tx, "Cancelled") == [{"id": plain(name), "by": caller.address, "moved": True}]


@pytest.mark.parametrize("role", ["deployer", "governor", "alice", "bob"])
def test_cancel_by_anybody_else_reverts(issuer, name, who, role):
    with reverts("NotCanceller", getattr(who, role)):
        issuer.cancel.call(name, {"from": getattr(who, role)})


def test_cancel_by_another_minter_reverts(issuer, name, set_minter, who):
    set_minter(who.bob, 100, 10)
    with reverts("NotCanceller", who.bob):
        issuer.cancel(name, {"from": who.bob})


def test_cancel_by_a_former_auditor_reverts(issuer, oracle, name, who):
    oracle.rotate(who.bob, {"from": who.auditor1})
    with reverts("NotCanceller", who.auditor1):
        issuer.cancel.call(name, {"from": who.auditor1})
    issuer.cancel.call(name, {"from": who.bob})


def test_cancel_of_what_a_dismissal_has_ended_reverts(issuer, name, set_minter, who):
    set_minter(who.minter, 0, 1)
    before = issuer.head()
    for caller in (who.minter, who.auditor1):
        with reverts("ProposalNotPending", name, CANCELLED):
            issuer.cancel.call(name, {"from": caller})
    assert (issuer.proposal(name)[1], issuer.head()) == (CANCELLED, before)


def test_cancel_by_a_minter_of_other_limits_passes(issuer, name, set_minter, who):
    set_minter(who.minter, 1, 1)
    issuer.cancel(name, {"from": who.minter})
    assert issuer.proposal(name)[1] == CANCELLED


def test_cancel_of_an_expired_proposal_moves_no_head(issuer, name, who):
    travel(issuer.proposal(name)[3] + 1)
    before = plain(issuer.head())
    tx = issuer.cancel(name, {"from": who.auditor1})
    assert (plain(issuer.head()), events(tx, "Cancelled")[0]["moved"]) == (before, False)
    assert issuer.proposal(name)[1] == CANCELLED


def test_cancel_of_an_expired_proposal_stops_no_mint(issuer, attest, name, who):
    travel(issuer.proposal(name)[3] + 1)
    attest()
    planned = issuer.head()
    issuer.cancel(name, {"from": who.auditor1})
    issuer.mint(planned, orders((who.alice, 1))[0], {"from": who.minter})


def test_cancel_of_what_was_never_proposed_reverts(issuer, who):
    with reverts("ProposalNotPending", SALT, NONE):
        issuer.cancel(SALT, {"from": who.auditor1})


def test_cancel_twice_reverts(issuer, name, who):
    issuer.cancel(name, {"from": who.minter})
    with reverts("ProposalNotPending", name, CANCELLED):
        issuer.cancel(name, {"from": who.auditor1})


def test_cancel_after_executing_reverts(issuer, attest, proposed, execute, who):
    attest()
    sales = orders((who.alice, 1))
    name, _ = proposed(sales)
    execute(sales)
    with reverts("ProposalNotPending", name, EXECUTED):
        issuer.cancel(name, {"from": who.minter})


def test_cancel_moves_the_head_so_that_a_plan_made_before_it_is_refused(issuer, name, who):
    before = issuer.head()
    issuer.cancel(name, {"from": who.minter})
    assert plain(issuer.head()) == announced_head(plain(before), plain(name))
    with reverts("HeadMismatch", before, issuer.head()):
        issuer.mint.call(before, orders((who.alice, 1))[0], {"from": who.minter})
