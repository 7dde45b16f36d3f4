"""One account: its figures, and which diamonds it holds, from which mints, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from .. import cursors
from ..errors import InputError
from .history import PAGE_ROWS
from .reader import StoreView


@dataclass(frozen=True)
class Figures:
    """Base units: what an account holds, ever received and ever sent, and held before the store's first block;
    ``escrowed`` is what lies at the desk for orders (of the desk only). ``transfers`` counts one to itself twice."""

    balance: int
    received: int
    sent: int
    before: int
    transfers: int
    escrowed: int | None


@dataclass(frozen=True)
class HeldPage:
    """A page of what an account holds, the next to leave first: rows as ``zuan trace --account`` gives them."""

    block: int
    rows: list[dict[str, Any]]
    next: str | None


def figures(view: StoreView, address: bytes) -> Figures:
    """The figures of an account as of the block."""
    with view.lock:
        account = view.tracer.ledger.account(address)
        received, sent = view.tracer.ledger.totals(account, view.rows)
        before = view.tracer.opening(account)
        transfers = view.shelf.sides(address, view.rows)
    escrowed = None
    if view.shelf.is_desk(address):
        escrowed = sum(h.balance for h in view.holdings.escrows())
    return Figures(before + received - sent, received, sent, before, transfers, escrowed)


def held(view: StoreView, address: bytes, after: str | None = None, most: int = PAGE_ROWS) -> HeldPage:
    """What an account holds, by serial numbers and mints; with a cursor the page after it.

    :raises InputError: the cursor is of another list or block.
    """
    what = name_of(address)
    with view.lock:
        tracer = view.tracer
        account = tracer.ledger.account(address)
        begin, end = tracer.queue(account)
        if after is not None:
            place = cursors.read(after, what)
            if place.block != view.block or len(place.place) != 1:
                raise InputError(f"the cursor is of block {place.block:,}; begin at the list's first page")
            begin = max(begin, place.place[0])
        found = list(islice(view.by_mint(tracer.origins(account, begin, end)), most + 1))
        rows = [view.origin_row(serials) for serials in found[:most]]
    reached = begin + sum(serials.amount for serials in found[:most])
    return HeldPage(view.block, rows, cursors.write(view.block, (reached,), what) if len(found) > most else None)


def name_of(address: bytes) -> str:
    """The list of what an account holds, for cursors."""
    return f"held {address.hex()}"
