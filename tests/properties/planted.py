"""Bugs planted in copies of the contracts, and their compilation."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from zuan.contracts.artifacts import Artifact

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / "build" / "planted.json"


@dataclass(frozen=True)
class Bug:
    """Replacements in one contract's source, in order; `breaks` is a sentence that the bug must break, and `doubles`
    whether it lets some plan mint an order twice."""

    name: str
    contract: str
    changes: tuple[tuple[str, str], ...]
    breaks: int = 0
    doubles: bool = False


def _bug(name: str, contract: str, *changes: str, breaks: int = 0, doubles: bool = False) -> Bug:
    return Bug(name, contract, tuple(zip(changes[::2], changes[1::2], strict=True)), breaks, doubles)


BUGS = (
    _bug("the cap is off by one", "DiamondToken", "if (amount > cap - supply)", "if (amount > cap - supply + 1)"),
    _bug("burning does not lower the supply", "DiamondToken", "_supply -= amount;", "{}", breaks=2),
    _bug(
        "burnFrom asks nobody without an allowance",
        "DiamondToken",
        "_spendAllowance(from, msg.sender, amount);",
        "if (allowance(from, msg.sender) != 0) _spendAllowance(from, msg.sender, amount);",
        breaks=1,
    ),
    _bug("anybody burns nothing", "DiamondToken", "if (amount == 0) revert ZeroBurn();", "", breaks=1),
    _bug("burnFrom spends no allowance", "DiamondToken", "_spendAllowance(from, msg.sender, amount);", ""),
    _bug(
        "a batch raises the supply by one order",
        "DiamondToken",
        "_raiseSupply(serial - firstSerial)",
        "_raiseSupply(1)",
    ),
    _bug("anybody mints", "DiamondToken", "if (msg.sender != issuer) revert", "if (msg.sender == address(0)) revert"),
    _bug(
        "the gate ignores the vault at asOf",
        "Issuer",
        "uint256 ceiling = gate.ceiling + Math.min(reserves, gate.vault);\n        if",
        "uint256 ceiling = gate.ceiling + reserves;\n        if",
    ),
    _bug(
        "the gate ignores the vault now",
        "Issuer",
        "uint256 ceiling = gate.ceiling + Math.min(reserves, gate.vault);\n        if",
        "uint256 ceiling = gate.ceiling + gate.vault;\n        if",
    ),
    _bug(
        "burned diamonds free room",
        "Issuer",
        "if (issued_ + amount > ceiling)",
        "if (token.totalSupply() + amount > ceiling)",
    ),
    _bug(
        "the gate is off by one",
        "Issuer",
        "if (issued_ + amount > ceiling)",
        "if (issued_ + amount > ceiling + 1)",
        breaks=7,
    ),
    _bug(
        "headroom forgets the cap",
        "Issuer",
        "return Math.min(room, token.cap() - token.totalSupply());",
        "return room;",
    ),
    _bug(
        "fresh for a second too long",
        "Issuer",
        "if (block.timestamp > gate.freshUntil)",
        "if (block.timestamp > gate.freshUntil + 1)",
        breaks=3,
    ),
    _bug(
        "suspension ends early",
        "Issuer",
        "if (block.timestamp < gate.suspendedUntil)",
        "if (block.timestamp + 1 < gate.suspendedUntil)",
    ),
    _bug("a batch does not move the head", "Issuer", "History(head_, _sum", "History(history.head, _sum", breaks=4),
    _bug(
        "a batch ignores the expected head",
        "Issuer",
        "_checkHead(expectedHead);\n        _mintBatch",
        "_mintBatch",
        breaks=4,
    ),
    _bug(
        "a proposal ignores the expected head",
        "Issuer",
        "_checkHead(expectedHead);\n        uint256 capacity",
        "uint256 capacity",
        # The hash chain stays whole, so that nothing but the orders themselves can show it.
        "_link(expectedHead, id)",
        "_link(_history.head, id)",
        doubles=True,
    ),
    _bug(
        "a proposal does not move the head",
        "Issuer",
        "_history.head = _link(expectedHead, id);",
        "",
        breaks=4,
        doubles=True,
    ),
    _bug(
        "a cancellation does not move the head",
        "Issuer",
        "_history.head = _link(_history.head, id);",
        "",
        breaks=4,
        doubles=True,
    ),
    _bug(
        "the head does not commit to the buyer",
        "Issuer",
        "abi.encode(head_, ref, to, amount)",
        "abi.encode(head_, ref, amount)",
    ),
    _bug(
        "a bucket is not settled when limits change",
        "Issuer",
        "Math.min(_level(old) / old.period,",
        "Math.min(old.level / old.period,",
    ),
    _bug(
        "new limits refill the bucket",
        "Issuer",
        "old.updatedAt == 0 ? to.capacity",
        "old.capacity != to.capacity ? to.capacity",
    ),
    _bug(
        "a bucket fills too fast by one",
        "Issuer",
        "uint256(bucket.capacity) * (block.timestamp - bucket.updatedAt);",
        "uint256(bucket.capacity + 1) * (block.timestamp - bucket.updatedAt);",
    ),
    _bug(
        "a minter overdraws its bucket by one",
        "Issuer",
        "if (amount * bucket.period > level)",
        "if (amount * bucket.period > level + bucket.period)",
        "uint80(level - amount * bucket.period)",
        "uint80(amount * bucket.period > level ? 0 : level - amount * bucket.period)",
        breaks=6,
    ),
    _bug("a proposal executes twice", "Issuer", "pending.state = ProposalState.Executed;", ""),
    _bug("a proposal executes early", "Issuer", "if (block.timestamp < readyAt)", "if (block.timestamp + 1 < readyAt)"),
    _bug(
        "a quorum may repeat a signer",
        "ReserveOracle",
        "if (signer == previous) revert SignerRepeated(signer);",
        "",
        breaks=5,
    ),
    _bug(
        "a quorum is one less",
        "ReserveOracle",
        "if (signatures.length < quorum)",
        "if (signatures.length + 1 < quorum)",
    ),
    _bug(
        "former auditors sign",
        "ReserveOracle",
        "_auditor[_auditors[i]].active = false;",
        "_auditor[_auditors[i]].active = i > 0;",
    ),
    _bug("rotation renews a suspension", "ReserveOracle", "_auditor[to] = auditor;", "_auditor[to].active = true;"),
    _bug(
        "rotating and being called again renews a suspension",
        "ReserveOracle",
        "_auditor[msg.sender].active = false;",
        "delete _auditor[msg.sender];",
        breaks=5,
    ),
    _bug(
        "leaving and coming back renews a suspension",
        "ReserveOracle",
        "_auditor[_auditors[i]].active = false;",
        "delete _auditor[_auditors[i]];",
    ),
    _bug(
        "suspensions follow without a pause",
        "ReserveOracle",
        "block.timestamp + quorum * suspensionTime",
        "block.timestamp + suspensionTime",
    ),
    _bug("new auditors leave the attestation standing", "ReserveOracle", "_gate.freshUntil = 0;", ""),
    _bug(
        "auditors attest what was before their appointment",
        "ReserveOracle",
        "_newest.appointedAt = uint40(block.timestamp);",
        "",
        breaks=5,
    ),
    _bug(
        "the first auditors cannot attest the first second",
        "ReserveOracle",
        "_newest.appointedAt = uint40(block.timestamp - 1);",
        "_newest.appointedAt = uint40(block.timestamp);",
    ),
    _bug(
        "a large vault figure wraps",
        "ReserveOracle",
        "uint72(Math.min(statement.vault, type(uint72).max))",
        "uint72(statement.vault)",
    ),
    _bug(
        "a large vault figure is refused",
        "ReserveOracle",
        "uint72(Math.min(statement.vault, type(uint72).max))",
        "_fit(statement.vault)",
    ),
    _bug("a longer age revives the attestation", "ReserveOracle", "if (freshUntil < _gate.freshUntil) _gate", "_gate"),
    _bug(
        "a haircut rounds up",
        "ReserveOracle",
        "reserves += value * (BPS - asset.haircutBps) / BPS;",
        "reserves += (value * (BPS - asset.haircutBps) + BPS - 1) / BPS;",
    ),
    _bug(
        "liabilities may be understated by one",
        "ReserveOracle",
        "if (stated < outstanding)",
        "if (stated + 1 < outstanding)",
    ),
    _bug(
        "a diamond burned since fails an honest statement",
        "ReserveOracle",
        "if (stated < outstanding)",
        "if (stated != outstanding)",
    ),
    _bug(
        "a statement of the same second counts again",
        "ReserveOracle",
        "if (given <= _newest.asOf)",
        "if (given < _newest.asOf)",
    ),
    _bug(
        "a plain transfer counts at once",
        "ReserveVault",
        "return (cash / unitsPerDiamond,",
        "return (asset.balanceOf(address(this)) / unitsPerDiamond,",
    ),
)


@cache
def _compiler() -> ModuleType:
    """tools/compile.py, which is a script and no package."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("compile_contracts", ROOT / "tools" / "compile.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def source(bug: Bug) -> str:
    """The contract with the bug in it."""
    text = (ROOT / "contracts" / f"{bug.contract}.sol").read_text()
    for old, new in bug.changes:
        assert text.count(old) == 1, f"{bug.name}: {bug.contract}.sol has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    # All copies share the interfaces.
    return text.replace('"./interfaces/', '"contracts/interfaces/')


