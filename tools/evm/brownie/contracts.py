"""Accounts, contracts and transactions with the interface that Brownie gives them, as far as the tests use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import eth_abi
import pytest

from zuan.chain import abi
from zuan.contracts.artifacts import Artifact, checksum

from .artifacts import known_events
from .chain import Chain, Outcome, Reverted
from .exceptions import VirtualMachineError

Params = Sequence[Mapping[str, Any]]


class Account:
    """Somebody who sends transactions; keys are not needed here."""

    def __init__(self, chain: Chain, address: str) -> None:
        self._chain, self.address = chain, checksum(str(address))

    def __str__(self) -> str:
        return self.address

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return str(other).lower() == self.address.lower()

    def __hash__(self) -> int:
        return hash(self.address)

    @property
    def nonce(self) -> int:
        return self._chain.nonce(self.address)

    def get_deployment_address(self, nonce: int | None = None) -> str:
        """Where this account's next contract will be."""
        from zuan.contracts.artifacts import created_address

        return created_address(self.address, self.nonce if nonce is None else nonce)

    def transfer(self, to: Any = None, _amount: Any = 0, data: Any = b"", **_options: Any) -> Transaction:
        """Sends data to an address, or creates a contract of it; ether is worth nothing here and stays where it is."""
        return send(self._chain, self, None if to is None else str(to), _bytes(data))


class Accounts:
    """``accounts.at(address)``."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def at(self, address: Any, **_options: Any) -> Account:
        return Account(self._chain, str(address))


class Event(dict[str, Any]):
    """The values of a log by their names."""

    def __init__(self, name: str, address: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.name, self.address = name, address


class Events(list[Event]):
    """A transaction's events in order; ``events["Name"]`` is the first of a name, ``"Name" in events`` whether any is."""

    def __getitem__(self, key: Any) -> Any:
        return next(e for e in self if e.name == key) if isinstance(key, str) else super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return any(event.name == key for event in self)


class Transaction:
    """What a transaction did."""

    def __init__(self, outcome: Outcome, outputs: Params = ()) -> None:
        self._outcome, self._outputs = outcome, outputs
        self.timestamp, self.block_number = outcome.block.timestamp, outcome.block.number
        self.contract_address = outcome.created and checksum(outcome.created)

    @property
    def gas_used(self) -> int:
        """Nothing: between transactions this EVM keeps warm what a chain lets cool, and the code may be another."""
        pytest.skip("gas is not measured on the chain in this process")

    @property
    def return_value(self) -> Any:
        return _answer(self._outputs, self._outcome.output)

    @property
    def events(self) -> Events:
        return Events(self._decoded())

    def _decoded(self) -> Iterator[Event]:
        for address, topics, data in self._outcome.logs:
            entry = known_events().get(topics[0])
            if entry is None:
                continue
            indexed = [i for i in entry["inputs"] if i["indexed"]]
            others = [i for i in entry["inputs"] if not i["indexed"]]
            found = dict(zip((i["name"] for i in indexed), decode(indexed, b"".join(topics[1:])), strict=True))
            found |= dict(zip((i["name"] for i in others), decode(others, data), strict=True))
            yield Event(entry["name"], checksum(address), {i["name"]: found[i["name"]] for i in entry["inputs"]})


class Function:
    """A function of a contract: called, it sends a transaction or reads; ``.call`` only tries."""

    def __init__(self, contract: Contract, overloads: Sequence[Mapping[str, Any]]) -> None:
        self._contract, self._overloads = contract, overloads

    def __call__(self, *args: Any, **options: Any) -> Any:
        entry, data, sender = self._prepared(args)
        if entry["stateMutability"] in ("view", "pure"):
            return self.call(*args, **options)
        gas = args[-1].get("gas_limit") if args and isinstance(args[-1], dict) else None
        return send(self._contract.chain, sender, self._contract.address, data, entry["outputs"], gas)

    def transact(self, *args: Any) -> Transaction:
        """Sends a transaction, to a view as well."""
        entry, data, sender = self._prepared(args)
        return send(self._contract.chain, sender, self._contract.address, data, entry["outputs"])

    def call(self, *args: Any, override: Mapping[str, Any] | None = None, **_options: Any) -> Any:
        """What it would answer now, with other code at the addresses of ``override``."""
        entry, data, sender = self._prepared(args)
        code = {str(address): bytes.fromhex(change["code"][2:]) for address, change in (override or {}).items()}
        try:
            outcome = self._contract.chain.call(str(sender), self._contract.address, data, code)
        except Reverted as reverted:
            raise VirtualMachineError(reverted) from None
        return _answer(entry["outputs"], outcome.output)

    def encode_input(self, *args: Any) -> str:
        """Call data as hex."""
        return "0x" + self._prepared(args)[1].hex()

    def _prepared(self, args: tuple[Any, ...]) -> tuple[Mapping[str, Any], bytes, Any]:
        args, sender = split(args, default=self._contract.creator)
        entry = next(e for e in self._overloads if len(e["inputs"]) == len(args))
        return entry, selector(entry) + encode(entry["inputs"], args), sender


