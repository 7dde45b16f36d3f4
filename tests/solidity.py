"""The contracts of a folder of tests, compiled once for all runs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@cache
def compiled(folder: Path) -> dict[str, Any]:
    """By contract name what the compiler calls ``evm``: ``bytecode`` and ``methodIdentifiers``."""
    sources = {p.name: {"content": p.read_text(encoding="utf-8")} for p in sorted(folder.glob("*.sol"))}
    request = {
        "language": "Solidity",
        "sources": sources,
        "settings": {
            "evmVersion": "shanghai",
            "optimizer": {"enabled": True, "runs": 200},
            "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
            "outputSelection": {"*": {"*": ["evm.bytecode.object", "evm.methodIdentifiers"]}},
        },
    }
    text = json.dumps(request, sort_keys=True)
    kept = ROOT / "build" / f"zoo-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    command = [ROOT / "tools" / "solc-v0.8.30", "--standard-json", "--base-path", ROOT]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
    output = json.loads(done.stdout)
    failed = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    assert not failed, "\n".join(failed)
    found = {name: c["evm"] for path in sources for name, c in output["contracts"][path].items()}
    kept.parent.mkdir(exist_ok=True)
    made = kept.with_suffix(f".{os.getpid()}")
    made.write_text(json.dumps(found), encoding="utf-8")
    made.replace(kept)
    return found
