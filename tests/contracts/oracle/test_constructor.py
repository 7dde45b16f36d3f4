import pytest

from tests.contracts.helpers import (
    CASH,
    DAY,
    GOODS,
    HOUR,
    LOCAL,
    RIGHTS,
    ZERO,
    addresses,
    events,
    kinds,
    plain,
    reverts,
)

LONGEST = 366 * DAY


def test_constructor_sets_what_the_configuration_says(oracle, issuer, governance):
    assert plain(oracle.auditors()) == LOCAL.auditors
    assert (oracle.owner(), oracle.issuer(), oracle.quorum()) == (governance.address, issuer.address, LOCAL.quorum)
    assert (oracle.maxAge(), oracle.suspensionTime()) == (LOCAL.max_age, LOCAL.suspension_time)
    assert plain(oracle.kinds()) == ((CASH, 0, True, 0, 0), (GOODS, 2_000, False, 0, 0), (RIGHTS, 5_000, False, 0, 0))


def test_oracle_begins_without_any_attestation(oracle):
    assert oracle.gate() == (0, 0, 0, 0, 0)
    assert (oracle.asOf(), oracle.attested(), oracle.shortfallSince(), oracle.shortfallTime()) == (0, 0, 0, 0)


def test_constructor_says_what_it_sets(create):
    tx = create("ReserveOracle", haircuts={"goods": 2_000}, ring_fenced=("goods",)).tx
    assert events(tx, "AuditorsChanged") == [
        {"oldAuditors": (), "oldQuorum": 0, "newAuditors": LOCAL.auditors, "newQuorum": 2}
    ]
    assert events(tx, "KindSet") == [
        {
            "kind": GOODS,
            "known": False,
            "oldHaircutBps": 0,
            "newHaircutBps": 2_000,
            "oldRingFenced": False,
            "newRingFenced": True,
        }
    ]
    assert events(tx, "MaxAgeChanged") == [{"oldMaxAge": 0, "newMaxAge": LOCAL.max_age}]


def test_silence_begins_with_the_deployment(create):
    oracle = create("ReserveOracle")
    assert oracle.deployedAt() == oracle.silentSince() == oracle.tx.timestamp


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"owner": ZERO}, ("OwnableInvalidOwner", ZERO)),
        ({"suspension_time": HOUR - 1}, ("DurationOutOfRange", HOUR - 1)),
        ({"suspension_time": LONGEST + 1}, ("DurationOutOfRange", LONGEST + 1)),
        ({"max_age": 2 * HOUR - 1, "suspension_time": HOUR}, ("MaxAgeTooShort", 2 * HOUR - 1, 2 * HOUR)),
        ({"max_age": LONGEST + 1}, ("DurationOutOfRange", LONGEST + 1)),
        ({"quorum": 1}, ("BadQuorum", 1, 3)),
        ({"quorum": 4}, ("BadQuorum", 4, 3)),
        ({"auditors": (), "quorum": 0}, ("BadQuorum", 0, 0)),
        ({"auditors": tuple(addresses(33)), "quorum": 17}, ("TooManyAuditors", 33, 32)),
        ({"auditors": (ZERO, *addresses(2))}, ("AuditorIsZero",)),
        ({"auditors": (*addresses(2), addresses(1)[0])}, ("AuditorInUse", addresses(1)[0])),
        ({"haircuts": {"goods": 10_001}}, ("HaircutOutOfRange", 10_001)),
        ({"haircuts": {"\0": 0}}, ("KindIsZero",)),
        ({"haircuts": kinds(33)}, ("TooManyKinds", 33, 32)),
    ],
)
def test_constructor_reverts_with_what_the_owner_could_not_set(create, changes, error):
    with reverts(*error):
        create("ReserveOracle", **changes)


@pytest.mark.parametrize("seconds", [HOUR, LONGEST // 2])
def test_constructor_accepts_durations_at_their_limits(create, seconds):
    oracle = create("ReserveOracle", max_age=2 * seconds, suspension_time=seconds)
    assert (oracle.maxAge(), oracle.suspensionTime()) == (2 * seconds, seconds)


def test_rules_changed_last_at_the_deployment(create):
    oracle = create("ReserveOracle")
    assert oracle.changedAt() == oracle.tx.timestamp


def test_constructor_accepts_the_most_auditors_and_kinds(create):
    auditors = tuple(addresses(32))
    oracle = create("ReserveOracle", auditors=auditors, quorum=17, haircuts=kinds(32))
    assert (len(oracle.auditors()), len(oracle.kinds())) == (32, 32)
