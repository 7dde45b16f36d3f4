"""Whom events concern that name nobody: an order's belong to its buyer and its merchant, a ticket's to its holder, a
proposed mint's to its minter."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..circulation.store.catalog import Store, StorePart
from ..contracts.artifacts import artifact
from .marks import changed

if TYPE_CHECKING:
    from ..circulation.ask.query import Rows

_WORD = 32
#: The events that give a number to somebody, by contract: where in its body the account stands, and the events that name the
#: number alone, first in theirs.
_GIVEN = {
    ("OrderDesk", "Listed"): (1, ("Repriced",)),
    ("OrderDesk", "Ordered"): (2, ("Delivered", "Disputed", "Settled", "Refunded")),
    ("ReserveVault", "TicketOpened"): (1, ("TicketPaid", "TicketConverted")),
    ("Issuer", "Proposed"): (1, ("Executed", "Cancelled")),
}


@dataclass
class Given:
    """What a part's events gave to whom: by the giving event's topic (number, account), each as its word; of orders their
    listings; of tickets their places in the queue; and how far tickets were funded, one after another."""

    numbers: dict[bytes, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    listings: list[tuple[bytes, bytes]] = field(default_factory=list)
    places: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    funded: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Concerned:
    """What is an account's: the first words of events that concern it, by their topic; its tickets' places in the queue, and
    how far tickets were funded, one after another."""

    words: dict[bytes, frozenset[bytes]]
    places: tuple[tuple[int, int], ...]
    funded: tuple[int, ...]

    def by(self, topic: bytes, body: bytes) -> bool:
        """Whether an event concerns the account, though it does not name it."""
        if topic == _funded():
            until = int.from_bytes(body[:_WORD], "big")
            before = max((f for f in self.funded if f < until), default=0)
            return any(begin < until and end > before for begin, end in self.places)
        return body[:_WORD] in self.words.get(topic, ())


class PartyReader:
    """Reads whom a store's events concern; a part that was read before is not read again."""

    def __init__(self) -> None:
        self._known: dict[tuple[StorePart, int], Given] = {}

    def concerned(self, store: Store, rows: Rows, account: bytes) -> Concerned:
        """What is an account's (address of 20 bytes) in a store."""
        contracts = {bytes.fromhex(a[2:]) for name, a in store.catalog.contracts.items() if name != "Token"}
        known: dict[tuple[StorePart, int], Given] = {}
        for part in store.catalog.parts:
            if part.events:
                key = part, changed(store, part, "events")
                known[key] = self._known.get(key) or _read(rows, part, contracts)
        self._known = known
        word, parts = account.rjust(_WORD, b"\0"), list(known.values())
        mine = {
            topic: {number for part in parts for number, whose in part.numbers.get(topic, ()) if whose == word}
            for topic in _topics()
        }
        listed, ordered = _topic("OrderDesk", "Listed"), _topic("OrderDesk", "Ordered")
        # A merchant's orders are those of its listings.
        mine[ordered] |= {order for part in parts for order, listing in part.listings if listing in mine[listed]}
        words: dict[bytes, frozenset[bytes]] = {}
        for topic, followers in _topics().items():
            words |= dict.fromkeys((topic, *followers), frozenset(mine[topic]))
        tickets = mine[_topic("ReserveVault", "TicketOpened")]
        places = tuple(place for part in parts for number, place in part.places.items() if number in tickets)
        return Concerned(words, places, tuple(sorted(f for part in parts for f in part.funded)) if places else ())


def _read(rows: Rows, part: StorePart, contracts: set[bytes]) -> Given:
    import pyarrow.compute as pc

    found, wanted = Given(), pa.array([*_topics(), _funded()], pa.binary(_WORD))
    ordered, opened = _topic("OrderDesk", "Ordered"), _topic("ReserveVault", "TicketOpened")
    for group in range(rows.event_groups(part)):
        topics = rows.event_columns(part, group, ("topic",))["topic"]
        fits = pc.is_in(topics, wanted)
        if not pc.any(fits).as_py():
            continue
        table = rows.event_columns(part, group, ("topic", "contract", "body")).filter(fits)
        for topic, contract, body in zip(*(table[n].to_pylist() for n in table.column_names), strict=True):
            if contract not in contracts or len(body) < _WORD:
                continue
            if topic == _funded():
                found.funded.append(_number(body, 0))
                continue
            number = body[:_WORD]
            found.numbers.setdefault(topic, []).append((number, _word(body, _account_at()[topic])))
            if topic == ordered:
                found.listings.append((number, _word(body, 1)))
            elif topic == opened:
                begin = _number(body, 4)
                found.places[number] = begin, begin + _number(body, 3)
    return found


def _word(body: bytes, place: int) -> bytes:
    return body[_WORD * place : _WORD * (place + 1)]


def _number(body: bytes, place: int) -> int:
    return int.from_bytes(_word(body, place), "big")


@cache
def _topic(contract: str, name: str) -> bytes:
    return bytes.fromhex(artifact(contract).topic(name)[2:])


@cache
def _funded() -> bytes:
    return _topic("ReserveVault", "TicketsFunded")


@cache
def _topics() -> dict[bytes, tuple[bytes, ...]]:
    """The topics of the events that give numbers, and of those that name them alone."""
    return {
        _topic(contract, name): tuple(_topic(contract, other) for other in followers)
        for (contract, name), (_, followers) in _GIVEN.items()
    }


@cache
def _account_at() -> dict[bytes, Any]:
    return {_topic(*event): place for event, (place, _) in _GIVEN.items()}
