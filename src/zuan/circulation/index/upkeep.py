"""Keeps the store's index: a run for each sealed part, and few runs in all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice

import numpy as np
import pyarrow as pa

from ..store.catalog import SEALED_ROWS, Run, Store
from ..store.tables import Transfers, accounts_and_values
from . import runfile, runs
from .merge import merge

_COLUMNS = ["sender", "sender_order", "receiver", "receiver_order", "value"]
# Fewer transfers are indexed in memory when they are asked for.
_FEWEST = 16_384
_THREADS = 2
# Work on so many transfers takes seconds, so it is said.
_MANY = 2_000_000
# So many runs of about one size are put together while many are built; with this each transfer is written few times.
_FAN = 32
# Where there are more in the end, the last ones are put together.
_FEW_RUNS = 8


def index(store: Store, say: Callable[[str], None] = lambda _: None, merge_all: bool = True) -> None:
    """Indexes final transfers once they are many enough, and puts small runs together.

    :param merge_all: leave few runs; otherwise only keep their number from growing without end.
    :raises WriteError: the disk is full; what is indexed already stays.
    """
    final = max((p.end for p in store.catalog.parts if p.last <= store.catalog.final), default=0)
    wanted = _waiting(store, final)
    if wanted and wanted[-1].end - wanted[0].seq >= _MANY:
        say(f"indexing {wanted[-1].end - wanted[0].seq:,} transfers")
    ahead, flying = iter(wanted), deque[Future[Run]]()
    with _lean(), ThreadPoolExecutor(_THREADS) as pool:
        while True:
            # Few at a time, so that what is built soon counts, and a merge has the memory of all but one.
            flying.extend(pool.submit(_make, store, run) for run in islice(ahead, _THREADS - len(flying)))
            if not flying:
                break
            store.add_run(flying.popleft().result(), wanted[-1].id)
            while (first := _level_to_merge(store.catalog.runs)) is not None:
                _merge(store, first, say)
        if merge_all and (first := _tail_to_merge(store.catalog.runs)) is not None:
            _merge(store, first, say)


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


def _merge(store: Store, first: int, say: Callable[[str], None]) -> None:
    small = store.catalog.runs[first:]
    merged = Run(store.catalog.next_id, small[0].seq, small[-1].end)
    if _size(merged) >= _MANY:
        say(f"putting the index of {_size(merged):,} transfers together")
    with ExitStack() as stack:
        found = [runfile.load(store.run_path(run.id), mapped=False) for run in small]
        for data in found:
            stack.enter_context(data.file)
        merge(found, [run.seq - merged.seq for run in small], store.run_path(merged.id))
    store.put_together(first, merged)


def index_new(store: Store, transfers: Transfers) -> None:
    """Indexes the final transfers that came last, straight from memory, where they are many and follow on the index."""
    begin = store.catalog.rows - len(transfers)
    if len(transfers) < _FEWEST or covered(store) != begin:
        return
    t = transfers
    run = Run(store.catalog.next_id, begin, store.catalog.rows)
    data = runs.build(t.sender, t.sender_order, t.receiver, t.receiver_order, t.value)
    runfile.save(data, store.run_path(run.id))
    store.add_run(run)


def _waiting(store: Store, final: int) -> list[Run]:
    """The runs to build: of a part, or of small ones together, or of a piece of a large one."""
    found: list[Run] = []
    begin = covered(store)
    ends = [p.end for p in store.catalog.parts if p.end <= final]
    while final - begin >= _FEWEST:
        end = next((end for end in ends if end - begin >= SEALED_ROWS), final)
        pieces = -(-(end - begin) // SEALED_ROWS)
        bounds = [begin + (end - begin) * k // pieces for k in range(pieces + 1)]
        found += [Run(store.catalog.next_id + len(found) + k, *bounds[k : k + 2]) for k in range(pieces)]
        begin = end
    return found


def _make(store: Store, run: Run) -> Run:
    runfile.save(build(store, run.seq, run.end), store.run_path(run.id))
    return run


def covered(store: Store) -> int:
    """How many transfers have an index on disk."""
    return store.catalog.runs[-1].end if store.catalog.runs else 0


def build(store: Store, begin: int, end: int) -> runs.RunData:
    """The index of the transfers ``begin`` to ``end`` (exclusive), in memory."""
    return runs.build(*accounts_and_values(store.read_rows(begin, end, _COLUMNS)))


def _level_to_merge(present: tuple[Run, ...]) -> int | None:
    """Where the last runs begin of which there are so many of one size that they are put together."""
    levels = [_level(run) for run in present]
    count = 0
    for place in range(len(present) - 1, -1, -1):
        if levels[place] < max(levels[place:]):
            break
        count = count + 1 if place + 1 < len(present) and levels[place] == levels[place + 1] else 1
        if count == _FAN:
            return place
    return None


def _tail_to_merge(present: tuple[Run, ...]) -> int | None:
    """Where the last runs begin that are no larger than the last one, in orders of magnitude."""
    first = len(present) - 1
    while first > 0 and _level(present[first - 1]) <= _level(present[-1]):
        first -= 1
    return first if len(present) > _FEW_RUNS and first < len(present) - 1 else None


def _level(run: Run) -> int:
    return _size(run).bit_length() // (_FAN - 1).bit_length()


def _size(run: Run) -> int:
    return run.end - run.seq
