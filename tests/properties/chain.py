"""The contracts on an in-process EVM, deployed by the package's own plan; signatures that cost microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import eth_abi
from eth_hash.auto import keccak
from eth_keys import keys

from evm.in_process import InProcessEvm
from evm.in_process import Reverted as Reverted
from zuan.chain import abi
from zuan.cli.options import resolve_address
from zuan.contracts import artifact
from zuan.contracts.artifacts import NAMES, Artifact
from zuan.deploy.config import DeployConfig, local_config
from zuan.deploy.plan import plan

from . import failing, reader

CHAIN_ID = 1337
START = 1_700_000_000
DEPLOYER = "0x" + "d0" * 20
#: Where the asset's own code is.
_ASSET_CODE = "0x" + "a5" * 20
_READER_OWNER = "0x" + "d1" * 20
ZERO = "0x" + "00" * 20
#: Where OpenZeppelin's timelock keeps the times of its operations; the salt of those that never were scheduled.
_TIMES_SLOT, _SUDDEN = 1, b"at once".ljust(32, b"\0")
PARTS = {
    "asset": "TestStablecoin",
    "vault": "ReserveVault",
    "token": "DiamondToken",
    "oracle": "ReserveOracle",
    "issuer": "Issuer",
    "desk": "OrderDesk",
    "governance": "Governance",
    "lens": "Lens",
}
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Blob(bytes):
    """Bytes of any length, where plain ones are words."""


@dataclass(frozen=True)
class Event:
    """A decoded log; its arguments in the order of the interface."""

    part: str
    name: str
    args: Mapping[str, Any]

    @property
    def plain(self) -> tuple[Any, ...]:
        """Part, name and values, to be compared."""
        return self.part, self.name, *map(plain, self.args.values())


class Chain:
    """One deployment. ``code`` replaces the artifact of a contract, to run a copy with a planted bug."""

    def __init__(self, config: DeployConfig, code: Mapping[str, Artifact] | None = None) -> None:
        self.artifacts = {part: (code or {}).get(name) or artifact(name) for part, name in PARTS.items()}
        self.evm = InProcessEvm(CHAIN_ID)
        self.warp(START)
        self.at: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.reads = 0
        self.deployment: list[Event] = []
        parts = {name: part for part, name in PARTS.items()}
        for step in plan(config, DEPLOYER, 0):
            part = parts[step.name]
            contract = self.artifacts[part]
            types = [abi.canonical(i) for i in contract.constructor_inputs]
            made = self.evm.deploy(DEPLOYER, bytes.fromhex(contract.bytecode[2:]) + eth_abi.encode(types, step.args))
            assert made.lower() == step.address.lower(), f"{step.name} was created at {made}, planned {step.address}"
            self.at[part] = step.address.lower()
            self.parts[step.address.lower()] = part
            self.deployment += self.logs()
        self._reader = self.evm.deploy(_READER_OWNER, reader.creation_code())
        asset = self.at["asset"]
        self.evm.put_code(_ASSET_CODE, self.evm.code(asset))
        self.evm.put_code(asset, failing.code(_ASSET_CODE))

    def warp(self, now: int) -> None:
        """Sets the time of the next calls."""
        self.evm.at(1, now)

    def fail_asset(self, frozen: bool, silent: bool) -> None:
        """Makes the asset refuse to move for the vault, or to tell it what it holds; or to do so no more."""
        for slot, failing_ in ((failing.FROZEN, frozen), (failing.SILENT, silent)):
            self.evm.put_storage(self.at["asset"], slot, int(self.at["vault"], 16) if failing_ else 0)

    def set_units(self, account: str, units: int) -> None:
        """Writes what the asset says an account holds."""
        slot = int.from_bytes(keccak(words(account, 0)), "big")
        self.evm.put_storage(self.at["asset"], slot, units)

    def ripen(self, operation: bytes, ready_at: int) -> None:
        """Writes when an operation of governance is ready where the timelock keeps it; 0 forgets it."""
        slot = int.from_bytes(keccak(operation + word(_TIMES_SLOT)), "big")
        self.evm.put_storage(self.at["governance"], slot, ready_at)

    def at_once(self, now: int, part: str, function: str, *args: Any) -> None:
        """A change by governance as if it had been scheduled long ago.

        :raises Reverted: the contracts refused.
        """
        call = self.at[part], 0, Blob(self.encode(part, function, *args)), bytes(32), _SUDDEN
        self.ripen(keccak(encode(call)), now)
        try:
            self.call(DEPLOYER, "governance", self.encode("governance", "execute", *call))
        finally:
            self.ripen(keccak(encode(call)), 0)

    def call(self, sender: str, part: str, data: bytes) -> bytes:
        """One transaction (or view).

        :raises Reverted: the contracts refused.
        """
        return self._call(sender, self.at[part], data)

    def _call(self, sender: str, to: str, data: bytes) -> bytes:
        try:
            return self.evm.call(sender, to, data)
        except Reverted as reverted:
            # What the EVM itself stops (no gas, no such opcode) is nothing that the contracts do.
            assert reverted.data is not None, str(reverted)
            raise

    def read(self, part: str, function: str, *args: Any) -> Any:
        """What a view answers, decoded."""
        self.reads += 1
        raw = self.call(DEPLOYER, part, self.encode(part, function, *args))
        values = abi.decode(self.artifacts[part].functions[function]["outputs"], raw)
        return values[0] if len(values) == 1 else values

    def question(self, part: str, function: str, *args: Any) -> bytes:
        """A view, as :meth:`answers` takes it."""
        return reader.question(self.at[part], self.encode(part, function, *args))

    def answers(self, questions: Sequence[bytes]) -> list[bytes]:
        """What views answer, all at once and as it came: cheaper to compare than to decode."""
        self.reads += len(questions)
        return reader.answers(self._call(DEPLOYER, self._reader, b"".join(questions)))

    def encode(self, part: str, function: str, *args: Any) -> bytes:
        """Call data."""
        return _selector(self.artifacts[part], function, len(args)) + encode(args)

    def logs(self) -> list[Event]:
        """Events of the last call that succeeded."""
        return [self._event(log) for log in self.evm.logs]

    def _event(self, log: tuple[str, list[bytes], bytes]) -> Event:
        address, topics, data = log
        entry = _events()[topics[0]]
        indexed = [i for i in entry["inputs"] if i["indexed"]]
        others = [i for i in entry["inputs"] if not i["indexed"]]
        values = dict(zip((i["name"] for i in indexed), abi.decode(indexed, b"".join(topics[1:])), strict=True))
        values |= dict(zip((i["name"] for i in others), abi.decode(others, data), strict=True))
        args = {i["name"]: values[i["name"]] for i in entry["inputs"]}
        return Event(self.parts[address.lower()], entry["name"], args)


@cache
def _selector(contract: Artifact, function: str, count: int) -> bytes:
    return contract.selector(function, count)


@cache
def _events() -> dict[bytes, dict[str, Any]]:
    return {topic: entry for name in NAMES for topic, entry in artifact(name).events.items()}


@cache
def error_selectors() -> dict[str, bytes]:
    """Selectors of all custom errors by name, and of Solidity's own panic."""
    found = {error: selector for name in NAMES for selector, (error, _) in artifact(name).errors.items()}
    return found | {"Panic": bytes.fromhex("4e487b71"), failing.ERROR: failing.ERROR_SELECTOR}


