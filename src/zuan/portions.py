"""Long lists taken in portions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def portions(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """A list in pieces of at most ``size``, in its order."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
