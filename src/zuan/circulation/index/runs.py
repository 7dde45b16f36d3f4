"""The index: for every account its transfers out and in, each with the running sum before it.

A run covers a range of transfers. It lists accounts by a 64-bit key, and for each of them

- ``out``: its transfers out in chain order: ``sum`` (all that it sent before, within the run), ``row`` (the transfer,
  counted from the run's first) and ``peer`` (the receiver's key);
- ``in``: its transfers in, likewise, with the senders' keys.

So a place in an account's queue is found by one binary search, and no entry depends on another run: runs are built
one by one, and merged by putting the accounts' lists one behind the other and adding what came before to the sums.
A merge goes through the keys from range to range, so what it holds does not grow with the length.

Keys are the first 8 bytes of the address, mixed with its last 4 (many addresses begin with zeros) and the order of an
escrow. Two accounts with one key are told apart by all their bytes; who makes up such addresses on purpose makes a merge
take longer, and hold all entries of that key at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import StoreError
from ..fetch.logs import Bytes, Ints
from ..store.tables import AMOUNT_LIMIT
from ..store.wide import Column, Wide, Words

# Odd constants of good spread (2^64 / golden ratio, and a prime of xxHash).
_MIX = 0x9E3779B97F4A7C15
_MIX_TAIL = 0xC2B2AE3D27D4EB4F
_MASK = 2**64 - 1


@dataclass
class Side:
    """The transfers out, or in, of all accounts of a run; account k's begin at ``start[k]``."""

    start: Column
    sum: Wide
    row: Column
    peer: Column


@dataclass
class RunData:
    """A run's columns: for each account its key, the rest of its name, totals, and its two sides.

    ``need`` is by how much its transfers out exceed, at worst, what had come in before within the run. The columns are
    arrays, or read from ``file``.
    """

    key: Column
    middle: Column
    tail: Column
    order: Column
    sent: Wide
    received: Wide
    need: Wide
    out: Side
    into: Side
    file: Any = None

    def __len__(self) -> int:
        return len(self.key)


def key_of(address: bytes, order: int) -> int:
    """An account's key."""
    tail = int.from_bytes(address[16:], "big")
    return int.from_bytes(address[:8], "big") ^ _mixed(tail, order)


def _mixed(tail: int, order: int) -> int:
    return (tail * _MIX_TAIL ^ order * _MIX) & _MASK


def names_of(addresses: Bytes, orders: Ints) -> list[NDArray[Any]]:
    """What a run calls accounts: their keys, the rest of their addresses, and their orders."""
    key, middle, tail = _names(addresses)
    return [first_words(key, tail, orders), middle, tail, orders]


def first_words(key: Words, tail: NDArray[Any], order: Ints) -> Words:
    """Keys as the first 8 bytes of the addresses, and these as keys."""
    words: Words = key ^ tail.astype(np.uint64) * np.uint64(_MIX_TAIL) ^ order.astype(np.uint64) * np.uint64(_MIX)
    return words


def address_of(key: int, middle: int, tail: int, order: int) -> bytes:
    """The address that an entry of a run stands for."""
    first = key ^ _mixed(tail, order)
    return first.to_bytes(8, "big") + middle.to_bytes(8, "big") + tail.to_bytes(4, "big")


def build(sender: Bytes, sender_order: Ints, receiver: Bytes, receiver_order: Ints, value: Wide) -> RunData:
    """The index over some transfers, given in chain order.

    :raises StoreError: an account moves more than can be counted.
    """
    value = value.slim()
    rows = np.flatnonzero(value.positive())
    columns: list[NDArray[Any]] = [sender, receiver, sender_order, receiver_order]
    if len(rows) < len(sender):
        value, columns = value[rows], [np.take(column, rows, axis=0) for column in columns]
    # Each transfer stands twice in a row, for its sender and its receiver: what an account sends to itself goes out first.
    key, middle, tail = _names(np.concatenate(columns[:2], axis=1))
    orders = np.stack(columns[2:], axis=1).reshape(-1)
    key ^= tail.astype(np.uint64) * np.uint64(_MIX_TAIL)
    if orders.any():
        key ^= orders.astype(np.uint64) * np.uint64(_MIX)
    order, accounts, of = group([key, middle, tail, orders])
    del columns, middle, tail, orders
    is_out = order & 1 == 0
    outs, ins = np.flatnonzero(is_out), np.flatnonzero(~is_out)
    numbers = rows.astype(np.uint32)
    out, out_sums, sent = _side(order[outs], of[outs], len(accounts[0]), value, numbers, key)
    into, in_sums, received = _side(order[ins], of[ins], len(accounts[0]), value, numbers, key)
    # Of the entries before a transfer out, in account order, those that are not out are in.
    account = of[outs]
    inflow = in_sums[outs - np.arange(len(outs))] - in_sums[into.start[account]]
    outflow = out_sums[1:] - out_sums[out.start[account]]
    some = np.flatnonzero(np.diff(np.asarray(out.start)))
    need = outflow.excess(inflow).largest(out.start[:-1][some]).put(some, len(accounts[0]))
    run = RunData(accounts[0], accounts[1], accounts[2], accounts[3], sent, received, need, out, into)
    refuse_overflow(run)
    return run


