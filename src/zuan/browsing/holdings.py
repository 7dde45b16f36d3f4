"""What every account holds as of a block, from the index: the figures of ``BALANCES`` (zuan.definitions), without going
through all transfers. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ..circulation.fetch.logs import Ints
from ..circulation.index.queues import Ledger
from ..circulation.index.runs import RunData, Side, address_of, first_words, group, names_of
from ..circulation.store.wide import Wide, Words
from ..definitions import ZERO

_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Holding:
    """An account (address of 20 bytes, order of an escrow or 0) and its balance in base units; the largest has rank 1."""

    rank: int
    address: bytes
    order: int
    balance: int


@dataclass(frozen=True)
class Spread:
    """How much the largest of some holders hold; half of them hold no more than ``median``."""

    holders: int
    held: int
    top1: int
    top10: int
    top100: int
    median: int


class Holdings:
    """All accounts that hold anything after the first ``rows`` transfers, the largest balance first.

    ``ever`` is how many accounts ever had a transfer.

    :param idle: accounts that had transfers of nothing, which have no index: addresses and orders.
    :param openings: what addresses held before the store's first block.
    """

    def __init__(
        self, ledger: Ledger, rows: int, idle: tuple[Any, Ints], openings: Mapping[bytes, int] | None = None
    ) -> None:
        parts = [_totals(run, within) for run, within in ledger.runs(rows)]
        names, high, low, seen = _grouped([*parts, (names_of(*idle), [], np.ones(len(idle[1]), bool))])
        first = first_words(names[0], names[2], names[3])
        # Mints and burns have no account.
        nobody = (first == 0) & (names[1] == 0) & (names[2] == 0) & (names[3] == 0)
        high[nobody], low[nobody], seen[nobody] = 0, 0, False
        self.ever = int(seen.sum())
        for address, amount in (openings or {}).items():
            place = _place(names, address)
            if address != ZERO and place is not None:
                whole = ((int(high[place]) << 64) + int(low[place]) + amount) % 2**128
                high[place], low[place] = whole >> 64, whole & 2**64 - 1
        holders = np.flatnonzero((high != 0) | (low != 0))
        # Below nothing, where a token moves what its events do not tell.
        signed = high.view(np.int64)
        columns = [column[holders] for column in (names[3], names[2], names[1], first)]
        self._ranked = holders[np.lexsort((*columns, ~low[holders], ~signed[holders]))]
        self._names = [column[self._ranked] for column in names]
        self._high, self._low = signed[self._ranked], low[self._ranked]

    def __len__(self) -> int:
        return len(self._low)

    def page(self, after: int, most: int) -> list[Holding]:
        """The holders ranked ``after + 1`` to ``after + most``."""
        return [self._holding(place) for place in range(after, min(after + most, len(self)))]

    def __iter__(self) -> Iterator[Holding]:
        return map(self._holding, range(len(self)))

    def escrows(self) -> Iterator[Holding]:
        """Those that are escrows."""
        return (self._holding(int(place)) for place in np.flatnonzero(self._names[3] != 0))

    def spread(self, without: Collection[bytes] = (), escrows: bool = True) -> Spread:
        """How spread the balances are.

        :param without: addresses that do not count.
        :param escrows: whether the escrow of each order counts as a holder.
        """
        counts = (self._high >= 0) if escrows else (self._high >= 0) & (self._names[3] == 0)
        for address in without:
            names = names_of(np.frombuffer(address, np.uint8).reshape(1, 20), np.zeros(1, np.int64))
            counts &= ~np.logical_and.reduce([mine == one for mine, one in zip(self._names, names, strict=True)])
        places = np.flatnonzero(counts)
        top = [self._balance(int(place)) for place in places[:100]]
        held = _total(self._high[places].view(np.uint64), self._low[places])
        median = self._balance(int(places[len(places) // 2])) if len(places) else 0
        return Spread(len(places), held, sum(top[:1]), sum(top[:10]), sum(top), median)

    def columns(self, begin: int, end: int) -> tuple[Any, Ints, pa.Array]:
        """Addresses (rows of 20 bytes), orders and balances of the holders ranked ``begin + 1`` to ``end``."""
        key, middle, tail, orders = (column[begin:end] for column in self._names)
        words = [(first_words(key, tail, orders), ">u8"), (middle, ">u8"), (tail, ">u4")]
        addresses = np.concatenate([w.astype(kind).view(np.uint8).reshape(len(w), -1) for w, kind in words], axis=1)
        halves = np.stack([self._low[begin:end], self._high[begin:end].view(np.uint64)], axis=1)
        balances = pa.Array.from_buffers(pa.decimal128(38, 0), len(orders), [None, pa.py_buffer(halves)])
        return addresses, orders, balances

    def _balance(self, place: int) -> int:
        return (int(self._high[place]) << 64) + int(self._low[place])

    def _holding(self, place: int) -> Holding:
        key, middle, tail, order = (int(column[place]) for column in self._names)
        return Holding(place + 1, address_of(key, middle, tail, order), order, self._balance(place))


def busiest(ledger: Ledger, begin: int, end: int, top: int) -> tuple[list[bytes], int]:
    """The addresses through which most went, in and out, in the transfers ``begin`` to ``end`` (exclusive), and how many
    others there were. Mints, burns and escrows are nobody's."""
    parts = []
    before = {id(run): within for run, within in ledger.runs(begin)}
    for run, within in ledger.runs(end):
        sides = [(run.out, run.sent), (run.into, run.received)]
        now, earlier = ([_until(*side, rows) for side in sides] for rows in (within, before.get(id(run), 0)))
        came = [(a[0] - b[0], 1) for a, b in zip(now, earlier, strict=True)]
        moved = np.logical_or(*(a[1] > b[1] for a, b in zip(now, earlier, strict=True)))
        parts.append(([run.key, run.middle, run.tail, run.order], came, moved))
    if not parts:
        return [], 0
    names, high, low, seen = _grouped(parts)
    first = first_words(names[0], names[2], names[3])
    seen &= (names[3] == 0) & ((first != 0) | (names[1] != 0) | (names[2] != 0))
    chosen = np.flatnonzero(seen)
    order = np.lexsort((*(column[chosen] for column in (names[2], names[1], first)), ~low[chosen], ~high[chosen]))
    ranked = chosen[order[:top]]
    columns = ([int(v) for v in column[ranked]] for column in names)
    return [address_of(*entry) for entry in zip(*columns, strict=True)], max(0, len(chosen) - top)


