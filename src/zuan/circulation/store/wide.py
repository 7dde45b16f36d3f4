"""Columns of 128-bit whole numbers: amounts, and sums of them.

Sums of a token with 18 decimals pass 2^64 soon; those of others do not. So a column of which all numbers are below 2^64 may
be *narrow*: it has no high halves, which costs neither memory nor work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ZERO = np.uint64(0)


class Column(Protocol):
    """An array, or what gives slices of one."""

    def __len__(self) -> int: ...

    def __getitem__(self, which: Any, /) -> Any: ...


@dataclass(frozen=True, eq=False)
class Wide:
    """A column of numbers: their low 64 bits, and their high ones, or None where all of these are zero."""

    low: Any
    high: Any = None

    @property
    def narrow(self) -> bool:
        """Whether the high halves are known to be zero without looking at them."""
        return self.high is None

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, which: Any) -> Wide:
        """Some of the numbers."""
        return Wide(self.low[which], None if self.high is None else self.high[which])

    def __add__(self, other: Wide) -> Wide:
        """Sums, number by number."""
        low = self.low + other.low
        carry = low < self.low
        if self.narrow and other.narrow and not carry.any():
            return Wide(low)
        return Wide(low, self.highs() + other.highs() + carry)

    def __sub__(self, other: Wide) -> Wide:
        """Differences, number by number; no number of ``other`` exceeds its own."""
        low = self.low - other.low
        return Wide(low, None if self.narrow else self.high - other.highs() - (self.low < other.low))

    def excess(self, other: Wide) -> Wide:
        """By how much each number exceeds the other's; zero where it does not."""
        low = self.low - other.low
        if self.narrow and other.narrow:
            return Wide(np.where(self.low > other.low, low, _ZERO))
        mine, theirs = self.highs(), other.highs()
        more = (mine > theirs) | ((mine == theirs) & (self.low > other.low))
        high = mine - theirs - (self.low < other.low)
        return Wide(np.where(more, low, _ZERO), np.where(more, high, _ZERO))

    def sums(self) -> Wide:
        """Running sums: entry k is the sum of the first k numbers, so there is one entry more than numbers."""
        low = np.zeros(len(self) + 1, np.uint64)
        if (self.narrow or not self.high.any()) and self.low.sum(dtype=np.float64) < 2.0**63:
            np.cumsum(self.low, out=low[1:])
            return Wide(low)
        # Halves of 32 bits: fewer than 2^32 of them never carry out of 64.
        high = self.highs()
        first, second = np.cumsum(self.low & _LOW), np.cumsum(self.low >> _HALF)
        third, fourth = np.cumsum(high & _LOW), np.cumsum(high >> _HALF)
        second += first >> _HALF
        third += second >> _HALF
        fourth += third >> _HALF
        sums = np.zeros(len(self) + 1, np.uint64)
        low[1:] = (first & _LOW) | (second << _HALF)
        sums[1:] = (third & _LOW) | (fourth << _HALF)
        return Wide(low, sums)

    def put(self, where: NDArray[np.int64], n: int) -> Wide:
        """``n`` numbers: these at their places, zero elsewhere."""
        low = np.zeros(n, np.uint64)
        low[where] = self.low
        if self.narrow:
            return Wide(low)
        high = np.zeros(n, np.uint64)
        high[where] = self.high
        return Wide(low, high)

    def largest(self, starts: NDArray[np.int64]) -> Wide:
        """The largest number of each group; groups begin at ``starts`` and none is empty."""
        if not len(starts):
            return Wide(np.zeros(0, np.uint64))
        if self.narrow:
            return Wide(np.maximum.reduceat(self.low, starts))
        top = np.maximum.reduceat(self.high, starts)
        sizes = np.diff(np.append(starts, len(self)))
        return Wide(np.maximum.reduceat(np.where(self.high == np.repeat(top, sizes), self.low, _ZERO), starts), top)

    def floats(self) -> NDArray[np.float64]:
        """About the numbers, which may be beyond 128 bits when they are added."""
        low: NDArray[np.float64] = self.low.astype(np.float64)
        return low if self.narrow else self.high.astype(np.float64) * 2.0**64 + low

    def saturated(self, about: NDArray[np.float64]) -> Wide:
        """The numbers, but 2^127 where they are about as large or larger: there they may have wrapped."""
        beyond = about >= 2.0**127
        return Wide(self.low, np.where(beyond, np.uint64(1 << 63), self.highs())) if beyond.any() else self

    def positive(self) -> NDArray[np.bool_]:
        """Which of them are not zero."""
        found: NDArray[np.bool_] = (self.low if self.high is None else self.low | self.high) != 0
        return found

    def slim(self) -> Wide:
        """The same numbers, narrow where they can be."""
        return self if self.high is None or self.high.any() else Wide(self.low)

    def highs(self) -> Words:
        """The high halves, also where they are zero: then they take no memory, whatever their number."""
        return np.broadcast_to(_ZERO, len(self)) if self.high is None else self.high

    def integers(self) -> list[int]:
        """As Python's integers."""
        if self.high is None:
            return [int(n) for n in self.low.tolist()]
        return [(h << 64) | n for h, n in zip(self.high.tolist(), self.low.tolist(), strict=True)]

    @staticmethod
    def concat(parts: Sequence[Wide]) -> Wide:
        """One behind the other; at least one."""
        low = np.concatenate([part.low for part in parts])
        if all(part.narrow for part in parts):
            return Wide(low)
        return Wide(low, np.concatenate([part.highs() for part in parts]))
