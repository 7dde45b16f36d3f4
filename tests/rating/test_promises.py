"""How a Zuan system kept its promises, told from events: attestations in time, changes with notice."""

from __future__ import annotations

from typing import Any

from zuan.contracts.handles import Event
from zuan.rating.disclosed import changes, lateness

DAY, WEEK = 86_400, 7 * 86_400
NOW = 1_800_000_000


def told(*said: tuple[int, str, dict[str, Any]]) -> tuple[list[Event], dict[int, int]]:
    """Events, each in a block of its own, and when that was."""
    events = [Event(name, args, "0x", n, "0x", 0, args.pop("tx", f"tx{n}")) for n, (_, name, args) in enumerate(said)]
    return events, {n: at for n, (at, _, _) in enumerate(said)}


def attested(at: int, supply: int = 100, have: int = 100) -> tuple[int, str, dict[str, Any]]:
    return at, "Attested", {"asOf": at, "supply": supply, "vault": 0, "attested": have}


def late(*said: tuple[int, str, dict[str, Any]], now: int = NOW) -> dict[str, Any]:
    age = (NOW - 500 * DAY, "MaxAgeChanged", {"oldMaxAge": 0, "newMaxAge": WEEK})
    return lateness(*told(age, *said), WEEK, now)


def test_attestations_in_time_are_never_late():
    found = late(*(attested(NOW - n * 6 * DAY) for n in range(20, -1, -1)))
    assert (found["count"], found["gaps"], found["late"], found["shortfalls"]) == (21, 0, 0, 0)
    assert found["of"] == 120 * DAY


def test_gaps_between_attestations_are_summed_and_the_longest_told():
    found = late(attested(NOW - 30 * DAY), attested(NOW - 20 * DAY), attested(NOW - 8 * DAY))
    # 7 of 10 days fresh, then 7 of 12, then 7 of 8.
    assert (found["gaps"], found["late"], found["longest"]) == (3, (3 + 5 + 1) * DAY, 5 * DAY)


def test_what_lies_back_more_than_a_year_is_past():
    found = late(attested(NOW - 480 * DAY, have=1), attested(NOW - 368 * DAY), attested(NOW - 3 * DAY))
    # Fresh until 361 days ago, and then not before three days ago.
    assert (found["shortfalls"], found["late"], found["of"]) == (0, 358 * DAY, 365 * DAY)


def test_other_auditors_end_what_the_former_signed_and_a_shorter_age_shortens_it():
    changed = late(attested(NOW - 6 * DAY), (NOW - 5 * DAY, "AuditorsChanged", {}))
    assert changed["late"] == 5 * DAY
    shorter = (NOW - 5 * DAY, "MaxAgeChanged", {"oldMaxAge": WEEK, "newMaxAge": 3 * DAY})
    assert late(attested(NOW - 6 * DAY), shorter)["late"] == 3 * DAY


def test_statements_that_show_too_little_and_suspensions_are_counted():
    found = late(attested(NOW - 2 * DAY, have=99), (NOW - DAY, "Suspended", {}), attested(NOW))
    assert (found["shortfalls"], found["suspensions"]) == (1, 1)


def test_without_attestations_nothing_was_late():
    assert late()["count"] == 0 and late()["of"] == 0


def test_prices_that_rose_and_rules_that_governance_changed_are_told_with_their_notice():
    found = changes(
        *told(
            # Of the deployment: no change.
            (NOW - 50 * DAY, "TreasuryChanged", {"oldTreasury": "0x0", "newTreasury": "0x1"}),
            (NOW - 40 * DAY, "Repriced", {"listing": 1, "oldPrice": 5, "newPrice": 4, "from": NOW - 40 * DAY}),
            (NOW - 30 * DAY, "Repriced", {"listing": 1, "oldPrice": 4, "newPrice": 6, "from": NOW}),
            (NOW - 20 * DAY, "CallScheduled", {"id": b"\1" * 32}),
            (NOW - 17 * DAY, "CallExecuted", {"id": b"\1" * 32, "tx": "a"}),
            (NOW - 17 * DAY, "KindSet", {"kind": b"goods".ljust(32, b"\0"), "newHaircutBps": 0, "tx": "a"}),
        )
    )
    assert [(c["what"], c["notice"]) for c in found] == [("Repriced", 30 * DAY), ("KindSet", 3 * DAY)]
    assert found[1]["kind"] == "goods" and found[1]["newHaircutBps"] == "0"
