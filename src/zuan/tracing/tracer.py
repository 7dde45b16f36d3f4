"""Which diamond went where: convention 1 (docs/serial-numbers.md), asked of the index.

A serial is a place in the outflow of the zero address, from which all mints come. Along its way it has a place in the
queue of each account: it comes in at place ``i + (p - o)`` of a transfer that took it from place ``p``, and leaves in
the one transfer out that covers the same place. Diamonds that an account held before the store's first block stand at
the head of its queue; their origin is unknown.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..circulation.index.queues import Account, Ledger, Move
from ..definitions import ZERO
from ..errors import InputError, count


@dataclass(frozen=True)
class Serials:
    """Serials ``first`` to ``last``; of ``unknown`` origin they are instead the places, counted from 1, among what that
    account held before the store begins."""

    first: int
    last: int
    unknown: Account | None = None

    @property
    def amount(self) -> int:
        """How many; ``len()`` ends at 2^63, which is 9.3 tokens of 18 decimals."""
        return self.last - self.first + 1


#: Diamonds by whom they went from and to.
Ways = dict[tuple[Account, Account], int]


@dataclass(frozen=True)
class HeldSerials:
    """Serials that lie in an account's queue (``receiver`` zero: burned), since the transfer ``row``."""

    serials: Serials
    account: Account
    row: int


