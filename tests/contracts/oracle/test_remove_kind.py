import pytest

from tests.contracts.helpers import CASH, GOODS, RIGHTS, events, kinds, plain, reverts


@pytest.fixture
def remove_kind(oracle, who):
    """Removes a kind of asset as the owner."""

    def run(kind):
        return oracle.removeKind(kind, {"from": who.owner})

    return run


@pytest.mark.parametrize(
    ("kind", "haircut", "left"),
    [
        (CASH, 0, {(GOODS, 2_000, False, 0, 0), (RIGHTS, 5_000, False, 0, 0)}),
        (GOODS, 2_000, {(CASH, 0, True, 0, 0), (RIGHTS, 5_000, False, 0, 0)}),
        (RIGHTS, 5_000, {(CASH, 0, True, 0, 0), (GOODS, 2_000, False, 0, 0)}),
    ],
)
def test_remove_kind_takes_out_one_and_says_so(oracle, remove_kind, kind, haircut, left):
    tx = remove_kind(kind)
    found = plain(oracle.kinds())
    assert (set(found), len(found)) == (left, 2)
    assert events(tx, "KindRemoved") == [{"kind": kind, "oldHaircutBps": haircut}]
    assert oracle.changedAt() == tx.timestamp


def test_remove_kind_takes_out_all(oracle, remove_kind):
    for kind in (GOODS, CASH, RIGHTS):
        remove_kind(kind)
    assert oracle.kinds() == ()


def test_removed_kind_cannot_be_attested(statement, submit, remove_kind):
    made = statement()
    remove_kind(GOODS)
    with reverts("UnknownKind", GOODS):
        submit(made)


def test_remove_kind_leaves_the_standing_attestation(oracle, issuer, attest, remove_kind):
    attest()
    remove_kind(GOODS)
    assert (oracle.attested(), issuer.headroom()) == (800_000, 800_000)


def test_remove_kind_reverts_for_an_unknown_one(remove_kind):
    unknown = b"gold".ljust(32, b"\0")
    with reverts("UnknownKind", unknown):
        remove_kind(unknown)


def test_remove_kind_twice_reverts(remove_kind):
    remove_kind(GOODS)
    with reverts("UnknownKind", GOODS):
        remove_kind(GOODS)


def test_kinds_without_the_removed_one_count_less_than_is_attested(oracle, attest, remove_kind):
    attest({"goods": 100, "escrowed cash": 7})
    remove_kind(GOODS)
    assert (oracle.attested(), sum(kind[4] for kind in oracle.kinds())) == (87, 7)


def test_kind_that_comes_back_has_no_value_and_its_new_haircut(oracle, attest, remove_kind, who):
    attest()
    remove_kind(GOODS)
    tx = oracle.setKind((GOODS, 3_000, True), {"from": who.owner})
    assert [(event["known"], event["oldHaircutBps"]) for event in events(tx, "KindSet")] == [(False, 0)]
    assert plain(oracle.kinds())[2] == (GOODS, 3_000, True, 0, 0)


def test_removed_kind_makes_room_for_another(create, who):
    oracle = create("ReserveOracle", haircuts=kinds(32))
    oracle.removeKind(b"kind 00".ljust(32, b"\0"), {"from": who.owner})
    oracle.setKind((GOODS, 0, False), {"from": who.owner})
    assert len(set(plain(oracle.kinds()))) == 32
