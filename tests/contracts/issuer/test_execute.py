import pytest

from tests.contracts.helpers import (
    DAY,
    FOREVER,
    LOCAL,
    MINTER,
    PLENTY,
    PROPOSAL_LIFETIME,
    SALT,
    events,
    now,
    orders,
    plain,
    reverts,
    travel,
)
from zuan.history import chain_heads

NONE, PENDING, EXECUTED, CANCELLED = range(4)
LARGE = 2 * MINTER.instant_limit


@pytest.fixture(scope="module", autouse=True)
def _attested(attest):
    attest(PLENTY)


@pytest.fixture(scope="module")
def sales(who):
    return orders((who.alice, LARGE), (who.bob, 5))


def test_execute_by_anybody_mints_what_is_too_large_at_once(issuer, token, proposed, execute, sales, who):
    name, _ = proposed(sales)
    before = bytes(issuer.head())
    tx = execute(sales)
    assert (token.balanceOf(who.alice), token.balanceOf(who.bob)) == (LARGE, 5)
    assert bytes(issuer.head()) == chain_heads(before, sales)
    assert events(tx, "Executed") == [{"id": plain(name), "executor": who.carol.address}]
    assert [event["minter"] for event in events(tx, "Minted")] == [who.minter.address] * 2
    assert [event["firstSerial"] for event in events(tx, "Minted")] == [1, LARGE + 1]
    assert issuer.proposal(name)[1] == EXECUTED


def test_execute_goes_on_from_the_head_of_the_moment(issuer, proposed, execute, mint, sales, who):
    proposed(sales)
    mint(who.carol, 3, b"\x09" * 32)
    before = bytes(issuer.head())
    tx = execute(sales)
    assert bytes(issuer.head()) == chain_heads(before, sales)
    assert events(tx, "Minted")[0]["firstSerial"] == 4


def test_execute_passes_at_its_time_and_not_a_second_earlier(propose, execute, sales):
    tx = propose(sales)
    ready_at = tx.timestamp + LOCAL.proposal_delay
    travel(ready_at - 1)
    with reverts("ProposalNotReady", tx.return_value, ready_at):
        execute(sales, dry=True)
    travel(ready_at)
    execute(sales, dry=True)


def test_execute_passes_at_its_last_second_and_not_one_later(attest, proposed, execute, sales):
    name, ready_at = proposed(sales)
    expires_at = ready_at + PROPOSAL_LIFETIME
    travel(expires_at - 100)
    attest(PLENTY)
    travel(expires_at)
    execute(sales, dry=True)
    travel(expires_at + 1)
    with reverts("ProposalExpired", name, expires_at):
        execute(sales, dry=True)


def test_execute_twice_reverts(proposed, execute, sales):
    name, _ = proposed(sales)
    execute(sales)
    with reverts("ProposalNotPending", name, EXECUTED):
        execute(sales)


def test_execute_after_cancelling_reverts(issuer, proposed, execute, sales, who):
    name, _ = proposed(sales)
    issuer.cancel(name, {"from": who.minter})
    with reverts("ProposalNotPending", name, CANCELLED):
        execute(sales)


def test_execute_of_other_orders_salt_or_minter_reverts(issuer, proposed, execute, sales, who):
    proposed(sales)
    others = orders((who.alice, LARGE), (who.bob, 6))
    for changed in ((who.minter, others, SALT), (who.minter, sales, bytes(32)), (who.alice, sales, SALT)):
        minter, orders_, salt = changed
        with reverts("ProposalNotPending", issuer.proposalId(*changed), NONE):
            execute(orders_, salt, minter, dry=True)


def test_execute_uses_up_the_bucket(issuer, set_minter, proposed, execute, who):
    set_minter(who.bob, 100, 2**24 - 1, 10)
    sales = orders((who.alice, 80))
    proposed(sales, sender=who.bob)
    execute(sales, minter=who.bob)
    assert issuer.minter(who.bob)[3] == 20


def test_execute_reverts_beyond_the_bucket(set_minter, propose, proposed, execute, who):
    set_minter(who.bob, 100, 2**24 - 1, 10)
    first, second = orders((who.alice, 80)), orders((who.alice, 21))
    propose(first, sender=who.bob)
    proposed(second, sender=who.bob)
    execute(first, minter=who.bob)
    with reverts("RateLimited", 21, 20):
        execute(second, minter=who.bob)


def test_execute_for_a_dismissed_minter_reverts_also_once_it_is_appointed_again(
    set_minter, proposed, execute, propose, sales, who
):
    name, _ = proposed(sales)
    set_minter(who.minter, 0, 1)
    with reverts("ProposalNotPending", name, CANCELLED):
        execute(sales)
    set_minter(who.minter, MINTER.capacity, MINTER.period)
    with reverts("ProposalNotPending", name, CANCELLED):
        execute(sales)


