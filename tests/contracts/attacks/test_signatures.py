"""Signatures of auditors: old, repeated, of another chain, held back, and suspensions without end."""

from __future__ import annotations

from dataclasses import replace

from tests.contracts.attacks.values import NOTHING
from tests.contracts.helpers import LOCAL, PLENTY, now, recovered, reverts, signatures, travel


def test_m0_m3_old_signature_of_an_honest_auditor_makes_no_quorum(oracle, statement, submit, attest, who):
    """M0's auditors found (M-3, 2024) that one compromised validator could reach the quorum with what honest validators
    had signed long before. Here all sign one statement, whose epoch passes with the next one that is accepted."""
    old = statement({"escrowed cash": 1_000})
    left_over = signatures(old, [3])
    attest({"escrowed cash": 10}, signers=(4, 5))
    before = oracle.gate()

    with reverts("WrongEpoch", 1, 2):
        submit(old, signers=(3, 4))
    travel(now() + 10)
    renumbered = replace(old, epoch=2, as_of=now())
    with reverts("NotAnAuditor", recovered(renumbered, left_over[0])):
        oracle.attest(renumbered.fields, left_over + signatures(renumbered, [4]), {"from": who.auditor2})
    assert oracle.gate() == before
    assert before[0] == oracle.attested() == 10


def test_m0_m3_old_signature_of_a_key_that_was_rotated(oracle, statement, submit, who):
    """An auditor's remedy against the same (M0's M-3, 2024) before the epoch has passed: with its key go the signatures."""
    old = statement({"escrowed cash": 1_000})
    oracle.rotate(who.alice, {"from": who.auditor1})
    with reverts("NotAnAuditor", who.auditor1):
        submit(old)
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_m0_m3_old_signature_older_than_max_age(oracle, issuer, statement, submit):
    """The same, later than `maxAge`: nothing that was signed opens the gate any more."""
    old = statement({"escrowed cash": 1_000})
    travel(old.as_of + LOCAL.max_age)
    submit(old, dry=True)
    travel(old.as_of + LOCAL.max_age + 1)
    with reverts("AsOfTooOld", old.as_of, old.as_of + 1):
        submit(old, dry=True)
    assert (oracle.gate(), issuer.headroom()) == ((0, 0, 0, 0, 0), 0)


def test_m0_m3_old_signature_allows_no_more_than_it_said(oracle, statement, submit, donate, mint, who):
    """What remains by design: until another statement is accepted, one that an honest auditor signed can be completed by
    one that is compromised. The bound: its figures, less what was minted since, until its `asOf` + `maxAge`."""
    old = statement({"escrowed cash": 1_000})
    travel(old.as_of + LOCAL.max_age - 100)
    submit(old, sender=who.auditor2)
    donate(1)
    mint(who.alice, 1_000)
    with reverts("HeadroomExceeded", 1, 0):
        mint(who.alice, 1)
    travel(old.as_of + LOCAL.max_age + 1)
    with reverts("AttestationStale", old.as_of + LOCAL.max_age, now()):
        mint(who.alice, 1, dry=True)


def test_statement_held_back_by_dismissed_auditors_opens_nothing(oracle, issuer, statement, submit, who):
    """Auditors who are dismissed may still hold a statement that a quorum of them signed (docs/decisions/0005).
    Re-appointed among others, their signatures count, but not for a time before the appointment."""
    held_back = statement({"escrowed cash": 10**15})
    tx = oracle.setAuditors([who.auditor1, who.auditor2, who.auditor3], 2, {"from": who.owner})
    with reverts("AsOfBeforeAuditors", held_back.as_of, tx.timestamp):
        submit(held_back)
    assert (oracle.gate(), issuer.headroom()) == ((0, 0, 0, 0, 0), 0)


def test_one_auditor_signs_twice_or_out_of_order(oracle, statement, who):
    """A list of signatures that counts a signer twice makes every quorum a quorum of one. Signers must ascend."""
    made = statement({"escrowed cash": 10**15})
    (own,) = signatures(made, [4])
    with reverts("SignerRepeated", who.auditor2):
        oracle.attest(made.fields, [own, own], {"from": who.auditor2})
    pair = signatures(made, [3, 4])
    low, high = sorted((who.auditor1.address, who.auditor2.address), key=str.lower)
    with reverts("SignersOutOfOrder", high, low):
        oracle.attest(made.fields, pair[::-1], {"from": who.auditor2})
    with reverts("SignersOutOfOrder", high, low):
        oracle.attest(made.fields, [*pair, pair[0]], {"from": who.auditor2})
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_statement_for_another_chain_or_contract_is_replayed(oracle, create, statement, who):
    """After Ethereum's split in 2016 what was signed for one chain was valid on the other. The chain and the contract are
    part of what is signed, so the signature is by nobody known here."""
    other = create("ReserveOracle")
    mine = statement({"escrowed cash": 10**15})
    for theirs in (replace(mine, chain_id=1), replace(mine, oracle=other.address)):
        replayed = signatures(theirs, [3, 4])
        with reverts("NotAnAuditor", recovered(mine, replayed[0])):
            oracle.attest(mine.fields, replayed, {"from": who.deployer})
    assert oracle.gate() == (0, 0, 0, 0, 0)


def test_m0_timestamp_zero_and_future(oracle, statement, submit):
    """M0's auditors found (Three Sigma, 2024) that a timestamp of zero meant "now", so that such signatures could be used
    for ever. Zero is not newer than no attestation, and nobody can speak of the future."""
    with reverts("AsOfNotNewer", 0, 0):
        submit(statement(as_of=0))
    made = statement()
    for future in (made.as_of + 1, 2**64 - 1):
        with reverts("AsOfInFuture", future, made.as_of):
            submit(replace(made, as_of=future), dry=True)
    assert (oracle.asOf(), oracle.gate()) == (0, (0, 0, 0, 0, 0))


def test_one_diamond_burned_between_as_of_and_submission(oracle, token, statement, submit, mint, attest, donate, who):
    """A check "stated supply = supply now" would let anybody stop every attestation by burning one diamond before it.
    Only understating is refused."""
    attest()
    donate(1)
    mint(who.alice, 100)
    honest = statement({"escrowed cash": 500})
    token.burn(1, NOTHING, {"from": who.alice})
    submit(honest)
    assert (honest.supply, token.totalSupply(), oracle.gate()[0], oracle.gate()[4]) == (100, 99, 500, 2)
    with reverts("LiabilitiesUnderstated", 98, 99):
        submit(statement({"escrowed cash": 500}, supply=98), dry=True)


def test_suspension_renewed_for_ever(oracle, attest, donate, issuer, who):
    """Whoever may stop a system for a while must not be able to stop it for good by doing it again. The bound: one
    auditor of a quorum of two closes minting for one day in two, whatever is attested meanwhile."""
    attest(PLENTY)
    donate(1)
    for _ in range(3):
        tx = oracle.suspend({"from": who.auditor1})
        until, again = tx.timestamp + LOCAL.suspension_time, tx.timestamp + 2 * LOCAL.suspension_time
        attest(PLENTY)
        with reverts("SuspensionTooSoon", who.auditor1, again):
            oracle.suspend({"from": who.auditor1})
        travel(until - 1)
        assert issuer.headroom() == 0
        travel(until)
        assert issuer.headroom() > 0
        travel(again - 1)
        with reverts("SuspensionTooSoon", who.auditor1, again):
            oracle.suspend.call({"from": who.auditor1})
        assert issuer.headroom() > 0
        travel(again)