_NAME = np.dtype([("key", ">u8"), ("middle", ">u8"), ("tail", ">u4")])


def _names(addresses: Bytes) -> list[NDArray[Any]]:
    """The bytes 0 to 8, 8 to 16 and 16 to 20 of each address, as numbers."""
    whole = addresses.reshape(-1).view(_NAME)
    # Put together first and turned round then: at once is three times as slow.
    return [np.ascontiguousarray(whole[n]).astype(_NAME[n].newbyteorder("=")) for n in ("key", "middle", "tail")]


def group(names: list[NDArray[Any]]) -> tuple[Ints, list[NDArray[Any]], Ints]:
    """Entries by account.

    :param names: of each entry the key, and what else tells accounts apart.
    :return: the order of the entries by account, stable; the accounts, in the order of their keys; and for each entry,
        in that order, the number of its account.
    """
    order = _order(names[0])
    ordered = [column[order] if k == 0 or column.any() else column for k, column in enumerate(names)]
    fresh = _changes(ordered[:1])
    if any(((column[1:] != column[:-1]) & ~fresh[1:]).any() for column in ordered[1:]):
        # Two accounts share a key: their whole names decide.
        order = np.lexsort(names[::-1])
        ordered = [column[order] for column in names]
        fresh = _changes(ordered)
    firsts = np.flatnonzero(fresh)
    return order, [column[firsts] for column in ordered], np.cumsum(fresh) - 1


def _changes(columns: list[NDArray[Any]]) -> NDArray[np.bool_]:
    fresh = np.zeros(len(columns[0]), bool)
    fresh[:1] = True
    for column in columns:
        fresh[1:] |= column[1:] != column[:-1]
    return fresh


def _order(code: Words) -> Ints:
    """The stable order of codes. One sort of numbers that carry their place in the low bits is several times as quick
    as an argsort; codes that differ in those bits only are rare enough to be sorted anew."""
    low = np.uint64((1 << len(code).bit_length()) - 1)
    packed = code & ~low | np.arange(len(code), dtype=np.uint64)
    packed.sort()
    order = (packed & low).astype(np.int64)
    ordered = code[order]
    return order if (ordered[1:] >= ordered[:-1]).all() else np.argsort(code, kind="stable")


def _side(
    entry: Ints, of: Ints, accounts: int, value: Wide, rows: NDArray[np.uint32], key: Words
) -> tuple[Side, Wide, Wide]:
    """One side in account order, the running sums over all of it, and each account's total."""
    start = np.append(0, np.cumsum(np.bincount(of, minlength=accounts)))
    which = entry >> 1
    sums = value[which].sums()
    bounds = sums[start]
    total = bounds[1:] - bounds[:-1]
    if not value.narrow:
        total = total.saturated(np.bincount(of, value[which].floats(), accounts).astype(np.float64))
    return Side(start, sums[:-1] - bounds[of], rows[which], key[entry ^ 1]), sums, total


def refuse_overflow(run: RunData) -> None:
    """:raises StoreError: an account moves more than can be counted."""
    for high in (run.sent.high, run.received.high):
        if high is not None and len(high) and int(high.max()) >= AMOUNT_LIMIT >> 64:
            at = int(high.argmax())
            address = address_of(int(run.key[at]), int(run.middle[at]), int(run.tail[at]), int(run.order[at]))
            raise StoreError(f"0x{address.hex()} moves 10^38 units or more in all; so much is not counted")
