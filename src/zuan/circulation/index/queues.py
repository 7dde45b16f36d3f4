"""Every account's queue: what came, what went, and at which place, by binary search in the index."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ...errors import StoreError
from ..fetch.logs import Ints
from ..store.catalog import Store
from ..store.wide import Wide
from . import runfile
from .runs import RunData, Side, address_of, key_of
from .upkeep import build, covered

_CACHED = 200_000
_SENT_BEFORE = itemgetter(2)


class Move(NamedTuple):
    """A transfer of ``value`` that has number ``row``: it took its diamonds from place ``o`` on of all that ``sender``
    ever sent, and put them to place ``i`` of all that ``receiver`` ever received."""

    row: int
    sender: Account
    o: int
    receiver: Account
    i: int
    value: int


@dataclass(eq=False)
class Account:
    """An account: address (20 bytes), order of the escrow or 0, and what it ever received and sent.

    ``places`` says where it stands in each run that knows it: run, number there, sent and received before that run.
    """

    address: bytes
    order: int
    places: list[tuple[_View, int, int, int]]
    received: int = 0
    sent: int = 0

    def sending(self, position: int) -> tuple[_View, int, int, int]:
        """Where it stands in the run in which the diamond at a place of all that it ever sent left it."""
        return self.places[bisect_right(self.places, position, key=_SENT_BEFORE) - 1]

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Account) and (self.address, self.order) == (other.address, other.order)
        )

    def __hash__(self) -> int:
        return hash((self.address, self.order))

    def __repr__(self) -> str:
        return f"Account(0x{self.address.hex()}" + (f", order {self.order})" if self.order else ")")


class Ledger:
    """The index of a store as it is now, for questions about accounts and places in their queues.

    Transfers that have no index on disk yet are indexed in memory.

    :param cached: how many accounts are remembered, half a kilobyte each.
    """

    def __init__(self, store: Store, cached: int = _CACHED) -> None:
        self._cached = cached
        self.store, self.rows = store, store.catalog.rows
        self._views = [_View(runfile.load(store.run_path(r.id)), r.seq, r.end - r.seq) for r in store.catalog.runs]
        begin = covered(store)
        if begin < self.rows:
            self._views.append(_View(build(store, begin, self.rows), begin, self.rows - begin))
        # An account by its run and number there, and what it had received before the run.
        self._by_place: dict[tuple[int, int], tuple[Account, int]] = {}

    def rest(self) -> None:
        """Gives back what of the index's files is in memory; look-ups read it again."""
        for view in self._views:
            runfile.rest(view.run)

    def account(self, address: bytes, order: int = 0) -> Account:
        """An account by address and order; one that never had a transfer is empty."""
        key, account = key_of(address, order), Account(address, order, [])
        if len(self._by_place) > self._cached:
            self._by_place.clear()
        for view in self._views:
            place = view.find(key, address, order)
            if place is not None:
                account.places.append((view, place, account.sent, account.received))
                account.sent += view.sent(place)
                account.received += view.received(place)
                self._by_place[id(view), place] = account, account.places[-1][3]
        return account

    def totals(self, account: Account, rows: int) -> tuple[int, int]:
        """What an account had received and sent after the first ``rows`` transfers."""
        received = sent = 0
        for view, place, sent_before, received_before in account.places:
            if view.base >= rows:
                break
            sent = sent_before + view.out.until(place, rows - view.base)
            received = received_before + view.into.until(place, rows - view.base)
        return received, sent

    def out_at(self, account: Account, position: int) -> Move | None:
        """The transfer in which the diamond at a place of all that an account ever sent left it; None if none did."""
        if position >= account.sent:
            return None
        view, place, sent_before, _ = account.sending(position)
        return self._move_out(account, view, place, sent_before, view.out.at(place, position - sent_before))

    def next(self, account: Account, position: int) -> tuple[int, Account, int] | None:
        """Where the diamond at a place of all that an account ever sent went: the transfer, the receiver, and its place
        in all that the receiver ever received. The same as :meth:`out_at` for one diamond, without what a long way
        does not need."""
        if position >= account.sent:
            return None
        place = account.places[-1]
        if place[2] > position:
            place = account.sending(position)
        view, number, before, _ = place
        out, into = view.out, view.into
        position -= before
        if out.high is None:
            entry = bisect_right(out.low, position, out.start[number], out.start[number + 1]) - 1
            position -= out.low[entry]
        else:
            entry = out.at(number, position)
            position -= out.sum(entry)
        row, key = out.row[entry], out.peer[entry]
        # Nearly always the first account with the key is the one; it is if it has this transfer.
        known = view.known.get(key) or self._first_with(view, key)
        receiver, received, first, last = known
        other = bisect_left(into.row, row, first, last)
        if other == last or into.row[other] != row:
            peer, other = view.peer(key, into, row)
            receiver, received = self._known(view, peer)
        return row + view.base, receiver, received + into.sum(other) + position

    def _first_with(self, view: _View, key: int) -> tuple[Account, int, int, int]:
        number = bisect_left(view.key, key)
        account, received = self._known(view, number)
        if len(view.known) > self._cached:
            view.known.clear()
        view.known[key] = account, received, view.into.start[number], view.into.start[number + 1]
        return view.known[key]

    def moves_out(self, account: Account, first: int, last: int) -> Iterator[Move]:
        """The transfers that took the places ``first`` to ``last`` (exclusive) of all that an account ever sent."""
        for view, place, before, _ in account.places:
            for entry in view.out.between(place, first - before, last - before):
                yield self._move_out(account, view, place, before, entry)

    def moves_in(self, account: Account, first: int, last: int) -> Iterator[Move]:
        """The transfers that brought the places ``first`` to ``last`` (exclusive) of all that it ever received."""
        for view, place, _, before in account.places:
            for entry in view.into.between(place, first - before, last - before):
                yield self._move_in(account, view, place, before, entry)

    def rows_between(self, sender: Account, receiver: Account) -> list[int]:
        """The numbers of all transfers from one account to another."""
        found: list[int] = []
        theirs = {id(view): place for view, place, _, _ in receiver.places}
        for view, place, _, _ in sender.places:
            if id(view) in theirs:
                # Who shares the receiver's key is told apart by the receiver's own list.
                mine = view.out.rows(place)[
                    view.out.peers(place) == np.uint64(key_of(receiver.address, receiver.order))
                ]
                found += (np.intersect1d(mine, view.into.rows(theirs[id(view)])).astype(np.int64) + view.base).tolist()
        return found

    def move(self, row: int, sender: Account) -> Move:
        """A transfer by its number and sender.

        :raises StoreError: it moved nothing, or is not the sender's.
        """
        found = self.find_out(row, sender)
        if found is None:
            raise StoreError(f"transfer {row:,} is not in the index")
        return found

    def find_out(self, row: int, sender: Account) -> Move | None:
        """A transfer by its number, if it is one out of the account."""
        for view, place, before, _ in sender.places:
            if view.base <= row < view.base + view.rows:
                entry = view.out.entry(place, row - view.base)
                return None if entry is None else self._move_out(sender, view, place, before, entry)
        return None

    def find_in(self, row: int, receiver: Account) -> Move | None:
        """A transfer by its number, if it is one into the account."""
        for view, place, _, before in receiver.places:
            if view.base <= row < view.base + view.rows:
                entry = view.into.entry(place, row - view.base)
                return None if entry is None else self._move_in(receiver, view, place, before, entry)
        return None

    def rows_of(self, account: Account) -> tuple[Ints, Ints]:
        """The numbers of all transfers out of an account, and of all into it; of those that moved something."""
        sides: tuple[list[Ints], list[Ints]] = ([], [])
        for view, place, _, _ in account.places:
            for found, side in zip(sides, (view.out, view.into), strict=True):
                found.append(side.rows(place).astype(np.int64) + view.base)
        out, into = (np.concatenate(found) if found else np.zeros(0, np.int64) for found in sides)
        return out, into

    def runs(self, rows: int) -> Iterator[tuple[RunData, int | None]]:
        """The index over the first ``rows`` transfers: its runs, and how many transfers of each count (None: all)."""
        for view in self._views:
            if view.base < rows:
                yield view.run, None if rows - view.base >= view.rows else rows - view.base

    def _move_out(self, account: Account, view: _View, place: int, before: int, entry: int) -> Move:
        side = view.out
        row = side.row[entry]
        peer, other = view.peer(side.peer[entry], view.into, row)
        receiver = self._known(view, peer)[0]
        return Move(
            row + view.base,
            account,
            before + side.sum(entry),
            receiver,
            _before(receiver, view)[1] + view.into.sum(other),
            side.value(place, entry),
        )

    def _move_in(self, account: Account, view: _View, place: int, before: int, entry: int) -> Move:
        side = view.into
        row = side.row[entry]
        peer, other = view.peer(side.peer[entry], view.out, row)
        sender = self._known(view, peer)[0]
        return Move(
            row + view.base,
            sender,
            _before(sender, view)[0] + view.out.sum(other),
            account,
            before + side.sum(entry),
            side.value(place, entry),
        )

    def _known(self, view: _View, place: int) -> tuple[Account, int]:
        if (id(view), place) not in self._by_place:
            self.account(*view.name(place))
        return self._by_place[id(view), place]


