"""Compiles the tokens of ``tests/rating/old`` with the compilers of their time, and keeps the code beside them.

``python tools/solc/old.py [--check]``; ``--check`` writes nothing and fails on a difference. The compilers come from npm
(``solc``) and PyPI (``vyper``, each in an environment of its own) into ``build/old``. Vyper 0.2 runs on Python 3.7 to 3.9
only: say where one is with ``--python-old``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOKENS = ROOT / "tests" / "rating" / "old"
KEPT = TOKENS / "compiled.json"
BUILD = ROOT / "build" / "old"
#: The version that a source asks for, exactly.
_VERSION = re.compile(r"(?:pragma solidity|#\s*@version|#\s*pragma version)\s+([0-9.]+)")
_OPTIMIZER = {"enabled": True, "runs": 200}
#: Reads standard JSON, writes [version, output]. The interface of solc-js changed with 0.5, and 0.4.11 has none for it.
_SOLC = """
const solc = require(process.argv[1]), input = require('fs').readFileSync(0, 'utf8');
const run = solc.compileStandardWrapper || solc.compile;
process.stdout.write(JSON.stringify([solc.version(), run(input)]));
"""


def version_of(source: Path) -> str:
    """The compiler version that a source asks for."""
    found = _VERSION.search(source.read_text(encoding="utf-8"))
    assert found, f"{source} asks for no version"
    return found[1]


def solidity(source: Path) -> tuple[str, dict[str, str]]:
    """Compiler and creation code by contract name."""
    version = version_of(source)
    where = BUILD / f"solc-{version}"
    package = where / "node_modules" / "solc"
    if not package.exists():
        where.mkdir(parents=True, exist_ok=True)
        (where / "package.json").write_text("{}", encoding="utf-8")
        subprocess.run(["npm", "install", "--silent", "--no-progress", f"solc@{version}"], cwd=where, check=True)
    request = {
        "language": "Solidity",
        "sources": {source.name: {"content": source.read_text(encoding="utf-8")}},
        "settings": {"optimizer": _OPTIMIZER, "outputSelection": {"*": {"*": ["evm.bytecode.object"]}}},
    }
    command = ["node", "-e", _SOLC, str(package)]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, check=True)
    name, text = json.loads(done.stdout)
    output = json.loads(text)
    failed = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    assert not failed, failed[0]
    return f"solc {name}", {
        n: c["evm"]["bytecode"]["object"] for n, c in output["contracts"][source.name].items() if c["evm"]["bytecode"]
    }


def vyper(source: Path, python: str) -> tuple[str, dict[str, str]]:
    """Compiler and creation code, by the file's name."""
    version = version_of(source)
    where = BUILD / f"vyper-{version}"
    if not (where / "bin" / "vyper").exists():
        subprocess.run([python, "-m", "venv", where], check=True)
        subprocess.run([where / "bin" / "pip", "install", "-q", f"vyper=={version}"], check=True)
    done = subprocess.run([where / "bin" / "vyper", source], capture_output=True, text=True, check=True)
    name = subprocess.run([where / "bin" / "vyper", "--version"], capture_output=True, text=True, check=True)
    return f"vyper {name.stdout.strip()}", {source.stem: done.stdout.strip().splitlines()[-1].removeprefix("0x")}


def build(python: str, python_old: str) -> dict[str, Any]:
    """By contract name: its source, the source's hash, the exact compiler, and the creation code."""
    found = {}
    for source in sorted(TOKENS.glob("*.sol")) + sorted(TOKENS.glob("*.vy")):
        if source.suffix == ".sol":
            compiler, codes = solidity(source)
        else:
            compiler, codes = vyper(source, python_old if version_of(source) < "0.3" else python)
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        for name, code in codes.items():
            found[name] = {"source": source.name, "sha256": digest, "compiler": compiler, "code": code}
    return found


def main() -> None:
    """Builds, and writes or compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--python", default=sys.executable, help="for Vyper since 0.3")
    parser.add_argument("--python-old", default="python3.9", help="for Vyper 0.2: Python 3.7 to 3.9")
    given = parser.parse_args()
    text = json.dumps(build(given.python, given.python_old), indent=1) + "\n"
    if not given.check:
        KEPT.write_text(text, encoding="utf-8")
    elif KEPT.read_text(encoding="utf-8") != text:
        parser.exit(1, f"{KEPT} is not what the compilers make of the sources beside it; run this without --check\n")


if __name__ == "__main__":
    main()
