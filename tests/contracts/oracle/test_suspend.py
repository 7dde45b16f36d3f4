import pytest

from tests.contracts.helpers import DAY, events, now, reverts, travel


@pytest.fixture(scope="module", autouse=True)
def _attested(attest):
    attest()


@pytest.fixture
def suspend(oracle):
    """Suspends minting as an auditor; a dry run sees the time of the newest block."""

    def run(auditor, dry=False):
        return (oracle.suspend.call if dry else oracle.suspend)({"from": auditor})

    return run


def test_suspend_stops_minting_and_says_so(oracle, issuer, suspend, mint, who):
    tx = suspend(who.auditor1)
    until = tx.timestamp + DAY
    assert events(tx, "Suspended") == [{"auditor": who.auditor1.address, "epoch": 1, "until": until}]
    assert (oracle.gate()[3], issuer.headroom()) == (until, 0)
    with reverts("MintingSuspended", until):
        mint(who.alice, 1)


def test_suspension_ends_by_itself(issuer, suspend, mint, who):
    until = suspend(who.auditor1).timestamp + DAY
    travel(until - 1)
    assert issuer.headroom() == 0
    with reverts("MintingSuspended", until):
        mint(who.alice, 1, dry=True)
    travel(until)
    assert issuer.headroom() == 800_000
    mint(who.alice, 1, dry=True)


def test_suspension_survives_a_new_attestation(oracle, suspend, attest, mint, who):
    until = suspend(who.auditor1).timestamp + DAY
    attest()
    assert oracle.gate()[3:] == (until, 2)
    with reverts("MintingSuspended", until):
        mint(who.alice, 1)


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "alice"])
def test_suspend_by_anybody_but_an_auditor_reverts(suspend, who, role):
    with reverts("NotAnAuditor", getattr(who, role)):
        suspend(getattr(who, role), dry=True)


def test_suspend_again_reverts_until_quorum_times_its_duration(suspend, attest, who):
    again_at = suspend(who.auditor1).timestamp + 2 * DAY
    attest()
    travel(again_at - 1)
    with reverts("SuspensionTooSoon", who.auditor1, again_at):
        suspend(who.auditor1, dry=True)
    travel(again_at)
    suspend(who.auditor1, dry=True)


def test_suspend_twice_in_one_epoch_reverts_however_late(suspend, who):
    again_at = suspend(who.auditor1).timestamp + 2 * DAY
    travel(again_at)
    with reverts("AlreadySuspended", who.auditor1, 1):
        suspend(who.auditor1, dry=True)
    travel(again_at + 300 * DAY)
    with reverts("AlreadySuspended", who.auditor1, 1):
        suspend(who.auditor1, dry=True)


def test_suspend_passes_again_in_the_next_epoch(suspend, attest, who):
    travel(suspend(who.auditor1).timestamp + 2 * DAY)
    attest()
    assert events(suspend(who.auditor1), "Suspended")[0]["epoch"] == 2


def test_suspension_by_another_auditor_follows_on_the_first(oracle, suspend, who):
    suspend(who.auditor1)
    travel(now() + DAY // 2)
    until = suspend(who.auditor2).timestamp + DAY
    assert oracle.gate()[3] == until


def test_cool_down_counts_the_quorum_of_the_moment(oracle, suspend, attest, who):
    auditors = [who.auditor1, who.auditor2, who.auditor3]
    oracle.setAuditors(auditors, 3, {"from": who.owner})
    again_at = suspend(who.auditor1).timestamp + 3 * DAY
    travel(again_at - 1)
    with reverts("SuspensionTooSoon", who.auditor1, again_at):
        suspend(who.auditor1, dry=True)


@pytest.mark.parametrize(("before", "after"), [(2, 3), (3, 2)])
def test_cool_down_counts_the_larger_quorum_of_then_and_now(oracle, suspend, attest, who, before, after):
    auditors = [who.auditor1, who.auditor2, who.auditor3]
    oracle.setAuditors(auditors, before, {"from": who.owner})
    again_at = suspend(who.auditor1).timestamp + 3 * DAY
    oracle.setAuditors(auditors, after, {"from": who.owner})
    travel(again_at - 100)
    attest(signers=(3, 4, 5))
    travel(again_at - 1)
    with reverts("SuspensionTooSoon", who.auditor1, again_at):
        suspend(who.auditor1, dry=True)
    travel(again_at)
    suspend(who.auditor1, dry=True)


def test_suspension_by_rotated_key_is_used_up_with_the_old_one(oracle, suspend, who):
    again_at = suspend(who.auditor1).timestamp + 2 * DAY
    oracle.rotate(who.bob, {"from": who.auditor1})
    with reverts("SuspensionTooSoon", who.bob, again_at):
        suspend(who.bob, dry=True)
    travel(again_at)
    with reverts("AlreadySuspended", who.bob, 1):
        suspend(who.bob, dry=True)
    with reverts("NotAnAuditor", who.auditor1):
        suspend(who.auditor1, dry=True)


def test_leaving_and_coming_back_renews_no_suspension(oracle, suspend, who):
    again_at = suspend(who.auditor1).timestamp + 2 * DAY
    oracle.setAuditors([who.auditor2, who.auditor3], 2, {"from": who.owner})
    oracle.setAuditors([who.auditor1, who.auditor2, who.auditor3], 2, {"from": who.owner})
    with reverts("SuspensionTooSoon", who.auditor1, again_at):
        suspend(who.auditor1, dry=True)
    travel(again_at)
    with reverts("AlreadySuspended", who.auditor1, 1):
        suspend(who.auditor1, dry=True)


def test_suspension_by_a_dismissed_auditor_lasts_its_time(oracle, suspend, attest, mint, who):
    until = suspend(who.auditor1).timestamp + DAY
    oracle.setAuditors([who.auditor2, who.auditor3], 2, {"from": who.owner})
    attest(signers=(4, 5))
    with reverts("MintingSuspended", until):
        mint(who.alice, 1)
