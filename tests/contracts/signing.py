"""Authorisations (EIP-3009) as holders sign them, and the nonces that commit to an action."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from tests.contracts.helpers import CURVE_ORDER, FOREVER, LOCAL
from zuan.chain.accounts import test_account

ALICE, BOB, CAROL = 6, 7, 8  # indices of the test accounts

NONCE = b"\x17" * 32

_MOVE = {
    "from": "address",
    "to": "address",
    "value": "uint256",
    "validAfter": "uint256",
    "validBefore": "uint256",
    "nonce": "bytes32",
}
_TYPES = {
    "TransferWithAuthorization": _MOVE,
    "ReceiveWithAuthorization": _MOVE,
    "CancelAuthorization": {"authorizer": "address", "nonce": "bytes32"},
    "Permit": {
        "owner": "address",
        "spender": "address",
        "value": "uint256",
        "nonce": "uint256",
        "deadline": "uint256",
    },
}


def message(token: Any, kind: str, fields: dict[str, Any], **domain: Any) -> SignableMessage:
    """What is signed, for this token and chain unless ``domain`` says otherwise; accounts may be Brownie's."""
    types = _TYPES[kind]
    own = {"name": LOCAL.name, "version": "1", "chainId": 1337, "verifyingContract": token.address}
    return encode_typed_data(
        domain_data={**own, **domain},
        message_types={kind: [{"name": name, "type": type_} for name, type_ in types.items()]},
        message_data={name: str(fields[name]) if types[name] == "address" else fields[name] for name in types},
    )


def move(holder: Any, to: Any, value: int, **changes: Any) -> dict[str, Any]:
    """Fields of a transfer or a receipt that may be carried out from now on, for ever."""
    times = {"validAfter": 0, "validBefore": FOREVER}
    return {"from": holder, "to": to, "value": value, **times, "nonce": NONCE, **changes}


def sign(signer: int, signed: SignableMessage) -> bytes:
    """A signature in one piece (r, s, v), by a test account (by index)."""
    return bytes(test_account(signer).sign_message(signed).signature)


def vrs(signature: bytes) -> tuple[int, bytes, bytes]:
    """A signature in three pieces."""
    return signature[64], signature[:32], signature[32:64]


def twin(signature: bytes) -> bytes:
    """The malleable other signature of the same key for the same message."""
    v, r, s = vrs(signature)
    return r + (CURVE_ORDER - int.from_bytes(s, "big")).to_bytes(32, "big") + bytes([55 - v])


def action_nonce(type_: str, *values: Any) -> bytes:
    """The nonce that commits to an action: of its type, e.g. ``"Burn(bytes32 orderRef,bytes32 salt)"``, and values."""
    kinds = [field.split()[0] for field in type_[type_.index("(") + 1 : -1].split(",")]
    return keccak(encode(["bytes32", *kinds], [keccak(text=type_), *values]))
