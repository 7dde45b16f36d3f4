"""What happens to the diamonds, told in order to a program that may be restarted, on a chain that may be reorganised.

:func:`watch` tells mints, burns, redemptions and tickets, each with a cursor: text to be kept together with what was made
of it. Begun again with the last cursor, it goes on behind that happening. What a reorganisation took away is told as
``undone``, by its block's hash, before what came in its place. The contracts' own counters show whether the node left any
out; then nothing is told of those blocks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .chain.logs import logs
from .chain.refusals import Kind, kind
from .contracts.artifacts import checksum
from .contracts.handles import Contract, Event, read_all
from .errors import DeploymentError, InputError, MismatchError, RpcError
from .strict import hexadecimal, number, strict
from .system import System

#: What is told: the contract and event behind each kind, and which of its arguments is the account.
_KINDS = {
    "mint": ("token", "Minted", "to"),
    "burn": ("token", "Burned", "from"),
    "redeem": ("vault", "Redeemed", "holder"),
    "ticket": ("vault", "TicketOpened", "holder"),
    "paid": ("vault", "TicketPaid", "to"),
    "converted": ("vault", "TicketConverted", "holder"),
    "claim": ("vault", "Claimed", "holder"),
}
HAPPENING_KINDS = (*_KINDS, "undone")

#: Blocks read at a time, and blocks with happenings that a cursor remembers: a deeper reorganisation cannot be undone.
_ROUND, _REMEMBERED = 5_000, 64
#: Looks at a node that contradicts itself (a backend that lags, a reorganisation meanwhile) before that is an error.
_LOOKS, _PAUSE = 8, 0.5
_VERSION = 1


@dataclass(frozen=True)
class Happening:
    """One thing that happened, and where to go on behind it.

    ``kind`` is ``mint``, ``burn``, ``redeem`` (paid at once; its burn is told too), ``ticket`` (opened), ``paid`` (a
    ticket), ``converted`` (a ticket, by the wind-down), ``claim``, or ``undone``: all that was told of the block with this
    ``block_hash`` did not happen.

    :ivar index: place of its log in the block.
    :ivar time: the block's, UTC seconds.
    :ivar account: the buyer, holder or payee, checksummed.
    :ivar amount: diamonds.
    :ivar ref: order reference of a mint or burn; 32 zero bytes: none.
    :ivar ticket: number of a ticket; 0: none.
    :ivar units: of the settlement asset that were paid.
    :ivar first_serial: of a mint: lowest serial number.
    :ivar cursor: what :func:`watch` takes to go on behind it.
    """

    kind: str
    block: int
    block_hash: str
    index: int = -1
    time: int = 0
    tx: str = ""
    account: str = ""
    amount: int = 0
    ref: bytes = bytes(32)
    ticket: int = 0
    units: int = 0
    first_serial: int = 0
    cursor: str = field(default="", repr=False)


class _Seen(NamedTuple):
    """A block that was read: whole (``log`` -1), or told up to a log."""

    number: int
    block_hash: str
    log: int


@dataclass(frozen=True)
class _Place:
    """Where a watcher is: behind the last of ``seen``, which are the blocks that it remembers from ``floor`` on; it began at
    ``begin``.
    """

    system: str
    begin: int
    floor: int
    seen: tuple[_Seen, ...] = ()

    @property
    def behind(self) -> tuple[int, int]:
        """The first block that is not told whole, and the last log of it that is (-1: none)."""
        if not self.seen:
            return self.floor, -1
        last = self.seen[-1]
        return (last.number, last.log) if last.log >= 0 else (last.number + 1, -1)

    def at(self, new: _Seen) -> _Place:
        """The place behind a log, or a whole block."""
        kept = list(self.seen)
        if kept and new.log >= 0 and kept[-1][:2] == new[:2]:
            kept.pop()
        # Of blocks that were just read one in many is enough to begin again from.
        near = [seen.log < 0 and new.number - seen.number < _ROUND for seen in kept[-2:]]
        if new.log < 0 and near == [True, True]:
            kept.pop()
        kept.append(new)
        floor = kept[-_REMEMBERED - 1].number + 1 if len(kept) > _REMEMBERED else self.floor
        return replace(self, floor=floor, seen=tuple(kept[-_REMEMBERED:]))

    @property
    def text(self) -> str:
        """As a cursor."""
        content = {"version": _VERSION, "system": self.system, "begin": self.begin}
        content |= {"floor": self.floor, "seen": self.seen}
        return json.dumps(content, separators=(",", ":"))


def watch(
    system: System,
    cursor: str | None = None,
    *,
    start: int | None = None,
    confirmations: int | None = None,
    follow: bool = True,
    pause: float = 1.0,
) -> Iterator[Happening]:
    """Tells what happens to the diamonds, in the chain's order; see the module.

    :param cursor: of the last happening that was dealt with; None: begin at ``start``.
    :param start: first block; the deployment's unless told.
    :param confirmations: blocks that must stand on a block before it is told; 3 unless told, on a local chain 0.
    :param follow: go on for ever; else end at the newest block.
    :param pause: seconds between looks at a chain where nothing happens.
    :raises InputError: the cursor is none, or another deployment's.
    :raises MismatchError: the node keeps leaving happenings out, or a reorganisation went deeper than the cursor remembers.
    :raises NetworkError: the node does not answer; begin again with the last cursor.
    """
    depth = confirmations if confirmations is not None else 0 if system.connection.is_local else 3
    begin = system.manifest.block if start is None else start
    place = _parsed(system, cursor) if cursor else _Place(_identity(system), begin, begin)
    while True:
        undone, place = _undone(system, place)
        yield from undone
        if undone:
            continue  # the chain may have moved on while they were dealt with
        first, _ = place.behind
        target = min(system.connection.block().number - depth, first + _ROUND)
        if target >= first:
            happenings, then = _round(system, place, target)
            if not place.seen or _steady_hash(system, place.seen[-1].number) == place.seen[-1].block_hash:
                place = then
                yield from happenings
        elif follow:
            time.sleep(pause)
        else:
            return


def _undone(system: System, place: _Place) -> tuple[list[Happening], _Place]:
    """What was told and is not on the chain any more, the newest first, and the place before it."""
    gone: list[Happening] = []
    while place.seen and _steady_hash(system, place.seen[-1].number) != place.seen[-1].block_hash:
        last = place.seen[-1]
        place = replace(place, seen=place.seen[:-1])
        if last.log >= 0:
            gone.append(Happening("undone", last.number, last.block_hash, cursor=place.text))
    if gone and not place.seen and place.floor > place.begin:
        raise MismatchError(
            f"the chain was reorganised before block {place.floor}, deeper than the cursor remembers; forget what was told "
            "of blocks from there on, and begin without a cursor"
        )
    return gone, place


def _steady_hash(system: System, number: int) -> str | None:
    """The hash of a block; a node that does not know the block is asked again: it may only lag."""
    for _ in range(_LOOKS):
        block = system.connection.rpc("eth_getBlockByNumber", hex(number), False)
        if block is not None:
            return str(block["hash"])
        time.sleep(_PAUSE)
    return None


def _round(system: System, place: _Place, target: int) -> tuple[list[Happening], _Place]:
    """What happened behind a place up to a block, and the place after it."""
    for look in range(1, _LOOKS + 1):
        try:
            return _look(system, place, target)
        except (MismatchError, RpcError, InputError):
            if look == _LOOKS:
                raise
        time.sleep(_PAUSE)
    raise AssertionError("the last look returns or raises")


def _look(system: System, place: _Place, target: int) -> tuple[list[Happening], _Place]:
    first, log = place.behind
    at = system.connection.block(target)
    events = _events(system, first, target)
    blocks = {number: system.connection.block(number) for number in sorted({e.block for e in events} | {target})}
    if blocks[target].hash != at.hash or any(blocks[e.block].hash != e.block_hash for e in events):
        raise MismatchError(f"the chain was reorganised while block {target} was read; ask again")
    _check(system, first, target, events)
    happenings = []
    for event in events:
        if (event.block, event.index) <= (first, log):
            continue  # told before
        place = place.at(_Seen(event.block, event.block_hash, event.index))
        happenings.append(_happening(event, blocks[event.block].timestamp, place.text))
    return happenings, place.at(_Seen(target, at.hash, -1))


def _events(system: System, first: int, last: int) -> list[Event]:
    topics = [[_contract(system, where).artifact.topic(name) for where, name, _ in _KINDS.values()]]
    addresses = [system.token.address, system.vault.address]
    found = list(logs(system.connection.rpc, addresses, topics, first, last))
    events = [*system.token.events(found), *system.vault.events(found)]
    return sorted(events, key=lambda event: (event.block, event.index))


def _check(system: System, first: int, last: int, events: list[Event]) -> None:
    """Holds the events against the contracts' counters, before the first block and after the last.

    :raises MismatchError: they do not account for the difference.
    """
    try:
        issued, supply, tickets = _counters(system, last)
        issued_before, supply_before, tickets_before = _counters(system, first - 1)
    except RpcError as error:
        if kind(error) is Kind.GONE:
            return  # a node without history: its logs are all there is
        raise
    minted, burned = (sum(e.args["amount"] for e in events if e.name == name) for name in ("Minted", "Burned"))
    opened = sum(e.name == "TicketOpened" for e in events)
    said = (minted, minted - burned, opened)
    if said != (issued - issued_before, supply - supply_before, tickets - tickets_before):
        raise MismatchError(
            f"the events of blocks {first} to {last} do not account for what the contracts count there; the node left some "
            "out or lags, ask again or ask another one"
        )


def _counters(system: System, block: int) -> tuple[int, int, int]:
    """Diamonds ever issued, their supply, tickets ever opened, at a block; zeros before the deployment."""
    if block < system.manifest.block:
        return 0, 0, 0
    names = [(system.issuer, "issued"), (system.token, "totalSupply"), (system.vault, "ticketCount")]
    try:
        issued, supply, tickets = read_all([(contract, name, ()) for contract, name in names], block)
    except DeploymentError:
        return 0, 0, 0
    return issued, supply, tickets


def _contract(system: System, where: str) -> Contract:
    return system.token if where == "token" else system.vault


def _happening(event: Event, when: int, cursor: str) -> Happening:
    args = event.args
    name, account = next((k, a) for k, (_, found, a) in _KINDS.items() if found == event.name)
    return Happening(
        name,
        event.block,
        event.block_hash,
        event.index,
        when,
        event.tx,
        checksum(args[account]),
        args["amount"],
        bytes(args.get("orderRef", bytes(32))),
        args.get("ticket", 0),
        args.get("units", 0),
        args.get("firstSerial", 0),
        cursor,
    )


def _identity(system: System) -> str:
    """What a cursor belongs to: chain and token."""
    return f"{system.connection.chain_id} {system.connection.genesis} {system.token.address}"


def _parsed(system: System, cursor: str) -> _Place:
    """:raises InputError: it is no cursor, or another deployment's."""
    try:
        data = strict(cursor)
        if number(data["version"], 32, "version") != _VERSION:
            raise ValueError("another version of Zuan made it")
        begin, floor = (number(data[name], 64, name) for name in ("begin", "floor"))
        seen = [
            _Seen(number(n, 64, "a block"), "0x" + hexadecimal(h, 32, "a hash").hex(), number(i + 1, 64, "a log") - 1)
            for n, h, i in data["seen"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"that is no cursor of zuan.watch ({error}); begin without one") from None
    if data.get("system") != _identity(system):
        raise InputError("the cursor is of another chain or deployment; begin without one")
    return _Place(_identity(system), begin, floor, tuple(seen))
