"""The history of a store as a list: every transfer, mint and burn, the newest first, filtered, page by page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any

import numpy as np

from .. import cursors
from ..circulation.ask.query import rows_with_references
from ..circulation.fetch.logs import Ints
from ..circulation.index.queues import Account
from ..definitions import ZERO
from ..errors import InputError
from ..tracing.story import Step
from .reader import StoreView

#: What a transfer can be: diamonds came into being, went out of it, moved into or out of an escrow, or only moved.
TRANSFER_KINDS = ("mint", "burn", "escrow", "transfer")
#: Rows of a page.
PAGE_ROWS = 50
MOST_ROWS = 200
# Without a list of their own, transfers that only moved are looked for among so many at a time.
_PIECE = 8_192


@dataclass(frozen=True)
class Filter:
    """Which transfers: of a kind, of an account (address of 20 bytes), of the platform's order (its references on the
    chain), of the desk's order ``goods``, in the blocks ``first`` to ``last``, at the times ``since`` to ``until`` (UTC)."""

    kind: str | None = None
    account: bytes | None = None
    refs: tuple[bytes, ...] = ()
    goods: int | None = None
    first: int | None = None
    last: int | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class HistoryPage:
    """Rows of a list as of a block, and the cursor of the next ones (None: these are the last)."""

    block: int
    steps: list[Step]
    next: str | None


def page(view: StoreView, wanted: Filter, after: str | None = None, most: int = PAGE_ROWS) -> HistoryPage:
    """A page of the history; with a cursor the one after it.

    :raises InputError: no such kind, or the cursor is of another list or block.
    """
    what = name_of(wanted)
    with view.lock:
        begin, end = _bounds(view, wanted)
        if after is not None:
            place = cursors.read(after, what)
            if place.block != view.block or len(place.place) != 2:
                raise InputError(f"the cursor is of block {place.block:,}; begin at the list's first page")
            end = min(end, _row_of(view, place.place[0], place.place[1]))
        found = _newest(view, wanted, begin, end, most + 1)
        steps = [told(view, row, wanted) for row in found[:most]]
    more = len(found) > most
    following = cursors.write(view.block, (steps[-1].block, steps[-1].log_index), what) if more else None
    return HistoryPage(view.block, steps, following)


def name_of(wanted: Filter) -> str:
    """The list and its filters, for cursors."""
    return f"history {astuple(wanted)}"


def rows(view: StoreView, wanted: Filter) -> Iterator[Ints]:
    """The numbers of all transfers that are wanted, in order, piece by piece."""
    with view.lock:
        begin, end = _bounds(view, wanted)
        chosen = _chosen(view, wanted)
    for at in range(begin, end, _PIECE):
        last = min(at + _PIECE, end)
        found = np.arange(at, last) if chosen is None else _between(chosen, at, last)
        if wanted.kind == "transfer":
            found = _moved_only(view, found)
        if len(found):
            yield found


def told(view: StoreView, row: int, wanted: Filter) -> Step:
    """A transfer in words. What the index knows of it is not read from the store."""
    shelf = view.shelf
    ledger = shelf.ledger
    account: Account | None = None
    if wanted.kind in ("mint", "burn"):
        account = shelf.zero
    elif wanted.account is not None:
        account = ledger.account(wanted.account)
    move = (ledger.find_out(row, account) or ledger.find_in(row, account)) if account else None
    return shelf.teller.step(row, move)


def _bounds(view: StoreView, wanted: Filter) -> tuple[int, int]:
    """The first row in the span, and the one after its last."""
    if wanted.kind is not None and wanted.kind not in TRANSFER_KINDS:
        raise InputError(f"there is no kind {wanted.kind!r} of transfer; choose one of {', '.join(TRANSFER_KINDS)}")
    begin, end = 0, view.rows
    if wanted.first is not None:
        begin = max(begin, view.row_at(wanted.first))
    if wanted.last is not None:
        end = min(end, view.row_at(wanted.last + 1))
    time = partial(_column, view, "timestamp")
    if wanted.since is not None:
        begin = max(begin, bisect_left(range(view.rows), wanted.since, key=time))
    if wanted.until is not None:
        end = min(end, bisect_left(range(view.rows), wanted.until + 1, key=time))
    return begin, max(begin, end)


def _column(view: StoreView, name: str, row: int) -> Any:
    return view.shelf.rows.transfer(row, ("block", "log_index", "timestamp", "tx"))[name]


def _row_of(view: StoreView, block: int, index: int) -> int:
    """The number of the transfer at a place of the chain, or of the first after it."""

    def place(row: int) -> tuple[int, int]:
        return _column(view, "block", row), _column(view, "log_index", row)

    return bisect_left(range(view.rows), (block, index), key=place)


def _newest(view: StoreView, wanted: Filter, begin: int, end: int, most: int) -> list[int]:
    """The last rows before ``end`` that are wanted, the newest first."""
    chosen = _chosen(view, wanted)
    if chosen is not None:
        chosen = _between(chosen, begin, end)
        if wanted.kind != "transfer":
            newest: list[int] = chosen[::-1][:most].tolist()
            return newest
    elif wanted.kind is None:
        return list(range(end - 1, max(begin, end - most) - 1, -1))
    found: list[int] = []
    while begin < end and len(found) < most:
        at = max(begin, end - _PIECE)
        part = np.arange(at, end) if chosen is None else _between(chosen, at, end)
        found += _moved_only(view, part)[::-1].tolist()
        end = at
    return found[:most]


def _chosen(view: StoreView, wanted: Filter) -> Ints | None:
    """The rows that are wanted, in order; None: all. Those that only moved are not told apart."""
    shelf = view.shelf
    lists: list[Ints] = []
    if wanted.kind in ("mint", "burn", "escrow"):
        lists.append({"mint": shelf.mints, "burn": shelf.burns, "escrow": shelf.escrows}[wanted.kind])
    if wanted.account is not None:
        lists.append(shelf.account_rows(wanted.account))
    if wanted.goods is not None:
        desk = shelf.store.catalog.contracts.get("OrderDesk", "0x" + ZERO.hex())
        lists.append(shelf.account_rows(bytes.fromhex(desk[2:]), wanted.goods))
    if wanted.refs:
        lists.append(np.array(rows_with_references(view.db, view.store.catalog.token, wanted.refs), np.int64))
    if not lists:
        return None
    found = lists[0]
    for other in lists[1:]:
        found = np.intersect1d(found, other, assume_unique=True)
    return found


def _moved_only(view: StoreView, found: Ints) -> Ints:
    """Those that are neither mints, burns nor of an escrow."""
    if not len(found):
        return found
    for other in (view.shelf.mints, view.shelf.burns, view.shelf.escrows):
        found = (
            np.setdiff1d(found, _between(other, int(found[0]), int(found[-1]) + 1), assume_unique=True)
            if len(found)
            else found
        )
    return found


def _between(found: Ints, begin: int, end: int) -> Ints:
    """Those of some sorted numbers that lie between two."""
    return found[np.searchsorted(found, begin) : np.searchsorted(found, end)]
