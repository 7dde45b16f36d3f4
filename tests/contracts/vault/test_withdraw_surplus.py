"""1,500 diamonds are outstanding; 2,000 are attested off the chain and 2,000 in the vault, unless a test says otherwise."""

from dataclasses import replace

import pytest

from tests.contracts.helpers import DAY, FOREVER, GOODS, HOUR, LOCAL, ZERO, events, now, reverts, travel

RULES = LOCAL.vault_rules
LIFETIME = 7 * DAY


@pytest.fixture(scope="module", autouse=True)
def _vault_holds_2000(_alice_holds_1000_and_bob_500, donate):
    donate(2_000)


@pytest.fixture
def ready(announce, attest):
    """Announces a surplus, waits, and attests."""

    def run(units, attested=2_000):
        travel(announce(units))
        attest({"escrowed cash": attested})

    return run


@pytest.fixture
def other(create, asset, token, who):
    """Another vault of the same diamonds with other rules, and these units in it."""

    def make(units, par=1, **rules):
        vault = create("ReserveVault", units_per_diamond=par, vault_rules=replace(RULES, **rules))
        asset.mint(vault, units, {"from": who.carol})
        vault.count({"from": who.carol})
        for holder in (who.alice, who.bob):
            token.approve(vault, FOREVER, {"from": holder})
        return vault

    return make


@pytest.fixture
def ready_in(attest, who):
    """Announces a surplus in another vault, whose delay is an hour, waits, and attests."""

    def run(vault, units, attested=2_000, **changes):
        travel(vault.announceSurplus(units, {"from": who.treasury}).timestamp + HOUR)
        attest({"escrowed cash": attested}, **changes)

    return run


@pytest.fixture
def take(vault, who):
    """Takes the announced surplus; a dry run sees the time of the newest block."""

    def run(sender=None, dry=True):
        return (vault.withdrawSurplus.call if dry else vault.withdrawSurplus)({"from": sender or who.treasury})

    return run


def test_withdraw_surplus_pays_the_treasury_and_says_so(vault, asset, ready, take, who):
    ready(700)
    assert take() == 700
    tx = take(dry=False)
    assert (asset.balanceOf(who.treasury), vault.cashState()) == (700, (1_300, 1_300, 0, 0))
    assert (vault.surplus(), vault.drainedAt()) == ((0, 0), tx.timestamp)
    assert events(tx, "SurplusWithdrawn") == [{"treasury": who.treasury.address, "units": 700}]
    assert not events(tx, "CashCounted")


def test_withdraw_surplus_waits_for_the_delay(attest, announce, take):
    ready_at = announce(700)
    travel(ready_at - 100)
    attest()
    travel(ready_at - 1)
    with reverts("SurplusNotReady", ready_at):
        take()
    travel(ready_at)
    assert take() == 700


def test_withdraw_surplus_lapses(attest, announce, take):
    expires_at = announce(700) + LIFETIME
    travel(expires_at - 1)
    attest()
    travel(expires_at)
    assert take() == 700
    travel(expires_at + 1)
    with reverts("SurplusExpired", expires_at):
        take()


def test_withdraw_surplus_without_an_announcement_reverts(vault, ready, take, who):
    with reverts("NoSurplusAnnounced"):
        take()
    ready(700)
    vault.voidSurplus({"from": who.treasury})
    with reverts("NoSurplusAnnounced"):
        take()


def test_withdraw_surplus_twice_reverts(ready, take):
    ready(700)
    take(dry=False)
    with reverts("NoSurplusAnnounced"):
        take()


def test_withdraw_surplus_by_anybody_else_reverts(ready, take, who):
    ready(700)
    for caller in (who.owner, who.governor, who.alice):
        with reverts("NotTreasury", caller):
            take(sender=caller)


def test_withdraw_surplus_reverts_when_the_attestation_is_stale(oracle, announce, attest, take):
    ready_at = announce(700)
    travel(now() + 10)
    attest()
    fresh_until = oracle.asOf() + LOCAL.max_age
    assert fresh_until >= ready_at
    travel(fresh_until)
    assert take() == 700
    travel(fresh_until + 1)
    with reverts("SurplusUnattested"):
        take()


