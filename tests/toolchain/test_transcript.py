"""The comparison of the README with the demo holds on any day, and fails for a word or an amount that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.toolchain.transcript import first_missing, same

SHOWN = """A ganache chain answers at http://127.0.0.1:48215. The contracts are deployed:
[1/8] TestStablecoin 0x5FbDB2315678afecb367f032d93F642f64180aa3
...
  Accepted in transaction 0xf121b49a...: 1,290,000 diamonds may be minted.

Minted 1,000 orders in 5 transactions, 15,792,249 gas (15,792 per order).
  alice: redeem 1,000 diamonds
Chain 1337, block 26, 2026-11-23T09:41:43Z; amounts in diamonds
 attestation               epoch 1  fresh until 2026-11-30T09:41:19Z
 age                          24 s  speaks of 2026-11-23T09:41:19Z; 2 of 3 auditors sign
  4 days pass; it is 2026-11-27.
  alice: 5,894 fen for 20,000 diamonds in all
"""


def said(begun: datetime, age: str = "7 s") -> str:
    """The same story told by another run."""
    now, later, date = (f"{begun + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (0, 7, 4))
    return f"""
A ganache chain answers at http://127.0.0.1:1. The contracts are deployed:
[1/8] TestStablecoin 0x5FbDB2315678afecb367f032d93F642f64180aa3
[2/8] Governance     0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512

  Accepted in transaction 0x{"0123456789abcdef" * 4}: 1,290,000 diamonds may be minted.
0 of 1,000 orders minted
Minted 1,000 orders in 5 transactions, 15,791,997 gas (15,791 per order).
  alice: redeem 1,000 diamonds (106,597 gas)
Chain 1337, block 26, {now}; amounts in diamonds
 attestation               epoch 1  fresh until {later}                        \n\
 age                      {age}  speaks of {now}; 2 of 3 auditors sign   \n\
  4 days pass; it is {date[:10]}.
  alice: 5,894 fen for 20,000 diamonds in all
"""


@pytest.mark.parametrize(
    "begun",
    [
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2031, 7, 1, tzinfo=UTC),
        datetime(2099, 12, 28, 23, 59, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("age", ["0 s", "59 s", "1 min 4 s"])
def test_the_day_the_hour_and_the_pace_make_no_difference(begun, age):
    assert first_missing(SHOWN, said(begun, age)) is None


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("1,290,000 diamonds may", "1,290,001 diamonds may"),
        ("1,290,000 diamonds may", "11,290,000 diamonds may"),
        ("1,000 orders in 5", "1,000 orders in 6"),
        ("15,791,997 gas", "16,791,997 gas"),
        ("15,791,997 gas", "15,791,997 units"),
        ("(15,791 per order)", "(16,791 per order)"),
        ("0x5FbDB2315678afecb367f032d93F642f64180aa3", "0x5FbDB2315678afecb367f032d93F642f64180aa4"),
        ("redeem 1,000 diamonds", "redeem 1,000 diamonds at last"),
        ("fresh until", "stale since"),
        ("2 of 3 auditors", "1 of 3 auditors"),
        ("4 days pass", "5 days pass"),
        ("5,894 fen", "5,895 fen"),
        ("block 26", "block 27"),
    ],
)
def test_a_wrong_word_or_amount_is_found(told, instead):
    story = said(datetime(2028, 2, 29, tzinfo=UTC))
    assert told in story
    missing = first_missing(SHOWN, story.replace(told, instead))
    assert missing is not None


def test_lines_out_of_order_are_found():
    first, *others = said(datetime(2028, 2, 29, tzinfo=UTC)).strip().splitlines()
    assert first_missing(SHOWN, "\n".join([*others, first])) is not None


def test_a_page_that_shows_gas_is_not_answered_without_it():
    assert not same("  alice: redeem 1,000 diamonds (106,597 gas)", "  alice: redeem 1,000 diamonds")
