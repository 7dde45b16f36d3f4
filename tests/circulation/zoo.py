"""The tokens of ``tokens/``, compiled once, and put on a local chain."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi import encode

from tests import solidity
from zuan.chain.connection import Connection
from zuan.contracts.artifacts import checksum

TOKENS = Path(__file__).with_name("tokens")


def compiled() -> dict[str, Any]:
    """Bytecode and selectors by contract name."""
    return solidity.compiled(TOKENS)


@dataclass
class Token:
    """A contract on a local chain whose accounts are unlocked."""

    connection: Connection
    name: str
    address: str

    @classmethod
    def deploy(cls, connection: Connection, name: str, types: str = "", *args: Any) -> Token:
        """Puts it on the chain."""
        data = "0x" + compiled()[name]["bytecode"]["object"] + _encoded(types, args)
        receipt = _send(connection, {"data": data}, 0)
        return cls(connection, name, checksum(receipt["contractAddress"]))

    def send(self, signature: str, *args: Any, by: int = 0) -> dict[str, Any]:
        """Calls a function as one of the chain's accounts; the receipt."""
        selector = compiled()[self.name]["methodIdentifiers"][signature]
        data = "0x" + selector + _encoded(signature.partition("(")[2].rstrip(")"), args)
        return _send(self.connection, {"to": self.address, "data": data}, by)

    def balance(self, of: str) -> int:
        """What the token says an account holds."""
        data = "0x70a08231" + of[2:].lower().rjust(64, "0")
        return int(self.connection.rpc("eth_call", {"to": self.address, "data": data}, "latest"), 16)


def accounts(connection: Connection) -> list[str]:
    """The unlocked accounts."""
    return [checksum(a) for a in connection.rpc("eth_accounts")]


def _send(connection: Connection, transaction: dict[str, Any], by: int) -> dict[str, Any]:
    sender = connection.rpc("eth_accounts")[by]
    tx = connection.rpc("eth_sendTransaction", {"from": sender, "gas": hex(5_000_000), **transaction})
    until = time.monotonic() + 60
    while (receipt := connection.rpc("eth_getTransactionReceipt", tx)) is None:
        assert time.monotonic() < until, "the transaction was not mined"
        time.sleep(0.01)
    assert receipt["status"] == "0x1", transaction
    found: dict[str, Any] = receipt
    return found


def _encoded(types: str, args: tuple[Any, ...]) -> str:
    return encode(types.split(",") if types else [], args).hex()
