"""Signatures of secp256k1 as wallets, hardware and key services hand them over, made the one form that contracts take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

    from .chain.node_accounts import Signer

#: The domain of EIP-712 that Zuan's contracts have.
DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
#: Order of the group of secp256k1.
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
#: Bytes of what is a signature at all: a contract wallet's own may be long.
_LONGEST = 1 << 16


def sign(account: Signer, typed_data: dict[str, Any]) -> bytes:
    """The account's signature of typed data (EIP-712), as wallets take it; 65 bytes with v 27 or 28."""
    from .chain.node_accounts import NodeAccount

    if isinstance(account, NodeAccount):
        return normal(parse(account.sign_typed_data(typed_data)))
    from eth_account.messages import encode_typed_data

    return bytes(account.sign_message(encode_typed_data(full_message=typed_data)).signature)


def parse(value: Any) -> bytes:
    """A signature's bytes, from hexadecimal text (0x or not, spaces around), an object of ``r``, ``s`` and ``v`` or
    ``yParity``, or bytes. :raises ValueError: it is none of these.
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict):
        if not {"r", "s"} <= set(value) or not {"v", "yParity"} & set(value):
            raise ValueError("an object must have r, s, and v or yParity")
        parts = [_number(value[name]) for name in ("r", "s", "v" if "v" in value else "yParity")]
        if max(parts[:2]) >= 1 << 256 or parts[2] > 255:
            raise ValueError("r, s or v is too large")
        return b"".join(part.to_bytes(size, "big") for part, size in zip(parts, (32, 32, 1), strict=True))
    text = value.strip() if isinstance(value, str) else "-"
    digits = text[2:] if text[:2] in ("0x", "0X") else text
    if len(digits) % 2 or set(digits.lower()) - set("0123456789abcdef") or len(digits) > 2 * _LONGEST:
        raise ValueError("it is no hexadecimal text")
    return bytes.fromhex(digits)


def _number(value: Any) -> int:
    """A whole number, as one or as text: decimal, or hexadecimal with 0x. :raises ValueError: it is none."""
    if isinstance(value, str) and len(value) <= 80:
        value = int(value, 16 if value[:2] in ("0x", "0X") else 10)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("r, s and v must be whole numbers")
    return value


def normal(signature: bytes) -> bytes:
    """r, s, v (27 or 28), with s in the lower half: also from v 0 or 1, EIP-2098's 64 bytes, and s in the upper half.

    :raises ValueError: it is none of these; the message says what it is.
    """
    if signature[:1] == b"\x30" and 68 <= len(signature) <= 72 and signature[1] == len(signature) - 2:
        raise ValueError("it is in DER, as key services give it; take r and s out of it, and try v 27 and 28")
    if len(signature) == 64:
        v = 27 + (signature[32] >> 7)
        signature = signature[:32] + bytes([signature[32] & 0x7F]) + signature[33:] + bytes([v])
    if len(signature) != 65:
        raise ValueError(f"it has {len(signature)} bytes, not 65 or 64")
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    v += 27 if v < 2 else 0
    if v in (31, 32):
        raise ValueError(f"its v is {v}: it was made with eth_sign for a Safe, of another text; sign the typed data")
    if v not in (27, 28):
        raise ValueError(f"its v is {v}, not 27 or 28" + " (that is a transaction's, with the chain's id)" * (v > 34))
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        raise ValueError("its r or s is no number of the curve's group")
    if s > _ORDER // 2:
        s, v = _ORDER - s, 55 - v
    return signature[:32] + s.to_bytes(32, "big") + bytes([v])


def settled(signature: bytes) -> bytes:
    """The normal form where there is one, else the bytes as they are: a contract wallet's own, or rubbish."""
    try:
        return normal(signature)
    except ValueError:
        return signature


def recovered(message: SignableMessage, signature: bytes) -> str | None:
    """Checksummed address of the key that made a signature; None: no key can have made it."""
    from eth_account import Account

    try:
        return str(Account.recover_message(message, signature=normal(signature)))
    except Exception:  # eth-account and its backends raise whatever they like for what is no signature
        return None
