"""Goods orders and tickets with their state at the block, from the chain: the newest first, page by page by number."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ...goods import GoodsOrder, newest_goods_orders
from ...redemption import Ticket, newest_tickets
from ..kept import LIMIT_PARAMETER, limit_of
from ..page import Page
from ..proof import Proof
from ..routes import Parameter, data, view

_BEFORE = Parameter("before", "Only numbers below this one", {"type": "integer", "minimum": 1})


def _orders(page: Page) -> list[GoodsOrder]:
    return newest_goods_orders(page.live_system, page.at.head, page.number_of("before"), limit_of(page))


def _tickets(page: Page) -> list[Ticket]:
    return newest_tickets(page.live_system, page.at.head, page.number_of("before"), limit_of(page))


def _next(found: list[Any]) -> int | None:
    """The number below which the next page begins; numbers go down to 1."""
    return found[-1].id if found and found[-1].id > 1 else None


@view("/orders", "Orders", "system")
def orders(page: Page) -> Response:
    """Goods orders, the newest first."""
    found = _orders(page)
    how = Proof(page.command("order", "list", "--json"), None)
    return page.render("orders.html", orders=found, next=_next(found), how=how)


@view("/tickets", "Tickets", "system")
def tickets(page: Page) -> Response:
    """Tickets, the newest first."""
    found = _tickets(page)
    how = Proof(page.command("ticket", "list", "--json"), None)
    return page.render("tickets.html", tickets=found, next=_next(found), how=how)


@data(
    "/api/orders",
    "Goods orders, the newest first: rows of `zuan order list --json`",
    None,
    (_BEFORE, LIMIT_PARAMETER),
    need="system",
)
def orders_data(page: Page) -> Any:
    """A page of orders; ``next`` is the ``before`` of the page after it."""
    found = _orders(page)
    return {"block": page.number, "rows": [order.as_dict() for order in found], "next": _next(found)}


@data(
    "/api/tickets",
    "Tickets, the newest first: rows of `zuan ticket list --json`",
    None,
    (_BEFORE, LIMIT_PARAMETER),
    need="system",
)
def tickets_data(page: Page) -> Any:
    """A page of tickets; ``next`` is the ``before`` of the page after it."""
    found = _tickets(page)
    return {"block": page.number, "rows": [ticket.as_dict() for ticket in found], "next": _next(found)}
