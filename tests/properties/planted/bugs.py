"""How bugs are planted in copies of the contracts, and how those are compiled."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from zuan.contracts.artifacts import Artifact

from ..sentence import Sentence

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "build" / "planted.json"
_MOST_KEPT = 400


@dataclass(frozen=True)
class Bug:
    """Replacements in one contract's source, in order; `breaks` is a sentence that the bug must break, and `doubles`
    whether it lets some plan mint an order twice. `finder` is what must find it: the driver, the model of where the money
    is, or the operator who dresses up statements. `inherited` names the source in contracts/common that they are in, where
    it is not the contract's own."""

    name: str
    contract: str
    changes: tuple[tuple[str, str], ...]
    breaks: Sentence | None = None
    doubles: bool = False
    inherited: str = ""
    finder: Literal["driver", "money", "clock"] = "driver"


def bug(name: str, contract: str, *changes: str, **options: Any) -> Bug:
    """A bug by its replacements: old, new, old, new, ..."""
    return Bug(name, contract, tuple(zip(changes[::2], changes[1::2], strict=True)), **options)


@cache
def _compiler() -> ModuleType:
    """tools/solc/build.py, which is a script and no package."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("compile_contracts", ROOT / "tools" / "solc" / "build.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sources(bug: Bug, folder: str) -> dict[str, str]:
    """The contract with the bug in it, by path: all copies share what has none."""
    files = {f"{bug.contract}.sol": "", f"common/{bug.inherited}.sol": bug.inherited}
    found = {}
    for file, inherited in files.items():
        if inherited or not file.startswith("common/"):
            text = (ROOT / "contracts" / file).read_text(encoding="utf-8")
            if inherited == bug.inherited:
                text = _planted(text, bug)
            text = text.replace('"./common/', '"contracts/common/').replace('"../interfaces/', '"contracts/interfaces/')
            if inherited:
                text = text.replace('"./', '"contracts/common/')
            text = text.replace('"./interfaces/', '"contracts/interfaces/')
            if bug.inherited:
                text = text.replace(f'"contracts/common/{bug.inherited}.sol"', f'"./common/{bug.inherited}.sol"')
            found[f"{folder}/{file}"] = text
    return found


def _planted(text: str, bug: Bug) -> str:
    for old, new in bug.changes:
        assert text.count(old) == 1, f"{bug.name}: {bug.contract} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    return text


def compiled(bugs: Sequence[Bug]) -> dict[str, Artifact]:
    """Artifacts by the bugs' names: one run of the compiler, without optimizer, for those not kept in build/."""
    request = _compiler().standard_input()
    shared = ("contracts/interfaces/", "contracts/common/")
    request["sources"] = {path: text for path, text in request["sources"].items() if path.startswith(shared)}
    request["settings"] |= {"viaIR": False, "optimizer": {"enabled": False}}
    common = json.dumps(request).encode() + (ROOT / "package-lock.json").read_bytes()
    texts = {bug.name: sources(bug, "planted") for bug in bugs}
    keys = {name: hashlib.sha256(common + json.dumps(text).encode()).hexdigest() for name, text in texts.items()}
    kept: dict[str, Any] = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    if missing := [bug for bug in bugs if keys[bug.name] not in kept]:
        made = {keys[bug.name]: data for bug, data in _compile(request, missing)}
        # Not for ever: those of older sources go once there are many.
        kept = {
            **(kept if len(kept) < _MOST_KEPT else {key: kept[key] for key in keys.values() if key in kept}),
            **made,
        }
        CACHE.parent.mkdir(exist_ok=True)
        CACHE.write_text(json.dumps(kept))
    return {name: Artifact(kept[key]) for name, key in keys.items()}


def _compile(request: dict[str, Any], bugs: Sequence[Bug]) -> list[tuple[Bug, dict[str, Any]]]:
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / "tools"))
    import solcx
    import yaml

    paths = {f"planted/{i}/{bug.contract}.sol": bug for i, bug in enumerate(bugs)}
    for i, bug in enumerate(bugs):
        request["sources"] |= {path: {"content": text} for path, text in sources(bug, f"planted/{i}").items()}
    wanted = ["abi", "evm.bytecode.object", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata"]
    request["settings"]["outputSelection"] = {path: {bug.contract: wanted} for path, bug in paths.items()}
    version = yaml.safe_load((ROOT / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]["solc"]["version"]
    output = solcx.compile_standard(request, solc_version=version, allow_paths=str(ROOT))["contracts"]
    make = _compiler().artifact
    return [(bug, make(bug.contract, path, output[path][bug.contract])) for path, bug in paths.items()]