def _before(account: Account, view: _View) -> tuple[int, int]:
    for other, _, sent, received in account.places:
        if other is view:
            return sent, received
    raise AssertionError("an account found in a run has a place there")


def _views(column: Wide) -> tuple[memoryview, memoryview | None]:
    """Plain views of a column's low and high halves; None where it is narrow."""
    return memoryview(column.low), None if column.narrow else memoryview(column.high)


class _Entries:
    """One side of a run, for single look-ups: plain views of memory, which Python reads faster than arrays."""

    __slots__ = ("_high_total", "_low_total", "_side", "high", "low", "peer", "row", "start")

    def __init__(self, side: Side, total: Wide) -> None:
        self._side = side
        columns: tuple[Any, ...] = (side.start, side.row, side.peer)
        self.start, self.row, self.peer = (memoryview(column) for column in columns)
        self.low, self.high = _views(side.sum)
        self._low_total, self._high_total = _views(total)

    def sum(self, entry: int) -> int:
        """The running sum before an entry."""
        return self.low[entry] if self.high is None else (self.high[entry] << 64) + self.low[entry]

    def total(self, place: int) -> int:
        """The sum of all entries of an account."""
        low = self._low_total[place]
        return low if self._high_total is None else (self._high_total[place] << 64) + low

    def value(self, place: int, entry: int) -> int:
        """What an entry of an account moved."""
        last = entry + 1 == self.start[place + 1]
        return (self.total(place) if last else self.sum(entry + 1)) - self.sum(entry)

    def at(self, place: int, position: int) -> int:
        """The entry that covers a place of an account's queue; the place is known to be covered."""
        first, last = self.start[place], self.start[place + 1]
        if self.high is not None:
            high, position = position >> 64, position & 0xFFFFFFFFFFFFFFFF
            first, last = (
                bisect_left(self.high, high, first, last),
                bisect_right(self.high, high, first, last),
            )
            if first == last or self.low[first] > position:
                return first - 1
        return bisect_right(self.low, position, first, last) - 1

    def entry(self, place: int, row: int) -> int | None:
        """The entry of an account for a transfer, if it is one of its."""
        first, last = self.start[place], self.start[place + 1]
        found = bisect_left(self.row, row, first, last)
        return found if found < last and self.row[found] == row else None

    def until(self, place: int, rows: int) -> int:
        """The sum of an account's entries among the run's first ``rows`` transfers."""
        first, last = self.start[place], self.start[place + 1]
        found = bisect_left(self.row, rows, first, last)
        return self.total(place) if found == last else self.sum(found)

    def between(self, place: int, low: int, high: int) -> Iterator[int]:
        """The entries of an account that cover any of the places ``low`` to ``high`` (exclusive)."""
        total = self.total(place)
        low, high = max(low, 0), min(high, total)
        if low >= high:
            return
        entry = self.at(place, low)
        while entry < self.start[place + 1] and self.sum(entry) < high:
            yield entry
            entry += 1

    def rows(self, place: int) -> Any:
        """The transfers of an account, as an array."""
        return self._side.row[self.start[place] : self.start[place + 1]]

    def peers(self, place: int) -> Any:
        """The keys of the other accounts in them, as an array."""
        return self._side.peer[self.start[place] : self.start[place + 1]]


