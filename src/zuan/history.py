"""Every mint and burn, read back from the chain and checked against its own running figures."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .chain.connection import Head
from .chain.logs import logs
from .chain.pinned import read_at, same_chain
from .contracts.artifacts import checksum
from .contracts.handles import Event, Order, Standing
from .errors import InputError, MismatchError, RpcError, count
from .proposals import EXPIRY_MARGIN, Proposal, ProposalState, announced
from .system import System
from .unbound import compared

#: How often a look is repeated that a reorganisation or a lagging backend spoiled, and how long it waits in between.
_LOOKS, _PAUSE = 6, 0.5


@dataclass(frozen=True)
class Mint:
    """Diamonds ``first_serial`` to ``last_serial`` came into being for the order ``ref`` (32 bytes).

    ``unverified`` names the fields that are the node's word only (see :mod:`zuan.unbound`).
    """

    block: int
    index: int
    tx: str
    account: str
    amount: int
    ref: bytes
    first_serial: int
    epoch: int
    minter: str
    unverified: tuple[str, ...] = ()

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
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """All mints and burns up to a block, in order, the proposals made until then, and the issuance head at that block.

    ``events`` are the Issuer's, which the proposals follow from.
    """

    at: Head
    entries: tuple[Mint | Burn, ...]
    proposals: tuple[Proposal, ...]
    head: bytes
    events: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def mints(self) -> list[Mint]:
        """The mints, in order."""
        return [e for e in self.entries if isinstance(e, Mint)]

    @property
    def burns(self) -> list[Burn]:
        """The burns, in order."""
        return [e for e in self.entries if isinstance(e, Burn)]

    @property
    def pending(self) -> list[Proposal]:
        """Proposals that can still be executed (or could, should a reorganisation set the clock back a little)."""
        now = self.at.timestamp - EXPIRY_MARGIN
        return [p for p in self.proposals if p.state is ProposalState.PENDING and now <= p.expires_at]


def read_history(system: System, block: int | None = None, burns: bool = True, known: History | None = None) -> History:
    """Reads all mints, proposals (and burns) up to a block, the newest unless told, and checks that none is missing.

    The hash chain recomputed from the events must end in the Issuer's ``head``, serials must run on without a gap,
    what was minted less what was burned must be the supply, and each proposal must be where the events say: so an event
    that the node left out is noticed. All is read in the state of that one block. With burns, fields that the head does not
    bind are compared too.

    :param known: an earlier history without burns: only what came since is read, if its block is still on the chain.
    :raises MismatchError: the events and the contracts' own figures disagree.
    :raises InputError: there is no such block.
    """
    at = system.connection.block("latest" if block is None else block)
    token, issuer = system.token, system.issuer
    names = [(issuer, name) for name in ("Proposed", "Executed", "Cancelled", "MinterSet")]
    wanted = [(token, "Minted"), *names] + [(token, "Burned"), (system.oracle, "Attested")] * burns
    topics = [[contract.artifact.topic(name) for contract, name in wanted]]
    addresses = [token.address, issuer.address] + [system.oracle.address] * burns
    base = known if known and not burns and _goes_on(system, known.at, at) else None
    first = base.at.number + 1 if base else system.manifest.block
    found = list(logs(system.connection.rpc, addresses, topics, first, at.number))
    entries = (base.entries if base else ()) + tuple(map(entry_of, token.events(found)))
    events = [*(base.events if base else ()), *issuer.events(found)]
    proposals = [announced(e) for e in events if e.name == "Proposed"]
    (head, issued, outstanding, gate), states = _figures(system, at, proposals)
    history = History(at, entries, (), bytes(head), tuple(events))
    _check(system, history, base, issued, outstanding if burns else None)
    same_chain(system.connection, at)
    history = replace(history, proposals=_resolved(history, proposals, events, states))
    if burns:
        events += [e for e in system.oracle.events(found) if e.name == "Attested"]
        history = replace(history, entries=compared(entries, events, history.proposals, gate))
    return history


def recent_entries(system: System, last: int, blocks: int) -> tuple[list[Mint | Burn], int]:
    """The mints and burns of so many blocks up to ``last``, the newest first, and the first of these blocks. That none is
    missing is not checked: :func:`read_history` does, from the beginning.
    """
    first = max(system.manifest.block, last - blocks + 1)
    token = system.token
    topics = [[token.artifact.topic(name) for name in ("Minted", "Burned")]]
    found = logs(system.connection.rpc, token.address, topics, first, last)
    return [entry_of(event) for event in token.events(list(found))][::-1], first


def _goes_on(system: System, base: Head, at: Head) -> bool:
    """Whether a block is behind another one of the same chain."""
    if base.number >= at.number:
        return False
    try:
        same_chain(system.connection, base)
    except MismatchError:
        return False
    return True


def steady_history(system: System, least: int = 0, known: History | None = None) -> History:
    """The mints and proposals so far, to plan on: read again where a reorganisation or a lagging backend spoiled it.

    :param least: a block known to exist; an older answer is a backend's that lags. (It is taken in the end: blocks may
        have been reorganised away, and a plan on too old a head is refused by the Issuer.)
    :param known: as in :func:`read_history`; the first look only.
    :raises MismatchError: the node keeps contradicting itself.
    """
    for look in range(1, _LOOKS + 1):
        try:
            history = read_history(system, burns=False, known=known if look == 1 else None)
            if history.at.number >= least or look == _LOOKS:
                return history
        except (MismatchError, RpcError, InputError):
            if look == _LOOKS:
                raise
        time.sleep(_PAUSE)
    raise AssertionError("the last look returns or raises")


def _figures(system: System, at: Head, proposals: Sequence[Proposal]) -> tuple[list[Any], list[Standing]]:
    """The Issuer's head, its count, the supply, the newest epoch; and the state of each proposal, at one block."""
    issuer = system.issuer
    figures = [
        *((issuer, "head", ()), (issuer, "issued", ()), (system.token, "totalSupply", ())),
        (system.oracle, "gate", ()),
    ]
    answers = read_at(system.connection, at, [*figures, *((issuer, "proposal", (p.id,)) for p in proposals)])
    head, issued, supply, gate, *states = answers
    return [head, issued, supply, gate.epoch], [Standing(*state) for state in states]


