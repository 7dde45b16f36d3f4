"""Listings and goods orders of the order desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .chain.connection import Head
from .chain.logs import logs
from .chain.pinned import read_at
from .contracts.artifacts import checksum
from .contracts.handles import Event, Purchase, read_all
from .errors import ORDER_STATES, ContractError, InputError
from .system import System


@dataclass(frozen=True)
class Listing:
    """Goods at a price per piece (0 once withdrawn); ``next_price`` applies from ``next_at`` on (0: nothing pending)."""

    id: int
    merchant: str
    price: int
    next_price: int
    next_at: int
    delivery_time: int
    terms: bytes

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "listing": self.id,
            "merchant": self.merchant,
            "price": str(self.price) if self.price else None,
            "nextPrice": (str(self.next_price) if self.next_price else None) if self.next_at else None,
            "nextAt": self.next_at or None,
            "deliveryTime": self.delivery_time,
            "terms": "0x" + self.terms.hex(),
        }


@dataclass(frozen=True)
class GoodsOrder:
    """Diamonds in escrow for goods; ``deadline`` (UTC seconds) is the last second of what ``state`` waits for."""

    id: int
    buyer: str
    arbiter: str
    listing: int
    diamonds: int
    state: str
    deadline: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "order": self.id,
            "listing": self.listing,
            "buyer": self.buyer,
            "arbiter": self.arbiter,
            "diamonds": str(self.diamonds),
            "state": self.state,
            "deadline": self.deadline,
        }


def read_listing(system: System, listing: int) -> Listing:
    """One listing as of the newest block. :raises ContractError: there is none of that number."""
    return _listing(listing, system.desk.read("listing", listing))


def purchase(system: System, listing: int, quantity: int, details: bytes) -> tuple[Purchase, int]:
    """What an order of so many pieces binds, as listing and arbiter are now; and what it costs in diamonds.

    :raises ContractError: there is no such listing, or it has been withdrawn.
    """
    desk = system.desk
    answer, arbiter = read_all([(desk, "listing", (listing,)), (desk, "arbiter", ())])
    seen = _listing(listing, answer)
    if not seen.price:
        raise ContractError("ListingClosed", [listing])
    wanted = Purchase(listing, seen.merchant, seen.terms, seen.delivery_time, checksum(arbiter), quantity, details)
    return wanted, seen.price * quantity


def read_listings(system: System) -> list[Listing]:
    """All listings, withdrawn ones too."""
    desk = system.desk
    return [_listing(n, answer) for n, answer in _each(system, "listing", range(1, desk.read("listingCount") + 1))]


def read_goods_order(system: System, order: int) -> GoodsOrder:
    """One order. :raises ContractError: there is none of that number."""
    return _order(order, system.desk.read("orderOf", order))


def read_goods_orders(system: System, buyer: str | None = None) -> list[GoodsOrder]:
    """All orders in their order, or those of one buyer."""
    desk = system.desk
    if buyer is None:
        numbers = range(1, desk.read("orderCount") + 1)
        return [_order(n, answer) for n, answer in _each(system, "orderOf", numbers)]
    topics = [desk.artifact.topic("Ordered"), None, None, "0x" + buyer[2:].lower().rjust(64, "0")]
    newest = system.connection.block().number
    found = logs(system.connection.rpc, desk.address, topics, system.manifest.block, newest)
    mine = [int(e.args["order"]) for e in desk.events(list(found))]
    return [_order(n, answer) for n, answer in _each(system, "orderOf", mine)]


def count_goods_orders(system: System, at: Head) -> int:
    """How many orders there were as of a block. :raises RpcError: the node does not know its state."""
    return int(read_at(system.connection, at, [(system.desk, "orderCount", ())])[0])


def goods_orders_at(system: System, at: Head, numbers: Sequence[int]) -> list[GoodsOrder]:
    """The orders of these numbers as of a block. :raises RpcError: the node does not know its state."""
    answers = read_at(system.connection, at, [(system.desk, "orderOf", (n,)) for n in numbers])
    return [_order(n, answer) for n, answer in zip(numbers, answers, strict=True)]


def numbers_of_orders(system: System, account: str, until: int) -> list[int]:
    """The numbers of the orders in which an account is the buyer or the merchant, up to a block, the newest first."""
    desk, word = system.desk, "0x" + account[2:].lower().rjust(64, "0")

    def events(name: str, *topics: Any) -> Iterator[Event]:
        wanted = [desk.artifact.topic(name), *topics]
        return desk.events(list(logs(system.connection.rpc, desk.address, wanted, system.manifest.block, until)))

    found = {int(e.args["order"]) for e in events("Ordered", None, None, word)}
    if listings := [f"0x{int(e.args['listing']):064x}" for e in events("Listed", None, word)]:
        found |= {int(e.args["order"]) for e in events("Ordered", None, listings)}
    return sorted(found, reverse=True)


def placed(system: System, receipt_logs: list[dict[str, Any]]) -> Event:
    """The `Ordered` or `Listed` event of a transaction, from its logs.

    :raises InputError: it has neither.
    """
    found = next((e for e in system.desk.events(receipt_logs) if e.name in ("Ordered", "Listed")), None)
    if found is None:
        raise InputError("that transaction placed no order and listed nothing")
    return found


def _each(system: System, function: str, numbers: range | list[int]) -> list[tuple[int, Any]]:
    return list(zip(numbers, read_all([(system.desk, function, (n,)) for n in numbers]), strict=True))


def _listing(number: int, a: Any) -> Listing:
    return Listing(number, checksum(a.merchant), a.price, a.nextPrice, a.nextAt, a.deliveryTime, a.terms)


def _order(number: int, a: Any) -> GoodsOrder:
    state = ORDER_STATES[a.state]
    return GoodsOrder(number, checksum(a.buyer), checksum(a.arbiter), a.listing, a.diamonds, state, a.deadline)
