"""One transaction instead of two: the holder's ERC-2612 permit and what needs it, in one multicall."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .contracts.handles import Call, OrderDesk, ReserveVault, read_all
from .system import System

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

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


def permitted(system: System, holder: LocalAccount, spender: ReserveVault | OrderDesk, amount: int, call: Call) -> Call:
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


def _sign(system: System, holder: LocalAccount, name: str, fields: tuple[Any, ...]) -> tuple[int, bytes, bytes]:
    from eth_account.messages import encode_typed_data

    names = [f["name"] for f in _TYPES["Permit"]]
    domain = {
        "name": name,
        "version": "1",
        "chainId": system.connection.chain_id,
        "verifyingContract": system.token.address,
    }
    message = encode_typed_data(
        domain_data=domain, message_types=_TYPES, message_data=dict(zip(names, fields, strict=True))
    )
    signed = holder.sign_message(message)
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")
