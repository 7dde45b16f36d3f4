"""What a node tells of a token's past: who created it, events of roles and owners, latest transfers."""

from __future__ import annotations

from typing import Any

from eth_hash.auto import keccak

from ..chain import shapes
from ..chain.connection import Connection
from ..errors import NetworkError
from .scene import TRANSFER_TOPIC
from .surface import ADMIN, BEACON, selector
from .world import Log

#: Events that name those who rule, as the common libraries and issuers write them.
_ROLES = tuple(
    "0x" + keccak(signature.encode()).hex()
    for signature in (
        *("OwnershipTransferred(address,address)", "OwnershipTransferStarted(address,address)"),
        *("RoleGranted(bytes32,address,address)", "AdminChanged(address,address)", "Upgraded(address)"),
        *("BeaconUpgraded(address)", "MinterAdded(address)", "MinterConfigured(address,uint256)"),
        *(
            "PauserAdded(address)",
            "PauserChanged(address)",
            "BlacklisterChanged(address)",
            "MasterMinterChanged(address)",
        ),
        *("SupplyControllerSet(address,address)", "Rely(address)", "AuthorityUpdated(address,address)"),
        *("OwnerUpdated(address,address)", "AdminTransferred(address,address)", "LogSetAuthority(address)"),
        *(
            "RoleGranted(uint64,address,uint32,uint48,bool)",
            "NewOwner(address,address)",
            "OwnerChanged(address,address)",
            "BridgeAdded(address)",
        ),
    )
)
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


def read_logs(connection: Connection, token: str, block: int, transfers: bool = True) -> list[Log]:
    """Events that name people. Nodes that refuse long ranges give fewer; what is found is complete for none."""
    found = _ask(connection, token, 0, block, [list(_ROLES)])
    for window in _WINDOWS if transfers else ():
        first = max(0, block - window)
        moved = _ask(connection, token, first, block, ["0x" + TRANSFER_TOPIC.hex()])
        if len(moved) >= _ENOUGH or first == 0:
            return found + moved
    return found


def creator(connection: Connection, token: str, block: int) -> tuple[list[str], list[Log]]:
    """Who created a contract, and all its events of that block; nothing where the node keeps no old state."""
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
        hashes = {t["hash"]: t["from"] for t in (made or {}).get("transactions", []) if isinstance(t, dict)}
        receipts = connection.rpc.batch([("eth_getTransactionReceipt", (h,)) for h in list(hashes)[:200]])
    except (NetworkError, KeyError, TypeError):
        return [], []
    people = []
    for tx, receipt in zip(hashes, receipts, strict=False):
        if not isinstance(receipt, dict):
            continue
        named = {str(receipt.get("contractAddress") or "").lower()}
        named |= {str(log.get("address")).lower() for log in receipt.get("logs") or []}
        if token.lower() in named:
            people.append(str(hashes[tx]).lower())
    return people, logs


def _ask(connection: Connection, token: str, first: int, last: int, topics: list[Any]) -> list[Log]:
    query = {"address": token, "fromBlock": hex(first), "toBlock": hex(last), "topics": topics}
    try:
        raw = shapes.logs(connection.rpc.attempt([("eth_getLogs", (query,))])[0])
    except NetworkError:
        return []
    return [
        Log(r["address"].lower(), tuple(bytes.fromhex(t[2:]) for t in r["topics"]), bytes.fromhex(r["data"][2:]))
        for r in raw
    ]
