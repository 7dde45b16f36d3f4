"""The index: for every account its transfers out and in, each with the running sum before it.

A run covers a range of transfers. It lists accounts by a 64-bit key, and for each of them

- ``out``: its transfers out in chain order: ``sum`` (all that it sent before, within the run), ``row`` (the transfer,
  counted from the run's first) and ``peer`` (the receiver's key);
- ``in``: its transfers in, likewise, with the senders' keys.

So a place in an account's queue is found by one binary search, and no entry depends on another run: runs are built
one by one, and merged by putting the accounts' lists one behind the other and adding what came before to the sums.
A merge goes through the keys from range to range, so what it
holds does not grow with the length.

Keys are the first 8 bytes of the address, mixed with the order of an escrow. Two accounts with one key are told apart
by all their bytes, so who finds such addresses on purpose gains nothing.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DamagedError, StoreError
from ..files import sync, writing
from . import wide
from .logs import Bytes, Ints
from .wide import Wide, Words

# An odd constant of good spread (2^64 / golden ratio).
_MIX = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1
#: What an account can have sent or received in all; sums in SQL end there too.
LIMIT = 10**38

Index = NDArray[np.int64]


@dataclass
class Side:
    """The transfers out, or in, of all accounts of a run; account k's begin at ``start[k]``."""

    start: Any
    high: Any
    low: Any
    row: Any
    peer: Any


@dataclass
class RunData:
    """A run's columns: for each account its key, the rest of its name, totals, and its two sides.

    ``need`` is by how much its transfers out exceed, at worst, what had come in before within the run.
    """

    key: Any
    middle: Any
    tail: Any
    order: Any
    sent: Wide
    received: Wide
    need: Wide
    out: Side
    into: Side

    def __len__(self) -> int:
        return len(self.key)


def key_of(address: bytes, order: int) -> int:
    """An account's key."""
    return int.from_bytes(address[:8], "big") ^ (order * _MIX & _MASK)


def address_of(key: int, middle: int, tail: int, order: int) -> bytes:
    """The address that an entry of a run stands for."""
    first = key ^ (order * _MIX & _MASK)
    return first.to_bytes(8, "big") + middle.to_bytes(8, "big") + tail.to_bytes(4, "big")


def build(sender: Bytes, sender_order: Ints, receiver: Bytes, receiver_order: Ints, value: Wide) -> RunData:
    """The index over some transfers, given in chain order.

    :raises StoreError: an account moves more than can be counted.
    """
    rows = np.flatnonzero(value[0] | value[1])
    value = wide.take(value, rows)
    out, into = _names(sender[rows], sender_order[rows]), _names(receiver[rows], receiver_order[rows])
    out_order, in_order = _order(out[0]), _order(into[0])
    accounts = _accounts((out, out_order), (into, in_order))
    if accounts is None:
        # Two accounts share a key: number all of them by their whole names instead.
        accounts, out_code, in_code = _numbered(out, into)
        out_order, in_order = _order(out_code), _order(in_code)
        codes = np.arange(len(accounts[0]), dtype=np.uint64)
    else:
        codes, out_code, in_code = accounts[0], out[0], into[0]
    out_side, out_sums = _side(out_code, out_order, codes, value, rows, into[0])
    in_side, in_sums = _side(in_code, in_order, codes, value, rows, out[0])
    need = _need(out_side, in_side, out_sums, in_sums)
    sent = wide.subtract(wide.take(out_sums, out_side.start[1:]), wide.take(out_sums, out_side.start[:-1]))
    received = wide.subtract(wide.take(in_sums, in_side.start[1:]), wide.take(in_sums, in_side.start[:-1]))
    key, middle, tail, orders = accounts
    run = RunData(key, middle, tail, orders, sent, received, need, out_side, in_side)
    refuse_overflow(run)
    return run


Names = list[NDArray[Any]]


def _names(address: Bytes, order: Ints) -> Names:
    """Key, the address's bytes 8 to 16 and 16 to 20 as numbers, and the order."""
    first = np.ascontiguousarray(address[:, :8]).view(">u8").astype(np.uint64).reshape(-1)
    middle = np.ascontiguousarray(address[:, 8:16]).view(">u8").astype(np.uint64).reshape(-1)
    tail = np.ascontiguousarray(address[:, 16:20]).view(">u4").astype(np.uint32).reshape(-1)
    return [first ^ (order.astype(np.uint64) * np.uint64(_MIX)), middle, tail, order]


