"""What several contract tests share beside the fixtures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import brownie
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data

from zuan.attest import Statement, sign_statement
from zuan.attest.statement import _compact
from zuan.chain.accounts import test_account
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.deploy import local_config

#: What users' local deployment is made with; tests of the reserve requirement use it.
SHIPPED = local_config(resolve_address)

#: What the tests' deployment is made with: the least reserve requirement there can be, so that mints need little cash.
LOCAL = replace(SHIPPED, vault_rules=replace(SHIPPED.vault_rules, cash_floor=1))
MINTER = LOCAL.minters[0]

GOODS, CASH, RIGHTS = (kind.ljust(32, b"\0") for kind in (b"goods", b"escrowed cash", b"service rights"))

#: What the `attest` fixture's attestation allows: 1,000,000 of goods less 20 %.
HEADROOM = 800_000

#: More than any test mints, in a kind without haircut, for tests of other limits than the reserves.
PLENTY = {"escrowed cash": 10**15}

HOUR, DAY = 3_600, 86_400
PROPOSAL_LIFETIME = 7 * DAY

#: Causes of a wind-down.
NO_CAUSE, WAITING, SILENCE, SHORTFALL = range(4)

#: An allowance without end, a deadline that never comes.
FOREVER = 2**256 - 1

REF = b"\x01" * 32
SALT = b"\x5a" * 32
ZERO = brownie.ZERO_ADDRESS

#: Order of the group of secp256k1, and the largest `s` of a signature that is not malleable.
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
LARGEST_S = CURVE_ORDER // 2


def signatures(statement: Statement, signers: list[int]) -> list[tuple[bytes, bytes]]:
    """Compact signatures of test accounts (by index), ascending by address."""
    signed = replace(statement, signatures={})
    for index in signers:
        signed = sign_statement(signed, test_account(index))
    ordered = sorted(signed.signatures.items(), key=lambda item: int(item[0], 16))
    return [_compact(signature) for _, signature in ordered]


def sign_digest(digest: bytes, *signers: int) -> list[tuple[bytes, bytes]]:
    """Compact signatures of auditors (by index, in this order) of what `Statement` cannot express."""
    return [_compact(bytes(test_account(i).unsafe_sign_hash(bytes(digest)).signature)) for i in signers]


def recovered(statement: Statement, signature: tuple[bytes, bytes]) -> str:
    """Whose compact signature of a statement this is: for one of something else, an address that nobody has."""
    r, vs = (int.from_bytes(part, "big") for part in signature)
    return Account.recover_message(statement.message, vrs=(27 + (vs >> 255), r, vs % 2**255))


def permit_message(token: Any, fields: dict[str, Any], **domain: Any) -> SignableMessage:
    """What the holder signs, for this token and chain unless ``domain`` says otherwise."""
    types = {"owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256", "deadline": "uint256"}
    return encode_typed_data(
        domain_data={"name": LOCAL.name, "version": "1", "chainId": 1337, "verifyingContract": token.address, **domain},
        message_types={"Permit": [{"name": name, "type": kind} for name, kind in types.items()]},
        message_data=fields,
    )


def sign_permit(signer: int, message: SignableMessage) -> tuple[int, bytes, bytes]:
    """A permit's signature (v, r, s) by a test account (by index)."""
    signed = test_account(signer).sign_message(message)
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")


def wanted(desk: Any, listing: int, quantity: int, details: bytes) -> tuple[Any, ...]:
    """What an order of so many pieces binds, as listing and arbiter are now."""
    merchant, _, _, _, delivery_time, terms = desk.listing(listing)
    return listing, merchant, bytes(terms), delivery_time, desk.arbiter(), quantity, details


def orders(*sales: tuple[Any, int]) -> list[Order]:
    """Orders with references 1, 2, 3, ..."""
    return [Order(str(to), amount, (i + 1).to_bytes(32, "big")) for i, (to, amount) in enumerate(sales)]


def addresses(count: int) -> list[str]:
    """Addresses that nobody uses."""
    return [f"0x{0xA0D170 + i:040x}" for i in range(count)]


def kinds(count: int) -> dict[str, int]:
    """Kinds of asset without haircut."""
    return {f"kind {i:02}": 0 for i in range(count)}


def now() -> int:
    """Timestamp of the newest block, which is also the time that calls (not transactions) see."""
    return brownie.chain[-1].timestamp


def travel(timestamp: int) -> None:
    """Mines a block at exactly this time."""
    brownie.chain.mine(timestamp=timestamp)


def events(tx: Any, name: str) -> list[dict[str, Any]]:
    """All events of this name in a transaction, in order, with plain values."""
    return [{key: plain(value) for key, value in event.items()} for event in tx.events if event.name == name]


def plain(value: Any) -> Any:
    """Brownie's values as Python's own: its byte strings refuse to be compared with bytes."""
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    if isinstance(value, bytes):
        return bytes(value)
    return str(value) if isinstance(value, str) else value


def reverts(name: str, *args: Any) -> Any:
    """Expects a custom error with these values, e.g. ``reverts("CapExceeded", 2, 1)``."""
    return brownie.reverts(f"{name}: {', '.join(map(_shown, args))}")


def _shown(value: Any) -> str:
    """A value as Brownie prints it: numbers and bytes as Python does, addresses in lower case."""
    return str(bytes(value)) if isinstance(value, bytes) else str(value).lower()
