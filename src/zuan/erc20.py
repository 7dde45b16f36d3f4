"""What any ERC-20 token says of itself, at one block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .chain.connection import Connection
from .chain.pinned import same_chain
from .errors import InputError, RpcError

#: Gas for each question: a contract that burns all it gets must not keep the node busy.
_GAS = 1_000_000
#: The longest answer that is looked at, in hexadecimal digits.
_MOST_DIGITS = 4_096
_QUESTIONS = {"name": "0x06fdde03", "symbol": "0x95d89b41", "decimals": "0x313ce567", "totalSupply": "0x18160ddd"}


@dataclass(frozen=True)
class Erc20:
    """A token at a block. Texts are the contract's own and may say anything; ``supply`` is in base units.

    ``supply`` and ``decimals`` are None where the contract does not say.
    """

    address: str
    chain_id: int
    block: int
    timestamp: int
    name: str
    symbol: str
    decimals: int | None
    supply: int | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the supply as text, in base units."""
        return {
            "chainId": self.chain_id,
            "block": self.block,
            "timestamp": self.timestamp,
            "token": self.address,
            "name": self.name,
            "symbol": self.symbol,
            "decimals": self.decimals,
            "supply": None if self.supply is None else str(self.supply),
        }


def read_erc20(connection: Connection, address: str, block: int | None = None) -> Erc20:
    """Asks a token for its name, symbol, decimals and supply, at a block (the newest unless told).

    :raises InputError: there is no contract at the address, or no such block.
    """
    head = connection.block("latest" if block is None else block)
    at = hex(head.number)
    calls = [("eth_call", ({"to": address, "data": data, "gas": hex(_GAS)}, at)) for data in _QUESTIONS.values()]
    code, *answers = connection.rpc.batch([("eth_getCode", (address, at)), *calls], errors=True)
    if isinstance(code, RpcError):
        raise code
    if code in ("0x", None):
        raise InputError(f"there is no contract at {address} at block {head.number}; check the address and the network")
    same_chain(connection, head)
    name, symbol, decimals, supply = (_bytes(answer) for answer in answers)
    places = int.from_bytes(decimals, "big") if decimals and len(decimals) == 32 else None
    return Erc20(
        address=address,
        chain_id=connection.chain_id,
        block=head.number,
        timestamp=head.timestamp,
        name=_text(name),
        symbol=_text(symbol),
        decimals=places if places is not None and places < 78 else None,
        supply=int.from_bytes(supply, "big") if supply and len(supply) == 32 else None,
    )


def supply_call(address: str) -> dict[str, str]:
    """The ``eth_call`` that answers a token's supply."""
    return {"to": address, "data": _QUESTIONS["totalSupply"]}


def _bytes(answer: Any) -> bytes | None:
    """The bytes of an answer; None where it is an error, too long, or no hex."""
    if not isinstance(answer, str) or not answer.startswith("0x") or len(answer) > _MOST_DIGITS:
        return None
    try:
        return bytes.fromhex(answer[2:])
    except ValueError:
        return None


def _text(raw: bytes | None) -> str:
    """A text as ABI-encoded string, or as the 32 bytes that old tokens answer; empty where it is neither."""
    if raw is None:
        return ""
    if len(raw) == 32:
        return raw.rstrip(b"\0").decode(errors="replace")
    if len(raw) < 64 or int.from_bytes(raw[:32], "big") != 32:
        return ""
    return raw[64 : 64 + min(int.from_bytes(raw[32:64], "big"), len(raw))].decode(errors="replace")
