"""Every mint and burn, read back from the chain and checked against its own running figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .chain.connection import Head
from .chain.logs import logs
from .contracts.artifacts import checksum
from .contracts.handles import Event, Order, read_all
from .errors import MismatchError, count
from .system import System


@dataclass(frozen=True)
class Mint:
    """Diamonds ``first_serial`` to ``last_serial`` came into being for the order ``ref`` (32 bytes)."""

    block: int
    index: int
    tx: str
    account: str
    amount: int
    ref: bytes
    first_serial: int
    epoch: int
    minter: str

    @property
    def last_serial(self) -> int:
        """Highest serial number of the mint."""
        return self.first_serial + self.amount - 1


@dataclass(frozen=True)
class Burn:
    """``account`` destroyed diamonds, after which ``supply`` were outstanding; ``ref`` is what it says it was for."""

    block: int
    index: int
    tx: str
    account: str
    amount: int
    ref: bytes
    supply: int


@dataclass(frozen=True)
class Announcement:
    """A proposal was made or cancelled, which moves the issuance head too."""

    block: int
    index: int
    tx: str
    id: bytes


@dataclass(frozen=True)
class History:
    """All mints and burns up to a block, in order, and the issuance head at that block.

    ``announcements`` are the proposals made and cancelled in between.
    """

    at: Head
    entries: tuple[Mint | Burn, ...]
    announcements: tuple[Announcement, ...]
    head: bytes

    @property
    def mints(self) -> list[Mint]:
        """The mints, in order."""
        return [e for e in self.entries if isinstance(e, Mint)]

    @property
    def burns(self) -> list[Burn]:
        """The burns, in order."""
        return [e for e in self.entries if isinstance(e, Burn)]


def read_history(system: System, block: int | None = None, burns: bool = True) -> History:
    """Reads all mints (and burns) up to a block, the newest unless told, and checks that none is missing.

    The hash chain recomputed from the events must end in the Issuer's ``head``, serials must run on without a gap,
    and what was minted less what was burned must be the supply: so an event that the node left out is noticed.

    :raises MismatchError: the events and the contracts' own figures disagree.
    :raises InputError: there is no such block.
    """
    at = system.connection.block("latest" if block is None else block)
    token, issuer = system.token, system.issuer
    wanted = [(token, "Minted"), (issuer, "Proposed"), (issuer, "Cancelled")] + [(token, "Burned")] * burns
    topics = [[contract.artifact.topic(name) for contract, name in wanted]]
    addresses = [token.address, issuer.address]
    found = list(logs(system.connection.rpc, addresses, topics, system.manifest.block, at.number))
    entries = tuple(map(_entry, token.events(found)))
    announcements = tuple(Announcement(e.block, e.index, e.tx, e.args["id"]) for e in issuer.events(found))
    head, issued, outstanding = read_all(
        [(issuer, "head", ()), (issuer, "issued", ()), (token, "totalSupply", ())], at.number
    )
    history = History(at, entries, announcements, bytes(head))
    _check(system, history, issued, outstanding if burns else None)
    return history


def genesis_head(chain_id: int, issuer: str) -> bytes:
    """The head before the first mint."""
    return _hash(chain_id.to_bytes(32, "big") + bytes(12) + bytes.fromhex(issuer[2:]))[:16]


def announced_head(head: bytes, proposal: bytes) -> bytes:
    """The head after a proposal was made or cancelled: ``bytes16(keccak256(abi.encode(head, id)))``."""
    return _hash(head + bytes(16) + proposal)[:16]


def next_head(head: bytes, order: Order) -> bytes:
    """The head after a mint: ``bytes16(keccak256(abi.encode(head, ref, to, amount)))``."""
    return _hash(
        head + bytes(16) + order.ref + bytes(12) + bytes.fromhex(order.to[2:]) + order.amount.to_bytes(32, "big")
    )[:16]


def chain_heads(head: bytes, orders: Iterable[Order]) -> bytes:
    """The head after many mints."""
    for order in orders:
        head = next_head(head, order)
    return head


def _check(system: System, history: History, issued: int, outstanding: int | None) -> None:
    head, serial = genesis_head(system.connection.chain_id, system.issuer.address), 1
    links: list[Mint | Announcement] = [*history.mints, *history.announcements]
    for mint in sorted(links, key=lambda link: (link.block, link.index)):
        if isinstance(mint, Announcement):
            head = announced_head(head, mint.id)
            continue
        if mint.first_serial != serial:
            raise MismatchError(
                f"the mint events have a gap before transaction {mint.tx}: serial {serial:,} is missing; "
                "the node left events out, ask another one"
            )
        head, serial = next_head(head, Order(mint.account, mint.amount, mint.ref)), serial + mint.amount
    if head != history.head or serial - 1 != issued:
        raise MismatchError(
            f"the mint events up to block {history.at.number} account for {count(serial - 1)} diamonds, the Issuer has "
            f"counted {count(issued)}; the node left events out or reorganised meanwhile, ask again or ask another one"
        )
    if outstanding is not None and issued - sum(b.amount for b in history.burns) != outstanding:
        raise MismatchError(
            f"mints less burns up to block {history.at.number} are not the supply of {count(outstanding)} diamonds; "
            "the node left events out or reorganised meanwhile, ask again or ask another one"
        )


def _entry(event: Event) -> Mint | Burn:
    args, minted = event.args, event.name == "Minted"
    account = checksum(args["to" if minted else "from"])
    common = (event.block, event.index, event.tx, account, args["amount"], args["orderRef"])
    if minted:
        return Mint(*common, first_serial=args["firstSerial"], epoch=args["epoch"], minter=checksum(args["minter"]))
    return Burn(*common, supply=args["supply"])


def _hash(data: bytes) -> bytes:
    from eth_hash.auto import keccak

    return bytes(keccak(data))


def as_row(entry: Mint | Burn, time: int, names: dict[bytes, str]) -> dict[str, Any]:
    """One entry as a flat row for JSON and CSV; ``names`` gives order ids by reference where they are known."""
    mint = entry if isinstance(entry, Mint) else None
    burn = entry if isinstance(entry, Burn) else None
    return {
        "kind": "mint" if mint else "burn",
        "block": entry.block,
        "logIndex": entry.index,
        "timestamp": time,
        "account": entry.account,
        "amount": str(entry.amount),
        "firstSerial": str(mint.first_serial) if mint else None,
        "lastSerial": str(mint.last_serial) if mint else None,
        "orderId": names.get(entry.ref),
        "orderRef": "0x" + entry.ref.hex(),
        "epoch": mint.epoch if mint else None,
        "minter": mint.minter if mint else None,
        "supply": str(burn.supply) if burn else None,
        "tx": entry.tx,
    }
