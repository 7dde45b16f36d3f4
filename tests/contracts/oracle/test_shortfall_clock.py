"""The shortfall clock: seconds of `asOf` time, forward while either end of an interval is short, else back."""

import pytest

from tests.contracts.helpers import CASH, DAY, GOODS, LOCAL, addresses, travel

LONGEST = LOCAL.vault_rules.max_shortfall
GOLD = b"gold".ljust(32, b"\0")
GOOD, SHORT = {"escrowed cash": 100}, {"escrowed cash": 99}


@pytest.fixture(scope="module", autouse=True)
def _issued_100(attest, mint, who):
    attest()
    mint(who.alice, 100)
    attest(GOOD)


@pytest.fixture
def after(oracle, attest):
    """Attests lines so many seconds after the last statement; returns the clock."""

    def run(seconds, lines, **changes):
        travel(oracle.asOf() + seconds)
        attest(lines, **changes)
        return oracle.shortfallTime()

    return run


@pytest.fixture
def set_kind(oracle, who):
    """Sets the haircut of a kind as the owner."""

    def run(kind, haircut):
        oracle.setKind((kind, haircut, False), {"from": who.owner})

    return run


# -------------------------------------------------------------------- what a shortfall is


def test_shortfall_is_none_while_reserves_cover_the_supply_exactly(oracle, after):
    assert (after(DAY, GOOD), oracle.shortfallSince()) == (0, 0)


def test_shortfall_begins_when_one_is_missing_with_the_statement_before(oracle, after):
    last = oracle.asOf()
    assert (after(DAY, SHORT), oracle.shortfallSince()) == (DAY, last)


def test_shortfall_counts_reserves_after_the_haircut(after):
    assert [after(DAY, {"goods": 125}), after(DAY, {"goods": 124})] == [0, DAY]


def test_shortfall_counts_the_attested_vault(after):
    lines = {"escrowed cash": 40}
    assert [after(DAY, lines, vault=60), after(DAY, lines, vault=59)] == [0, DAY]


def test_shortfall_counts_the_supply_not_what_was_issued(token, after, who):
    token.burn(30, bytes(32), {"from": who.alice})
    assert [after(DAY, {"escrowed cash": 70}), after(DAY, {"escrowed cash": 69})] == [0, DAY]


def test_shortfall_counts_no_diamond_issued_since_the_statements_moment(statement, submit, oracle, attest, mint, who):
    attest({"escrowed cash": 1_000})
    travel(oracle.asOf() + DAY)
    made = statement(GOOD)
    mint(who.bob, 5)
    submit(made)
    assert oracle.shortfallSince() == 0


def test_shortfall_closes_minting(issuer, after):
    after(DAY, SHORT)
    assert issuer.headroom() == 0


# -------------------------------------------------------------------- how the clock runs


@pytest.mark.parametrize(
    ("steps", "clock"),
    [
        ([(5, SHORT), (7, SHORT)], 12),
        ([(5, SHORT), (7, GOOD)], 12),
        ([(5, SHORT), (7, GOOD), (3, GOOD)], 9),
        ([(5, SHORT), (7, GOOD), (3, GOOD), (2, SHORT)], 11),
        ([(1, SHORT), (1, GOOD), (3, GOOD)], 0),
    ],
)
def test_clock_runs_forward_where_either_end_is_short_and_back_where_neither_is(after, steps, clock):
    for days, lines in steps:
        shown = after(days * DAY, lines)
    assert shown == clock * DAY


def test_clock_runs_back_by_no_more_than_an_attestation_lasts(after):
    after(10 * DAY, SHORT)
    after(10 * DAY, GOOD)
    assert after(LOCAL.max_age, GOOD) == 20 * DAY - LOCAL.max_age
    assert after(9 * LOCAL.max_age, GOOD) == 20 * DAY - 2 * LOCAL.max_age


def test_clock_stops_at_the_longest_shortfall(oracle, after):
    assert after(LONGEST - 1, SHORT) == LONGEST - 1
    assert after(2, SHORT) == LONGEST
    assert after(DAY, SHORT) == LONGEST
    assert oracle.shortfallSince() == oracle.asOf() - LONGEST


