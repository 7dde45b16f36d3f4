"""What a node tells of a token's past: who created it, events of roles and owners, latest transfers."""

from __future__ import annotations

from typing import Any

from eth_hash.auto import keccak

from ..chain import shapes
from ..chain.connection import Connection
from ..errors import NetworkError
from .people import LEAST_ADDRESS
from .scene import TRANSFER_TOPIC
from .settings import FREEZE_EVENTS, ROLE_EVENTS
from .surface import ADMIN, BEACON, address, constants, selector
from .world import Log

_NAMING = tuple("0x" + keccak(signature.encode()).hex() for signature in (*ROLE_EVENTS, *FREEZE_EVENTS))
#: So many words at the end of what created a contract may be arguments.
_ARGUMENTS, _MOST_NAMED = 64, 16
_WINDOWS = (200, 2_000, 20_000, 200_000, 1 << 62)
_ENOUGH = 20


def rulers(connection: Connection, token: str, block: int) -> list[str]:
    """Contracts that a token names as its owner, admin or authority, and the beacon or admin of a proxy."""
    rpc, at = connection.rpc, hex(block)
    views = ("owner()", "authority()", "admin()", "governance()")
    calls = [("eth_call", ({"to": token, "gas": hex(1_000_000), "data": "0x" + selector(v).hex()}, at)) for v in views]
    slots = [("eth_getStorageAt", (token, hex(slot), at)) for slot in (ADMIN, BEACON)]
    answers = rpc.batch([*calls, *slots], errors=True)
    found = {"0x" + a[-40:].lower() for a in answers if isinstance(a, str) and len(a) >= 42 and int(a, 16) >> 100}
    codes = rpc.batch([("eth_getCode", (a, at)) for a in sorted(found)])
    return [a for a, code in zip(sorted(found), codes, strict=True) if code not in ("0x", "0x0", None)]


def asset(connection: Connection, token: str, block: int) -> str | None:
    """The token that a token says it pays out (vaults, wrappers); None where it names none."""
    rpc, at = connection.rpc, hex(block)
    calls = [
        ("eth_call", ({"to": token, "gas": hex(1_000_000), "data": "0x" + selector(view).hex()}, at))
        for view in ("asset()", "underlying()", "underlyingToken()")
    ]
    for answer in rpc.batch(calls, errors=True):
        if isinstance(answer, str) and len(answer) == 66 and 1 << 100 < int(answer, 16) < 1 << 160:
            found = "0x" + answer[-40:].lower()
            ask = {"to": found, "gas": hex(1_000_000), "data": "0x70a08231" + "00" * 31 + "01"}
            if isinstance(balance := rpc.batch([("eth_call", (ask, at))], errors=True)[0], str) and len(balance) == 66:
                return found
    return None


def read_logs(connection: Connection, token: str, block: int, start: int = 0, transfers: bool = True) -> list[Log]:
    """Events from a block on that name people. Nodes that refuse long ranges give fewer; it is complete for none."""
    found = _ask(connection, token, start, block, [list(_NAMING)])
    for window in _WINDOWS if transfers else ():
        first = max(start, block - window)
        moved = _ask(connection, token, first, block, ["0x" + TRANSFER_TOPIC.hex()])
        if len(moved) >= _ENOUGH or first == start:
            return found + moved
    return found


def creator(connection: Connection, token: str, block: int) -> tuple[list[str], list[Log], int]:
    """Who created a contract and whom that named, all its events of that block, and the number of the next.

    Nothing where the node keeps no old state.
    """
    low, high = -1, block
    try:
        while high - low > 1:
            middle = (low + high) // 2
            if shapes.data(connection.rpc("eth_getCode", token, hex(middle))):
                high = middle
            else:
                low = middle
        made = connection.rpc("eth_getBlockByNumber", hex(high), True)
        logs = _ask(connection, token, high, high, [])
        sent = {t["hash"]: t for t in (made or {}).get("transactions", []) if isinstance(t, dict)}
        receipts = connection.rpc.batch([("eth_getTransactionReceipt", (h,)) for h in list(sent)[:200]])
    except (NetworkError, KeyError, TypeError):
        return [], [], 0
    people = []
    for tx, receipt in zip(sent, receipts, strict=False):
        if not isinstance(receipt, dict):
            continue
        named = {str(receipt.get("contractAddress") or "").lower()}
        named |= {str(log.get("address")).lower() for log in receipt.get("logs") or []}
        if token.lower() in named:
            people.append(str(sent[tx]["from"]).lower())
            people += named_in(bytes.fromhex(str(sent[tx].get("input") or "0x")[2:]))
    return people, logs, high + 1


def named_in(creation: bytes) -> list[str]:
    """Addresses in what created a contract: written into the code that ran then, and arguments at its end."""
    words = (int.from_bytes(creation[-n - 32 : len(creation) - n], "big") for n in range(0, 32 * _ARGUMENTS, 32))
    values = [*words, *sorted(constants(creation))]
    return list(dict.fromkeys(address(v) for v in values if LEAST_ADDRESS <= v < 1 << 160))[:_MOST_NAMED]


def _ask(connection: Connection, token: str, first: int, last: int, topics: list[Any]) -> list[Log]:
    if first > last:
        return []
    query = {"address": token, "fromBlock": hex(first), "toBlock": hex(last), "topics": topics}
    try:
        raw = shapes.logs(connection.rpc.attempt([("eth_getLogs", (query,))])[0])
    except NetworkError:
        return []
    return [
        Log(r["address"].lower(), tuple(bytes.fromhex(t[2:]) for t in r["topics"]), bytes.fromhex(r["data"][2:]))
        for r in raw
    ]
