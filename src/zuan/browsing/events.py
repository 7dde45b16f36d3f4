"""What the contracts announced, as a list: orders, tickets, redemptions, attestations, changes; the newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

import numpy as np

from .. import cursors
from ..circulation.fetch.logs import Ints
from ..contracts.artifacts import artifact, checksum
from ..errors import InputError
from ..quoting import hexed
from .history import PAGE_ROWS
from .reader import StoreView

#: Kinds of events, and the events of each by contract. Mints, burns and transfers are in the history.
EVENT_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "order": {
        "OrderDesk": ("Listed", "Repriced", "Ordered", "Delivered", "Disputed", "Settled", "Refunded"),
    },
    "ticket": {"ReserveVault": ("TicketOpened", "TicketsFunded", "TicketPaid", "TicketConverted")},
    "redemption": {"ReserveVault": ("Redeemed", "Claimed")},
    "attestation": {"ReserveOracle": ("Attested", "Suspended")},
    "change": {
        "Issuer": ("MinterSet", "Proposed", "Executed", "Cancelled"),
        "ReserveOracle": ("AuditorRotated", "AuditorsChanged", "KindRemoved", "KindSet", "MaxAgeChanged"),
        "ReserveVault": (
            *("CashCounted", "StuckChanged", "SurplusAnnounced", "SurplusVoided", "SurplusWithdrawn"),
            *("TreasuryChanged", "WindDownStarted"),
        ),
        "OrderDesk": ("ArbiterChanged",),
    },
}
# Groups of events that a page looks through for an account; a rare one is found on a later page.
_GROUPS = 24


@dataclass(frozen=True)
class Sought:
    """Which events: of a kind, and that concern an account (address of 20 bytes): they name it, or are about an order, a
    ticket or a proposal of its."""

    kind: str | None = None
    account: bytes | None = None


@dataclass(frozen=True)
class Said:
    """An event: its kind, contract and name; its arguments, addresses checksummed and bytes as hex; and its place."""

    kind: str
    contract: str
    name: str
    args: dict[str, Any]
    block: int
    log_index: int
    timestamp: int
    tx: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "contract": self.contract,
            "event": self.name,
            "block": self.block,
            "logIndex": self.log_index,
            "timestamp": self.timestamp,
            "tx": self.tx,
            "arguments": self.args,
        }

    def as_row(self) -> dict[str, Any]:
        """As a flat row: the arguments as one JSON text."""
        return {**self.as_dict(), "arguments": json.dumps(self.args)}


@dataclass(frozen=True)
class Events:
    """A page: events as of a block, and the cursor of the next ones. ``back_to`` is the block down to which it was looked,
    where the list goes on though the page is not full."""

    block: int
    events: list[Said]
    next: str | None
    back_to: int | None = None


def page(view: StoreView, wanted: Sought, after: str | None = None, most: int = PAGE_ROWS) -> Events:
    """A page of events; with a cursor the one after it.

    :raises InputError: no such kind, or the cursor is of another list or block.
    """
    what = name_of(wanted)
    begin: tuple[int, int] | None = None
    if after is not None:
        place = cursors.read(after, what)
        if place.block != view.block or len(place.place) != 2:
            raise InputError(f"the cursor is of block {place.block:,}; begin at the list's first page")
        begin = place.place[0], place.place[1]
    found: list[Said] = []
    at, looked = begin, 0
    for found_at, event in _walk(view, wanted, begin):
        if event is None:
            at, looked = found_at, looked + 1
            if looked == _GROUPS:
                return Events(view.block, found, cursors.write(view.block, at, what), at[0])
            continue
        if len(found) == most:
            last = found[-1]
            return Events(view.block, found, cursors.write(view.block, (last.block, last.log_index), what))
        found.append(event)
    return Events(view.block, found, None)


def name_of(wanted: Sought) -> str:
    """The list and its filters, for cursors."""
    return f"events {astuple(wanted)}"


def every(view: StoreView, wanted: Sought) -> Iterator[Said]:
    """All events that are wanted, the newest first."""
    return (event for _, event in _walk(view, wanted, None) if event is not None)


def _walk(
    view: StoreView, wanted: Sought, before: tuple[int, int] | None
) -> Iterator[tuple[tuple[int, int], Said | None]]:
    """Events from the newest, or from before a place, on; and None with the place that was reached, for each group whose
    bodies had to be read."""
    topics = _topics(wanted.kind)
    contracts = {bytes.fromhex(a[2:]): name for name, a in view.store.catalog.contracts.items()}
    account = wanted.account
    concerned = None if account is None else view.shelf.concerned(account)
    for part in reversed(view.store.catalog.parts):
        if not part.events or part.first > view.block or (before is not None and part.first > before[0]):
            continue
        with view.lock:
            groups = view.shelf.rows.event_groups(part)
        for group in reversed(range(groups)):
            with view.lock:
                places = view.shelf.rows.event_columns(part, group, ("block", "log_index", "topic", "contract"))
            rows = _rows(places, topics, view.block, before)
            if not len(rows):
                continue
            reached = places["block"][int(rows[0])].as_py(), places["log_index"][int(rows[0])].as_py()
            with view.lock:
                bodies = view.shelf.rows.event_columns(part, group, None)
            if account is not None and concerned is not None:
                some = (bodies[name].take(rows).to_pylist() for name in ("topic", "body"))
                kept = [account in body or concerned.by(topic, body) for topic, body in zip(*some, strict=True)]
                rows = rows[np.array(kept, bool)]
            for row in reversed(rows.tolist()):
                raw = {name: bodies[name][row].as_py() for name in bodies.column_names}
                event = _said(raw, contracts)
                if event is not None and (
                    account is None
                    or _names(event, account)
                    or (concerned is not None and concerned.by(raw["topic"], raw["body"]))
                ):
                    yield (event.block, event.log_index), event
            yield reached, None


def _rows(places: Any, topics: Any, last: int, before: tuple[int, int] | None) -> Ints:
    import pyarrow.compute as pc

    blocks, indexes = places["block"].to_numpy(), places["log_index"].to_numpy()
    fits = pc.is_in(places["topic"], topics).to_numpy(zero_copy_only=False) & (blocks <= last)
    if before is not None:
        fits &= (blocks < before[0]) | ((blocks == before[0]) & (indexes < before[1]))
    return np.flatnonzero(fits)


@cache
def _topics(kind: str | None) -> Any:
    import pyarrow as pa

    if kind is not None and kind not in EVENT_KINDS:
        raise InputError(f"there is no kind {kind!r} of event; choose one of {', '.join(EVENT_KINDS)}")
    chosen = EVENT_KINDS.values() if kind is None else [EVENT_KINDS[kind]]
    found = [
        bytes.fromhex(artifact(contract).topic(name)[2:])
        for events in chosen
        for contract, names in events.items()
        for name in names
    ]
    return pa.array(sorted(set(found)), pa.binary(32))


def _said(row: dict[str, Any], contracts: dict[bytes, str]) -> Said | None:
    contract = contracts.get(row["contract"], "")
    if contract in ("", "Token"):
        return None
    entry = artifact(contract).events.get(row["topic"])
    kind = next((k for k, known in EVENT_KINDS.items() if entry and entry["name"] in known.get(contract, ())), None)
    if entry is None or kind is None:
        return None
    indexed = 32 * sum(i["indexed"] for i in entry["inputs"])
    try:
        found = artifact(contract).decode_event(row["topic"], row["body"][:indexed], row["body"][indexed:])
        args = {i["name"]: _shown(i, found[1][i["name"]]) for i in entry["inputs"]} if found else {}
    except ValueError:
        # No contract of ours wrote it.
        args = {"undecoded": hexed(row["body"])}
    tx = "0x" + row["tx"].hex()
    return Said(kind, contract, entry["name"], args, row["block"], row["log_index"], row["timestamp"], tx)


def _shown(entry: dict[str, Any], value: Any) -> Any:
    """An argument for JSON: addresses checksummed, bytes as hex, amounts as text."""
    kind = entry["type"]
    if kind.endswith("[]"):
        return [_shown({**entry, "type": kind[:-2]}, one) for one in value]
    if kind == "tuple":
        return {c["name"]: _shown(c, one) for c, one in zip(entry["components"], value, strict=True)}
    if kind == "address":
        return checksum(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value if isinstance(value, bool) or value is None else str(value)


def _names(event: Said, account: bytes) -> bool:
    """Whether an account is among an event's arguments."""
    wanted = "0x" + account.hex()

    def has(value: Any) -> bool:
        if isinstance(value, dict):
            return any(map(has, value.values()))
        if isinstance(value, list):
            return any(map(has, value))
        return isinstance(value, str) and value.lower() == wanted

    return has(event.args)
