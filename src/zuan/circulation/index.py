"""Keeps the store's index: a run for each sealed part, and few runs in all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pyarrow as pa

from . import runfile, runs
from .merge import merge
from .rows import Transfers, accounts_and_values
from .store import SEALED_ROWS, Run, Store

_COLUMNS = ["sender", "sender_order", "receiver", "receiver_order", "value"]
# A run this many times as large as all later ones together is left alone: each transfer is written few times.
_RATIO = 4
_FEW_RUNS, _MOST_RUNS = 8, 48
_THREADS = 1
# Fewer transfers are indexed in memory when they are asked for.
_FEWEST = 16_384


def index(store: Store, say: Callable[[str], None] = lambda _: None, merge_all: bool = True) -> None:
    """Indexes final transfers once they are many enough, and puts small runs together.

    :param merge_all: leave few runs; otherwise only keep their number from growing without end.
    :raises WriteError: the disk is full; what is indexed already stays.
    """
    final = max((p.end for p in store.catalog.parts if p.last <= store.catalog.final), default=0)
    wanted = list(_waiting(store, final))
    most = _FEW_RUNS if merge_all else _MOST_RUNS
    with _lean(), ThreadPoolExecutor(_THREADS) as pool:
        for made in pool.map(lambda runs: _make(store, runs), wanted):
            _add(store, made, wanted[-1][-1].id + 1)
            _merge(store, say, _MOST_RUNS)
    _merge(store, say, most)


@contextmanager
def _lean() -> Iterator[None]:
    """Memory is used again rather than asked for anew."""
    # glibc gives what was freed back to the system, and faults it in again for the next run (half of the time of a
    # build), until it has seen a block this large.
    np.empty(31 << 20, np.uint8)
    # Arrow's own allocator would keep another 80 MB.
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def _merge(store: Store, say: Callable[[str], None], most: int) -> None:
    while (first := _first_to_merge(store.catalog.runs, most)) is not None:
        small = store.catalog.runs[first:]
        if small[-1].end - small[0].seq >= 2_000_000:
            say(f"putting the index of {small[-1].end - small[0].seq:,} transfers together")
        number = store.catalog.next_id
        begins = [run.seq - small[0].seq for run in small]
        merge([runfile.load(store.run_path(run.id), mapped=False) for run in small], begins, store.run_path(number))
        merged = Run(number, small[0].seq, small[-1].end)
        store.commit(replace(store.catalog, runs=(*store.catalog.runs[:first], merged), next_id=number + 1))


def index_new(store: Store, transfers: Transfers) -> None:
    """Indexes the final transfers that came last, straight from memory, where they are many and follow on the index."""
    begin = store.catalog.rows - len(transfers)
    if len(transfers) < _FEWEST or covered(store) != begin:
        return
    t = transfers
    run = Run(store.catalog.next_id, begin, store.catalog.rows)
    data = runs.build(t.sender, t.sender_order, t.receiver, t.receiver_order, (t.high, t.low))
    runfile.save(data, store.run_path(run.id))
    _add(store, [run], run.id + 1)


def _add(store: Store, made: list[Run], next_id: int) -> None:
    next_id = max(next_id, store.catalog.next_id)
    store.commit(replace(store.catalog, runs=(*store.catalog.runs, *made), next_id=next_id))


def _waiting(store: Store, final: int) -> Iterator[list[Run]]:
    """The runs to build, those together whose transfers are read together."""
    begin, number = covered(store), store.catalog.next_id
    ends = [p.end for p in store.catalog.parts if p.end <= final]
    while final - begin >= _FEWEST:
        end = next((end for end in ends if end - begin >= SEALED_ROWS), final)
        # A part may be larger than what is best indexed at once.
        pieces = -(-(end - begin) // SEALED_ROWS)
        bounds = [begin + (end - begin) * k // pieces for k in range(pieces + 1)]
        yield [Run(number + k, bounds[k], bounds[k + 1]) for k in range(pieces)]
        begin, number = end, number + pieces


def _make(store: Store, wanted: list[Run]) -> list[Run]:
    """Builds adjoining runs, and writes them."""
    begin = wanted[0].seq
    table = _read(store, begin, wanted[-1].end)
    for run in wanted:
        piece = accounts_and_values(table.slice(run.seq - begin, run.end - run.seq))
        runfile.save(runs.build(*piece[:4], piece[4:]), store.run_path(run.id))
    return wanted


def covered(store: Store) -> int:
    """How many transfers have an index on disk."""
    return store.catalog.runs[-1].end if store.catalog.runs else 0


def build(store: Store, begin: int, end: int) -> runs.RunData:
    """The index of the transfers ``begin`` to ``end`` (exclusive), in memory."""
    columns = accounts_and_values(_read(store, begin, end))
    return runs.build(*columns[:4], columns[4:])


def _read(store: Store, begin: int, end: int) -> pa.Table:
    parts = [p for p in store.catalog.parts if p.rows and p.seq < end and p.end > begin]
    table = store.read("transfers", parts, _COLUMNS)
    return table.slice(begin - parts[0].seq, end - begin) if parts else table


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
