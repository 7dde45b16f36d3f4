"""Spans of time, numbers of things and hashes, as people read them."""

from __future__ import annotations

from ...errors import count


def duration(seconds: int) -> str:
    """A time span in its two largest units, e.g. ``3 d 4 h``."""
    parts: list[str] = []
    rest = seconds
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if rest >= size or (unit == "s" and not parts):
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts[:2])


def many(number: int, noun: str) -> str:
    """A number of things, e.g. ``1 order``, ``2 orders``."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    """An address or hash, cut in the middle."""
    return f"{text[:8]}…{text[-4:]}"
