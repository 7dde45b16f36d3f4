"""What the disclosure says of a genuine Zuan system, and its events: who ran it, and how promises were kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..chain import shapes
from ..chain.connection import Connection
from ..chain.logs import logs
from ..contracts.artifacts import ZERO_ADDRESS, artifact, checksum
from ..contracts.handles import Contract, Event
from ..discovery import discover
from ..errors import NetworkError, ZuanError
from ..genuine import CORE, examine
from ..supply import kind_name, read_supply
from ..system import System
from .scene import TRANSFER_TOPIC
from .surface import word

#: Of so many tickets, the newest, it is measured how long they waited; so many times are asked for in all.
_TICKETS, _MOST_TIMES = 200, 2_000

#: Roles of the timelock that can begin or end a change.
_GOVERNING = ("PROPOSER_ROLE", "CANCELLER_ROLE")
_EVENTS = {
    "ReserveVault": ("TicketOpened", "TicketPaid", "TreasuryChanged"),
    "ReserveOracle": ("Attested", "Suspended", "AuditorsChanged", "MaxAgeChanged", "KindSet", "KindRemoved"),
    "OrderDesk": ("Repriced", "ArbiterChanged"),
    "Governance": ("CallScheduled", "CallExecuted", "MinDelayChange", "RoleGranted"),
    "Issuer": ("MinterSet",),
}
#: Events of a rule that was changed, by governance only.
_RULES = (
    *("TreasuryChanged", "AuditorsChanged", "MaxAgeChanged", "KindSet", "KindRemoved", "ArbiterChanged"),
    *("MinDelayChange", "RoleGranted", "MinterSet"),
)


def imitated(connection: Connection, token: str) -> tuple[str, ...]:
    """Why a token that is put together like Zuan's is not genuine, a line each; empty for any other."""
    try:
        found = discover(connection, checksum(token))
        if all(part in found for part in CORE) and found["DiamondToken"].lower() == token:
            return examine(connection, found).problems
    except NetworkError:
        raise
    except ZuanError:
        pass
    return ()


def disclosed(connection: Connection, token: str, block: int) -> dict[str, Any] | None:
    """The figures of the genuine Zuan system whose diamonds these are at a block; None for any other token.

    Beside those of :meth:`~zuan.supply.Supply.as_dict`: ``gov``, addresses, who is an ``operators``' account, which of
    these gave an auditor anything (``funded``), ``waits`` (seconds from a ticket's opening to its last payment),
    ``lateness`` (:func:`lateness`) and ``changes`` of rules and prices.
    """
    try:
        system = System.at(connection, checksum(token))
        if system.token.address.lower() != token:
            return None
        found = read_supply(system, block).as_dict()
        events = _events(system, block)
        times = _times(connection, events)
        operators = _operators(system, found, events, block)
    except NetworkError:
        raise
    except ZuanError:
        return None
    max_age = system.oracle.read("maxAge", block=block)
    rules = system.vault.read("rules", block=block)
    return {
        **found,
        "deployer": system.manifest.deployer,
        "governance": system.governance.address,
        "gov": found["governance"],
        "vaultAddress": system.vault.address.lower(),
        "parts": tuple(d.address.lower() for d in system.manifest.contracts.values()),
        "surplusDelay": rules.surplusDelay,
        "operators": operators,
        "funded": _funded(system, operators, found["auditors"], block),
        "waits": _waits(events, times),
        "lateness": lateness(events, times, max_age, found["timestamp"]),
        "changes": changes(events, times),
    }


def lateness(events: Sequence[Event], times: dict[int, int], max_age: int, now: int) -> dict[str, Any]:
    """How attestations came: how many (``count``), ``since`` when, and in the last year the seconds without a fresh one
    (``late``) of all seconds since the first (``of``), gaps and the longest of them, suspensions, and ``shortfalls``:
    statements that show less than is outstanding.
    """
    year = now - 365 * 86_400
    until = since = None
    gaps: list[tuple[int, int]] = []
    count = shortfalls = suspensions = 0
    age = next((int(e.args["newMaxAge"]) for e in events if e.name == "MaxAgeChanged"), max_age)
    for event in events:
        at = times.get(event.block, now)
        if event.name == "Attested":
            count += 1
            since = at if since is None else since
            if until is not None and until < at:
                gaps.append((until, at))
            until = int(event.args["asOf"]) + age
            shortfalls += event.args["attested"] + event.args["vault"] < event.args["supply"] and at >= year
        elif event.name == "MaxAgeChanged":
            age = int(event.args["newMaxAge"])
            if until is not None and event.args["oldMaxAge"]:
                until = min(until, max(at, until - int(event.args["oldMaxAge"]) + age))
        elif event.name == "AuditorsChanged" and until is not None:
            until = min(until, at)
        elif event.name == "Suspended":
            suspensions += 1
    if until is not None and until < now:
        gaps.append((until, now))
    lately = [(max(a, year), b) for a, b in gaps if b > year]
    return {
        "count": count,
        "since": since,
        "late": sum(b - a for a, b in lately),
        "of": now - max(year, since) if since is not None else 0,
        "gaps": len(lately),
        "longest": max((b - a for a, b in lately), default=0),
        "suspensions": suspensions,
        "shortfalls": shortfalls,
    }


