"""Changes that wait in governance: what each would do, and when anybody may carry it out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .chain import abi
from .chain.logs import logs
from .contracts.artifacts import checksum
from .contracts.handles import Call, Contract
from .deploy.config import Resolve
from .errors import InputError, MismatchError
from .system import System


@dataclass(frozen=True)
class Change:
    """A scheduled change: the calls that it makes, each as contract, function and arguments in words.

    ``ready_at`` and ``expires_at`` (UTC seconds) are the first and the last second at which anybody may execute it.
    """

    id: bytes
    ready_at: int
    expires_at: int
    calls: tuple[str, ...]
    targets: tuple[str, ...]
    payloads: tuple[bytes, ...]
    salt: bytes
    tx: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": "0x" + self.id.hex(),
            "readyAt": self.ready_at,
            "expiresAt": self.expires_at,
            "calls": [
                {"does": does, "target": target, "data": "0x" + data.hex()}
                for does, target, data in zip(self.calls, self.targets, self.payloads, strict=True)
            ],
            "tx": self.tx,
        }


def read_changes(system: System) -> list[Change]:
    """All changes that are scheduled and neither executed nor cancelled, by the time they are ready.

    :raises MismatchError: the node leaves out the event that says what a change does.
    """
    governance = system.governance
    at = system.connection.block()
    pending = {bytes(i): (ready, expires) for i, ready, expires in governance.read("pending", block=at.number)}
    topics = [[governance.artifact.topic(name) for name in ("CallScheduled", "CallSalt")]]
    found = logs(system.connection.rpc, governance.address, topics, system.manifest.block, at.number)
    calls: dict[bytes, list[Mapping[str, Any]]] = {}
    salts: dict[bytes, bytes] = {}
    transactions: dict[bytes, str] = {}
    for event in governance.events(list(found)):
        args = event.args
        if event.name == "CallSalt":
            salts[args["id"]] = args["salt"]
            continue
        if args["index"] == 0:
            # A change that was cancelled may be scheduled again: the last time counts.
            calls[args["id"]], transactions[args["id"]] = [], event.tx
        calls[args["id"]].append(args)
    if lost := [i for i in pending if i not in calls]:
        raise MismatchError(
            f"governance lists change 0x{lost[0].hex()}, but the node does not give the event that says what it does; "
            "ask another node"
        )
    changes = [
        Change(
            i,
            ready,
            expires,
            tuple(describe(system, c["target"], c["data"]) for c in calls[i]),
            tuple(checksum(c["target"]) for c in calls[i]),
            tuple(bytes(c["data"]) for c in calls[i]),
            salts.get(i, bytes(32)),
            transactions[i],
        )
        for i, (ready, expires) in pending.items()
    ]
    return sorted(changes, key=lambda change: change.ready_at)


def find_change(system: System, text: str) -> Change:
    """The pending change whose id begins with ``text`` (hex).

    :raises InputError: none, or several, do.
    """
    fits = [c for c in read_changes(system) if c.id.hex().startswith(text.removeprefix("0x").lower())]
    if len(fits) != 1:
        raise InputError(f"{len(fits)} pending changes begin with {text}; `zuan governance` lists them")
    return fits[0]


def schedule(system: System, contract: str, function: str, values: Sequence[str], resolve: Resolve) -> Call:
    """The transaction that schedules one call of a contract of the deployment, with the shortest delay allowed.

    The change's salt follows from the newest block, so the same change can be made again later.

    :param contract: its name, e.g. ``Issuer``.
    :param values: the arguments as text; lists and tuples in brackets, e.g. ``[0xAb..., 0xCd...]``.
    :param resolve: gives an account's address by its name or address.
    :raises InputError: there is no such contract or function, or an argument does not fit.
    """
    target = _part(system, contract)
    known = target.artifact.functions
    if function not in known:
        raise InputError(f"{contract} has no function {function}; it has {', '.join(_changers(target))}")
    inputs = known[function]["inputs"]
    if len(values) != len(inputs):
        shape = ", ".join(f"{i['name']} ({abi.canonical(i)})" for i in inputs) or "none"
        raise InputError(f"{contract}.{function} takes {len(inputs)} arguments: {shape}")
    data = target.encode(function, *(parse(abi.canonical(i), v, resolve) for i, v in zip(inputs, values, strict=True)))
    governance = system.governance
    delay, block = governance.read("getMinDelay"), system.connection.block()
    salt = hashlib.sha256(block.hash.encode() + data).digest()
    return governance.schedule(target.address, data, salt, delay, describe(system, target.address, data))


def execution(system: System, change: Change) -> Call:
    """The transaction that carries a change out."""
    governance, what = system.governance, "execute: " + "; ".join(change.calls)
    if len(change.targets) == 1:
        return governance.execute(change.targets[0], change.payloads[0], change.salt, change.calls[0])
    zeros = [0] * len(change.targets)
    return governance.prepare("executeBatch", change.targets, zeros, change.payloads, bytes(32), change.salt, what=what)


def describe(system: System, target: str, data: bytes) -> str:
    """A call in words, e.g. ``ReserveVault.setTreasury(to=0x...)``; unknown ones as address and hex."""
    for name, deployed in system.manifest.contracts.items():
        if deployed.address.lower() != target.lower():
            continue
        contract = _part(system, name)
        for function, entry in contract.artifact.functions.items():
            if contract.artifact.selector(function) == data[:4]:
                values = abi.decode(entry["inputs"], data[4:])
                return f"{name}.{function}({', '.join(_named(entry['inputs'], values))})"
        return f"{name}.0x{data.hex()}"
    return f"{checksum(target)}.0x{data.hex()}"


def parse(kind: str, text: str, resolve: Resolve) -> Any:
    """A value of an ABI type from text: numbers, addresses or account names, 0x bytes or text, lists in brackets.

    :raises InputError: it does not fit.
    """
    text = text.strip()
    if kind.endswith("[]"):
        return [parse(kind[:-2], item, resolve) for item in _items(text, "[", "]")]
    if kind.startswith("("):
        kinds, items = list(_split(kind[1:-1])), list(_items(text, "(", ")"))
        if len(kinds) != len(items):
            raise InputError(f"{text!r} must have {len(kinds)} values in parentheses: {kind}")
        return tuple(parse(k, v, resolve) for k, v in zip(kinds, items, strict=True))
    if kind == "address":
        return resolve(text)
    if kind.startswith("uint"):
        digits = text.replace("_", "")
        if not (digits.isascii() and digits.isdigit()) or int(digits) >= 1 << int(kind[4:] or 256):
            raise InputError(f"{text!r} is no {kind}")
        return int(digits)
    if kind == "bytes32":
        raw = _hex(text) if text.startswith("0x") else text.encode()
        if len(raw) > 32:
            raise InputError(f"{text!r} is longer than 32 bytes")
        return raw.ljust(32, b"\0")
    if kind == "bytes":
        return _hex(text)
    raise InputError(f"values of type {kind} cannot be given here")


def _part(system: System, name: str) -> Contract:
    handles: dict[str, Contract] = {
        "DiamondToken": system.token,
        "ReserveOracle": system.oracle,
        "ReserveVault": system.vault,
        "Issuer": system.issuer,
        "OrderDesk": system.desk,
        "Governance": system.governance,
        "Lens": system.lens,
    }
    if name not in handles:
        raise InputError(f"the deployment has no {name}; it has {', '.join(handles)}")
    return handles[name]


def _changers(contract: Contract) -> list[str]:
    return [n for n, e in contract.artifact.functions.items() if e["stateMutability"] == "nonpayable"]


def _named(inputs: Sequence[Mapping[str, Any]], values: Iterable[Any]) -> list[str]:
    return [f"{i['name']}={_shown(i, v)}" for i, v in zip(inputs, values, strict=True)]


def _shown(param: Mapping[str, Any], value: Any) -> str:
    kind = param["type"]
    if kind.endswith("[]"):
        return "[" + ", ".join(_shown({**param, "type": kind[:-2]}, v) for v in value) + "]"
    if kind == "tuple":
        return "(" + ", ".join(_named(param["components"], value)) + ")"
    if kind == "address":
        return checksum(value)
    if isinstance(value, bytes):
        text = value.rstrip(b"\0")
        return (
            text.decode()
            if kind == "bytes32" and text and text.isascii() and text.decode().isprintable()
            else "0x" + value.hex()
        )
    return str(value)


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise InputError(f"{text!r} is no hexadecimal number") from None


def _items(text: str, opening: str, closing: str) -> Iterable[str]:
    if not (text.startswith(opening) and text.endswith(closing)):
        raise InputError(f"{text!r} must stand in {opening}{closing}")
    inner = text[1:-1].strip()
    return _split(inner) if inner else ()


def _split(text: str) -> Iterable[str]:
    """Splits at the commas that stand in no brackets."""
    depth, start = 0, 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]
