import pytest

from tests.contracts.helpers import DAY, HOUR, LOCAL, events, reverts, travel

LONGEST = 366 * DAY


@pytest.fixture
def set_max_age(oracle, who):
    """Changes the maximum age as the owner."""

    def run(seconds, dry=False):
        return (oracle.setMaxAge.call if dry else oracle.setMaxAge)(seconds, {"from": who.owner})

    return run


def test_set_max_age_changes_it_and_says_so(oracle, set_max_age):
    tx = set_max_age(DAY)
    assert oracle.maxAge() == DAY
    assert events(tx, "MaxAgeChanged") == [{"oldMaxAge": LOCAL.max_age, "newMaxAge": DAY}]


def test_shorter_age_applies_to_the_standing_attestation(oracle, attest, set_max_age, mint, who):
    attest()
    fresh_until = oracle.asOf() + DAY
    set_max_age(DAY)
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
    set_max_age(DAY)
    set_max_age(LOCAL.max_age)
    assert oracle.gate()[2] == oracle.asOf() + DAY


@pytest.mark.parametrize("seconds", [HOUR, LONGEST])
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
    set_max_age(HOUR)
    travel(made.as_of + HOUR)
    submit(made, dry=True)
    travel(made.as_of + HOUR + 1)
    with reverts("AsOfTooOld", made.as_of, made.as_of + 1):
        submit(made, dry=True)


@pytest.mark.parametrize(("limit", "beyond"), [(HOUR, HOUR - 1), (LONGEST, LONGEST + 1)])
def test_set_max_age_accepts_1_hour_to_366_days(set_max_age, limit, beyond):
    set_max_age(limit, dry=True)
    with reverts("DurationOutOfRange", beyond):
        set_max_age(beyond, dry=True)


@pytest.mark.parametrize("seconds", [0, 2**256 - 1])
def test_set_max_age_reverts_with_no_duration_at_all(set_max_age, seconds):
    with reverts("DurationOutOfRange", seconds):
        set_max_age(seconds, dry=True)