class Contract:
    """A contract at an address; ``tx`` is the transaction that created it, if that was seen."""

    def __init__(self, chain: Chain, artifact: Artifact, address: str, tx: Transaction | None = None) -> None:
        self.chain, self.abi, self.tx, self.creator = chain, artifact.abi, tx, "0x" + "c0" * 20
        self._name, self.address = artifact.name, checksum(address)

    def __getattr__(self, name: str) -> Function:
        overloads = [e for e in self.abi if e["type"] == "function" and e["name"] == name]
        if not overloads:
            raise AttributeError(f"{self._name} has no {name}")
        return Function(self, overloads)

    def __str__(self) -> str:
        return self.address

    def __repr__(self) -> str:
        return f"<{self._name} {self.address}>"

    def __eq__(self, other: object) -> bool:
        return str(other).lower() == self.address.lower()

    def __hash__(self) -> int:
        return hash(self.address)


class Container:
    """A kind of contract, to be deployed or to be found at an address."""

    def __init__(self, chain: Chain, artifact: Artifact) -> None:
        self._chain, self._artifact, self.abi, self.bytecode = chain, artifact, artifact.abi, artifact.bytecode[2:]

    def at(self, address: Any) -> Contract:
        return Contract(self._chain, self._artifact, str(address))

    def deploy(self, *args: Any) -> Contract:
        """Creates one. :raises VirtualMachineError: its constructor refused."""
        args, sender = split(args, default=None)
        code = bytes.fromhex(self.bytecode) + encode(self._artifact.constructor_inputs, args)
        tx = send(self._chain, sender, None, code)
        return Contract(self._chain, self._artifact, str(tx.contract_address), tx)


def send(
    chain: Chain, sender: Any, to: str | None, data: bytes, outputs: Params = (), gas: int | None = None
) -> Transaction:
    """One transaction, with so much gas if told. :raises VirtualMachineError: it was refused."""
    try:
        return Transaction(chain.transact(str(sender), to, data, gas), outputs)
    except Reverted as reverted:
        raise VirtualMachineError(reverted) from None


def split(args: tuple[Any, ...], default: Any) -> tuple[tuple[Any, ...], Any]:
    """Arguments of the contract, and who calls: Brownie takes that from a dictionary that comes last."""
    if args and isinstance(args[-1], dict):
        return args[:-1], args[-1].get("from", default)
    return args, default


def selector(entry: Mapping[str, Any]) -> bytes:
    from eth_hash.auto import keccak

    return keccak(f"{entry['name']}({','.join(map(abi.canonical, entry['inputs']))})".encode())[:4]


def encode(inputs: Params, args: Sequence[Any]) -> bytes:
    """ABI-encodes arguments, accounts and contracts among them."""
    return eth_abi.encode([abi.canonical(i) for i in inputs], [_plain(i, a) for i, a in zip(inputs, args, strict=True)])


def _plain(param: Mapping[str, Any], value: Any) -> Any:
    kind = param["type"]
    if kind.endswith("]"):
        return [_plain({**param, "type": kind[: kind.rindex("[")]}, item) for item in value]
    if kind == "tuple":
        return tuple(_plain(i, v) for i, v in zip(param["components"], value, strict=True))
    if kind == "address":
        return str(value)
    return _bytes(value) if kind.startswith("bytes") else value


def _bytes(value: Any) -> bytes:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)


def decode(params: Params, data: bytes) -> list[Any]:
    """Values of ABI parameters, addresses with their checksum."""
    return [_shown(param, value) for param, value in zip(params, abi.decode(params, data), strict=True)]


def _shown(param: Mapping[str, Any], value: Any) -> Any:
    kind = param["type"]
    if kind.endswith("]"):
        return tuple(_shown({**param, "type": kind[: kind.rindex("[")]}, item) for item in value)
    if kind == "tuple":
        return tuple(_shown(i, v) for i, v in zip(param["components"], value, strict=True))
    return checksum(value) if kind == "address" else value


def _answer(outputs: Params, data: bytes) -> Any:
    values = decode(outputs, data)
    if not values:
        return None
    return values[0] if len(values) == 1 else tuple(values)
