"""Compiles the contracts with py-solc-x into the artifacts that the package ships.

Run as ``make artifacts`` (or ``python tools/solc/build.py [--check]``). The settings are those of ``brownie-config.yaml``.
Nothing is written unless the bytes differ; ``--check`` writes nothing and fails on a difference.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "zuan" / "contracts" / "data"
PEERS = ROOT / "build" / "peers"
CACHE = ROOT / "build" / "compiled.json"
CODES = SHIPPED / "codes.json"
# Counts the contracts' editions (CHANGELOG.md): codes of earlier ones stay in codes.json, so that these are recognised.
EDITION = 2

# What a user deploys; the rest (mocks, peers) is compiled for the tests only.
DEPLOYABLE = (
    *("DiamondToken", "Governance", "Issuer", "Lens", "OrderDesk", "ReserveOracle", "ReserveVault", "TestStablecoin"),
)


def standard_input() -> dict[str, Any]:
    """Standard JSON input for all contracts, with the settings of brownie-config.yaml."""
    compiler = yaml.safe_load((ROOT / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]
    sources = sorted((ROOT / "contracts").rglob("*.sol"))
    return {
        "language": "Solidity",
        "sources": {str(p.relative_to(ROOT)): {"content": p.read_text(encoding="utf-8")} for p in sources},
        "settings": {
            "evmVersion": compiler["evm_version"],
            "viaIR": compiler["solc"]["viaIR"],
            "optimizer": compiler["solc"]["optimizer"],
            "remappings": [r.replace("=", "/=", 1) + "/" for r in compiler["solc"]["remappings"]],
            "outputSelection": {
                "*": {
                    "": ["ast"],
                    "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode", "evm.methodIdentifiers", "metadata"],
                }
            },
        },
    }


def compile_all() -> dict[str, dict[str, Any]]:
    """Artifacts by contract name. The compiler runs only when sources or settings changed since the last time."""
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / "tools"))
    import solcx

    source = standard_input()
    solc = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]["node_modules/solc"]
    made_of = json.dumps([source, solc], sort_keys=True).encode() + Path(__file__).read_bytes()
    key = hashlib.sha256(made_of).hexdigest()
    if CACHE.exists() and (cached := json.loads(CACHE.read_text(encoding="utf-8")))["key"] == key:
        return cached["artifacts"]

    os.chdir(ROOT)
    version = yaml.safe_load((ROOT / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]["solc"]["version"]
    output = solcx.compile_standard(source, solc_version=version, allow_paths=str(ROOT))
    names = {str(node): name for source in output["sources"].values() for node, name in immutables_in(source["ast"])}
    artifacts = {
        name: artifact(name, path, contract, names)
        for path, contracts in output["contracts"].items()
        if path.startswith("contracts/")
        for name, contract in contracts.items()
    }
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    CACHE.write_text(json.dumps({"key": key, "artifacts": artifacts}))
    return artifacts


def immutables_in(node: Any) -> Iterator[tuple[int, str]]:
    """The immutable variables in a part of the syntax tree: its number there, and its name."""
    if isinstance(node, dict):
        if node.get("nodeType") == "VariableDeclaration" and node.get("mutability") == "immutable":
            yield node["id"], node["name"]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from immutables_in(part)


def _start(reference: dict[str, int]) -> int:
    return reference["start"]


def artifact(name: str, path: str, contract: dict[str, Any], names: dict[str, str] | None = None) -> dict[str, Any]:
    """What the package needs of one contract: interface, code, where its immutables lie, and solc's metadata.

    :param names: of the immutables, by their numbers in the syntax tree; nobody asks where they lie where it is missing.
    """
    deployed = contract["evm"]["deployedBytecode"]
    references = deployed.get("immutableReferences", {}) if names is not None else {}
    immutables = {
        names[n]: " ".join(str(r["start"]) for r in sorted(found, key=_start)) for n, found in references.items()
    }
    if len(immutables) != len(references):
        raise SystemExit(f"{name} has two immutables of one name: rename one, values are told apart by names")
    return {
        "contractName": name,
        "sourceName": path,
        "abi": contract["abi"],
        "methodIdentifiers": contract["evm"]["methodIdentifiers"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + deployed["object"],
        # Where constructor values sit in the deployed code, by name, 32 bytes each: to compare code on a chain.
        "immutables": immutables,
        "metadata": contract["metadata"],
    }


def codes(artifacts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What each contract's code is recognised by, of this edition and of all before it."""
    this = {}
    for name in DEPLOYABLE:
        code = bytes.fromhex(artifacts[name]["deployedBytecode"][2:])
        this[name] = {
            "size": len(code),
            "sha256": hashlib.sha256(code).hexdigest(),
            "immutables": artifacts[name]["immutables"],
        }
    version = ".".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"].split(".")[:2])
    earlier = [e for e in json.loads(CODES.read_text()) if e["edition"] != EDITION] if CODES.exists() else []
    return [{"edition": EDITION, "version": version, "contracts": this}, *earlier]


def render(data: Any) -> str:
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the shipped artifacts differ")
    check = parser.parse_args().check
    artifacts = compile_all()
    changed = []
    shipped = {name: {k: v for k, v in artifacts[name].items() if k != "immutables"} for name in DEPLOYABLE}
    for name, data in {**shipped, "codes": codes(artifacts)}.items():
        target, text = SHIPPED / f"{name}.json", render(data)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            changed.append(name)
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
    said = f"shipped artifacts changed: {', '.join(changed)}" if changed else "the shipped artifacts are up to date"
    print(f"{len(artifacts)} contracts compiled; {said}", file=sys.stderr)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