def test_withdraw_surplus_reverts_while_minting_is_suspended(oracle, ready, take, who):
    ready(700)
    until = oracle.suspend({"from": who.auditor1}).timestamp + LOCAL.suspension_time
    travel(until - 1)
    with reverts("SurplusUnattested"):
        take()
    travel(until)
    take()


CHANGES = {
    "auditors": ("setAuditors", (LOCAL.auditors, 2)),
    "quorum": ("setAuditors", (LOCAL.auditors, 3)),
    "haircut": ("setKind", ((GOODS, 0, False),)),
    "fence": ("setKind", ((GOODS, 2_000, True),)),
    "kind": ("removeKind", (GOODS,)),
    "age": ("setMaxAge", (3 * DAY,)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_withdraw_surplus_reverts_after_a_change_of_rules_unless_announced_again(
    vault, oracle, announce, attest, take, who, what
):
    ready_at = announce(700)
    function, args = CHANGES[what]
    travel(ready_at - 100)
    changed_at = getattr(oracle, function)(*args, {"from": who.owner}).timestamp
    assert oracle.changedAt() == changed_at
    travel(ready_at)
    attest({"escrowed cash": 2_000}, signers=(3, 4, 5))
    with reverts("SurplusBeforeChange", ready_at - RULES.surplus_delay, changed_at):
        take()
    travel(announce(700))
    attest({"escrowed cash": 2_000}, signers=(3, 4, 5))
    assert take() == 700


def test_withdraw_surplus_announced_in_the_second_of_a_change_reverts(vault, oracle, governance, attest, take, who):
    vault.setTreasury(governance, {"from": who.owner})
    calls = [oracle.setMaxAge.encode_input(3 * DAY), vault.announceSurplus.encode_input(700)]
    batch = ([oracle, vault], [0, 0], calls, bytes(32), bytes(32))
    tx = governance.scheduleBatch(*batch, LOCAL.governance_delay, {"from": who.governor})
    travel(tx.timestamp + LOCAL.governance_delay)
    at = governance.executeBatch(*batch, {"from": who.carol}).timestamp
    travel(at + RULES.surplus_delay)
    attest({"escrowed cash": 2_000})
    with reverts("SurplusBeforeChange", at, at):
        take(sender=who.owner)


def test_withdraw_surplus_passes_after_a_rotation(oracle, announce, attest, take, who):
    ready_at = announce(700)
    oracle.rotate(who.bob, {"from": who.auditor1})
    travel(ready_at)
    attest({"escrowed cash": 2_000}, signers=(4, 5))
    assert take() == 700


def test_withdraw_surplus_needs_a_statement_of_a_time_after_the_announcement(oracle, announce, attest, take, who):
    oracle.setMaxAge(20 * DAY, {"from": who.owner})
    travel(now() + 1)
    ready_at = announce(700)
    travel(ready_at)
    attest({"escrowed cash": 2_000}, as_of=ready_at - RULES.surplus_delay)
    with reverts("SurplusUnattested"):
        take()
    attest({"escrowed cash": 2_000}, as_of=ready_at - RULES.surplus_delay + 1)
    assert take() == 700


def test_second_surplus_follows_on_the_first(vault, ready, take):
    ready(300)
    take(dry=False)
    ready(300)
    take(dry=False)
    assert vault.cashState() == (1_400, 1_400, 0, 0)


def test_withdraw_surplus_reverts_while_redeemers_wait(other, ready_in, who):
    vault = other(1_000, surplus_delay=HOUR)
    vault.request(1_000, ZERO, {"from": who.alice})
    vault.request(1, ZERO, {"from": who.bob})
    ready_in(vault, 1)
    with reverts("RedeemersWaiting", 1):
        vault.withdrawSurplus.call({"from": who.treasury})


def test_withdraw_surplus_of_more_than_is_free_reverts(ready, take):
    ready(2_001, attested=10**6)
    with reverts("ShortOfCash", 2_001, 2_000):
        take()


def test_withdraw_surplus_leaves_the_cash_of_tickets(ready, open_ticket, take):
    ready(1_100, attested=10**6)
    open_ticket(901)
    with reverts("ShortOfCash", 1_100, 1_099):
        take()


@pytest.mark.parametrize("attested", [0, 1, 1_199])
def test_withdraw_surplus_leaves_reserves_that_cover_the_liabilities(announce, ready, take, attested):
    ready(500 + attested, attested)
    assert take() == 500 + attested
    ready(501 + attested, attested)
    with reverts("BelowFloor", 1_499, 1_500, RULES.coverage_floor):
        take()


def test_withdraw_surplus_leaves_cash_in_the_vault(other, ready_in, who):
    vault = other(2_000, surplus_delay=HOUR, cash_floor=2_000)
    ready_in(vault, 1_700, attested=10**6)
    assert vault.withdrawSurplus.call({"from": who.treasury}) == 1_700
    ready_in(vault, 1_701, attested=10**6)
    with reverts("BelowFloor", 299, 1_500, 2_000):
        vault.withdrawSurplus.call({"from": who.treasury})


def test_withdraw_surplus_leaves_more_where_the_floor_is_higher(other, ready_in, who):
    vault = other(2_000, surplus_delay=HOUR, coverage_floor=15_000)
    ready_in(vault, 250, attested=500)
    assert vault.withdrawSurplus.call({"from": who.treasury}) == 250
    ready_in(vault, 251, attested=500)
    with reverts("BelowFloor", 2_249, 1_500, 15_000):
        vault.withdrawSurplus.call({"from": who.treasury})


def test_cash_that_came_after_the_attestation_covers_nothing(ready, donate, take):
    ready(501, attested=0)
    donate(500)
    with reverts("BelowFloor", 1_499, 1_500, RULES.coverage_floor):
        take()


def test_redemptions_since_the_attestation_change_nothing(vault, ready, take, who):
    ready(501, attested=0)
    vault.redeem(100, who.alice, {"from": who.alice})
    with reverts("BelowFloor", 1_499, 1_500, RULES.coverage_floor):
        take()
    ready(400, attested=0)
    vault.redeem(100, who.alice, {"from": who.alice})
    assert take() == 400


def test_cash_that_came_from_an_attested_account_since_counts_once(ready, donate, vault, take, who):
    ready(500, attested=0)
    vault.redeem(100, who.alice, {"from": who.alice})
    donate(100)
    assert take() == 500
    ready(601, attested=0)
    donate(100)
    with reverts("BelowFloor", 1_399, 1_400, RULES.coverage_floor):
        take()


def test_more_than_all_reserves_leaves_none(announce, attest, take):
    ready_at = announce(200)
    travel(ready_at)
    attest({"escrowed cash": 0}, vault=100)
    with reverts("BelowFloor", 0, 1_500, RULES.coverage_floor):
        take()


def test_diamonds_issued_since_the_attestation_must_be_covered(ready, mint, take, who):
    ready(600, attested=100)
    assert take() == 600
    mint(who.carol, 1)
    with reverts("BelowFloor", 1_500, 1_501, RULES.coverage_floor):
        take()


def test_diamonds_burned_since_the_attestation_must_be_covered_still(token, ready, take, who):
    ready(501, attested=0)
    token.burn(500, bytes(32), {"from": who.bob})
    with reverts("BelowFloor", 1_499, 1_500, RULES.coverage_floor):
        take()


def test_all_the_cash_may_leave_where_nothing_is_outstanding(token, ready, take, who):
    token.burn(1_000, bytes(32), {"from": who.alice})
    token.burn(500, bytes(32), {"from": who.bob})
    ready(2_000, attested=0)
    assert take() == 2_000


def test_part_of_a_diamond_counts_as_a_whole_one(other, ready_in, who):
    vault = other(200_000, par=100, surplus_delay=HOUR)
    ready_in(vault, 50_000, attested=0)
    assert vault.withdrawSurplus.call({"from": who.treasury}) == 50_000
    ready_in(vault, 50_001, attested=0)
    with reverts("BelowFloor", 1_499, 1_500, RULES.coverage_floor):
        vault.withdrawSurplus.call({"from": who.treasury})


def test_withdraw_surplus_reverts_once_a_wind_down_has_begun(announce, wind_down, attest, take):
    announce(100)
    wind_down()
    attest()
    with reverts("WindDownBegun"):
        take()
