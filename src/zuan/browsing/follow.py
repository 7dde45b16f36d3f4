"""What became of diamonds that some transfers moved: where they are, as a picture's flows and as a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circulation.ask.query import rows_with_references, run
from ..definitions import ZERO
from ..errors import InputError
from ..tracing.circulation import node_of
from ..tracing.flows import BURNED, MINTED, Flows, sankey
from ..tracing.story import Step
from ..tracing.tracer import HeldSerials, Ways
from .history import PAGE_ROWS
from .reader import StoreView

#: Pieces (neighbouring serials that lie together) beyond which the command line is the place to ask.
PIECES = 5_000
#: Transfers of a life on a page.
LIFE = 100
# Transfers that are told, and accounts that are drawn.
_STEPS, _DRAWN = 20, 14


@dataclass(frozen=True)
class Followed:
    """``steps``: the first transfers that moved them, of ``transfers`` in all. ``rows``: a page of the ``pieces`` in which
    they lie, as ``zuan trace`` gives them, and ``next``: the piece after it. ``states``: diamonds by what they are now."""

    block: int
    steps: list[Step]
    transfers: int
    flows: Flows
    rows: list[dict[str, Any]]
    pieces: int
    states: dict[str, int]
    next: int | None


@dataclass(frozen=True)
class Life:
    """Some of the transfers that a diamond went through, its mint first; ``transfers`` is how many there were, ``begin`` the
    first of these, ``next`` the one after them (None: there is none). ``holder`` has it now: address and order; None: it is
    gone."""

    block: int
    steps: list[Step]
    transfers: int
    begin: int
    next: int | None
    holder: tuple[bytes, int] | None


def life(view: StoreView, serial: int, begin: int = 0, most: int = LIFE) -> Life:
    """The life of a diamond.

    :raises InputError: there is no such diamond.
    """
    with view.lock:
        moves = view.tracer.life(serial)
        steps = [view.shelf.teller.step(move.row, move) for move in moves[begin : begin + most]]
    last = moves[-1].receiver
    following = begin + most if begin + most < len(moves) else None
    holder = None if last.address == ZERO else (last.address, last.order)
    return Life(view.block, steps, len(moves), begin, following, holder)


def of_transaction(view: StoreView, tx: bytes) -> list[int]:
    """The transfers of a transaction. :raises InputError: it moved nothing up to the block."""
    with view.lock:
        rows: list[int] = run(view.db, "SELECT seq FROM transfers WHERE tx = ? ORDER BY seq", [tx])["seq"].to_pylist()
    return _some(rows, view, f"no transfer of this token is in transaction 0x{tx.hex()}")


def of_order(view: StoreView, refs: tuple[bytes, ...]) -> list[int]:
    """The mints and burns for a platform's order. :raises InputError: none carries its reference."""
    with view.lock:
        rows = rows_with_references(view.db, view.store.catalog.token, refs)
    return _some(rows, view, "no mint or burn carries that order's reference")


def of_goods(view: StoreView, order: int) -> list[int]:
    """The transfers into the escrow of the desk's order. :raises InputError: there is none."""
    rows = view.shelf.marks.into
    with view.lock:
        desk = view.store.catalog.contracts.get("OrderDesk", "0x" + ZERO.hex())
        mine = view.shelf.account_rows(bytes.fromhex(desk[2:]), order)
    found = np.intersect1d(rows, mine, assume_unique=True)
    return _some(found[found < view.rows].tolist(), view, f"nothing went into the escrow of order {order:,}")


def of_mint(view: StoreView, number: int) -> list[int]:
    """The ``number``-th mint. :raises InputError: there were fewer."""
    with view.lock:
        mints = view.shelf.ledger.rows_of(view.shelf.zero)[0]
    rows = mints[number - 1 : number] if number > 0 else mints[:0]
    return _some(rows[rows < view.rows].tolist(), view, f"there is no mint {number:,}")


def follow(view: StoreView, rows: list[int], begin: int = 0, most: int = PAGE_ROWS) -> Followed:
    """Where the diamonds of some transfers are.

    :param begin: the piece with which the page begins.
    :raises InputError: they lie in more than :data:`PIECES` pieces.
    """
    with view.lock:
        tracer, teller = view.tracer, view.shelf.teller
        steps = [teller.step(row) for row in rows[:_STEPS]]
        moves = []
        for row in rows:
            t = view.shelf.rows.transfer(row, ("sender", "sender_order", "value"))
            if t["value"]:
                moves.append(tracer.ledger.move(row, tracer.ledger.account(t["sender"], t["sender_order"])))
        ways: Ways = {}
        found = tracer.onwards(moves, ways, PIECES)
        told = [view.held_row(piece) for piece in found[begin : begin + most]]
    links = [(node_of(a, MINTED), node_of(b, BURNED), value) for (a, b), value in ways.items()]
    states: dict[str, int] = defaultdict(int)
    for piece in found:
        states[_state(piece)] += piece.serials.amount
    following = begin + most if begin + most < len(found) else None
    flows = sankey(links, _DRAWN, view.amounts)
    return Followed(view.block, steps, len(rows), flows, told, len(found), dict(states), following)


def _state(piece: HeldSerials) -> str:
    if piece.account.address == ZERO:
        return "burned"
    return "in escrow" if piece.account.order else "held"


def _some(rows: list[int], view: StoreView, otherwise: str) -> list[int]:
    if not rows:
        raise InputError(f"{otherwise} up to block {view.block:,}")
    return rows