def test_silence_after_a_short_statement_runs_the_clock_on(oracle, after):
    after(DAY, SHORT)
    since = oracle.shortfallSince()
    travel(oracle.asOf() + 5 * DAY)
    assert (oracle.shortfallSince(), oracle.shortfallTime()) == (since, DAY)
    assert after(6 * DAY, SHORT) == 7 * DAY
    assert oracle.shortfallSince() == since


def test_shortfall_is_none_from_the_first_good_statement_on_but_the_clock_remembers(oracle, after):
    after(5 * DAY, SHORT)
    assert (after(DAY, GOOD), oracle.shortfallSince()) == (6 * DAY, 0)
    after(DAY, SHORT)
    assert oracle.shortfallSince() == oracle.asOf() - 7 * DAY


def test_change_of_auditors_leaves_the_clock(oracle, after, who):
    after(5 * DAY, SHORT)
    since = oracle.shortfallSince()
    oracle.setAuditors(addresses(3), 2, {"from": who.owner})
    assert (oracle.shortfallTime(), oracle.shortfallSince()) == (5 * DAY, since)


# -------------------------------------------------------------------- by which haircuts it measures


def test_lower_haircut_cures_no_shortfall_that_the_old_one_showed(oracle, set_kind, after):
    after(DAY, {"goods": 100})
    set_kind(GOODS, 0)
    assert after(DAY, {"goods": 100}) == 2 * DAY
    assert (oracle.attested(), oracle.shortfallSince() > 0) == (100, True)
    assert after(DAY, {"goods": 124}) == 3 * DAY
    after(DAY, {"goods": 125})
    assert oracle.shortfallSince() == 0


def test_higher_haircut_counts_at_once_and_stays_while_the_clock_stands_above_zero(oracle, set_kind, after):
    after(DAY, SHORT)
    set_kind(CASH, 5_000)
    set_kind(CASH, 0)
    assert after(DAY, {"escrowed cash": 199}) == 2 * DAY
    after(DAY, {"escrowed cash": 200})
    assert oracle.shortfallSince() == 0


def test_lower_haircut_counts_where_no_shortfall_was_shown(set_kind, after):
    set_kind(GOODS, 0)
    assert [after(DAY, {"goods": 100}), after(DAY, {"goods": 99})] == [0, DAY]


def test_lower_haircut_counts_once_the_clock_is_back_at_zero(oracle, set_kind, after):
    after(DAY, {"goods": 100})
    set_kind(GOODS, 0)
    after(DAY, {"goods": 125})
    assert after(2 * DAY - 1, {"goods": 125}) == 1
    assert (after(DAY, {"goods": 124}), oracle.shortfallSince() > 0) == (DAY + 1, True)
    after(DAY, {"goods": 125})
    assert after(2 * DAY + 1, {"goods": 125}) == 0
    assert after(DAY, {"goods": 100}) == 0


def test_kind_added_in_a_shortfall_counts_nothing_until_the_clock_is_back_at_zero(oracle, set_kind, after):
    after(DAY, SHORT)
    set_kind(GOLD, 0)
    lines = {"escrowed cash": 99, "gold": 10**9}
    assert after(DAY, lines) == 2 * DAY
    assert oracle.attested() == 99 + 10**9
    for _ in range(4):
        clock = after(DAY, GOOD)
    assert clock == 0
    assert after(DAY, lines) == 0


def test_kind_added_while_the_clock_runs_back_counts_nothing_either(oracle, set_kind, after):
    after(DAY, SHORT)
    after(DAY, GOOD)
    set_kind(GOLD, 0)
    after(DAY, {"escrowed cash": 99, "gold": 1})
    assert oracle.shortfallSince() > 0


def test_kind_removed_and_added_again_in_a_shortfall_counts_nothing(oracle, set_kind, after, who):
    after(DAY, {"goods": 100})
    oracle.removeKind(GOODS, {"from": who.owner})
    set_kind(GOODS, 0)
    assert after(DAY, {"goods": 10**9}) == 2 * DAY
