import pytest

from tests.contracts.helpers import LOCAL, events, reverts, travel

SHORTEST, LONGEST = 2 * LOCAL.suspension_time, LOCAL.vault_rules.max_silence - 1


@pytest.fixture
def set_max_age(oracle, who):
    """Changes the maximum age as the owner."""

    def run(seconds, dry=False):
        return (oracle.setMaxAge.call if dry else oracle.setMaxAge)(seconds, {"from": who.owner})

    return run


def test_set_max_age_changes_it_and_says_so(oracle, set_max_age):
    tx = set_max_age(SHORTEST)
    assert oracle.maxAge() == SHORTEST
    assert events(tx, "MaxAgeChanged") == [{"oldMaxAge": LOCAL.max_age, "newMaxAge": SHORTEST}]


def test_shorter_age_applies_to_the_standing_attestation(oracle, attest, set_max_age, mint, who):
    attest()
    fresh_until = oracle.asOf() + SHORTEST
    set_max_age(SHORTEST)
    assert oracle.gate()[2] == fresh_until
    travel(fresh_until)
    mint(who.alice, 1, dry=True)
    travel(fresh_until + 1)
    with reverts("AttestationStale", fresh_until, fresh_until + 1):
        mint(who.alice, 1, dry=True)


def test_longer_age_applies_only_to_later_attestations(oracle, attest, set_max_age):
    attest()
    before = oracle.gate()[2]
    set_max_age(LONGEST)
    assert oracle.gate()[2] == before
    attest()
    assert oracle.gate()[2] == oracle.asOf() + LONGEST


def test_age_shortened_and_lengthened_again_stays_short(oracle, attest, set_max_age):
    attest()
    set_max_age(SHORTEST)
    set_max_age(LOCAL.max_age)
    assert oracle.gate()[2] == oracle.asOf() + SHORTEST


@pytest.mark.parametrize("seconds", [SHORTEST, LONGEST])
def test_set_max_age_revives_no_attestation_of_former_auditors(oracle, attest, set_max_age, mint, who, seconds):
    attest()
    oracle.setAuditors([who.alice, who.bob], 2, {"from": who.owner})
    set_max_age(seconds)
    with reverts("NoStandingAttestation"):
        mint(who.alice, 1)


def test_set_max_age_before_the_first_attestation_opens_nothing(oracle, set_max_age, mint, who):
    set_max_age(LONGEST)
    assert oracle.gate()[2] == 0
    with reverts("NoStandingAttestation"):
        mint(who.alice, 1)


def test_shorter_age_refuses_statements_that_would_have_passed(statement, submit, set_max_age):
    made = statement()
    set_max_age(SHORTEST)
    travel(made.as_of + SHORTEST)
    submit(made, dry=True)
    travel(made.as_of + SHORTEST + 1)
    with reverts("AsOfTooOld", made.as_of, made.as_of + 1):
        submit(made, dry=True)


def test_set_max_age_reverts_below_two_suspensions(set_max_age):
    set_max_age(SHORTEST, dry=True)
    for seconds in (SHORTEST - 1, 0):
        with reverts("MaxAgeTooShort", seconds, SHORTEST):
            set_max_age(seconds, dry=True)


def test_set_max_age_reverts_unless_a_statement_is_stale_before_silence_allows_a_wind_down(set_max_age):
    set_max_age(LONGEST, dry=True)
    for seconds in (LONGEST + 1, 2**256 - 1):
        with reverts("MaxAgeTooLong", seconds, LONGEST + 1):
            set_max_age(seconds, dry=True)


def test_set_max_age_is_a_change_of_rules(oracle, set_max_age):
    tx = set_max_age(SHORTEST)
    assert oracle.changedAt() == tx.timestamp