def compiled(bugs: Sequence[Bug]) -> dict[str, Artifact]:
    """Artifacts by the bugs' names: one run of the compiler, without optimizer, kept in build/ meanwhile."""
    request = _compiler().standard_input()
    paths = {f"planted/{i}/{bug.contract}.sol": bug for i, bug in enumerate(bugs)}
    interfaces = {path: text for path, text in request["sources"].items() if path.startswith("contracts/interfaces/")}
    request["sources"] = interfaces | {path: {"content": source(bug)} for path, bug in paths.items()}
    wanted = ["abi", "evm.bytecode.object", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata"]
    outputs = {path: {bug.contract: wanted} for path, bug in paths.items()}
    request["settings"] |= {"viaIR": False, "optimizer": {"enabled": False}, "outputSelection": outputs}
    key = hashlib.sha256(json.dumps(request).encode() + (ROOT / "package-lock.json").read_bytes()).hexdigest()
    found: dict[str, Any] = json.loads(CACHE.read_text()) if CACHE.exists() else {}
    if found.get("key") != key:
        found = {"key": key, "artifacts": {bug.name: made for bug, made in _compile(request, paths)}}
        CACHE.parent.mkdir(exist_ok=True)
        CACHE.write_text(json.dumps(found))
    return {name: Artifact(data) for name, data in found["artifacts"].items()}


def _compile(request: dict[str, Any], paths: dict[str, Bug]) -> list[tuple[Bug, dict[str, Any]]]:
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / "tools"))
    import solcx
    import yaml

    version = yaml.safe_load((ROOT / "brownie-config.yaml").read_text())["compiler"]["solc"]["version"]
    output = solcx.compile_standard(request, solc_version=version, allow_paths=str(ROOT))["contracts"]
    make = _compiler().artifact
    return [(bug, make(bug.contract, path, output[path][bug.contract])) for path, bug in paths.items()]
