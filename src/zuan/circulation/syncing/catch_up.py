"""From the chain to the store: whole, once, and again after whatever went wrong."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from ...errors import BehindError, InputError, NetworkError
from ..fetch.bloom import Blooms
from ..fetch.headers import Header, Reorganised
from ..fetch.nodes import IN_FLIGHT, Source
from ..fetch.spans import Pace, Span, SpanReader, Trust
from ..index.upkeep import index, index_new
from ..store.catalog import SEALED_ROWS, Catalog, Store, StorePart
from ..store.tables import Transfers, blocks_table, events_of, transfers_of
from .escrow import with_orders

_COMMIT_SECONDS = 10.0
# Blocks behind the newest that count as final where the node does not say.
_DEPTH = 64
_MOST_RECENT = 1_024
_TRIES = 4


class Progress(Protocol):
    """Told how far a sync is."""

    def at(self, block: int, last: int, transfers: int, size: int) -> None:
        """Blocks up to ``block`` of ``last`` are read, ``transfers`` in all; ``size`` bytes of logs in this sync."""

    def say(self, message: str) -> None:
        """Something worth telling happened."""


@dataclass(frozen=True)
class Synced:
    """What a sync did: the block that the store is at now, transfers added and taken back, logs that a node had left
    out and that were found by the second question, bytes of logs."""

    block: int
    added: int
    removed: int
    rescued: int
    size: int


@dataclass
class Sync:
    """Brings a store up to its chain.

    :param store: opened inside :func:`zuan.circulation.store.catalog.locked`.
    :param topics: for each contract (20 bytes) the first topics of the logs to ask for.
    :param desk: the contract whose escrow is told apart by order, if there is one.
    :param blooms: check every block's filter, not only those of blocks that may still change.
    :param pace, trust: what earlier turns found out about the node.
    """

    store: Store
    source: Source
    desk: bytes | None
    topics: dict[bytes, list[bytes]]
    progress: Progress
    blooms: bool = True
    pace: Pace = field(default_factory=Pace)
    trust: Trust = field(default_factory=Trust)

    def run(self, to: int | None = None) -> Synced:
        """Reads up to block ``to``, or the newest.

        :raises InputError: there is no block ``to`` yet.
        :raises BehindError: the node is behind the store.
        :raises NetworkError: no node answers, or their answers contradict each other.
        """
        self.store.sweep()
        self._added = self._removed = self._rescued = self._size = 0
        for attempt in range(_TRIES):
            try:
                self._catch_up(to)
                break
            except Reorganised as change:
                self._follow_reorganisation()
                if attempt == _TRIES - 1:
                    raise NetworkError(
                        f"the chain changes at block {change.block:,} whenever it is read; try again later"
                    ) from None
        self.store.merge()
        index(self.store, self.progress.say)
        return Synced(self.store.catalog.block, self._added, self._removed, self._rescued, self._size)

    def _catch_up(self, to: int | None) -> None:
        catalog = self.store.catalog
        newest, final = self._ends()
        if to is not None and newest.number < to:
            raise InputError(f"there is no block {to:,} yet; the newest is {newest.number:,}")
        if newest.number < catalog.block:
            self._behind(newest)
            return
        known = self.source.headers([catalog.block])[catalog.block] if catalog.block >= 0 else None
        if known is not None and catalog.hash and known.hash.hex() != catalog.hash:
            raise Reorganised(catalog.block)
        last = newest.number if to is None else to
        if last <= catalog.block:
            if final > catalog.final:
                self.store.finalise(final)
            return
        batch = _Batch(self.store, self.desk)
        started = time.monotonic()
        try:
            for span in self._spans(catalog.block + 1, last, final, min(final, newest.number - _DEPTH)):
                self._in_order(span, batch)
                batch.add(span, final)
                self._size += span.size
                self._rescued += span.rescued
                self.progress.at(span.last, last, self.store.catalog.rows + batch.rows, self._size)
                if batch.full or time.monotonic() - started > _COMMIT_SECONDS or span.last == final:
                    self._added += batch.commit(final)
                    index(self.store, self.progress.say, merge_all=False)
                    started = time.monotonic()
        finally:
            # Whatever ended it, what was read in order is kept.
            self._added += batch.commit(final)

    def _ends(self) -> tuple[Header, int]:
        newest = self.source.header("latest")
        if newest is None:
            raise NetworkError(f"the node at {self.source.where} does not know its newest block")
        try:
            final = self.source.header("finalized")
        except NetworkError:
            final = None
        number = final.number if final else newest.number - _DEPTH
        return newest, max(self.store.catalog.final, min(number, newest.number))

    def _behind(self, newest: Header) -> None:
        """The node knows fewer blocks than the store: it lags, or a local chain was set back."""
        known = _hash_at(self.store, newest.number)
        if self.source.is_local or (known is not None and known != newest.hash.hex()):
            raise Reorganised(newest.number)
        raise BehindError(
            f"the node at {self.source.where} is at block {newest.number:,}, behind the store, which is at "
            f"{self.store.catalog.block:,}; wait, or ask another node"
        )

    def _spans(self, first: int, last: int, final: int, settled: int) -> Iterator[Span]:
        """What the node says of all blocks, range by range in order, while the next ranges are on their way.

        :param settled: blocks after this one are read with their headers in any case: some nodes call final what is not.
        """
        blooms = Blooms({address: topics[0] if len(topics) == 1 else None for address, topics in self.topics.items()})
        query = {
            "address": ["0x" + a.hex() for a in self.topics],
            "topics": [["0x" + t.hex() for t in dict.fromkeys(t for ts in self.topics.values() for t in ts)]],
        }
        spans = SpanReader(self.source, query, blooms, self.pace, self.trust)
        flying: deque[Future[Span]] = deque()
        at, done = first, False
        try:
            while at <= last or flying:
                while at <= last and len(flying) < IN_FLIGHT:
                    limit = min([last, *(edge for edge in (settled, final) if edge >= at)])
                    whole = self.blooms or at > settled
                    end = spans.next_range(at, limit, whole)
                    flying.append(self.source.start(partial(spans.span, at, end, whole)))
                    at = end + 1
                yield flying.popleft().result()
            done = True
        finally:
            # Requests under way are given up, so that Ctrl-C does not wait for a node that hangs.
            if not done:
                self.source.abort()

    def _in_order(self, span: Span, batch: _Batch) -> None:
        """Checks that a range follows on the one before."""
        head = span.headers.get(span.first)
        before = batch.hash or self.store.catalog.hash
        if head is not None and before and head.parent.hex() != before:
            raise Reorganised(span.first - 1)

    def _follow_reorganisation(self) -> None:
        """Goes back to the newest block that the store and the node agree on."""
        ancestor, block_hash = _common(self.store, self.source)
        final, before = self.store.catalog.final, self.store.catalog.block
        removed = self.store.roll_back(ancestor, block_hash)
        self._removed += removed
        what = f"the chain was reorganised: {before - ancestor:,} blocks back to {ancestor:,}, {removed:,} transfers undone"
        self.progress.say(
            what + ("; that is below what was final, so that part is built anew" if ancestor < final else "")
        )


class _Read(NamedTuple):
    """What one range of blocks holds; ``recent`` are number and hash of its blocks that are not final."""

    last: int
    hash: str
    transfers: Transfers
    events: pa.Table
    blocks: dict[int, tuple[bytes, int]]
    recent: list[tuple[int, str]]


class _Batch:
    """Ranges read and not yet committed."""

    def __init__(self, store: Store, desk: bytes | None) -> None:
        self._store, self._desk = store, desk
        self._read: list[_Read] = []

    @property
    def rows(self) -> int:
        """Transfers waiting."""
        return sum(len(read.transfers) for read in self._read)

    @property
    def full(self) -> bool:
        """Whether it is enough for a part that is sealed."""
        return max(self.rows, sum(len(read.events) for read in self._read)) >= SEALED_ROWS

    @property
    def hash(self) -> str:
        """The hash of the last block read."""
        return self._read[-1].hash if self._read else ""

    def add(self, span: Span, final: int) -> None:
        """Takes the rows of a range, in order, each once; all of them or, interrupted, none."""
        token = bytes.fromhex(self._store.catalog.token[2:])
        times = {n: h.timestamp for n, h in span.headers.items()}
        transfers = _unique(_timed(transfers_of(span.groups, token), times))
        events = _unique_events(_timed_events(events_of(span.groups, token), times))
        if self._desk is not None and len(transfers):
            transfers = with_orders(transfers, events, self._desk)
        blocks = {}
        for group in span.groups:
            for row in np.flatnonzero(np.append(True, np.diff(group.block) != 0)) if len(group.block) else []:
                number = int(group.block[row])
                blocks[number] = group.block_hash[row].tobytes(), times.get(number, int(group.time[row]))
        recent = [(n, h.hash.hex()) for n, h in sorted(span.headers.items()) if n > final]
        self._read.append(_Read(span.last, span.headers[span.last].hash.hex(), transfers, events, blocks, recent))

    def commit(self, final: int) -> int:
        """Writes the rows, and makes them count; returns how many transfers."""
        if not self._read:
            return 0
        read, self._read = self._read, []
        catalog, last = self._store.catalog, read[-1].last
        recent = [*catalog.recent, *(block for r in read for block in r.recent)]
        transfers = Transfers.concat([r.transfers for r in read])
        tables = {
            "transfers": transfers.table(catalog.rows),
            "events": pa.concat_tables([r.events for r in read]),
            "blocks": blocks_table({number: block for r in read for number, block in r.blocks.items()}),
        }
        changes = {"block": last, "hash": read[-1].hash, "final": min(final, last)}
        changes["recent"] = tuple((n, h) for n, h in recent if n > final)[-_MOST_RECENT:]
        self._store.append(catalog.block + 1, last, tables, **changes)
        if last <= final:
            index_new(self._store, transfers)
        return len(transfers)


def _unique(transfers: Transfers) -> Transfers:
    """A log that a node gave twice counts once. :raises NetworkError: two logs have one place."""
    place = (transfers.block << 32) + transfers.index
    twice = np.flatnonzero(np.diff(place) == 0)
    if not len(twice):
        return transfers
    value = transfers.value
    for column in (transfers.tx, transfers.sender, transfers.receiver, value.low, value.highs()):
        if (column[twice] != column[twice + 1]).any():
            raise NetworkError(f"the node gave two different logs for one place in block {transfers.block[twice[0]]:,}")
    keep = np.ones(len(place), bool)
    keep[twice + 1] = False
    return transfers.take(keep)


def _timed(transfers: Transfers, times: dict[int, int]) -> Transfers:
    return replace(transfers, time=_times(transfers.block, transfers.time, times))


def _times(block: Any, time_: Any, times: dict[int, int]) -> Any:
    """The times of blocks' headers where these are known, else those that the logs had."""
    numbers = np.array(sorted(times), np.int64)
    known = np.array([times[n] for n in numbers.tolist()], np.int64)
    place = np.minimum(np.searchsorted(numbers, block), len(numbers) - 1)
    return np.where(numbers[place] == block, known[place], time_)


