"""Tickets and claims: who is owed what by the vault, and how far it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .chain.connection import Head
from .chain.logs import logs
from .chain.pinned import read_at
from .contracts.artifacts import checksum
from .contracts.handles import Event, read_all
from .errors import InputError
from .system import System

if TYPE_CHECKING:
    from .supply import WindDown


@dataclass(frozen=True)
class Ticket:
    """A redemption: diamonds burned, par owed. Amounts are diamonds; ``requested_at`` is UTC seconds.

    ``payee`` is where anybody may have it paid; None where only the holder may.
    """

    id: int
    holder: str
    payee: str | None
    requested_at: int
    start: int
    diamonds: int
    funded: int
    paid: int
    converted: int = 0

    @property
    def due(self) -> int:
        """What can be withdrawn now."""
        return self.funded - self.paid

    @property
    def status(self) -> str:
        """``waiting`` (no cash, or not enough, is set aside), ``funded`` (all of it), ``paid``, or ``converted``.

        The last one is what a wind-down makes of a ticket: ``converted`` diamonds of it are a claim of its holder now, and
        what was funded before is paid, or was nothing.
        """
        if self.converted and not self.due:
            return "converted"
        if self.paid == self.diamonds:
            return "paid"
        return "funded" if self.funded == self.diamonds else "waiting"

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "ticket": self.id,
            "holder": self.holder,
            "payee": self.payee,
            "requestedAt": self.requested_at,
            "status": self.status,
            "ahead": str(self.start),
            "diamonds": str(self.diamonds),
            "funded": str(self.funded),
            "paid": str(self.paid),
            "converted": str(self.converted),
        }


@dataclass(frozen=True)
class Claim:
    """What an account claimed in the wind-down (diamonds), was paid, and could collect now (units of the asset)."""

    account: str
    claimed: int
    paid: int
    due: int


def read_ticket(system: System, ticket: int) -> Ticket:
    """One ticket. :raises ContractError: there is none of that number."""
    found = _ticket(ticket, system.vault.read("ticket", ticket))
    return replace(found, converted=_converted(system, found.holder).get(ticket, 0))


def read_tickets(system: System, holder: str | None = None) -> list[Ticket]:
    """All tickets in their order, or those of one holder."""
    vault = system.vault
    numbers = (
        list(range(1, vault.read("ticketCount") + 1))
        if holder is None
        else _numbers(system, holder, system.connection.block().number)
    )
    answers = read_all([(vault, "ticket", (n,)) for n in numbers])
    found = [_ticket(n, answer) for n, answer in zip(numbers, answers, strict=True)]
    converted = _converted(system, holder)
    return [replace(t, converted=converted.get(t.id, 0)) for t in found]


def count_tickets(system: System, at: Head) -> int:
    """How many tickets there were as of a block. :raises RpcError: the node does not know its state."""
    return int(read_at(system.connection, at, [(system.vault, "ticketCount", ())])[0])


def tickets_at(system: System, at: Head, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of these numbers as of a block. :raises RpcError: the node does not know its state."""
    answers = read_at(system.connection, at, [(system.vault, "ticket", (n,)) for n in numbers])
    found = [_ticket(n, answer) for n, answer in zip(numbers, answers, strict=True)]
    mine = [f"0x{n:064x}" for n in numbers]
    converted = _conversions(system, [mine], at.number) if mine else {}
    return [replace(t, converted=converted.get(t.id, 0)) for t in found]


def numbers_of_tickets(system: System, holder: str, until: int) -> list[int]:
    """The numbers of a holder's tickets up to a block, the newest first."""
    return sorted(_numbers(system, holder, until), reverse=True)


def read_claim(system: System, account: str) -> Claim:
    """What an account has claimed and is owed in the wind-down."""
    found = system.vault.read("claimOf", account)
    return Claim(account, found.claimed, found.paid, found.due)


def payable(claim: Claim, amount: int, end: WindDown, units_per_diamond: int) -> int:
    """Units of the asset that claiming ``amount`` more diamonds would pay now, as ``ReserveVault.claim`` defines it."""
    shared = min(end.pot, end.outstanding * units_per_diamond)
    entitled = (claim.claimed + amount) * shared // end.outstanding if end.outstanding else 0
    return min(max(0, entitled - claim.paid), end.pot - end.paid)


def opened_ticket(system: System, receipt_logs: list[dict[str, Any]]) -> int:
    """Number of the ticket that a transaction opened, from its logs.

    :raises InputError: it opened none.
    """
    opened: Event | None = next((e for e in system.vault.events(receipt_logs) if e.name == "TicketOpened"), None)
    if opened is None:
        raise InputError("that transaction opened no ticket")
    return int(opened.args["ticket"])


def _numbers(system: System, holder: str, until: int) -> list[int]:
    vault = system.vault
    topics = [vault.artifact.topic("TicketOpened"), None, _topic(holder)]
    found = logs(system.connection.rpc, vault.address, topics, system.manifest.block, until)
    return [int(e.args["ticket"]) for e in vault.events(list(found))]


def _converted(system: System, holder: str | None) -> dict[int, int]:
    """Diamonds of tickets (all, or one holder's) that the wind-down made claims of: the vault keeps what is left only."""
    whose = None if holder is None else _topic(holder)
    return _conversions(system, [None, whose], system.connection.block().number)


def _conversions(system: System, which: list[Any], last: int) -> dict[int, int]:
    """The same of the tickets that the topics ``which`` choose, up to a block."""
    vault = system.vault
    topics = [vault.artifact.topic("TicketConverted"), *which]
    found = logs(system.connection.rpc, vault.address, topics, system.manifest.block, last)
    return {int(e.args["ticket"]): int(e.args["amount"]) for e in vault.events(list(found))}


def _topic(address: str) -> str:
    return "0x" + address[2:].lower().rjust(64, "0")


def _ticket(number: int, answer: Any) -> Ticket:
    payee = checksum(answer.payee) if int(answer.payee, 16) else None
    figures = (answer.start, answer.diamonds, answer.funded, answer.paid)
    return Ticket(number, checksum(answer.holder), payee, answer.requestedAt, *figures)
