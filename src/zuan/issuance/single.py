"""One order at a time: minted at once, or proposed, when it is too large for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..chain.logs import logs
from ..contracts.artifacts import checksum
from ..contracts.handles import Call, Order
from ..errors import InputError, MismatchError, count, iso
from ..history import History, read_history
from ..system import System
from .orders import reference

_NONE, _PENDING = 0, 1
_EXPIRY_MARGIN = 3_600


@dataclass(frozen=True)
class Proposal:
    """A mint announced in transaction ``tx``, to be executed from ``ready_at`` to ``expires_at`` (UTC seconds)."""

    id: bytes
    minter: str
    orders: tuple[Order, ...]
    salt: bytes
    ready_at: int
    expires_at: int
    tx: str

    @property
    def total(self) -> int:
        """Diamonds that it would mint."""
        return sum(order.amount for order in self.orders)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: amounts as text."""
        return {
            "id": "0x" + self.id.hex(),
            "minter": self.minter,
            "diamonds": str(self.total),
            "orders": len(self.orders),
            "readyAt": self.ready_at,
            "expiresAt": self.expires_at,
            "tx": self.tx,
        }

    @property
    def ready(self) -> str:
        """When it can be executed, ISO 8601."""
        return iso(self.ready_at)


def mint_order(system: System, to: str, amount: int, order_id: str) -> Call | str:
    """The transaction that mints an order, or the hash of the one that minted it before.

    :raises MismatchError: the order was minted with another buyer or amount.
    :raises InputError: it waits in a proposal.
    """
    system.refuse_own(to)
    order = Order(to, amount, reference(order_id))
    history = read_history(system, burns=False)
    if done := _minted(history, order, order_id):
        return done
    _refuse_waiting(system, order, order_id)
    return system.issuer.mint(history.head, order)


def _minted(history: History, order: Order, order_id: str) -> str | None:
    """The transaction that minted the order, if one did. :raises MismatchError: otherwise than it should."""
    for mint in history.mints:
        if mint.ref == order.ref:
            if (mint.account, mint.amount) != (order.to, order.amount):
                raise MismatchError(
                    f"order {order_id} was minted as {count(mint.amount)} diamonds to {mint.account} "
                    f"(transaction {mint.tx}); nothing was sent"
                )
            return mint.tx
    return None


def _refuse_waiting(system: System, order: Order, order_id: str) -> None:
    for proposal in pending_proposals(system):
        if any(waiting.ref == order.ref for waiting in proposal.orders):
            raise InputError(
                f"order {order_id} waits in proposal 0x{proposal.id.hex()}; run "
                f"`zuan mint --execute 0x{proposal.id.hex()}` from {proposal.ready} on, or cancel it"
            )


def propose_order(system: System, minter: str, to: str, amount: int, order_id: str) -> Call:
    """The transaction that announces a large mint.

    The salt counts earlier proposals of the same order that came to nothing, so that a repetition after a lost answer
    is refused instead of announcing it twice.

    :raises InputError: the order was minted already, or is waiting.
    :raises MismatchError: it was minted with another buyer or amount.
    """
    system.refuse_own(to)
    orders = [Order(to, amount, reference(order_id))]
    history = read_history(system, burns=False)
    if done := _minted(history, orders[0], order_id):
        raise InputError(f"order {order_id} was minted already, in transaction {done}")
    _refuse_waiting(system, orders[0], order_id)
    for number in range(1 << 16):
        salt = number.to_bytes(32, "big")
        name = system.issuer.read("proposalId", minter, orders, salt)
        _, state, _, _ = system.issuer.read("proposal", name)
        if state == _NONE:
            return system.issuer.propose(history.head, orders, salt)
    raise InputError(f"order {order_id} was proposed too often")


def find_proposal(system: System, name: str) -> Proposal:
    """A proposal by its id, or by the hash of the transaction that made it.

    :raises InputError: there is none.
    """
    wanted = name.lower()
    for proposal in _proposals(system):
        if wanted in ("0x" + proposal.id.hex(), proposal.tx.lower()):
            return proposal
    raise InputError(f"there is no proposal {name}")


def pending_proposals(system: System) -> list[Proposal]:
    """Proposals that can still be executed (or could, should a reorganisation set the clock back a little)."""
    now = system.connection.block().timestamp - _EXPIRY_MARGIN
    return [
        proposal
        for proposal in _proposals(system)
        if now <= proposal.expires_at and system.issuer.read("proposal", proposal.id)[1] == _PENDING
    ]


def refuse_proposed(system: System, refs: Sequence[bytes]) -> None:
    """Refuses orders that a proposal could mint too.

    :raises InputError: one of them waits in a proposal.
    """
    wanted = set(refs)
    for proposal in pending_proposals(system):
        if any(order.ref in wanted for order in proposal.orders):
            raise InputError(
                f"orders of the file wait in proposal 0x{proposal.id.hex()}; execute or cancel it first "
                "(`zuan mint --execute`, `--cancel`), so that none is minted twice. Nothing was sent"
            )


def _proposals(system: System) -> list[Proposal]:
    topics = [system.issuer.artifact.topic("Proposed")]
    found = logs(
        system.connection.rpc, system.issuer.address, topics, system.manifest.block, system.connection.block().number
    )
    return [
        Proposal(
            id=event.args["id"],
            minter=checksum(event.args["minter"]),
            orders=tuple(Order(checksum(to), amount, ref) for to, amount, ref in event.args["orders"]),
            salt=event.args["salt"],
            ready_at=event.args["readyAt"],
            expires_at=event.args["expiresAt"],
            tx=event.tx,
        )
        for event in system.issuer.events(list(found))
    ]
