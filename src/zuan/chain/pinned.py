"""Reading the state of one block and no other, also through a node that is several (a load balancer)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ..contracts.handles import Contract, read_all
from ..errors import MismatchError, RpcError
from ..portions import portions
from .connection import Connection, Head

#: Reads in one request at most.
_AT_ONCE = 200


def read_at(connection: Connection, at: Head, reads: Sequence[tuple[Contract, str, Sequence[Any]]]) -> list[Any]:
    """Several reads in the state of the block ``at``: by its hash where the node can (EIP-1898), else by its number.

    :raises MismatchError: the chain was reorganised, or another backend answered, so that the state may be another's.
    :raises RpcError: the node does not know the block (yet).
    """
    results: list[Any] = []
    for part in portions(reads, _AT_ONCE):
        results += _read(connection, at, part)
    return results


def _read(connection: Connection, at: Head, reads: Sequence[tuple[Contract, str, Sequence[Any]]]) -> list[Any]:
    try:
        return read_all(reads, {"blockHash": at.hash, "requireCanonical": True})
    except RpcError:
        # It knows no such parameter (Ganache), or not this block: by number it says which.
        results = read_all(reads, at.number)
    same_chain(connection, at)
    return results


def wait_for(connection: Connection, block: int) -> None:
    """Waits until the chain has reached a block, so that the next look at it sees what will stay."""
    while connection.block().number < block:
        time.sleep(1)


def same_chain(connection: Connection, at: Head) -> None:
    """Checks that ``at`` is still the block of its number.

    :raises MismatchError: it is not.
    """
    found = connection.rpc("eth_getBlockByNumber", hex(at.number), False)
    if found is None or found["hash"] != at.hash:
        raise MismatchError(
            f"block {at.number} is another one now, or the node has lost it; the chain was reorganised, or its backends "
            "disagree: ask again, or ask another node"
        )