def _timed_events(events: pa.Table, times: dict[int, int]) -> pa.Table:
    filled = _times(events["block"].to_numpy(), events["timestamp"].to_numpy(), times)
    return events.set_column(events.schema.get_field_index("timestamp"), "timestamp", pa.array(filled, pa.int64()))


def _unique_events(events: pa.Table) -> pa.Table:
    place = (events["block"].to_numpy() << 32) + events["log_index"].to_numpy()
    twice = np.flatnonzero(np.diff(place) == 0)
    if not len(twice):
        return events
    keep = np.ones(len(place), bool)
    keep[twice + 1] = False
    if not events.take(twice).equals(events.take(twice + 1)):
        raise NetworkError("the node gave two different logs for one place in a block")
    return events.filter(pa.array(keep))


def _hash_at(store: Store, block: int) -> str | None:
    return dict(_known(store, block, block)).get(block)


def _known(store: Store, first: int, last: int) -> list[tuple[int, str]]:
    """Number and hash of the blocks from ``first`` to ``last`` whose hash the store knows, in order."""
    known = {n: h for n, h in (*store.catalog.recent, (store.catalog.block, store.catalog.hash)) if first <= n <= last}
    parts: list[StorePart] = [p for p in store.catalog.parts if p.first <= last and p.last >= first]
    table = store.read("blocks", parts)
    for number, hash_ in zip(table["number"].to_pylist(), table["hash"].to_pylist(), strict=True):
        if first <= number <= last:
            known[number] = hash_.hex()
    return sorted(known.items())


def _common(store: Store, source: Source) -> tuple[int, str]:
    """The newest block known to the store that is on the node's chain, and its hash; the one before all if none is."""
    catalog: Catalog = store.catalog
    newest = source.header("latest")
    top = min(catalog.block, newest.number if newest else 0)

    def agrees(known: tuple[int, str]) -> bool:
        return source.headers([known[0]])[known[0]].hash.hex() == known[1]

    edges = [*[p.first for p in catalog.parts], catalog.final + 1]
    for first in sorted({e for e in edges if e <= top}, reverse=True) or [top + 1]:
        known = _known(store, first, top)
        if known and agrees(known[0]):
            low, high = 0, len(known)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if agrees(known[middle]) else (low, middle)
            return known[low]
    before = catalog.first - 1
    return before, source.headers([before])[before].hash.hex() if before >= 0 else ""