#: Of a run: what it calls its accounts, sums for each with what becomes of them (added or taken off), and whether it moved.
_Part = tuple[list[Any], list[tuple[Wide, int]], Any]


def _grouped(parts: list[_Part]) -> tuple[list[Any], Words, Words, Any]:
    """Accounts of all parts with the sums of their figures, wrapped at 128 bits: names, high and low halves, who moved."""
    order, names, of = group([np.concatenate(column) for column in zip(*(part[0] for part in parts), strict=True)])
    account = np.empty(len(order), np.int64)
    account[order] = of
    high, low = np.zeros(len(names[0]), np.uint64), np.zeros(len(names[0]), np.uint64)
    seen = np.zeros(len(low), bool)
    begin = 0
    for own, sums, moved in parts:
        which = account[begin : begin + len(own[0])]
        begin += len(which)
        seen[which[moved]] = True
        # An account stands in a run once, so its places can be added to together.
        for value, sign in sums:
            mine = Wide(low[which], high[which])
            changed = mine + value if sign > 0 else mine - value
            low[which], high[which] = changed.low, changed.highs()
    return names, high, low, seen


def _totals(run: RunData, rows: int | None) -> _Part:
    """What came to a run's accounts, less what they sent, in its first ``rows`` transfers."""
    sent, out = _until(run.out, run.sent, rows)
    received, into = _until(run.into, run.received, rows)
    names = [run.key, run.middle, run.tail, run.order]
    return names, [(received, 1), (sent, -1)], (out > 0) | (into > 0)


def _until(side: Side, total: Wide, rows: int | None) -> tuple[Wide, Ints]:
    """Sums and numbers of each account's entries among the first ``rows`` transfers of a run."""
    start = np.asarray(side.start)
    if rows is None:
        return total, np.diff(start)
    earlier = np.append(0, np.cumsum(np.asarray(side.row) < rows))
    counts = earlier[start[1:]] - earlier[start[:-1]]
    end = start[:-1] + counts
    # The sum after an account's last entry is its total; the next entry is another account's.
    inside = np.flatnonzero(end < start[1:])
    if not len(inside):
        return total, counts
    low = np.array(total.low)
    low[inside] = side.sum.low[end[inside]]
    if total.narrow and side.sum.narrow:
        return Wide(low), counts
    high = np.array(total.highs())
    high[inside] = side.sum.highs()[end[inside]]
    return Wide(low, high), counts


def _place(names: list[Any], address: bytes) -> int | None:
    """Where an address stands among accounts."""
    wanted = names_of(np.frombuffer(address, np.uint8).reshape(1, 20), np.zeros(1, np.int64))
    begin, end = np.searchsorted(names[0], wanted[0][0], "left"), np.searchsorted(names[0], wanted[0][0], "right")
    for place in range(int(begin), int(end)):
        if all(mine[place] == one[0] for mine, one in zip(names, wanted, strict=True)):
            return place
    return None


def _total(high: Words, low: Words) -> int:
    """The sum of numbers of 128 bits, beyond 128 bits too."""
    halves = (low & _LOW, low >> _HALF, high & _LOW, high >> _HALF)
    return sum(int(half.sum(dtype=np.uint64)) << 32 * n for n, half in enumerate(halves))
