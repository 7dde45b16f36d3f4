"""One transaction instead of two: the holder's ERC-2612 permit and what needs it, in one multicall."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .contracts.handles import Call, OrderDesk, ReserveVault, read_all
from .signatures import DOMAIN, normal, sign
from .system import System

if TYPE_CHECKING:
    from .chain.node_accounts import Signer

#: Seconds for which a permit may be used. Only its holder can make the spender use it, so it need not be short.
PERMIT_LIFETIME = 86_400

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
    wanted = permit(system, holder.address, spender, amount)
    return call if wanted is None else wanted.with_(sign(holder, wanted.typed_data), spender, call)


@dataclass(frozen=True)
class Permit:
    """A permit that is still to be signed: ``amount`` diamonds, usable before ``deadline`` (UTC seconds); ``typed_data`` is
    what its holder signs (EIP-712, ``eth_signTypedData_v4``)."""

    amount: int
    deadline: int
    typed_data: dict[str, Any]

    def with_(self, signature: bytes, spender: ReserveVault | OrderDesk, call: Call) -> Call:
        """One call of the spender: first the permit, then ``call``.

        :raises ValueError: the signature is none of a key.
        """
        signature = normal(signature)
        v, r, s = signature[64], signature[:32], signature[32:64]
        first = spender.encode("permit", self.amount, self.deadline, v, r, s)
        return spender.prepare("multicall", [first, call.data], what=call.what)


def permit(
    system: System, holder: str, spender: ReserveVault | OrderDesk, amount: int, deadline: int | None = None
) -> Permit | None:
    """What a holder signs so that the spender may take ``amount`` diamonds; None where it may already.

    :param deadline: UTC seconds; :data:`PERMIT_LIFETIME` from now unless told.
    """
    token = system.token
    allowance, nonce, name = read_all(
        [(token, "allowance", (holder, spender.address)), (token, "nonces", (holder,)), (token, "name", ())]
    )
    if allowance >= amount:
        return None
    if deadline is None:
        deadline = max(int(time.time()), system.connection.block().timestamp) + PERMIT_LIFETIME
    fields = (holder, spender.address, amount, nonce, deadline)
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
        "message": dict(zip((f["name"] for f in _TYPES["Permit"]), map(str, fields), strict=True)),
    }
    return Permit(amount, deadline, typed_data)
