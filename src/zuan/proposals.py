"""Proposed mints: announced, waiting, then executed or cancelled; read back as part of the issuance history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from .contracts.artifacts import checksum
from .contracts.handles import Event, Order
from .errors import MismatchError, iso

#: A proposal counts as waiting so long after it ran out: a reorganisation may set the clock back a little.
EXPIRY_MARGIN = 3_600


class ProposalState(IntEnum):
    """Where a proposal stands, as the Issuer numbers it."""

    NONE, PENDING, EXECUTED, CANCELLED = range(4)


@dataclass(frozen=True)
class Proposal:
    """A mint announced in ``tx`` of ``block``, to be executed from ``ready_at`` to ``expires_at`` (UTC seconds)."""

    id: bytes
    minter: str
    orders: tuple[Order, ...]
    salt: bytes
    ready_at: int
    expires_at: int
    tx: str
    block: int
    state: ProposalState = ProposalState.PENDING

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


def proposal_id(minter: str, orders: Sequence[Order], salt: bytes) -> bytes:
    """A proposal's name: ``keccak256(abi.encode(minter, orders, salt))``, as the Issuer computes it.

    Written out, since reading must not pay for eth_abi's import (docs/decisions/0003).
    """
    from eth_hash.auto import keccak

    words = [_address(minter), (96).to_bytes(32, "big"), salt, len(orders).to_bytes(32, "big")]
    for order in orders:
        words += [_address(order.to), order.amount.to_bytes(32, "big"), order.ref]
    return bytes(keccak(b"".join(words)))


def announced(event: Event) -> Proposal:
    """The proposal that an event announces.

    :raises MismatchError: its content is not what its id names.
    """
    args = event.args
    orders = tuple(Order(checksum(to), amount, ref) for to, amount, ref in args["orders"])
    if proposal_id(args["minter"], orders, args["salt"]) != args["id"]:
        raise MismatchError(
            f"the node gives another content for proposal 0x{args['id'].hex()} than its id names; ask another node"
        )
    times = (args["readyAt"], args["expiresAt"])
    return Proposal(args["id"], checksum(args["minter"]), orders, args["salt"], *times, event.tx, event.block)


def _address(text: str) -> bytes:
    return bytes(12) + bytes.fromhex(text[2:])
