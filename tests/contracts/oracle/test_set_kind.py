import pytest

from tests.contracts.helpers import CASH, GOODS, RIGHTS, events, kinds, plain, reverts

GOLD = b"gold".ljust(32, b"\0")


@pytest.fixture
def set_kind(oracle, who):
    """Sets a kind's rules as the owner."""

    def run(kind, haircut, ring_fenced=False, dry=False):
        return (oracle.setKind.call if dry else oracle.setKind)((kind, haircut, ring_fenced), {"from": who.owner})

    return run


def said(kind, known, old, new):
    """What the event says, of the old and new haircut and fence."""
    names = ("oldHaircutBps", "newHaircutBps", "oldRingFenced", "newRingFenced")
    return {"kind": kind, "known": known} | dict(zip(names, (old[0], new[0], old[1], new[1]), strict=True))


def test_set_kind_adds_a_kind_and_says_so(oracle, set_kind, attest):
    tx = set_kind(GOLD, 1_000, True)
    assert plain(oracle.kinds()) == (
        (CASH, 0, True, 0, 0),
        (GOODS, 2_000, False, 0, 0),
        (RIGHTS, 5_000, False, 0, 0),
        (GOLD, 1_000, True, 0, 0),
    )
    assert events(tx, "KindSet") == [said(GOLD, False, (0, False), (1_000, True))]
    assert oracle.changedAt() == tx.timestamp
    attest({"gold": 100})
    assert oracle.attested() == 90


def test_set_kind_changes_a_haircut_and_says_so(oracle, set_kind):
    tx = set_kind(GOODS, 2_500)
    assert plain(oracle.kinds()) == ((CASH, 0, True, 0, 0), (GOODS, 2_500, False, 0, 0), (RIGHTS, 5_000, False, 0, 0))
    assert events(tx, "KindSet") == [said(GOODS, True, (2_000, False), (2_500, False))]
    assert oracle.changedAt() == tx.timestamp


def test_set_kind_applies_from_the_next_attestation_on(oracle, issuer, set_kind, attest):
    attest({"goods": 100})
    set_kind(GOODS, 5_000)
    assert (oracle.attested(), issuer.headroom()) == (80, 80)
    assert plain(oracle.kinds())[1] == (GOODS, 5_000, False, 100, 80)
    attest({"goods": 100})
    assert (oracle.attested(), issuer.headroom()) == (50, 50)
    assert plain(oracle.kinds())[1] == (GOODS, 5_000, False, 100, 50)


def test_set_kind_accepts_a_haircut_of_all_and_not_one_more(oracle, set_kind):
    with reverts("HaircutOutOfRange", 10_001):
        set_kind(GOODS, 10_001)
    set_kind(GOODS, 10_000)
    assert oracle.kinds()[1][1] == 10_000


@pytest.mark.parametrize("haircut", [10_001, 2**16 - 1])
def test_set_kind_reverts_with_a_haircut_of_more_than_all(set_kind, haircut):
    with reverts("HaircutOutOfRange", haircut):
        set_kind(GOODS, haircut, dry=True)


def test_set_kind_reverts_with_kind_0(set_kind):
    with reverts("KindIsZero"):
        set_kind(bytes(32), 0)


def test_set_kind_up_to_the_most_kinds_and_not_one_more(create, who):
    oracle = create("ReserveOracle", haircuts=kinds(31))
    oracle.setKind((GOODS, 0, False), {"from": who.owner})
    assert len(oracle.kinds()) == 32
    with reverts("TooManyKinds", 33, 32):
        oracle.setKind((GOLD, 0, False), {"from": who.owner})
    oracle.setKind((GOODS, 7, False), {"from": who.owner})
    assert oracle.kinds()[31][1] == 7
