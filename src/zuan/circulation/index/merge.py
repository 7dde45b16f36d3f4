"""Putting runs together: each account's lists one behind the other, and what came before added to the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from ..fetch.logs import Ints
from ..store.wide import Wide, Words
from .runfile import Writer
from .runs import RunData, Side, group, refuse_overflow

#: Entries held in memory at once.
_CHUNK = 125_000
_KEYS = 1 << 64

#: For each run its first and last (exclusive) account of a range.
AccountRanges = Sequence[tuple[int, int]]


def merge(runs: Sequence[RunData], rows: Sequence[int], path: Path) -> None:
    """Writes the run that covers all that ``runs`` cover.

    :param runs: runs of adjoining transfers, in chain order.
    :param rows: how many transfers come before each of them, within the whole.
    :raises StoreError: an account moves more than can be counted.
    :raises WriteError: the disk is full.
    """
    with Writer(path, *(sum(len(getattr(run, side).row) for run in runs) for side in ("out", "into"))) as writer:
        for spans in ranges(runs):
            accounts = combine(runs, spans)
            out = _merge_side(runs, rows, spans, "out", accounts, accounts.sent_before, writer)
            into = _merge_side(runs, rows, spans, "into", accounts, accounts.received_before, writer)
            key, middle, tail, order = accounts.names
            merged = RunData(key, middle, tail, order, accounts.sent, accounts.received, accounts.need, out, into)
            refuse_overflow(merged)
            writer.add(merged)


def ranges(runs: Sequence[RunData]) -> Iterator[AccountRanges]:
    """Ranges of keys with few entries and accounts, which together cover all; an empty one where there is nothing."""
    total = sum(len(run) + len(run.out.row) + len(run.into.row) for run in runs)
    if not total:
        yield [(0, 0)] * len(runs)
        return
    # Keys are spread evenly, but for accounts with very many entries; with some room for chance.
    step = _KEYS >> (total // _CHUNK).bit_length()
    edges = np.arange(0, _KEYS, step, dtype=np.uint64)[1:] if step < _KEYS else np.zeros(0, np.uint64)
    places = [_places(run, edges) for run in runs]
    for k in range(len(edges) + 1):
        yield from _split(runs, [(at[k], at[k + 1]) for at in places], k * step, (k + 1) * step)


def _places(run: RunData, edges: Words) -> list[int]:
    """For each key the first account that does not come before it, between zero and the number of accounts."""
    found = np.zeros(len(edges), np.int64)
    for begin in range(0, len(run), _CHUNK):
        found += np.searchsorted(run.key[begin : begin + _CHUNK], edges)
    return [0, *found.tolist(), len(run)]


def _split(runs: Sequence[RunData], spans: AccountRanges, low: int, high: int) -> Iterator[AccountRanges]:
    accounts = sum(b - a for a, b in spans)
    if not accounts:
        return
    entries = accounts
    for run, (a, b) in zip(runs, spans, strict=True):
        for start in (run.out.start, run.into.start):
            entries += int(start[b] - start[a]) if a < b else 0
    if entries <= _CHUNK or high - low == 1:
        yield spans
        return
    middle = (low + high) // 2
    cut = [a + int(np.searchsorted(run.key[a:b], np.uint64(middle))) for run, (a, b) in zip(runs, spans, strict=True)]
    yield from _split(runs, [(a, c) for (a, _), c in zip(spans, cut, strict=True)], low, middle)
    yield from _split(runs, [(c, b) for (_, b), c in zip(spans, cut, strict=True)], middle, high)


@dataclass(frozen=True)
class Accounts:
    """All accounts of a range of keys, over several runs: ``names`` (columns key, middle, tail, order), totals, and
    ``need`` as in a run.

    The runs' accounts, one run after another, are entries of them: ``order`` sorts these by account, ``of`` says in
    that order which account it is, and ``..._before``, as they come, what earlier runs add up to.
    """

    names: list[Any]
    sent: Wide
    received: Wide
    need: Wide
    order: Ints
    of: Ints
    sent_before: Wide
    received_before: Wide


def combine(runs: Sequence[RunData], spans: AccountRanges) -> Accounts:
    """The accounts of adjoining runs as if they were one."""

    def joined(pick: Callable[[RunData], Any]) -> Any:
        return np.concatenate([pick(run)[a:b] for run, (a, b) in zip(runs, spans, strict=True)])

    def totals(pick: Callable[[RunData], Wide]) -> Wide:
        return Wide.concat([pick(run)[a:b] for run, (a, b) in zip(runs, spans, strict=True)])

    columns = [joined(attrgetter(name)) for name in ("key", "middle", "tail", "order")]
    all_sent, all_received, all_need = (totals(attrgetter(name)) for name in ("sent", "received", "need"))
    order, names, of = group(columns)
    firsts = np.flatnonzero(np.diff(of, prepend=-1))
    sent, sent_before = _grouped(all_sent, order, firsts)
    received, received_before = _grouped(all_received, order, firsts)
    # What an account needs in a later run, the diamonds that it had left from the earlier ones pay for.
    need = (all_need + sent_before).excess(received_before)
    return Accounts(names, sent, received, need[order].largest(firsts), order, of, sent_before, received_before)


def _grouped(value: Wide, order: Ints, firsts: Ints) -> tuple[Wide, Wide]:
    """Each account's total, and for each run's entry of it what earlier runs add up to."""
    ordered = value[order]
    sums = ordered.sums()
    bounds = np.append(firsts, len(order))
    earlier = sums[:-1] - sums[np.repeat(firsts, np.diff(bounds))]
    ends = sums[bounds]
    total = ends[1:] - ends[:-1]
    if not value.narrow and len(firsts):
        total = total.saturated(np.add.reduceat(ordered.floats(), firsts))
    return total, earlier.put(order, len(order))


def _merge_side(
    runs: Sequence[RunData],
    rows: Sequence[int],
    spans: AccountRanges,
    name: str,
    accounts: Accounts,
    before: Wide,
    writer: Writer,
) -> Side:
    """One side of a range of keys. Of a single account with very many entries they are written at once."""
    sides: list[Side] = [getattr(run, name) for run in runs]
    starts = [side.start[a : b + 1] for side, (a, b) in zip(sides, spans, strict=True)]
    counts = np.concatenate([np.diff(start) for start in starts])
    number = len(accounts.names[0])
    # Where the entries of each account of each run go: behind those of the runs before.
    sizes = counts[accounts.order]
    ends = np.cumsum(sizes)
    start = np.append(0, ends[np.flatnonzero(np.diff(accounts.of, append=number))])
    if number == 1 and start[-1] > _CHUNK:
        _copy_long(runs, rows, spans, name, before, writer)
        nothing = np.zeros(0, np.uint64)
        return Side(start, Wide(nothing), np.zeros(0, np.uint32), nothing)
    goes = np.empty(len(counts), np.int64)
    goes[accounts.order] = ends - sizes
    comes = np.cumsum(counts) - counts
    place = np.repeat(goes - comes, counts) + np.arange(start[-1])
    sums, numbers, peers = [], [], []
    for side, row, first in zip(sides, rows, starts, strict=True):
        piece = slice(int(first[0]), int(first[-1]))
        sums.append(side.sum[piece])
        numbers.append(side.row[piece] + np.uint32(row))
        peers.append(side.peer[piece])
    base = before[np.repeat(np.arange(len(counts)), counts)]
    merged_sum = (Wide.concat(sums) + base).put(place, len(place))
    merged_row, peer = np.empty(len(place), np.uint32), np.empty(len(place), np.uint64)
    merged_row[place] = np.concatenate(numbers)
    peer[place] = np.concatenate(peers)
    return Side(start, merged_sum, merged_row, peer)


def _copy_long(
    runs: Sequence[RunData], rows: Sequence[int], spans: AccountRanges, name: str, before: Wide, writer: Writer
) -> None:
    """Writes one side of a single account, a piece at a time."""
    at = 0
    for run, row, (a, b) in zip(runs, rows, spans, strict=True):
        if a == b:
            continue
        side: Side = getattr(run, name)
        base = before[at : at + 1]
        at += 1
        for begin in range(int(side.start[a]), int(side.start[b]), _CHUNK):
            piece = slice(begin, min(begin + _CHUNK, int(side.start[b])))
            writer.entries(name, side.sum[piece] + base, side.row[piece] + np.uint32(row), side.peer[piece])
