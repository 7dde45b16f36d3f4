"""Was each contract created by Zuan's own constructor? Code says what can happen from now on; storage may hold anything that
another constructor wrote before: balances without a transfer, an attestation that nobody signed.

A creation is a transaction of its own, whose input begins with the creation code that this package ships. It is found by the
block in which the contract came to be, so the node must know old states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .chain import shapes
from .chain.connection import Connection
from .chain.refusals import Kind, kind
from .contracts.artifacts import artifact, checksum, created_address
from .errors import NetworkError, RpcError
from .genuine import Check

# The Lens keeps nothing in its storage.
_KEEPING = ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault", "Governance", "OrderDesk")
_FOREIGN = "its storage may hold anything: it was not created by Zuan's constructor in a transaction of its own"


def with_creations(connection: Connection, check: Check) -> Check:
    """The verdict, with what the creations add to it."""
    at = {p.name: p.address for p in check.parts if p.name in _KEEPING and p.address and not p.faults}
    try:
        inputs = creations(connection, at)
    except NetworkError:
        return replace(check, created=False)
    foreign = {name for name, data in inputs.items() if not data.startswith(artifact(name).bytecode.lower())}
    parts = tuple(replace(p, faults=(_FOREIGN,)) if p.name in foreign else p for p in check.parts)
    return replace(check, parts=parts, created=not foreign)


def creations(connection: Connection, at: Mapping[str, str]) -> dict[str, str]:
    """The input (hex) of the transaction that created each contract; empty where none did so by itself.

    :param at: checksummed addresses by name.
    :raises RpcError: the node does not know old states.
    """
    blocks = creation_blocks(connection, list(at.values()))
    bodies = connection.rpc.batch([("eth_getBlockByNumber", (hex(n), True)) for n in sorted(set(blocks))])
    made: dict[str, str] = {}
    for body in bodies:
        for tx in (body or {}).get("transactions", ()):
            if isinstance(tx, dict) and not tx.get("to"):
                creator = checksum("0x" + shapes.data(tx.get("from"), "an address", 20).hex())
                made[created_address(creator, shapes.quantity(tx.get("nonce"), "a nonce"))] = str(
                    tx.get("input")
                ).lower()
    return {name: made.get(address, "") for name, address in at.items()}


def creation_blocks(connection: Connection, addresses: Sequence[str]) -> list[int]:
    """The block in which each contract came to be: one request a step for all of them, by their code before and after.

    :raises RpcError: the node does not know old states.
    """
    newest = shapes.quantity(connection.rpc("eth_blockNumber"), "the newest block's number")
    spans = dict.fromkeys(addresses, (0, newest))
    while todo := [address for address, (low, high) in spans.items() if low < high]:
        middles = {address: sum(spans[address]) // 2 for address in todo}
        answers = connection.rpc.attempt([("eth_getCode", (address, hex(middles[address]))) for address in todo])
        for address, answer in zip(todo, answers, strict=True):
            if isinstance(answer, RpcError):
                if kind(answer) is not Kind.BUSY:
                    raise answer
                answer = connection.rpc("eth_getCode", address, hex(middles[address]))
            low, high = spans[address]
            there = answer not in ("0x", None)
            spans[address] = (low, middles[address]) if there else (middles[address] + 1, high)
    return [spans[address][0] for address in addresses]
