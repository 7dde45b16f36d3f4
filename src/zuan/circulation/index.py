"""Keeps the store's index: a run for each sealed part, and few runs in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from . import runs
from .merge import merge
from .rows import Transfers, accounts_and_values
from .store import SEALED_ROWS, Run, Store

_COLUMNS = ["sender", "sender_order", "receiver", "receiver_order", "value"]
# A run this many times as large as all later ones together is left alone: each transfer is written few times.
_RATIO = 4
_FEW_RUNS, _MOST_RUNS = 8, 48
# Fewer transfers are indexed in memory when they are asked for.
_FEWEST = 16_384


def index(store: Store, say: Callable[[str], None] = lambda _: None, merge_all: bool = True) -> None:
    """Indexes final transfers once they are many enough, and puts small runs together.

    :param merge_all: leave few runs; otherwise only keep their number from growing without end.
    :raises WriteError: the disk is full; what is indexed already stays.
    """
    final = max((p.end for p in store.catalog.parts if p.last <= store.catalog.final), default=0)
    # Parts of usual size, however many wait: an index over more would not fit into memory.
    while final - covered(store) >= _FEWEST:
        begin = covered(store)
        end = next((p.end for p in store.catalog.parts if p.end - begin >= SEALED_ROWS and p.end <= final), final)
        _add(store, build(store, begin, end), begin, end)
    while (first := _first_to_merge(store.catalog.runs, _FEW_RUNS if merge_all else _MOST_RUNS)) is not None:
        small = store.catalog.runs[first:]
        if small[-1].end - small[0].seq >= 2_000_000:
            say(f"putting the index of {small[-1].end - small[0].seq:,} transfers together")
        number = store.catalog.next_id
        begins = [run.seq - small[0].seq for run in small]
        merge([runs.load(store.run_folder(run.id)) for run in small], begins, store.run_folder(number))
        merged = Run(number, small[0].seq, small[-1].end)
        store.commit(replace(store.catalog, runs=(*store.catalog.runs[:first], merged), next_id=number + 1))


def index_new(store: Store, transfers: Transfers) -> None:
    """Indexes the final transfers that came last, straight from memory, where they are many and follow on the index."""
    begin = store.catalog.rows - len(transfers)
    if len(transfers) < _FEWEST or covered(store) != begin:
        return
    t = transfers
    run = runs.build(t.sender, t.sender_order, t.receiver, t.receiver_order, (t.high, t.low))
    _add(store, run, begin, store.catalog.rows)


def _add(store: Store, run: runs.RunData, begin: int, end: int) -> None:
    number = store.catalog.next_id
    runs.save(run, store.run_folder(number))
    store.commit(replace(store.catalog, runs=(*store.catalog.runs, Run(number, begin, end)), next_id=number + 1))


def covered(store: Store) -> int:
    """How many transfers have an index on disk."""
    return store.catalog.runs[-1].end if store.catalog.runs else 0


def build(store: Store, begin: int, end: int) -> runs.RunData:
    """The index of the transfers ``begin`` to ``end`` (exclusive), in memory."""
    parts = [p for p in store.catalog.parts if p.rows and p.seq < end and p.end > begin]
    table = store.read("transfers", parts, _COLUMNS)
    if parts:
        table = table.slice(begin - parts[0].seq, end - begin)
    sender, sender_order, receiver, receiver_order, high, low = accounts_and_values(table)
    return runs.build(sender, sender_order, receiver, receiver_order, (high, low))


def _first_to_merge(present: tuple[Run, ...], most: int) -> int | None:
    """Where the runs begin that are worth putting together: each left alone is much larger than all after it."""
    if len(present) <= most:
        return None
    later, first = 0, None
    for place in range(len(present) - 1, -1, -1):
        size = present[place].end - present[place].seq
        if later and size < _RATIO * later:
            first = place
        later += size
    return first