class Tracer:
    """Follows diamonds in a store as it is at one moment.

    :param rows: the state after this many transfers; all, unless told.
    :param opening: what an account (address) held before the store's first block.
    :param base: the serials given out before it.
    """

    def __init__(
        self,
        ledger: Ledger,
        rows: int | None = None,
        opening: Callable[[bytes], int] | None = None,
        base: int = 0,
    ) -> None:
        self.ledger, self.base = ledger, base
        self.rows = ledger.rows if rows is None else rows
        self.source = ledger.account(ZERO)
        self._openings: dict[Account, int] = {}
        self._whole, self._ask_opening = opening is None, opening or (lambda _: 0)

    @cached_property
    def issued(self) -> int:
        """The highest serial given out."""
        return self.base + self.ledger.totals(self.source, self.rows)[1]

    def opening(self, account: Account) -> int:
        """What an account held before the store's first block."""
        if account.order or account.address == ZERO:
            return 0
        if account not in self._openings:
            self._openings[account] = self._ask_opening(account.address)
        return self._openings[account]

    def queue(self, account: Account) -> tuple[int, int]:
        """The first place of an account's queue that has not left, and the one after the last that has come."""
        received, sent = self.ledger.totals(account, self.rows)
        return sent, received + self.opening(account)

    def life(self, serial: int) -> list[Move]:
        """The transfers that a diamond went through, its mint first.

        :raises InputError: no such diamond was ever minted (or not yet, or before the store begins).
        """
        return list(self._onwards(self.source, self._place(serial)))

    def life_of_unknown(self, account: Account, place: int) -> list[Move]:
        """The same for the ``place``-th diamond that an account held before the store begins.

        :raises InputError: it held fewer.
        """
        if not 1 <= place <= self.opening(account):
            raise InputError(
                f"0x{account.address.hex()} held {count(self.opening(account))} diamonds before the store begins"
            )
        return list(self._onwards(account, place - 1))

    def holder(self, serial: int) -> tuple[Account, int, int]:
        """Who has a diamond (the zero address: it was burned), since which transfer, and how many it went through.

        :raises InputError: no such diamond was ever minted.
        """
        onwards, rows = self.ledger.next, self.rows
        account, position, row, hops = self.source, self._place(serial), -1, 0
        while (step := onwards(account, position)) is not None and step[0] < rows:
            row, account, position = step
            hops += 1
            if account.address == ZERO:
                break
            if not self._whole:
                position += self.opening(account)
        return account, row, hops

    def _onwards(self, account: Account, position: int) -> Iterator[Move]:
        while (move := self.ledger.out_at(account, position)) is not None and move.row < self.rows:
            yield move
            account = move.receiver
            if account.address == ZERO:
                return
            position = move.i + position - move.o + self.opening(account)

    def _place(self, serial: int) -> int:
        if not self.base < serial <= self.issued:
            raise InputError(self._no_such(serial))
        return serial - self.base - 1

    def where(self, first: int, last: int) -> list[HeldSerials]:
        """Where the diamonds of a range of serials are, in order of their serials.

        :raises InputError: some of them were never minted.
        """
        self._place(last)
        return _joined(self._spread(Serials(first, last), self.source, self._place(first)))

    def moved(self, move: Move) -> list[Serials]:
        """The diamonds that a transfer moved, in the order of the queue."""
        return list(self.origins(move.sender, move.o, move.o + move.value))

    def held(self, account: Account) -> list[Serials]:
        """The diamonds in an account's queue, the next to leave first."""
        return list(self.origins(account, *self.queue(account)))

    def onwards(self, moves: Iterable[Move], ways: Ways | None = None, most: int | None = None) -> list[HeldSerials]:
        """Where the diamonds that some transfers moved are, in order of their serials.

        A diamond that several of them moved counts once, from the first of them on.

        :param ways: takes up how many of them went from whom to whom.
        :param most: give up beyond so many pieces.
        :raises InputError: there are more.
        """
        found: list[HeldSerials] = []
        seen: dict[Account | None, list[Serials]] = {}
        for move in moves:
            place = move.o
            for serials in self.origins(move.sender, move.o, move.o + move.value):
                for new in _without(serials, seen.setdefault(serials.unknown, [])):
                    for held in self._spread(new, move.sender, place + new.first - serials.first, ways):
                        found.append(held)
                        if most is not None and len(found) > most:
                            raise InputError(
                                f"those diamonds lie in more than {most:,} pieces; `zuan trace` shows them all"
                            )
                place += serials.amount
        return _joined(iter(found))

    def origins(self, account: Account, first: int, last: int) -> Iterator[Serials]:
        """The serials at the places ``first`` to ``last`` (exclusive) of an account's queue, in the queue's order."""
        # The pieces lie on a stack with the head of the queue on top.
        todo = [(account, first, last)]
        before: Serials | None = None
        while todo:
            account, first, last = todo.pop()
            if first >= last:
                continue
            opening = self.opening(account)
            if account.address == ZERO:
                found = Serials(first + self.base + 1, last + self.base)
            elif first < opening:
                found = Serials(first + 1, min(last, opening), account)
                todo.append((account, opening, last))
            else:
                pieces = []
                for move in self.ledger.moves_in(account, first - opening, last - opening):
                    begin = max(first - opening, move.i)
                    end = min(last - opening, move.i + move.value)
                    pieces.append((move.sender, move.o + begin - move.i, move.o + end - move.i))
                todo += reversed(pieces)
                continue
            if before is not None and before.unknown == found.unknown and before.last + 1 == found.first:
                before = Serials(before.first, found.last, found.unknown)
                continue
            if before is not None:
                yield before
            before = found
        if before is not None:
            yield before

    def _spread(
        self, serials: Serials, account: Account, position: int, ways: Ways | None = None
    ) -> Iterator[HeldSerials]:
        todo = [(account, position, serials.amount, serials.first, -1)]
        while todo:
            account, position, amount, serial, row = todo.pop()
            left = 0
            if account.address != ZERO or row < 0:
                for move in self.ledger.moves_out(account, position, position + amount):
                    if move.row >= self.rows:
                        break
                    begin = max(position, move.o)
                    end = min(position + amount, move.o + move.value)
                    place = move.i + begin - move.o + self.opening(move.receiver)
                    todo.append((move.receiver, place, end - begin, serial + begin - position, move.row))
                    left = end - position
                    if ways is not None:
                        ways[account, move.receiver] = ways.get((account, move.receiver), 0) + end - begin
            if left < amount:
                yield HeldSerials(Serials(serial + left, serial + amount - 1, serials.unknown), account, row)

    def _no_such(self, serial: int) -> str:
        if 0 < serial <= self.base:
            return f"diamond {serial:,} was minted before the store begins; sync again from the first block"
        issued = self.issued
        if not issued:
            return f"there is no diamond {serial:,}: none has been minted"
        return f"there is no diamond {serial:,}; they are numbered from {self.base + 1:,} to {issued:,}"


def _without(serials: Serials, seen: list[Serials]) -> list[Serials]:
    """The part of a range that was not seen; it is added to what was seen, which stays sorted."""
    new, first = [], serials.first
    for other in seen[max(0, bisect_right(seen, first, key=_first) - 1) :]:
        if other.first > serials.last:
            break
        if other.first > first:
            new.append(Serials(first, other.first - 1, serials.unknown))
        first = max(first, other.last + 1)
    if first <= serials.last:
        new.append(Serials(first, serials.last, serials.unknown))
    for part in new:
        insort(seen, part, key=_first)
    return new


def _first(serials: Serials) -> int:
    return serials.first


def _joined(found: Iterator[HeldSerials]) -> list[HeldSerials]:
    """In order of serials, neighbours that lie in one account since one transfer put together."""
    joined: list[HeldSerials] = []
    for held in sorted(found, key=lambda h: h.serials.first):
        last = joined[-1] if joined else None
        if (
            last
            and last.account == held.account
            and last.row == held.row
            and last.serials.last + 1 == held.serials.first
        ):
            joined[-1] = HeldSerials(
                Serials(last.serials.first, held.serials.last, last.serials.unknown), last.account, last.row
            )
        else:
            joined.append(held)
    return joined
