import pytest

from tests.contracts.helpers import LOCAL, ZERO, events, plain, reverts

ALICE = 6  # index of the test account who.alice


def test_rotate_replaces_the_key_in_its_place_and_says_so(oracle, who):
    tx = oracle.rotate(who.alice, {"from": who.auditor2})
    assert plain(oracle.auditors()) == (who.auditor1.address, who.alice.address, who.auditor3.address)
    assert (oracle.isAuditor(who.alice), oracle.isAuditor(who.auditor2)) == (True, False)
    assert events(tx, "AuditorRotated") == [{"from": who.auditor2.address, "to": who.alice.address}]


def test_rotated_key_attests_and_the_old_one_does_not(oracle, attest, who):
    oracle.rotate(who.alice, {"from": who.auditor2})
    with reverts("NotAnAuditor", who.auditor2):
        attest(signers=(3, 4), dry=True)
    attest(signers=(3, ALICE))
    assert oracle.gate()[4] == 1


def test_rotate_leaves_the_standing_attestation(oracle, attest, mint, who):
    attest()
    oracle.rotate(who.alice, {"from": who.auditor2})
    mint(who.alice, 1, dry=True)


def test_rotate_back_reverts(oracle, who):
    oracle.rotate(who.alice, {"from": who.auditor2})
    with reverts("AuditorRotatedAway", who.auditor2):
        oracle.rotate.call(who.auditor2, {"from": who.alice})
    oracle.rotate(who.bob, {"from": who.alice})
    for former in (who.auditor2, who.alice):
        with reverts("AuditorRotatedAway", former):
            oracle.rotate.call(former, {"from": who.bob})


def test_rotate_is_no_change_of_rules(oracle, who):
    before = oracle.changedAt()
    oracle.rotate(who.alice, {"from": who.auditor2})
    assert oracle.changedAt() == before


@pytest.mark.parametrize("role", ["deployer", "governor", "minter", "alice"])
def test_rotate_by_anybody_but_an_auditor_reverts(oracle, who, role):
    with reverts("NotAnAuditor", getattr(who, role)):
        oracle.rotate.call(who.bob, {"from": getattr(who, role)})


def test_rotate_twice_with_the_old_key_reverts(oracle, who):
    oracle.rotate(who.alice, {"from": who.auditor2})
    with reverts("NotAnAuditor", who.auditor2):
        oracle.rotate.call(who.bob, {"from": who.auditor2})


@pytest.mark.parametrize("role", ["auditor1", "auditor2"])
def test_rotate_to_an_auditor_reverts_even_to_oneself(oracle, who, role):
    with reverts("AuditorInUse", getattr(who, role)):
        oracle.rotate.call(getattr(who, role), {"from": who.auditor2})


def test_rotate_to_address_0_reverts(oracle, who):
    with reverts("AuditorIsZero"):
        oracle.rotate.call(ZERO, {"from": who.auditor2})


def test_rotated_key_is_never_appointed_again(oracle, set_auditors, who):
    """As by a change that was scheduled before the key was replaced."""
    oracle.rotate(who.alice, {"from": who.auditor2})
    with reverts("AuditorRotatedAway", who.auditor2):
        set_auditors([who.auditor1, who.auditor2, who.auditor3], 2, dry=True)
    set_auditors([who.auditor1, who.alice, who.auditor3], 2)
    with reverts("AuditorRotatedAway", who.auditor2):
        oracle.rotate.call(who.auditor2, {"from": who.alice})


def test_rotate_takes_the_used_up_suspension_along(oracle, who):
    again_at = oracle.suspend({"from": who.auditor2}).timestamp + 2 * LOCAL.suspension_time
    oracle.rotate(who.alice, {"from": who.auditor2})
    with reverts("SuspensionTooSoon", who.alice, again_at):
        oracle.suspend.call({"from": who.alice})
