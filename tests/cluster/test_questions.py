"""The index's answers against a slow replay, queue by queue, of all transfers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque

import pytest

ZERO = bytes(20)
ROWS = "SELECT seq, sender, sender_order, receiver, receiver_order, value FROM transfers WHERE value > 0 ORDER BY seq"


@pytest.fixture(scope="module")
def replayed(run, reference) -> dict[int, list]:
    """The way of each serial that was asked for: queues of ranges (first, how many), taken from the front, put behind."""
    serials = [serial for serial, _ in run.said["ways"]]
    ways: dict[int, list] = {serial: [] for serial in serials}
    queues: dict[tuple, deque] = defaultdict(deque)
    received: dict[tuple, int] = defaultdict(int)
    minted = 0
    for seq, sender, sender_order, receiver, receiver_order, value in reference.execute(ROWS).fetchall():
        source, target, value = (sender, sender_order), (receiver, receiver_order), int(value)
        if sender == ZERO:
            queues[source].append((minted + 1, value))
            minted += value
        taken = []
        while value:
            first, many = queues[source].popleft()
            if many > value:
                queues[source].appendleft((first + value, many - value))
                many = value
            value -= many
            taken.append((first, many))
        for first, many in taken:
            for serial in serials[bisect_left(serials, first) : bisect_left(serials, first + many)]:
                at = received[target] + serial - first
                ways[serial].append([seq, sender.hex(), sender_order, receiver.hex(), receiver_order, at])
            received[target] += many
        if receiver != ZERO:
            queues[target].extend(taken)
    assert minted == run.said["issued"]
    return ways


def test_many_traces_are_those_of_the_replay(run, replayed):
    assert dict(run.said["ways"]) == replayed


def test_the_sample_has_long_ways_and_burned_serials_and_escrows(replayed):
    assert max(map(len, replayed.values())) > 5
    assert any(way and way[-1][3] == ZERO.hex() for way in replayed.values())
    assert any(hop[4] for way in replayed.values() for hop in way)


def test_a_single_trace_is_that_of_the_replay(run, replayed):
    serial, way = run.said["one way"]
    assert way == replayed[serial]


def test_a_serial_that_was_never_minted_has_no_way(run):
    assert dict(run.said["ways"])[run.said["issued"] + 1] == []


def test_serials_are_found_back_from_where_they_arrived(run):
    traced, found = run.said["serials"]
    assert found == [*traced, None]


def test_holders_and_balances(run, reference):
    columns = "hex(account), account_order, received, sent, balance, transfers, first_block, last_block"
    figures = reference.execute(
        f"SELECT {columns} FROM balances ORDER BY balance DESC, account, account_order"
    ).fetchall()
    everything = [[account.lower(), *map(int, rest)] for account, *rest in figures]
    assert run.said["top"] == everything[:10]
    asked = {tuple(account) for account in run.said["accounts"]}
    assert run.said["balances"] == sorted(row for row in everything if tuple(row[:2]) in asked)
