"""Texts that somebody else wrote, shown so that none can imitate another line, move the cursor or fill the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_MOST_BYTES = 64
_FORMULA, _NUMBER = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"), re.compile(r"[+-]?\d+(\.\d+)?")


def visible(text: str) -> str:
    """A text with all that cannot be printed (line ends, escapes, marks that turn the direction of writing) spelled out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """``"; did you mean alice?"`` for ``alic``, to end a clause with; empty where nothing known is near."""
    from difflib import get_close_matches

    # Capitals do not make two names different to whoever mistypes one.
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(text.lower()[:_MOST_BYTES], by_lower, 1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""


def hexed(data: bytes, most: int = _MOST_BYTES) -> str:
    """Bytes as hex; of long ones the beginning, and how many there are."""
    return "0x" + data.hex() if len(data) <= most else f"0x{data[:most].hex()}... ({len(data):,} bytes)"


def csv_cell(value: Any) -> Any:
    """A value for a CSV file: a text that a spreadsheet would run as a formula (CWE-1236) gets an apostrophe before it."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value
