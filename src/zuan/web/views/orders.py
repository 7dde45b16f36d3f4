"""Goods orders and tickets with their state at the block, from the chain: searched, filtered, page by page, and as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ... import cursors
from ...chain.connection import Head
from ...errors import ORDER_STATES, InputError
from ...goods import GoodsOrder, count_goods_orders, goods_orders_at, numbers_of_orders
from ...redemption import Ticket, count_tickets, numbers_of_tickets, tickets_at
from ...system import System
from ..kept import ACCOUNT_PARAMETER, AFTER_PARAMETER, LIMIT_PARAMETER, account_of, files, limit_of, text_of
from ..page import Page
from ..proof import Proof
from ..routes import Parameter, data, view

if TYPE_CHECKING:
    from ...browsing.export import Form

# So many are read at once, and at most so many for a page: a rare state is found on a later one.
_PIECE, _LOOKED = 100, 1_000


@dataclass(frozen=True)
class _Kind:
    """What is listed: its states, and how it is counted, read and found by account as of a block."""

    name: str
    states: tuple[str, ...]
    count: Callable[[System, Head], int]
    read: Callable[[System, Head, Sequence[int]], Sequence[GoodsOrder | Ticket]]
    numbers: Callable[[System, str, int], list[int]]
    columns: dict[str, str]


_ORDERS = _Kind(
    "orders",
    ORDER_STATES[1:],
    count_goods_orders,
    goods_orders_at,
    numbers_of_orders,
    {
        **{"order": "number", "listing": "number", "buyer": "text", "arbiter": "text", "diamonds": "amount"},
        **{"state": "text", "deadline": "number"},
    },
)
_TICKETS = _Kind(
    "tickets",
    ("waiting", "funded", "paid", "converted"),
    count_tickets,
    tickets_at,
    numbers_of_tickets,
    {
        **{"ticket": "number", "holder": "text", "payee": "text", "requestedAt": "number", "status": "text"},
        **dict.fromkeys(("ahead", "diamonds", "funded", "paid", "converted"), "amount"),
    },
)


@dataclass(frozen=True)
class _Wanted:
    """Which: in a state, of an account, of one number."""

    state: str | None
    account: str | None
    number: int | None


@dataclass(frozen=True)
class _Found:
    """A page: rows, and the cursor of the next ones. ``back_to`` is the number down to which it was looked, where the list
    goes on though the page is not full."""

    rows: list[Any]
    next: str | None
    back_to: int | None = None


def _parameters(kind: _Kind) -> tuple[Parameter, ...]:
    return (
        Parameter("state", "Only in this state", {"type": "string", "enum": list(kind.states)}),
        ACCOUNT_PARAMETER,
        Parameter("number", "Only the one of this number", {"type": "integer", "minimum": 1}),
        AFTER_PARAMETER,
        LIMIT_PARAMETER,
    )


def _wanted(page: Page, kind: _Kind) -> _Wanted:
    state = text_of(page, "state")
    if state is not None and state not in kind.states:
        raise InputError(f"there is no state of that name; choose one of {', '.join(kind.states)}")
    return _Wanted(state, account_of(page), page.number_of("number", 1))


def _walk(page: Page, kind: _Kind, wanted: _Wanted, before: int | None = None) -> Iterator[Any]:
    """All of the account's or number's, or all that there are, the newest first, whatever their state."""
    system, at = page.live_system, page.at.head
    last = kind.count(system, at)
    numbers: Sequence[int] = range(last, 0, -1)
    if wanted.account is not None:
        numbers = page.records.numbers(kind.name, kind.numbers, wanted.account, at)
    rest = (n for n in numbers if (before is None or n < before) and wanted.number in (None, n))
    if wanted.number is not None and wanted.account is None:
        rest = (n for n in (wanted.number,) if 1 <= n <= last and (before is None or n < before))
    while piece := list(islice(rest, _PIECE)):
        yield from kind.read(system, at, piece)


def _fits(row: Any, wanted: _Wanted) -> bool:
    return wanted.state in (None, row.state if isinstance(row, GoodsOrder) else row.status)


def _page(page: Page, kind: _Kind) -> _Found:
    wanted, after, most = _wanted(page, kind), text_of(page, "after"), limit_of(page)
    name, before = f"{kind.name} {astuple(wanted)}", None
    if after is not None:
        place = cursors.read(after, name)
        if len(place.place) != 1 or page.block not in (None, place.block):
            raise InputError(f"the cursor is of block {place.block:,}; begin at the list's first page")
        page.block, before = place.block, place.place[0]
    found: list[Any] = []
    for looked, row in enumerate(_walk(page, kind, wanted, before), 1):
        if len(found) == most:
            return _Found(found, cursors.write(page.number, (found[-1].id,), name))
        if _fits(row, wanted):
            found.append(row)
        if looked == _LOOKED and len(found) < most and row.id > 1:
            return _Found(found, cursors.write(page.number, (row.id,), name), row.id)
    return _Found(found, None)


def _pieces(page: Page, kind: _Kind, form: Form) -> tuple[int, Iterator[bytes]]:
    """All that are wanted."""
    from ...browsing.export import as_rows

    wanted = _wanted(page, kind)
    rows = (row.as_dict() for row in _walk(page, kind, wanted) if _fits(row, wanted))
    return page.number, as_rows(rows, kind.columns, form)


def _shown(page: Page, kind: _Kind, template: str, command: str) -> Response:
    found = _page(page, kind)
    given = {name: page.request.query_params.get(name, "") for name in ("state", "account", "number")}
    how = Proof(page.command(command, "list", "--json"), None)
    return page.render(template, found=found, states=kind.states, given=given, how=how)


def _rows(page: Page, kind: _Kind) -> Any:
    found = _page(page, kind)
    return {"block": page.number, "rows": [row.as_dict() for row in found.rows], "next": found.next}


@view("/orders", "Orders", "system")
def orders(page: Page) -> Response:
    """Goods orders, the newest first."""
    return _shown(page, _ORDERS, "orders.html", "order")


@view("/tickets", "Tickets", "system")
def tickets(page: Page) -> Response:
    """Tickets, the newest first."""
    return _shown(page, _TICKETS, "tickets.html", "ticket")


@files("/orders", "orders", "system")
def _order_pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    return _pieces(page, _ORDERS, form)


@files("/tickets", "tickets", "system")
def _ticket_pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    return _pieces(page, _TICKETS, form)


@data(
    "/api/orders",
    "Goods orders, the newest first: rows of `zuan order list --json`",
    None,
    _parameters(_ORDERS),
    need="system",
)
def orders_data(page: Page) -> Any:
    """A page of orders."""
    return _rows(page, _ORDERS)


@data(
    "/api/tickets",
    "Tickets, the newest first: rows of `zuan ticket list --json`",
    None,
    _parameters(_TICKETS),
    need="system",
)
def tickets_data(page: Page) -> Any:
    """A page of tickets."""
    return _rows(page, _TICKETS)
