"""Compiled artifacts shipped with the package: interface and code of each contract.

They are built by ``tools/solc/build.py``; a test rebuilds them and compares the bytes.
"""

from __future__ import annotations

import json
from functools import cache, cached_property
from importlib import resources
from typing import Any

from ..chain import abi
from ..errors import ContractError, RpcError

#: Nobody: the address that mints come from and burns go to.
ZERO_ADDRESS = "0x" + "00" * 20

NAMES = (
    *("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault"),
    *("OrderDesk", "Governance", "Lens", "TestStablecoin"),
)

_BUILT_IN_ERRORS: dict[bytes, tuple[str, list[dict[str, str]]]] = {
    bytes.fromhex("08c379a0"): ("Error", [{"type": "string"}]),
    bytes.fromhex("4e487b71"): ("Panic", [{"type": "uint256"}]),
}


class Artifact:
    """Interface and code of one contract.

    ``abi``, ``bytecode`` (creation code, hex) and ``code`` (what a creation leaves on the chain, with zeros for immutables:
    :mod:`zuan.contracts.codes`) are as solc gave them; ``functions``, ``events`` and ``errors`` index
    the interface by name, by topic and by selector.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.name: str = data["contractName"]
        self.abi: list[dict[str, Any]] = data["abi"]
        self.bytecode: str = data["bytecode"]
        self.metadata: str = data["metadata"]
        self.code = bytes.fromhex(data["deployedBytecode"][2:])
        self._selectors: dict[str, str] = data["methodIdentifiers"]

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """ABI entries of the functions by name; of overloads the shortest, which takes a signature in one piece."""
        longest_first = sorted(self.abi, key=lambda e: -len(e.get("inputs", ())))
        return {e["name"]: e for e in longest_first if e["type"] == "function"}

    @cached_property
    def events(self) -> dict[bytes, dict[str, Any]]:
        """ABI entries of the events by their first topic."""
        return {_keccak(_signature(e)): e for e in self.abi if e["type"] == "event"}

    @cached_property
    def errors(self) -> dict[bytes, tuple[str, list[dict[str, Any]]]]:
        """Name and parameters of the custom errors by selector."""
        return {_keccak(_signature(e))[:4]: (e["name"], e["inputs"]) for e in self.abi if e["type"] == "error"}

    @property
    def constructor_inputs(self) -> list[dict[str, Any]]:
        """Parameters of the constructor."""
        return next((e["inputs"] for e in self.abi if e["type"] == "constructor"), [])

    def selector(self, function: str, count: int | None = None) -> bytes:
        """The four bytes that call a function; of overloads the one with ``count`` parameters, or the shortest."""
        named = [e for e in self.abi if e["type"] == "function" and e["name"] == function]
        entry = next((e for e in named if len(e["inputs"]) == count), self.functions[function])
        return bytes.fromhex(self._selectors[_signature(entry)])

    def topic(self, event: str) -> str:
        """The first topic of an event, as hex."""
        return "0x" + next(topic for topic, e in self.events.items() if e["name"] == event).hex()

    def place(self, event: str, argument: str) -> slice:
        """Where a log as stores keep it (see :meth:`decode_stored`) has an argument: one of 32 bytes, as all before it."""
        inputs = next(entry["inputs"] for entry in self.events.values() if entry["name"] == event)
        names = [i["name"] for i in sorted(inputs, key=lambda i: not i["indexed"])]
        begin = 32 * names.index(argument)
        return slice(begin, begin + 32)

    def decode_event(self, topic: bytes, topics: bytes, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Name and arguments of a log, by its first topic, its other topics one after another, and its data.

        None for an event that is not this contract's.
        """
        entry = self.events.get(topic)
        if entry is None:
            return None
        indexed = [i for i in entry["inputs"] if i["indexed"]]
        others = [i for i in entry["inputs"] if not i["indexed"]]
        args = dict(zip((i["name"] for i in indexed), abi.decode(indexed, topics), strict=True))
        return entry["name"], args | dict(zip((i["name"] for i in others), abi.decode(others, data), strict=True))

    def decode_stored(self, topic: bytes, body: bytes) -> tuple[str, dict[str, Any]] | None:
        """The same for a log as stores keep it: its other topics and its data in one."""
        entry = self.events.get(topic)
        indexed = 32 * sum(i["indexed"] for i in entry["inputs"]) if entry else 0
        return self.decode_event(topic, body[:indexed], body[indexed:])


@cache
def artifact(name: str) -> Artifact:
    """The artifact of a contract, e.g. ``artifact("DiamondToken")``."""
    return Artifact(json.loads((resources.files(__package__) / "data" / f"{name}.json").read_text(encoding="utf-8")))


def contract_error(error: RpcError) -> ContractError | None:
    """The contract's own error inside a node's answer, or None where the node's trouble was another.

    Nodes put the revert data in different places: geth and Anvil in ``data``, Ganache in ``data["result"]``.
    """
    data = error.data
    if isinstance(data, dict):
        data = data.get("result") or data.get("data")
    if isinstance(data, str):
        start = data.find("0x")
        try:
            raw = bytes.fromhex(data[start + 2 :]) if start >= 0 else b""
        except ValueError:
            raw = b""
        if len(raw) >= 4:
            return _decode_error(raw)
    if "revert" in error.message:
        return ContractError("Error", ["no reason given"])
    return None


def _decode_error(raw: bytes) -> ContractError:
    known = dict(_BUILT_IN_ERRORS)
    for name in NAMES:
        known.update(artifact(name).errors)
    if raw[:4] in known:
        name, inputs = known[raw[:4]]
        try:
            return ContractError(
                name, [_checksummed(i, v) for i, v in zip(inputs, abi.decode(inputs, raw[4:]), strict=True)]
            )
        except ValueError:
            pass
    return ContractError("Error", [f"unknown error 0x{raw.hex()}"])


def _checksummed(param: dict[str, Any], value: Any) -> Any:
    return checksum(value) if param["type"] == "address" else value


@cache
def checksum(address: str) -> str:
    """An address in EIP-55's mixed case (written out: eth_utils takes longer to import than the rest of a command)."""
    digits = address[2:].lower()
    digest = _keccak(digits).hex()
    return "0x" + "".join(c.upper() if int(h, 16) >= 8 else c for c, h in zip(digits, digest, strict=False))


def created_address(creator: str, nonce: int) -> str:
    """Checksummed address of the contract that ``creator`` creates with its transaction number ``nonce``."""
    # RLP of a list of 20 bytes and a number (written out: the library takes longer to import).
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    item = number if len(number) == 1 and number[0] < 0x80 else bytes([0x80 + len(number)]) + number
    body = b"\x94" + bytes.fromhex(creator[2:]) + item
    return checksum("0x" + _keccak(bytes([0xC0 + len(body)]) + body)[12:].hex())


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(map(abi.canonical, entry['inputs']))})"


def _keccak(content: str | bytes) -> bytes:
    from eth_hash.auto import keccak

    return keccak(content.encode() if isinstance(content, str) else content)
