import pytest

from tests.contracts.helpers import ZERO, addresses, events, now, plain, reverts, travel

ALICE, BOB = 6, 7  # indices of the test accounts who.alice and who.bob


def test_set_auditors_replaces_all_of_them_and_says_so(oracle, set_auditors, who):
    old = (who.auditor1.address, who.auditor2.address, who.auditor3.address)
    new = (who.bob.address, who.auditor2.address, who.alice.address, who.carol.address)
    tx = set_auditors(new, 3)
    assert (plain(oracle.auditors()), oracle.quorum()) == (new, 3)
    assert [oracle.isAuditor(account) for account in (*new, *old)] == [True] * 4 + [False, True, False]
    assert events(tx, "AuditorsChanged") == [
        {"oldAuditors": old, "oldQuorum": 2, "newAuditors": new, "newQuorum": 3},
    ]


def test_set_auditors_ends_the_standing_attestation_for_minting(oracle, issuer, attest, set_auditors, mint, who):
    attest()
    set_auditors([who.auditor1, who.auditor2, who.auditor3], 2)
    assert (oracle.gate()[2], issuer.headroom()) == (0, 0)
    with reverts("NoStandingAttestation"):
        mint(who.alice, 1)


def test_set_auditors_leaves_the_silence_clock_and_the_shortfall(oracle, attest, mint, set_auditors, who):
    attest()
    mint(who.alice, 100)
    attest({"goods": 1})
    before = (oracle.silentSince(), oracle.asOf(), oracle.shortfallSince(), oracle.attested(), oracle.liabilities())
    set_auditors([who.alice, who.bob], 2)
    after = (oracle.silentSince(), oracle.asOf(), oracle.shortfallSince(), oracle.attested(), oracle.liabilities())
    assert before == after
    assert all(before[:3])


def test_new_auditors_go_on_with_the_next_epoch(oracle, attest, mint, set_auditors, who):
    attest()
    set_auditors([who.alice, who.bob], 2)
    attest(signers=(ALICE, BOB))
    assert oracle.gate()[4] == 2
    mint(who.alice, 1, dry=True)


def test_dismissed_auditor_neither_attests_nor_suspends(oracle, attest, set_auditors, who):
    set_auditors([who.auditor2, who.auditor3, who.alice], 2)
    with reverts("NotAnAuditor", who.auditor1):
        attest(signers=(3, 5), dry=True)
    with reverts("NotAnAuditor", who.auditor1):
        oracle.suspend.call({"from": who.auditor1})


def test_statement_signed_by_the_old_auditors_does_not_pass_later(oracle, statement, submit, set_auditors, who):
    made = statement()
    set_auditors([who.auditor1, who.alice, who.bob], 2)
    with reverts("AsOfBeforeAuditors", made.as_of, oracle.appointedAt()):
        submit(made, dry=True)


def test_statement_held_back_does_not_reopen_the_gate_even_if_its_signers_stay(
    oracle, statement, submit, set_auditors, who
):
    made = statement()
    set_auditors([who.auditor1, who.auditor2, who.bob], 2)
    assert oracle.appointedAt() == now() and oracle.gate()[2] == 0
    with reverts("AsOfBeforeAuditors", made.as_of, now()):
        submit(made, dry=True)
    travel(now() + 1)
    submit(statement())
    assert oracle.gate()[2] > 0


@pytest.mark.parametrize(("count", "quorum"), [(2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (32, 17), (32, 32)])
def test_set_auditors_accepts_more_than_half(set_auditors, count, quorum):
    set_auditors(addresses(count), quorum, dry=True)


@pytest.mark.parametrize(
    ("count", "quorum"), [(0, 0), (0, 2), (1, 1), (2, 1), (2, 3), (3, 1), (3, 4), (4, 2), (32, 16), (3, 2**255 + 2)]
)
def test_set_auditors_reverts_with_another_quorum(set_auditors, count, quorum):
    with reverts("BadQuorum", quorum, count):
        set_auditors(addresses(count), quorum, dry=True)


def test_set_auditors_reverts_with_more_than_one_attestation_carries(set_auditors):
    with reverts("TooManyAuditors", 33, 32):
        set_auditors(addresses(33), 17, dry=True)


def test_set_auditors_reverts_when_one_is_address_0(set_auditors, who):
    with reverts("AuditorIsZero"):
        set_auditors([who.alice, ZERO], 2, dry=True)


def test_set_auditors_reverts_when_one_comes_twice(set_auditors, who):
    with reverts("AuditorInUse", who.alice):
        set_auditors([who.alice, who.bob, who.alice], 2, dry=True)
