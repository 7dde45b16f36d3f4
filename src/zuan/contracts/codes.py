"""By what each contract's code is recognised on a chain: this edition's and earlier ones', whatever their immutables hold.

Immutables are written into the code by the constructor. Whoever brings code to a chain by another constructor can write any
values, and another at each place of one variable; so all places are read, and must agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Code:
    """The code of one contract in one edition: bytes, their SHA-256 with zeros for immutables, and where these begin."""

    name: str
    edition: int
    version: str
    size: int
    sha256: str
    immutables: Mapping[str, tuple[int, ...]]

    def fits(self, code: bytes) -> bool:
        """Whether ``code`` is this one, but for what its immutables hold."""
        return len(code) == self.size and hashlib.sha256(self.masked(code)).hexdigest() == self.sha256

    def masked(self, code: bytes) -> bytes:
        """``code`` with zeros where its immutables are."""
        found = bytearray(code)
        for places in self.immutables.values():
            for start in places:
                found[start : start + 32] = bytes(32)
        return bytes(found)

    def values(self, code: bytes) -> dict[str, frozenset[bytes]]:
        """What each immutable holds in code that fits, 32 bytes; more than one value where its places disagree."""
        return {n: frozenset(code[start : start + 32] for start in places) for n, places in self.immutables.items()}

    def filled(self, code: bytes, values: Mapping[str, bytes]) -> bytes:
        """``code`` with these 32 bytes in all places of each immutable."""
        found = bytearray(code)
        for name, places in self.immutables.items():
            for start in places:
                found[start : start + 32] = values[name]
        return bytes(found)


@cache
def editions() -> tuple[Mapping[str, Code], ...]:
    """Codes by contract's name, of each edition, the newest first: the one that this package ships and reads."""
    text = (resources.files(__package__) / "data" / "codes.json").read_text(encoding="utf-8")
    return tuple(
        {
            name: Code(
                *(name, edition["edition"], edition["version"], code["size"], code["sha256"]),
                {variable: tuple(map(int, starts.split())) for variable, starts in code["immutables"].items()},
            )
            for name, code in edition["contracts"].items()
        }
        for edition in sorted(json.loads(text), key=lambda e: -e["edition"])
    )


def code_of(name: str) -> Code:
    """A contract's code as this package ships it."""
    return editions()[0][name]


def recognised(code: bytes) -> Code | None:
    """Which contract of which edition has this code; None: none has."""
    return next((known for edition in editions() for known in edition.values() if known.fits(code)), None)
