"""The statement file, read strictly: what is shown, what is read and what is signed must be one and the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..contracts.artifacts import checksum

VERSION = 1
#: Whole numbers of the file, and how many bits each may have.
NUMBERS = {"chainId": 256, "block": 64, "epoch": 64, "asOf": 64, "issued": 128, "supply": 128, "vault": 128}
_KEYS = {"version", *NUMBERS, "oracle", "lines", "report", "signatures"}


class NewerVersion(ValueError):
    """A newer Zuan wrote the file."""


def parse(text: str) -> dict[str, Any]:
    """A statement file's content, numbers as integers, hashes and signatures as bytes, addresses checksummed.

    JSON has several ways to say two things at once (a key that stands twice) or one thing loosely (1000.9, true): each is
    refused.

    :raises NewerVersion: a newer Zuan wrote it.
    :raises ValueError: saying what is wrong.
    """
    data = json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
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
        "signatures": _once([(address(who), hexadecimal(made, None, who)) for who, made in signatures.items()]),
    }


def number(value: Any, bits: int, what: str) -> int:
    """A whole number, as one or as text of its digits. :raises ValueError: it is none, or has more bits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and (value == "0" or value[0] != "0"):
        value = int(value) if len(value) < 80 else -1
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << bits:
        raise ValueError(f"{what} is no whole number of at most {bits} bits")
    return value


def hexadecimal(value: Any, size: int | None, what: str) -> bytes:
    """Bytes from ``0x`` and hexadecimal digits. :raises ValueError: they are none, or not so many."""
    digits = value[2:] if isinstance(value, str) and value.startswith("0x") else "-"
    if (
        len(digits) % 2
        or not all(c in "0123456789abcdefABCDEF" for c in digits)
        or size not in (None, len(digits) // 2)
    ):
        raise ValueError(f"{what} is not 0x and {f'{2 * size} ' if size else ''}hexadecimal digits")
    return bytes.fromhex(digits)


def address(value: Any) -> str:
    """A checksummed address. :raises ValueError: it is none, or its checksum is wrong."""
    hexadecimal(value, 20, "an address")
    found = checksum(value.lower())
    if value not in (found, value.lower()):
        raise ValueError(f"the address {value} fails its checksum")
    return found


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data[name]
    if not isinstance(found, dict):
        raise ValueError(f"{name} is no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!a} stands twice")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")
