"""One transaction instead of two: the holder's ERC-2612 permit and what needs it, in one multicall."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .contracts.handles import Call, OrderDesk, ReserveVault, read_all
from .signatures import DOMAIN, sign
from .system import System

if TYPE_CHECKING:
    from .chain.node_accounts import Signer

#: Seconds for which a permit may be used. Only its holder can make the spender use it, so it need not be short.
LIFETIME = 86_400

_TYPES = {
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}


def permitted(system: System, holder: Signer, spender: ReserveVault | OrderDesk, amount: int, call: Call) -> Call:
    """``call`` of the spender, which takes ``amount`` diamonds of the holder, together with the permit for it.

    Where the holder's allowance suffices already, it is ``call`` itself. The signature allows just this amount, and only a
    transaction of the holder can make vault or desk use it.
    """
    token = system.token
    allowance, nonce, name = read_all(
        [
            (token, "allowance", (holder.address, spender.address)),
            (token, "nonces", (holder.address,)),
            (token, "name", ()),
        ]
    )
    if allowance >= amount:
        return call
    deadline = max(int(time.time()), system.connection.block().timestamp) + LIFETIME
    v, r, s = _sign(system, holder, name, (holder.address, spender.address, amount, nonce, deadline))
    permit = spender.encode("permit", amount, deadline, v, r, s)
    return spender.prepare("multicall", [permit, call.data], what=call.what)


def _sign(system: System, holder: Signer, name: str, fields: tuple[Any, ...]) -> tuple[int, bytes, bytes]:
    names = [f["name"] for f in _TYPES["Permit"]]
    typed_data = {
        "types": {"EIP712Domain": DOMAIN, **_TYPES},
        "primaryType": "Permit",
        "domain": {
            "name": name,
            "version": "1",
            "chainId": system.connection.chain_id,
            "verifyingContract": system.token.address,
        },
        # Numbers as text: JavaScript would round large ones.
        "message": dict(zip(names, map(str, fields), strict=True)),
    }
    signature = sign(holder, typed_data)
    return signature[64], signature[:32], signature[32:64]
