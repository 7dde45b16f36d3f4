"""Texts that somebody else wrote, shown so that none can imitate another line, move the cursor or fill the screen."""

from __future__ import annotations

_MOST_BYTES = 64


def visible(text: str) -> str:
    """A text with all that cannot be printed (line ends, escapes, marks that turn the direction of writing) spelled out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def hexed(data: bytes, most: int = _MOST_BYTES) -> str:
    """Bytes as hex; of long ones the beginning, and how many there are."""
    return "0x" + data.hex() if len(data) <= most else f"0x{data[:most].hex()}... ({len(data):,} bytes)"
