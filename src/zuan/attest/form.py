"""The statement file, read strictly: what is shown, what is read and what is signed must be one and the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..signatures import parse as signature_bytes
from ..signatures import settled
from ..strict import NewerVersion, address, hexadecimal, number, once, strict

VERSION = 1
#: Whole numbers of the file, and how many bits each may have.
NUMBERS = {"chainId": 256, "block": 64, "epoch": 64, "asOf": 64, "issued": 128, "supply": 128, "vault": 128}
_KEYS = {"version", *NUMBERS, "oracle", "lines", "report", "signatures"}


def parse(text: str) -> dict[str, Any]:
    """A statement file's content, numbers as integers, hashes and signatures as bytes, addresses checksummed.

    :raises NewerVersion: a newer Zuan wrote it.
    :raises ValueError: saying what is wrong.
    """
    data = strict(text)
    if not isinstance(version := data.get("version"), int) or isinstance(version, bool):
        raise ValueError("it has no version")
    if version > VERSION:
        raise NewerVersion
    if missing := _KEYS - set(data):
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    if unknown := set(data) - _KEYS:
        raise ValueError(f"it has an unknown entry {sorted(unknown)[0]!a}")
    lines, signatures = _table(data, "lines"), _table(data, "signatures")
    return {
        **{name: number(data[name], bits, name) for name, bits in NUMBERS.items()},
        "oracle": address(data["oracle"]),
        "lines": {kind: number(value, 128, f"the line {kind!a}") for kind, value in lines.items()},
        "report": hexadecimal(data["report"], 32, "report"),
        "signatures": once([(address(who), _signature(who, made)) for who, made in signatures.items()]),
    }


def _signature(who: str, made: Any) -> bytes:
    try:
        return settled(signature_bytes(made))
    except ValueError as error:
        raise ValueError(f"the signature of {who}: {error}") from None


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data[name]
    if not isinstance(found, dict):
        raise ValueError(f"{name} is no object")
    return found
