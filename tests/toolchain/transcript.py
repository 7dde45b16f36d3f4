"""Compares what a page shows of a command with what it said: every word and amount, nothing of the day or the machine."""

from __future__ import annotations

import re
from itertools import zip_longest

#: How far a gas figure that is shown may be from the one said; docs/gas.md and its test have them exactly.
GAS_TOLERANCE = 0.01

# What differs from run to run. Addresses do not: the local chain's accounts are always the same.
_CHANGING = (
    (r"\b\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", "<time>"),
    (r"\b127\.0\.0\.1:\d+", "<host>"),
    (r"\b0x[0-9a-f]{64}\b|\b0x[0-9a-f]{4,8}\.\.\.", "<hash>"),
    (r"^( *age +).*?(?=  )", r"\1<age>"),
)
_GAS = re.compile(r"[\d,]+(?= gas\b| per order\b)")
_GAS_NOTE = re.compile(r" \([\d,]+ gas\)$")


def first_missing(shown: str, said: str) -> str | None:
    """The first line of ``shown`` that ``said`` has not, after those before it; None when all are there, in order.

    Lines of ``...`` and empty ones stand for any; what was said may have more lines, and end in gas that is not shown.
    """
    heard = iter(said.splitlines())
    for line in shown.splitlines():
        if line.strip() not in ("", "...") and not any(same(line, other) for other in heard):
            return line
    return None


def same(shown: str, said: str) -> bool:
    """Whether two lines say the same, whatever the day, the port, hashes, spaces, and a hundredth of the gas."""
    shown, said = normal(shown), normal(said)
    if not _GAS.search(shown):
        said = _GAS_NOTE.sub("", said)
    return _GAS.sub("<gas>", shown) == _GAS.sub("<gas>", said) and all(
        a and b and abs(a - b) <= GAS_TOLERANCE * a for a, b in zip_longest(_gas(shown), _gas(said))
    )


def normal(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, mark in _CHANGING:
        line = re.sub(pattern, mark, line)
    return " ".join(line.split())


def _gas(line: str) -> list[int]:
    return [int(figure.replace(",", "")) for figure in _GAS.findall(line)]