def plain(value: Any) -> Any:
    """What compares alike: lists as tuples, bytes without the zeros after them."""
    if isinstance(value, bytes):
        return bytes(value).rstrip(b"\0")
    return tuple(map(plain, value)) if isinstance(value, (list, tuple)) else value


def word(value: int | str | bytes) -> bytes:
    """A static value as the ABI has it: addresses and numbers on the right, bytes on the left."""
    if isinstance(value, bytes):
        return value.ljust(32, b"\0")
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def words(*values: int | str | bytes) -> bytes:
    """Static values one after the other."""
    return b"".join(map(word, values))


def config(**changes: Any) -> DeployConfig:
    """The shipped local configuration with changes."""
    return replace(_shipped(), **changes)


@cache
def _shipped() -> DeployConfig:
    return local_config(resolve_address)


def encode(values: Sequence[Any]) -> bytes:
    """ABI-encodes by what the values are: lists are arrays, tuples structs, texts addresses. Faster than eth_abi."""
    parts = [(_dynamic(value), _body(value)) for value in values]
    at = sum(32 if dynamic else len(body) for dynamic, body in parts)
    heads, tails = [], []
    for dynamic, body in parts:
        heads.append(at.to_bytes(32, "big") if dynamic else body)
        if dynamic:
            tails.append(body)
            at += len(body)
    return b"".join(heads + tails)