def _resolved(
    history: History, proposals: Sequence[Proposal], events: Sequence[Event], states: Sequence[Standing]
) -> tuple[Proposal, ...]:
    """The proposals with their states, which events and Issuer must agree on."""
    executed = {e.tx for e in events if e.name == "Executed"}
    minted: dict[str, set[Order]] = {tx: set() for tx in executed}
    for mint in history.mints:
        if mint.tx in executed:
            minted[mint.tx].add(Order(mint.account, mint.amount, mint.ref))
    ended = {e.args["id"]: e for e in events if e.name in ("Executed", "Cancelled")}
    dismissed: dict[str, int] = {}
    for event in events:
        if event.name == "MinterSet" and not event.args["newLimits"].capacity:
            dismissed[checksum(event.args["minter"])] = event.block
    resolved = []
    for proposal, now in zip(proposals, states, strict=True):
        end = ended.get(proposal.id)
        said = (
            ProposalState.PENDING
            if end is None
            else ProposalState.EXECUTED
            if end.name == "Executed"
            else ProposalState.CANCELLED
        )
        if (
            end is None
            and now.state == ProposalState.CANCELLED
            and dismissed.get(proposal.minter, -1) >= proposal.block
        ):
            said = ProposalState.CANCELLED  # its minter was dismissed since
        # What was executed has its mints, which the head commits to.
        carried_out = (
            end is None or said is not ProposalState.EXECUTED or minted.get(end.tx, set()).issuperset(proposal.orders)
        )
        expected = Standing(proposal.minter, said, proposal.ready_at, proposal.expires_at)
        if now._replace(minter=checksum(now.minter)) != expected or not carried_out:
            raise MismatchError(
                f"the events say that proposal 0x{proposal.id.hex()} is {said.name.lower()}, the Issuer or the mints say "
                "otherwise; the node left events out or reorganised meanwhile, ask again or ask another one"
            )
        resolved.append(replace(proposal, state=said))
    return tuple(resolved)


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


def _moves_head(event: Event) -> bool:
    """Whether a proposal's event moves the head: an execution does so through its mints, and the cancellation of one
    that could not be executed any more does not; the event says which (where the Issuer is of the second edition).
    """
    return event.name == "Proposed" or (event.name == "Cancelled" and bool(event.args.get("moved", True)))


def _check(system: System, history: History, base: History | None, issued: int, outstanding: int | None) -> None:
    """Recomputes the head from the events, from the beginning or from a history that was checked before."""
    head, serial = genesis_head(system.connection.chain_id, system.issuer.address), 1
    if base:
        head, serial = base.head, base.mints[-1].last_serial + 1 if base.mints else 1
    new = history.entries[len(base.entries) :] if base else history.entries
    moves = history.events[len(base.events) :] if base else history.events
    links: list[Mint | Event] = [*(e for e in new if isinstance(e, Mint)), *filter(_moves_head, moves)]
    for mint in sorted(links, key=lambda link: (link.block, link.index)):
        if isinstance(mint, Event):
            head = announced_head(head, mint.args["id"])
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


def entry_of(event: Event) -> Mint | Burn:
    """What an event ``Minted`` or ``Burned`` says."""
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
        "unverified": " ".join(entry.unverified),
        "tx": entry.tx,
    }
