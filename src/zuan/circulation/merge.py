"""Putting runs together: each account's lists one behind the other, and what came before added to the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from . import wide
from .runs import Index, RunData, Side, Writer, refuse_overflow, release
from .wide import Wide

#: Entries held in memory at once.
_CHUNK = 250_000
_KEYS = 1 << 64


def merge(runs: Sequence[RunData], rows: Sequence[int], folder: Path) -> None:
    """Writes the run that covers all that ``runs`` cover.

    :param runs: runs of adjoining transfers, in chain order.
    :param rows: how many transfers come before each of them, within the whole.
    :raises StoreError: an account moves more than can be counted.
    :raises WriteError: the disk is full.
    """
    with Writer(folder) as writer:
        for spans in _ranges(runs, 0, _KEYS):
            _merge_range(runs, rows, spans, writer)
            for run in runs:
                release(run)


def _ranges(runs: Sequence[RunData], low: int, high: int) -> Iterator[list[tuple[int, int]]]:
    """Ranges of keys with few entries, as each run's first and last (exclusive) account in them."""
    spans = [_accounts(run, low, high) for run in runs]
    entries = sum(
        int(side.start[b]) - int(side.start[a])
        for run, (a, b) in zip(runs, spans, strict=True)
        for side in (run.out, run.into)
    )
    accounts = sum(b - a for a, b in spans)
    if not accounts:
        return
    if entries + accounts <= _CHUNK or high - low == 1:
        yield spans
        return
    middle = (low + high) // 2
    yield from _ranges(runs, low, middle)
    yield from _ranges(runs, middle, high)


def _accounts(run: RunData, low: int, high: int) -> tuple[int, int]:
    def place(key: int) -> int:
        return len(run) if key >= _KEYS else int(np.searchsorted(run.key, np.uint64(key)))

    return place(low), place(high)


@dataclass(frozen=True)
class Accounts:
    """All accounts of a range of keys, over several runs: ``names`` (columns key, middle, tail, order), totals, and
    ``need`` as in a run.

    ``group`` is the account of each run's accounts, one run after another; ``..._before`` what earlier runs add up to.
    """

    names: list[Any]
    sent: Wide
    received: Wide
    need: Wide
    group: Index
    sent_before: Wide
    received_before: Wide


def combine(runs: Sequence[RunData], spans: Sequence[tuple[int, int]]) -> Accounts:
    """The accounts of adjoining runs as if they were one; ``spans`` are each run's first and last (exclusive)."""

    def joined(pick: Callable[[RunData], Any]) -> Any:
        return np.concatenate([np.array(pick(run)[a:b]) for run, (a, b) in zip(runs, spans, strict=True)])

    def totals(pick: Callable[[RunData], Wide]) -> Wide:
        return joined(lambda run: pick(run)[0]), joined(lambda run: pick(run)[1])

    names = [joined(attrgetter(name)) for name in ("key", "middle", "tail", "order")]
    order = np.lexsort(names[::-1])
    fresh = np.ones(len(order), bool)
    fresh[1:] = np.any([column[order][1:] != column[order][:-1] for column in names], axis=0)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(fresh) - 1
    firsts = np.flatnonzero(fresh)
    sent, sent_before = _grouped(totals(lambda run: run.sent), order, firsts)
    received, received_before = _grouped(totals(lambda run: run.received), order, firsts)
    # What an account needs in a later run, the diamonds that it had left from the earlier ones pay for.
    need = wide.add(wide.subtract(totals(lambda run: run.need), received_before), sent_before)
    most = wide.not_negative(wide.largest(wide.take(need, order), firsts))
    chosen = [column[order[fresh]] for column in names]
    return Accounts(chosen, sent, received, most, group, sent_before, received_before)


def _merge_range(runs: Sequence[RunData], rows: Sequence[int], spans: list[tuple[int, int]], writer: Writer) -> None:
    a = combine(runs, spans)
    accounts = len(a.names[0])
    out = _merge_side(runs, rows, spans, "out", a.sent_before, a.group, accounts, writer)
    into = _merge_side(runs, rows, spans, "into", a.received_before, a.group, accounts, writer)
    key, middle, tail, orders = a.names
    merged = RunData(key, middle, tail, orders, a.sent, a.received, a.need, out, into)
    refuse_overflow(merged)
    writer.add(merged)


def _grouped(value: Wide, order: Index, firsts: Index) -> tuple[Wide, Wide]:
    """Each account's total, and for each run's entry of it what earlier runs add up to."""
    sums = wide.sums(wide.take(value, order))
    sizes = np.diff(np.append(firsts, len(order)))
    before = wide.zeros(len(order))
    earlier = wide.subtract((sums[0][:-1], sums[1][:-1]), wide.take(sums, np.repeat(firsts, sizes)))
    before[0][order], before[1][order] = earlier
    ends = np.append(firsts[1:], len(order))
    return wide.subtract(wide.take(sums, ends), wide.take(sums, firsts)), before


def _merge_side(
    runs: Sequence[RunData],
    rows: Sequence[int],
    spans: list[tuple[int, int]],
    name: str,
    before: Wide,
    group: Index,
    accounts: int,
    writer: Writer,
) -> Side:
    """One side of a range of keys. Of a single account with very many entries they are written at once."""
    sides: list[Side] = [getattr(run, name) for run in runs]
    starts = [np.array(side.start[a : b + 1]) for side, (a, b) in zip(sides, spans, strict=True)]
    counts = np.concatenate([np.diff(start) for start in starts])
    per_account = np.bincount(group, counts, accounts).astype(np.int64)
    start = np.append(0, np.cumsum(per_account))
    total = int(start[-1])
    if accounts == 1 and total > _CHUNK:
        at = 0
        for run, side, row, first, (a, b) in zip(runs, sides, rows, starts, spans, strict=True):
            base = wide.take(before, slice(at, at + b - a))
            at += b - a
            for begin in range(int(first[0]), int(first[-1]), _CHUNK):
                piece = slice(begin, min(begin + _CHUNK, int(first[-1])))
                high, small = wide.add((np.array(side.high[piece]), np.array(side.low[piece])), wide.take(base, 0))
                writer.entries(
                    name, Side(None, high, small, np.array(side.row[piece]) + np.uint32(row), side.peer[piece])
                )
                release(run)
        writer.skip(name, total)
        return Side(np.array([-total, 0]), *wide.zeros(0), np.zeros(0, np.uint32), np.zeros(0, np.uint64))
    high, low = wide.zeros(total)
    merged_row, peer = np.empty(total, np.uint32), np.empty(total, np.uint64)
    taken, done = np.zeros(accounts, np.int64), 0
    for side, row, first, (a, b) in zip(sides, rows, starts, spans, strict=True):
        sizes = np.diff(first)
        of = group[done : done + b - a]
        # Where each account's entries of this run go: behind those of the runs before.
        shift = start[of] + taken[of] - (first[:-1] - first[0])
        place = np.repeat(shift, sizes) + np.arange(int(first[-1] - first[0]))
        piece = slice(int(first[0]), int(first[-1]))
        base = wide.take(before, np.repeat(np.arange(done, done + b - a), sizes))
        high[place], low[place] = wide.add((side.high[piece], side.low[piece]), base)
        merged_row[place] = side.row[piece] + np.uint32(row)
        peer[place] = side.peer[piece]
        taken[of] += sizes
        done += b - a
    return Side(start, high, low, merged_row, peer)