def test_execute_of_what_was_proposed_after_a_dismissal_passes(issuer, set_minter, proposed, execute, who):
    set_minter(who.bob, 100, 10)
    set_minter(who.bob, 0, 1)
    travel(now() + 1)
    set_minter(who.bob, 100, 1)
    sales = orders((who.alice, 80))
    name, _ = proposed(sales, sender=who.bob)
    execute(sales, minter=who.bob)
    assert issuer.proposal(name)[1] == EXECUTED


def test_what_was_proposed_in_the_very_second_of_a_dismissal_is_cancelled(
    issuer, governance, set_minter, TestWallet, who
):
    """A batch of governance calls a minter that is a contract, and dismisses it."""
    wallet = TestWallet.deploy(who.alice, {"from": who.alice})
    set_minter(wallet, 100, 10)
    sales = orders((who.alice, 80))
    calls = [
        wallet.run.encode_input(issuer, issuer.propose.encode_input(issuer.head(), sales, SALT)),
        issuer.setMinter.encode_input((wallet, 0, 1, 0)),
    ]
    batch = ([wallet, issuer], [0, 0], calls, bytes(32), bytes(32))
    tx = governance.scheduleBatch(*batch, LOCAL.governance_delay, {"from": who.governor})
    travel(tx.timestamp + LOCAL.governance_delay)
    governance.executeBatch(*batch, {"from": who.carol})
    assert issuer.proposal(issuer.proposalId(wallet, sales, SALT))[1] == CANCELLED


def test_dismissal_of_one_minter_ends_nothing_of_another(set_minter, proposed, execute, sales, who):
    set_minter(who.bob, 100, 10)
    proposed(sales)
    set_minter(who.bob, 0, 1)
    execute(sales, dry=True)


def test_execute_reverts_while_suspended_and_passes_later(issuer, oracle, token, proposed, execute, sales, who):
    name, _ = proposed(sales)
    until = oracle.suspend({"from": who.auditor1}).timestamp + DAY
    with reverts("MintingSuspended", until):
        execute(sales)
    assert issuer.proposal(name)[1] == PENDING
    travel(until)
    execute(sales)
    assert token.totalSupply() == LARGE + 5


def test_execute_reverts_when_attestation_is_stale(oracle, proposed, execute, sales):
    proposed(sales)
    fresh_until = oracle.gate()[2]
    travel(fresh_until + 1)
    with reverts("AttestationStale", fresh_until, fresh_until + 1):
        execute(sales, dry=True)


def test_execute_reverts_without_a_standing_attestation(oracle, proposed, execute, sales, who):
    proposed(sales)
    oracle.setAuditors([who.alice, who.bob], 2, {"from": who.owner})
    with reverts("NoStandingAttestation"):
        execute(sales)


def test_execute_reverts_without_headroom(attest, proposed, execute, sales):
    proposed(sales)
    attest({"escrowed cash": LARGE + 4})
    with reverts("HeadroomExceeded", LARGE + 5, LARGE + 4):
        execute(sales)


def test_execute_reverts_beyond_the_cap(set_minter, mint, proposed, execute, who):
    set_minter(who.bob, 2 * LOCAL.cap, 1, 0)
    sales = orders((who.alice, LOCAL.cap))
    proposed(sales, sender=who.bob)
    mint(who.alice, 1)
    with reverts("CapExceeded", LOCAL.cap, LOCAL.cap - 1):
        execute(sales, minter=who.bob)


def test_execute_reverts_below_the_reserve_requirement(vault, mint, token, set_minter, proposed, execute, who):
    """What was proposed while there was cash waits for it like any other mint."""
    mint(who.alice, vault.cashState()[1])
    sales = orders((who.bob, 10))
    proposed(sales)
    token.approve(vault, FOREVER, {"from": who.alice})
    vault.redeem(vault.cashState()[1], who.alice, {"from": who.alice})
    with reverts("ReserveRequirement", 0, 1, 1):
        execute(sales, dry=True)


def test_execute_reverts_while_redeemers_wait(vault, mint, open_ticket, proposed, execute, sales, who):
    cash = vault.cashState()[1]
    mint(who.alice, cash + 3)
    open_ticket(cash + 3)
    proposed(sales)
    with reverts("RedeemersWaiting", 3):
        execute(sales, dry=True)


def test_execute_reverts_once_a_wind_down_has_begun(attest, wind_down, proposed, execute, sales):
    wind_down()
    proposed(sales)
    attest(PLENTY)
    with reverts("WindDownBegun"):
        execute(sales, dry=True)
