"""The tokens of ``tokens/``, compiled once, and put into an EVM of our own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi import encode

from tests import solidity
from zuan.rating.world import Log, Moment, World, account

TOKENS = Path(__file__).with_name("tokens")
#: Tokens in the languages of their time, each with its code and compiler beside it (``tools/solc/old.py``).
OLD = Path(__file__).with_name("old")
MAKER = account("the maker of the tokens")
START = 1_700_000_000


def compiled() -> dict[str, str]:
    """Creation code by contract name."""
    return {name: evm["bytecode"]["object"] for name, evm in solidity.compiled(TOKENS).items()}


@cache
def old() -> dict[str, dict[str, str]]:
    """By contract name of ``old/``: ``source``, that file's ``sha256``, the exact ``compiler``, and creation ``code``."""
    found: dict[str, dict[str, str]] = json.loads((OLD / "compiled.json").read_text(encoding="utf-8"))
    return found


class Place:
    """A world of one's own, with what was put there and the logs of that."""

    def __init__(self, destroys: bool = False) -> None:
        self.world = World(Moment(1337, 100, START, destroys=destroys))
        self.logs: list[Log] = []

    def put(self, name: str, types: str = "", *args: Any, by: str = MAKER) -> str:
        """Deploys a contract of the zoo; its address."""
        code = old()[name]["code"] if name in old() else compiled()[name]
        return self.put_code(bytes.fromhex(code), types, *args, by=by)

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