def _body(value: Any) -> bytes:
    if isinstance(value, Blob):
        return word(len(value)) + value + bytes(-len(value) % 32)
    if isinstance(value, list):
        return word(len(value)) + encode(value)
    return encode(value) if isinstance(value, tuple) else word(value)


def _dynamic(value: Any) -> bool:
    return isinstance(value, (list, Blob)) or (isinstance(value, tuple) and any(map(_dynamic, value)))


class Key:
    """A signer. One nonce serves all its signatures: it costs a multiplication, and these keys guard nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.secret = int.from_bytes(keccak(name.encode()), "big") % _ORDER
        public = keys.PrivateKey(self.secret.to_bytes(32, "big")).public_key
        self.address: str = public.to_address()

    def sign(self, digest: bytes) -> tuple[bytes, bytes]:
        """The signature in the compact form of EIP-2098."""
        inverse, r, odd = _nonce()
        s = inverse * (int.from_bytes(digest, "big") + r * self.secret) % _ORDER
        if s > _ORDER // 2:
            s, odd = _ORDER - s, not odd
        return r.to_bytes(32, "big"), (s | odd << 255).to_bytes(32, "big")


@cache
def key(name: str) -> Key:
    """The key of a named actor, always the same."""
    return Key(name)


@cache
def _nonce() -> tuple[int, int, bool]:
    nonce = int.from_bytes(keccak(b"nonce"), "big") % _ORDER
    point = keys.PrivateKey(nonce.to_bytes(32, "big")).public_key.to_bytes()
    return pow(nonce, -1, _ORDER), int.from_bytes(point[:32], "big") % _ORDER, bool(point[63] & 1)


_LINE = keccak(b"Line(bytes32 kind,uint128 value)")
_STATEMENT = keccak(
    b"Attestation(uint64 epoch,uint64 asOf,uint128 issued,uint128 supply,uint128 vault,Line[] lines,bytes32 report)"
    b"Line(bytes32 kind,uint128 value)"
)
_PERMIT = keccak(b"Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)")
_MOVE = b"WithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
_CANCEL = keccak(b"CancelAuthorization(address authorizer,bytes32 nonce)")
_DOMAIN = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")


def statement_digest(statement: Sequence[Any], oracle: str, chain_id: int = CHAIN_ID) -> bytes:
    """What auditors sign (EIP-712), for an oracle on a chain."""
    *figures, lines, report = statement
    hashed = keccak(b"".join(keccak(words(_LINE, kind, value)) for kind, value in lines))
    return _typed("Zuan ReserveOracle", chain_id, oracle, words(_STATEMENT, *figures, hashed, report))


def permit_digest(name: str, token: str, *values: int | str) -> bytes:
    """What holders sign (ERC-2612): owner, spender, value, nonce, deadline."""
    return _typed(name, CHAIN_ID, token, words(_PERMIT, *values))


def authorization_digest(name: str, token: str, kind: str, *values: int | str | bytes) -> bytes:
    """What holders sign (EIP-3009), of the kind ``Transfer`` or ``Receive``: from, to, value, times, nonce."""
    return _typed(name, CHAIN_ID, token, words(keccak(kind.encode() + _MOVE), *values))


def cancellation_digest(name: str, token: str, holder: str, nonce: bytes) -> bytes:
    """What a holder signs to make an authorisation useless (EIP-3009)."""
    return _typed(name, CHAIN_ID, token, words(_CANCEL, holder, nonce))


def _typed(name: str, chain_id: int, contract: str, struct: bytes) -> bytes:
    domain = keccak(words(_DOMAIN, keccak(name.encode()), keccak(b"1"), chain_id, contract))
    return keccak(b"\x19\x01" + domain + keccak(struct))
