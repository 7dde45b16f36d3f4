"""What a platform asks about a holder: a balance, and whether a message is signed by who says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .chain.connection import Connection
from .chain.refusals import Kind, kind
from .errors import InputError, RpcError
from .signatures import parse, recovered
from .strict import address as checked
from .system import System

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

#: How a contract wallet is asked for a signature, and what it answers if it accepts (ERC-1271).
_IS_VALID = bytes.fromhex("1626ba7e")


def read_balance(system: System, account: str, block: int | None = None) -> int:
    """Diamonds that an account holds, at a block (the newest unless told).

    :raises InputError: it is no address, or its checksum is wrong.
    """
    return system.token.balance_of(_address(account), "latest" if block is None else block)


def verify_message(
    connection: Connection, account: str, message: str | bytes | Mapping[str, Any], signature: Any
) -> bool:
    """Whether an account signed a message: its key did, or its contract says so (ERC-1271) on the newest block.

    A signature proves nothing about time, place or purpose: let the message name your site, and a number used once.

    :param message: text or bytes as ``personal_sign`` takes them (EIP-191), or typed data (EIP-712) as
        ``eth_signTypedData_v4`` takes it.
    :param signature: bytes, hexadecimal text, or an object of r, s and v, in any usual form.
    :raises InputError: the account is no address, or the message none.
    :raises NetworkError: the node does not answer; only contracts are asked of it.
    """
    account = _address(account)
    content = _signable(message)
    try:
        made = parse(signature)
    except ValueError:
        return False
    if recovered(content, made) == account:
        return True
    if connection.rpc("eth_getCode", account, "latest") in ("0x", None):
        return False
    return _accepted(connection, account, content, made)


def _accepted(connection: Connection, account: str, content: SignableMessage, signature: bytes) -> bool:
    from eth_abi.abi import encode
    from eth_hash.auto import keccak

    digest = keccak(b"\x19" + content.version + content.header + content.body)
    data = _IS_VALID + encode(["bytes32", "bytes"], [digest, signature])
    try:
        answer = connection.rpc("eth_call", {"to": account, "data": "0x" + data.hex()}, "latest")
    except RpcError as error:
        if kind(error) is Kind.FINAL:
            return False  # it reverted, as many do to refuse
        raise
    return isinstance(answer, str) and answer[2:66].lower() == _IS_VALID.hex().ljust(64, "0")


def _signable(message: str | bytes | Mapping[str, Any]) -> SignableMessage:
    from eth_account.messages import encode_defunct, encode_typed_data

    try:
        if isinstance(message, str | bytes):
            return encode_defunct(message.encode() if isinstance(message, str) else message)
        return encode_typed_data(full_message=dict(message))
    except Exception as error:  # eth-account raises whatever its parts raise
        raise InputError(f"that is no message to sign ({type(error).__name__}: {error})") from None


def _address(account: str) -> str:
    try:
        return checked(account)
    except ValueError as error:
        raise InputError(str(error)) from None