def _order(code: Words) -> Index:
    """The stable order of codes. One sort of numbers that carry their place in the low bits is several times as quick
    as an argsort; codes that differ in those bits only are rare enough to be sorted anew."""
    low = np.uint64((1 << len(code).bit_length()) - 1)
    packed = code & ~low | np.arange(len(code), dtype=np.uint64)
    if len(code) and code[0] <= low and code.max() <= low:
        # Small codes (numbered accounts) would lose themselves: they go above the place.
        packed = code << np.uint64(len(code).bit_length()) | np.arange(len(code), dtype=np.uint64)
    packed.sort()
    order = (packed & low).astype(np.int64)
    ordered = code[order]
    return order if (ordered[1:] >= ordered[:-1]).all() else np.argsort(code, kind="stable")


def _accounts(*sides: tuple[Names, Index]) -> Names | None:
    """All accounts' names by key; None where two of them share one."""
    firsts = []
    for names, order in sides:
        ordered = [column[order] for column in names]
        fresh = np.ones(len(order), bool)
        fresh[1:] = ordered[0][1:] != ordered[0][:-1]
        if any((column[1:] != column[:-1])[~fresh[1:]].any() for column in ordered[1:]):
            return None
        firsts.append([column[fresh] for column in ordered])
    key = np.sort(np.concatenate([first[0] for first in firsts]))
    key = key[np.append(True, key[1:] != key[:-1])] if len(key) else key
    merged = [key, *(np.empty(len(key), column.dtype) for column in firsts[0][1:])]
    places = [np.searchsorted(key, first[0]) for first in firsts]
    for first, place in zip(firsts, places, strict=True):
        for column, found in zip(merged[1:], first[1:], strict=True):
            column[place] = found
    # An account on the first side that the second side overwrote with another one of its key.
    if any((column[places[0]] != found).any() for column, found in zip(merged[1:], firsts[0][1:], strict=True)):
        return None
    return merged


def _numbered(out: Names, into: Names) -> tuple[Names, Words, Words]:
    """All accounts in the order of their whole names, and every row's account on both sides."""
    joined = [np.concatenate(pair) for pair in zip(out, into, strict=True)]
    order = np.lexsort(joined[::-1])
    fresh = np.ones(len(order), bool)
    fresh[1:] = np.any([column[order][1:] != column[order][:-1] for column in joined], axis=0)
    code = np.empty(len(order), np.uint64)
    code[order] = np.cumsum(fresh) - 1
    return [column[order[fresh]] for column in joined], code[: len(out[0])], code[len(out[0]) :]


def _side(code: Words, order: Index, codes: Words, value: Wide, rows: Index, peer: Words) -> tuple[Side, Wide]:
    """One side in account order, and the running sums over all of it."""
    start = np.searchsorted(code[order], codes)
    start = np.append(start, len(order)).astype(np.int64)
    sums = wide.sums(wide.take(value, order))
    counts = np.diff(start)
    base = wide.take(sums, np.repeat(start[:-1], counts))
    high, low = wide.subtract((sums[0][:-1], sums[1][:-1]), base)
    return Side(start, high, low, rows[order].astype(np.uint32), peer[order]), sums


def _need(out: Side, into: Side, out_sums: Wide, in_sums: Wide) -> Wide:
    """For each account the most by which it had sent more than it had received, after any of its transfers out."""
    accounts = len(out.start) - 1
    counts = np.diff(out.start)
    of = np.repeat(np.arange(accounts), counts)
    # Received before a transfer out: the entries of the same account with a smaller row.
    place = np.searchsorted(_by_account(into), (of << 32) + out.row)
    inflow = wide.subtract(wide.take(in_sums, place), wide.take(in_sums, into.start[of]))
    outflow = wide.subtract((out_sums[0][1:], out_sums[1][1:]), wide.take(out_sums, out.start[of]))
    some = np.flatnonzero(counts)
    need = wide.zeros(accounts)
    need[0][some], need[1][some] = wide.largest(wide.subtract(outflow, inflow), out.start[:-1][some])
    return wide.not_negative(need)


def _by_account(side: Side) -> Index:
    of = np.repeat(np.arange(len(side.start) - 1), np.diff(side.start))
    found: Index = (of << 32) + side.row
    return found


def refuse_overflow(run: RunData) -> None:
    """:raises StoreError: an account moves more than can be counted."""
    for high, _ in (run.sent, run.received):
        if len(high) and int(high.max()) >= LIMIT >> 64:
            at = int(high.argmax())
            address = address_of(int(run.key[at]), int(run.middle[at]), int(run.tail[at]), int(run.order[at]))
            raise StoreError(f"0x{address.hex()} moves 10^38 units or more in all; so much is not counted")


