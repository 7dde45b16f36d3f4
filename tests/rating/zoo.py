"""The tokens of ``tokens/``, compiled once, and put into an EVM of our own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi import encode

from zuan.rating.world import Log, Moment, World, account

ROOT = Path(__file__).parents[2]
TOKENS = Path(__file__).with_name("tokens")
MAKER = account("the maker of the tokens")
START = 1_700_000_000


@cache
def compiled() -> dict[str, Any]:
    """Bytecode by contract name."""
    sources = {p.name: {"content": p.read_text(encoding="utf-8")} for p in sorted(TOKENS.glob("*.sol"))}
    request = {
        "language": "Solidity",
        "sources": sources,
        "settings": {
            "evmVersion": "shanghai",
            "optimizer": {"enabled": True, "runs": 200},
            "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
            "outputSelection": {"*": {"*": ["evm.bytecode.object"]}},
        },
    }
    text = json.dumps(request, sort_keys=True)
    kept = ROOT / "build" / f"zoo-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if kept.exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    command = [ROOT / "tools" / "solc-v0.8.30", "--standard-json", "--base-path", ROOT]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
    output = json.loads(done.stdout)
    failed = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    assert not failed, "\n".join(failed)
    found = {name: c["evm"]["bytecode"]["object"] for path in sources for name, c in output["contracts"][path].items()}
    made = kept.with_suffix(f".{os.getpid()}")
    made.write_text(json.dumps(found), encoding="utf-8")
    made.replace(kept)
    return found


class Place:
    """A world of one's own, with what was put there and the logs of that."""

    def __init__(self, destroys: bool = False) -> None:
        self.world = World(Moment(1337, 100, START, destroys=destroys))
        self.logs: list[Log] = []

    def put(self, name: str, types: str = "", *args: Any, by: str = MAKER) -> str:
        """Deploys a contract of the zoo; its address."""
        return self.put_code(bytes.fromhex(compiled()[name]), types, *args, by=by)

    def put_code(self, code: bytes, types: str = "", *args: Any, by: str = MAKER) -> str:
        """Deploys creation code; its address."""
        made: str = self.world.evm.deploy(by, code + encode(types.split(",") if types else [], args)).lower()
        self.logs += self.world.logs()
        return made

    def do(self, by: str, to: str | None, data: bytes) -> None:
        """A creation or a call that stays."""
        if to is None:
            self.put_code(data, by=by)
        else:
            self.send(to, data, by)

    def send(self, to: str, data: bytes, by: str = MAKER) -> None:
        """A call that stays."""
        assert self.world.call(by, to, data).success
        self.logs += self.world.logs()