class _View:
    """A run, for single look-ups; it begins with transfer ``base`` and has ``rows``."""

    def __init__(self, run: RunData, base: int, rows: int) -> None:
        self.run, self.base, self.rows = run, base, rows
        names: tuple[Any, ...] = (run.key, run.middle, run.tail, run.order)
        self.key, self._middle, self._tail, self._order = (memoryview(column) for column in names)
        #: By key, the first account that has it, what it had received before the run, and the bounds of its entries in.
        self.known: dict[int, tuple[Account, int, int, int]] = {}
        self.out, self.into = _Entries(run.out, run.sent), _Entries(run.into, run.received)

    def find(self, key: int, address: bytes, order: int) -> int | None:
        """An account's number in the run."""
        keys = self.key
        place = bisect_left(keys, key)
        while place < len(keys) and keys[place] == key:
            if self.name(place) == (address, order):
                return place
            place += 1
        return None

    def peer(self, key: int, side: _Entries, row: int) -> tuple[int, int]:
        """The account with a key that has a transfer on a side, and the entry there."""
        place = bisect_left(self.key, key)
        while (entry := side.entry(place, row)) is None:
            place += 1
        return place, entry

    def name(self, place: int) -> tuple[bytes, int]:
        """Address and order of an account."""
        order = self._order[place]
        return address_of(self.key[place], self._middle[place], self._tail[place], order), order

    def sent(self, place: int) -> int:
        """All that an account sent within the run."""
        return self.out.total(place)

    def received(self, place: int) -> int:
        """All that it received."""
        return self.into.total(place)
