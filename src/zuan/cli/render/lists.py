"""Lists on a terminal: tickets, goods, orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import count, iso
from ...names import NO_NAMES, Names
from ..tables import print_listing
from .wording import duration

if TYPE_CHECKING:
    from ...goods import GoodsOrder, Listing
    from ...redemption import Ticket


def print_tickets(tickets: Sequence[Ticket], names: Names = NO_NAMES) -> None:
    """Tickets as a table."""
    rows = [
        (
            *(str(t.id), t.status, count(t.diamonds + t.converted), count(t.funded), count(t.paid)),
            *(count(t.converted) if t.converted else "", names.short(t.holder), iso(t.requested_at)),
        )
        for t in tickets
    ]
    columns = ("ticket", "status", "diamonds>", "funded>", "paid>", "to a claim>", "holder", "since")
    print_listing(columns, rows, "No tickets.")


def print_listings(listings: Sequence[Listing], names: Names = NO_NAMES) -> None:
    """Listings as a table."""
    rows = []
    for n in listings:
        then = f"{count(n.next_price) if n.next_price else 'withdrawn'} from {iso(n.next_at)}" if n.next_at else ""
        price = count(n.price) if n.price else "withdrawn"
        rows.append((str(n.id), price, then, duration(n.delivery_time), names.short(n.merchant)))
    print_listing(("listing", "price>", "then", "delivered in", "merchant"), rows, "Nothing is on offer.")


def print_orders(orders: Sequence[GoodsOrder], names: Names = NO_NAMES) -> None:
    """Goods orders as a table."""
    rows = []
    for o in orders:
        until = iso(o.deadline) if o.state in ("open", "delivered", "disputed") else ""
        rows.append((str(o.id), o.state, until, count(o.diamonds), str(o.listing), names.short(o.buyer)))
    print_listing(("order", "state", "until", "diamonds>", "listing>", "buyer"), rows, "No orders.")