def changes(events: Sequence[Event], times: dict[int, int]) -> list[dict[str, Any]]:
    """Rules that governance changed and prices that rose, oldest first: what, when, and with how many seconds' notice."""
    scheduled = {e.args["id"]: times.get(e.block, 0) for e in events if e.name == "CallScheduled"}
    executed: dict[str, int] = {}
    for event in events:
        if event.name == "CallExecuted":
            executed[event.tx] = max(
                executed.get(event.tx, 0), times.get(event.block, 0) - scheduled.get(event.args["id"], 0)
            )
    found = []
    for event in events:
        at, args = times.get(event.block, 0), event.args
        notice = None
        if event.name == "Repriced" and (args["newPrice"] > args["oldPrice"] or not args["newPrice"]):
            notice = max(0, int(args["from"]) - at)
        elif event.name in _RULES and event.tx in executed:
            notice = executed[event.tx]
        if notice is not None:
            values = {name: _plain(value) for name, value in args.items()}
            found.append(
                {"what": event.name, "time": at, "block": event.block, "notice": notice, "tx": event.tx, **values}
            )
    return found


def _events(system: System, block: int) -> list[Event]:
    """The events of all parts that promises are measured by, in chain order."""
    parts: list[Contract] = [system.vault, system.oracle, system.governance, system.issuer]
    if "OrderDesk" in system.manifest.contracts:
        parts.append(system.desk)
    topics = [artifact(name).topic(event) for name, events in _EVENTS.items() for event in events]
    addresses = [part.address for part in parts]
    raw = list(logs(system.connection.rpc, addresses, [topics], system.manifest.block, block))
    return sorted((event for part in parts for event in part.events(raw)), key=lambda e: (e.block, e.index))


def _times(connection: Connection, events: Iterable[Event]) -> dict[int, int]:
    """When the blocks of events were made, of the newest of them."""
    blocks = sorted({e.block for e in events})[-_MOST_TIMES:]
    answers = connection.rpc.batch([("eth_getBlockByNumber", (hex(at), False)) for at in blocks])
    return {at: int((shapes.block(a) or {})["timestamp"]) for at, a in zip(blocks, answers, strict=True)}


def _operators(system: System, found: dict[str, Any], events: Sequence[Event], block: int) -> dict[str, str]:
    """Accounts of those who run the system, in lower case, and what each is."""
    roles = {bytes(system.governance.read(role, block=block)): role for role in _GOVERNING}
    granted = (e for e in events if e.name == "RoleGranted" and bytes(e.args["role"]) in roles)
    named = [
        (system.manifest.deployer, "deployer"),
        (found["surplus"]["treasury"], "treasury"),
        *((m, "minter") for m in system.issuer.read("minters", block=block)),
        *((e.args["account"], "governor") for e in granted),
    ]
    return {who.lower(): what for who, what in reversed(named) if who and who != ZERO_ADDRESS}


def _funded(system: System, operators: dict[str, str], auditors: Sequence[str], block: int) -> list[dict[str, str]]:
    """Diamonds or money that went from an operator's account to an auditor's."""
    sides = [["0x" + word(who).hex() for who in people] for people in (operators, auditors)]
    topics = ["0x" + TRANSFER_TOPIC.hex(), *sides]
    at = [system.token.address, system.asset.address]
    raw = list(logs(system.connection.rpc, at, topics, system.manifest.block, block)) if all(sides) else []
    return [
        {"from": "0x" + r["topics"][1][-40:], "to": "0x" + r["topics"][2][-40:], "tx": r["transactionHash"]}
        for r in raw
    ]


def _waits(events: Sequence[Event], times: dict[int, int]) -> list[int]:
    opened: dict[int, int] = {}
    paid: dict[int, int] = {}
    for event in events:
        if event.name in ("TicketOpened", "TicketPaid"):
            (opened if event.name == "TicketOpened" else paid)[int(event.args["ticket"])] = event.block
    done = sorted(opened.keys() & paid.keys())[-_TICKETS:]
    known = [t for t in done if opened[t] in times and paid[t] in times]
    return [times[paid[ticket]] - times[opened[ticket]] for ticket in known]


def _plain(value: Any) -> Any:
    """A value of an event as JSON has it."""
    if isinstance(value, bytes):
        return kind_name(value) if len(value) == 32 else "0x" + value.hex()
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (str, bool)) else str(value)
