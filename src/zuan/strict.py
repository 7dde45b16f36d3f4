"""JSON files that people sign, read strictly: what is shown, what is read and what is signed must be one and the same."""

from __future__ import annotations

import json
from typing import Any

from .contracts.artifacts import checksum


class NewerVersion(ValueError):
    """A newer Zuan wrote the file."""


def strict(text: str) -> dict[str, Any]:
    """A JSON object.

    JSON has several ways to say two things at once (a key that stands twice) or one thing loosely (1000.9): each is refused.

    :raises ValueError: saying what is wrong.
    """
    try:
        data = json.loads(text, object_pairs_hook=once, parse_float=_no_float, parse_constant=_no_float)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    return data


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


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What pairs say. :raises ValueError: a name stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!a} stands twice")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")