_ACCOUNTS = {"key": np.uint64, "middle": np.uint64, "tail": np.uint32, "order": np.int64}
_TOTALS = ("sent", "received", "need")
_SIDES = ("out", "into")


def save(run: RunData, folder: Path) -> None:
    """Writes a run's columns, each as a file of its bare numbers."""
    with Writer(folder) as writer:
        writer.add(run)


def load(folder: Path) -> RunData:
    """Opens a run; its columns are maps of the files.

    :raises DamagedError: a file is missing or cut short.
    """
    try:
        run = _load(folder)
        accounts = len(run.key)
        columns = [run.middle, run.tail, run.order, *(total[1] for total in (run.sent, run.received, run.need))]
        entries = [(side, int(side.start[-1])) for side in (run.out, run.into)]
        if any(len(column) != accounts for column in columns) or any(
            len(side.start) != accounts + 1 or {len(c) for c in (side.high, side.low, side.row, side.peer)} != {count}
            for side, count in entries
        ):
            raise ValueError
    except (OSError, ValueError, IndexError):
        raise DamagedError(f"the index in {folder}") from None
    return run


def _load(folder: Path) -> RunData:

    def column(name: str, dtype: Any, like: Any = None) -> Any:
        path = folder / name
        if like is not None and not path.exists():
            # All high halves are nought: none were written.
            return np.broadcast_to(np.uint64(0), like.shape)
        if not path.stat().st_size:
            return np.zeros(0, dtype)
        return np.memmap(path, dtype, "r")

    def pair(name: str) -> Wide:
        low = column(name, np.uint64)
        return column(f"{name}.high", np.uint64, low), low

    sides = {}
    for name in _SIDES:
        high, low = pair(f"{name}.sum")
        row, peer = column(f"{name}.row", np.uint32), column(f"{name}.peer", np.uint64)
        sides[name] = Side(column(f"{name}.start", np.int64), high, low, row, peer)
    key, middle, tail, order = (column(name, dtype) for name, dtype in _ACCOUNTS.items())
    sent, received, need = (pair(name) for name in _TOTALS)
    return RunData(key, middle, tail, order, sent, received, need, sides["out"], sides["into"])


def release(run: RunData) -> None:
    """Gives back the memory of what was read of a run's files; it is read again when needed."""
    for holder in (run, run.out, run.into):
        for value in vars(holder).values():
            for column in value if isinstance(value, tuple) else (value,):
                if isinstance(column, np.memmap):
                    column._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]


class Writer:
    """Appends runs' accounts, in the order of their keys, to the files of one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Any] = {}
        self._entries = dict.fromkeys(_SIDES, 0)
        self._written: dict[str, int] = {}

    def __enter__(self) -> Writer:
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def add(self, run: RunData) -> None:
        """Appends whole accounts."""
        for name in _ACCOUNTS:
            self._put(name, getattr(run, name))
        for name in _TOTALS:
            self._pair(name, getattr(run, name))
        for name in _SIDES:
            side: Side = getattr(run, name)
            self._put(f"{name}.start", side.start[:-1] + self._entries[name])
            self._entries[name] += int(side.start[-1])
            self.entries(name, side)

    def entries(self, name: str, side: Side) -> None:
        """Appends entries only: of an account with too many to hold at once."""
        self._pair(f"{name}.sum", (side.high, side.low))
        self._put(f"{name}.row", side.row)
        self._put(f"{name}.peer", side.peer)

    def skip(self, name: str, entries: int) -> None:
        """Counts entries that are appended apart."""
        self._entries[name] += entries

    def _pair(self, name: str, value: Wide) -> None:
        if f"{name}.high" not in self._files and value[0].any():
            self._put(f"{name}.high", np.zeros(self._written.get(name, 0), np.uint64))
        if f"{name}.high" in self._files:
            self._put(f"{name}.high", value[0])
        self._put(name, value[1])

    def _put(self, name: str, column: Any) -> None:
        with writing(self._folder):
            if name not in self._files:
                self._files[name] = (self._folder / name).open("wb")
            np.ascontiguousarray(column).tofile(self._files[name])
        self._written[name] = self._written.get(name, 0) + len(column)

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            for name in _SIDES:
                self._put(f"{name}.start", np.array([self._entries[name]], np.int64))
        for file in self._files.values():
            file.close()
        if kind is None:
            with writing(self._folder):
                for name in self._files:
                    sync(self._folder / name)
                sync(self._folder)
