"""Changes that wait in governance: what each would do, and when anybody may carry it out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .chain import abi
from .chain.logs import logs
from .chain.pinned import read_at
from .contracts.artifacts import checksum
from .contracts.handles import Call, Contract, Event, encode_arguments
from .deploy.config import Resolve
from .errors import InputError, MismatchError
from .proposals import Proposal
from .quoting import did_you_mean, hexed, visible
from .supply import Supply, kind_name
from .system import System

#: Most items of a list, and characters of a call, that are shown.
_MOST_ITEMS, _MOST_TEXT = 40, 4_000


@dataclass(frozen=True)
class Act:
    """One call of a change: what is sent to which contract, with how many wei, and what it ``does`` in words."""

    target: str
    value: int
    data: bytes
    does: str


@dataclass(frozen=True)
class Change:
    """A scheduled change.

    ``ready_at`` and ``expires_at`` (UTC seconds) are the first and the last second at which anybody may execute it, after
    the change ``predecessor`` (32 zero bytes: none). ``known`` says that its acts are those that its id commits to;
    ``batch`` that it was scheduled as several calls, were it only one.
    """

    id: bytes
    ready_at: int
    expires_at: int
    acts: tuple[Act, ...]
    predecessor: bytes
    salt: bytes
    tx: str | None
    known: bool
    batch: bool

    @property
    def calls(self) -> tuple[str, ...]:
        """What it does, in words, a line for each call."""
        return tuple(act.does for act in self.acts)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": "0x" + self.id.hex(),
            "readyAt": self.ready_at,
            "expiresAt": self.expires_at,
            "calls": [
                {"does": a.does, "target": a.target, "value": str(a.value), "data": "0x" + a.data.hex()}
                for a in self.acts
            ],
            "predecessor": "0x" + self.predecessor.hex(),
            "known": self.known,
            "tx": self.tx,
        }


def read_changes(system: System, block: int | None = None) -> list[Change]:
    """All changes that are scheduled and neither executed nor cancelled, by the time they are ready; at a block, the newest
    unless told.

    Whatever one of them contains, it never hides the others: what cannot be decoded is shown as hex, and one whose content
    the node does not give, or gives wrong, comes as not ``known``.
    """
    governance = system.governance
    at = system.connection.block("latest" if block is None else block)
    (pending,) = read_at(system.connection, at, [(governance, "pending", ())])
    topics = [[governance.artifact.topic(name) for name in ("CallScheduled", "CallSalt")]]
    found = logs(system.connection.rpc, governance.address, topics, system.manifest.block, at.number)
    calls: dict[bytes, list[Event]] = {}
    salts: dict[bytes, bytes] = {}
    for event in governance.events(list(found)):
        name = event.args["id"]
        if event.name == "CallSalt":
            salts[name] = event.args["salt"]
            continue
        if event.args["index"] == 0:
            # A change that was cancelled may be scheduled again: the last time counts.
            calls[name] = []
        calls.setdefault(name, []).append(event)
    changes = [
        _change(system, p.id, p.readyAt, p.expiresAt, calls.get(p.id, []), salts.get(p.id, bytes(32))) for p in pending
    ]
    return sorted(changes, key=lambda change: change.ready_at)


def status_dict(s: Supply, changes: Sequence[Change], mints: Sequence[Proposal]) -> dict[str, Any]:
    """What is pending and how slowly changes come, for JSON."""
    waiting = {"pending": [c.as_dict() for c in changes], "proposedMints": [m.as_dict() for m in mints]}
    return {**s.as_dict()["governance"], **waiting}


def _change(system: System, name: bytes, ready_at: int, expires_at: int, events: list[Event], salt: bytes) -> Change:
    acts = tuple(
        Act(checksum(e.args["target"]), e.args["value"], e.args["data"], _does(system, e.args)) for e in events
    )
    predecessor = events[0].args["predecessor"] if events else bytes(32)
    rest, batch = (predecessor, salt), False
    lists = ([a.target for a in acts], [a.value for a in acts], [a.data for a in acts])
    known = len(acts) == 1 and name == _hashed(system, "hashOperation", lists[0][0], lists[1][0], lists[2][0], *rest)
    if not known:
        batch = known = name == _hashed(system, "hashOperationBatch", *lists, *rest)
    return Change(name, ready_at, expires_at, acts, predecessor, salt, events[0].tx if events else None, known, batch)


def _hashed(system: System, function: str, *args: Any) -> bytes:
    """A change's id, as the timelock computes it from its content."""
    from eth_hash.auto import keccak

    return bytes(keccak(encode_arguments(system.governance.artifact.functions[function]["inputs"], args)))


def _does(system: System, call: Mapping[str, Any]) -> str:
    value = f", with {call['value']:,} wei" if call["value"] else ""
    return describe(system, call["target"], call["data"]) + value


def find_change(system: System, text: str) -> Change:
    """The pending change whose id begins with ``text`` (hex).

    :raises InputError: none, or several, do.
    """
    changes = {change.id: change for change in read_changes(system)}
    return changes[_only(list(changes), text)]


