from dataclasses import replace

import pytest

from tests.contracts.helpers import CASH, GOODS, RIGHTS, reverts, sign_digest

GOLD = b"gold".ljust(32, b"\0")


@pytest.fixture
def attest_lines(oracle, statement, who):
    """Attests lines in exactly this order, which a `Statement` would put right."""

    def run(*lines):
        made = statement().fields
        made = (*made[:5], list(lines), made[6])
        # Auditor 2 has the lower address.
        signed = sign_digest(oracle.digest(made), 4, 3)
        return oracle.attest.call(made, signed, {"from": who.deployer})

    return run


def test_attest_reverts_without_lines(statement, submit):
    with reverts("NoLines"):
        submit(replace(statement(), lines={}), dry=True)


def test_attest_reverts_when_lines_are_not_ascending(attest_lines):
    attest_lines((CASH, 1), (GOODS, 1), (RIGHTS, 1))
    with reverts("LinesUnsorted", RIGHTS, GOODS):
        attest_lines((CASH, 1), (RIGHTS, 1), (GOODS, 1))


def test_attest_reverts_when_a_kind_comes_twice(attest_lines):
    with reverts("LinesUnsorted", GOODS, GOODS):
        attest_lines((GOODS, 1), (GOODS, 1))


@pytest.mark.parametrize("kind", [GOLD, bytes(32), b"goods ".ljust(32, b"\0")], ids=["another", "empty", "almost"])
def test_attest_reverts_with_an_unknown_kind(attest_lines, kind):
    with reverts("UnknownKind", kind):
        attest_lines((kind, 1), (RIGHTS, 1))


def test_attest_reverts_with_an_unknown_kind_after_known_ones(attest_lines):
    unknown = b"\xff" * 32
    with reverts("UnknownKind", unknown):
        attest_lines((GOODS, 1), (unknown, 0))


@pytest.mark.parametrize(("value", "counted"), [(0, 0), (1, 0), (4, 3), (5, 4), (9, 7), (10, 8)])
def test_haircut_of_20_percent_is_rounded_against_the_platform(oracle, attest, value, counted):
    attest({"goods": value})
    assert oracle.attested() == counted


def test_haircuts_are_rounded_line_by_line(oracle, attest):
    attest({"goods": 9, "service rights": 9, "escrowed cash": 9})
    assert oracle.attested() == 7 + 4 + 9


def test_haircut_of_100_percent_counts_nothing(oracle, attest, who):
    oracle.setKind((GOODS, 10_000, False), {"from": who.owner})
    attest({"goods": 10**12})
    assert (oracle.attested(), oracle.kinds()[1][3]) == (0, 10**12)


def test_haircut_of_one_in_10000_counts_the_rest(oracle, attest, who):
    oracle.setKind((GOODS, 1, False), {"from": who.owner})
    attest({"goods": 10_001})
    assert oracle.attested() == 9_999