def _only(ids: Sequence[bytes], text: str) -> bytes:
    fits = [i for i in ids if i.hex().startswith(text.removeprefix("0x").lower())]
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
    known = _changers(target)
    if function not in known:
        near = did_you_mean(function, known) or f"; it has {', '.join(known)}"
        raise InputError(f"{contract} has no function {visible(function)} that changes something{near}")
    inputs = target.artifact.functions[function]["inputs"]
    usage = " ".join(["zuan governance schedule", contract, function, *map(_shape, inputs)])
    if len(values) != len(inputs):
        raise InputError(f"{len(values)} values are given, and {function} takes {len(inputs)}: `{usage}`")
    try:
        given = [parse(abi.canonical(i), v, resolve) for i, v in zip(inputs, values, strict=True)]
    except InputError as error:
        raise InputError(f"{function} is written `{usage}`: {error}") from None
    data = target.encode(function, *given)
    governance = system.governance
    delay, block = governance.read("getMinDelay"), system.connection.block()
    salt = hashlib.sha256(block.hash.encode() + data).digest()
    return governance.schedule(target.address, data, salt, delay, describe(system, target.address, data))


def execution(system: System, change: Change) -> Call:
    """The transaction that carries a change out.

    :raises MismatchError: what it does is not known.
    """
    if not change.known:
        raise MismatchError(
            f"the node does not give what change 0x{change.id.hex()} does, or gives something else; ask another node"
        )
    governance, what = system.governance, "execute: " + "; ".join(change.calls[:5])
    targets, values, payloads = ([getattr(act, name) for act in change.acts] for name in ("target", "value", "data"))
    if change.batch:
        return governance.prepare("executeBatch", targets, values, payloads, change.predecessor, change.salt, what=what)
    (act,) = change.acts
    return governance.prepare("execute", act.target, act.value, act.data, change.predecessor, change.salt, what=what)


def cancellation(system: System, text: str) -> Call:
    """The transaction that ends a change; a whole id needs no other knowledge of it.

    :raises InputError: no pending change, or several, begin with ``text``.
    """
    pending = [bytes(change.id) for change in system.governance.read("pending")]
    return system.governance.cancel(_only(pending, text))


def describe(system: System, target: str, data: bytes) -> str:
    """A call in words, e.g. ``ReserveVault.setTreasury(to=0x...)``; of what is unknown or cannot be decoded, the hex.

    Never longer than some hundred characters; the call's data are whole in JSON.
    """
    name, contract = next(
        ((n, c) for n, c in _parts(system).items() if c.address.lower() == target.lower()), (None, None)
    )
    if contract is None:
        return f"{checksum(target)}.{hexed(data)}"
    for function, entry in contract.artifact.functions.items():
        if contract.artifact.selector(function) == data[:4]:
            try:
                values = abi.decode(entry["inputs"], data[4:])
            except ValueError:
                return f"{name}.{function}({hexed(data[4:])}: cannot be decoded)"
            text = f"{name}.{function}({', '.join(_named(entry['inputs'], values))})"
            return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}... ({len(text):,} characters)"
    return f"{name}.{hexed(data)}"


def parse(kind: str, text: str, resolve: Resolve) -> Any:
    """A value of an ABI type from text: a number, true or false, an address or account name, bytes, text, lists in brackets.

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
    if kind == "bool":
        if text.lower() not in ("true", "false"):
            raise InputError(f"{text!r} is neither true nor false")
        return text.lower() == "true"
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


def _shape(param: Mapping[str, Any]) -> str:
    """How a value is written on the command line, by the names of its parts, e.g. ``"(MINTER, CAPACITY)"``."""
    kind, name = str(param["type"]), _capitals(param["name"])
    if kind.endswith("[]"):
        return f'"[{name}, ...]"'
    if kind == "tuple":
        return '"(' + ", ".join(_capitals(c["name"]) for c in param["components"]) + ')"'
    return name


def _capitals(name: str) -> str:
    """A parameter's name as usage lines have it: ``INSTANT_LIMIT`` of ``instantLimit``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip("_")).upper()


def _part(system: System, name: str) -> Contract:
    handles = _parts(system)
    if name not in handles:
        near = did_you_mean(name, handles) or f"; it has {', '.join(handles)}"
        raise InputError(f"the deployment has no contract {visible(name)}{near}")
    return handles[name]


def _parts(system: System) -> dict[str, Contract]:
    """The contracts that governance may change."""
    return {
        "DiamondToken": system.token,
        "ReserveOracle": system.oracle,
        "ReserveVault": system.vault,
        "Issuer": system.issuer,
        "OrderDesk": system.desk,
        "Governance": system.governance,
        "Lens": system.lens,
    }


def _changers(contract: Contract) -> list[str]:
    return [n for n, e in contract.artifact.functions.items() if e["stateMutability"] == "nonpayable"]


def _named(inputs: Sequence[Mapping[str, Any]], values: Iterable[Any]) -> list[str]:
    return [f"{i['name']}={_shown(i, v)}" for i, v in zip(inputs, values, strict=True)]


def _shown(param: Mapping[str, Any], value: Any) -> str:
    kind = param["type"]
    if kind.endswith("[]"):
        items = [_shown({**param, "type": kind[:-2]}, v) for v in value[:_MOST_ITEMS]]
        more = [f"... {len(value) - _MOST_ITEMS:,} more"] if len(value) > _MOST_ITEMS else []
        return "[" + ", ".join(items + more) + "]"
    if kind == "tuple":
        return "(" + ", ".join(_named(param["components"], value)) + ")"
    if kind == "address":
        return checksum(value)
    if isinstance(value, bytes):
        return kind_name(value) if kind == "bytes32" and any(value) else hexed(value)
    return repr(value) if isinstance(value, str) else str(value)


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
