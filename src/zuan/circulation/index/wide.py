"""Arithmetic on columns of 128-bit whole numbers, each a pair of 64-bit columns: (high, low).

Sums of a token with 18 decimals pass 2^64 soon; those of others do not. So a column whose high halves are all nought may
be *narrow*: its high half is one nought, broadcast, which costs neither memory nor work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Wide = tuple[Words, Words]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_NOUGHT = np.uint64(0)
# Takes no memory, whatever its length.
_NOUGHTS = np.broadcast_to(_NOUGHT, 1 << 48)


def noughts(n: int) -> Words:
    """High halves of ``n`` narrow numbers."""
    return _NOUGHTS[:n]


def narrow(a: Wide) -> bool:
    """Whether the high halves are known to be nought without looking at them."""
    return a[0].strides == (0,)


def take(a: Wide, which: Any) -> Wide:
    """Some of the numbers."""
    low = a[1][which]
    return (noughts(len(low)) if narrow(a) else a[0][which]), low


def put(a: Wide, where: NDArray[np.int64], n: int) -> Wide:
    """``n`` numbers: those of ``a`` at their places, nought elsewhere."""
    low = np.zeros(n, np.uint64)
    low[where] = a[1]
    if narrow(a):
        return noughts(n), low
    high = np.zeros(n, np.uint64)
    high[where] = a[0]
    return high, low


def join(parts: list[Wide]) -> Wide:
    """One behind the other."""
    low = np.concatenate([part[1] for part in parts])
    return (noughts(len(low)) if all(map(narrow, parts)) else np.concatenate([part[0] for part in parts])), low


def add(a: Wide, b: Wide) -> Wide:
    """Sums, number by number."""
    low = a[1] + b[1]
    carry = low < a[1]
    if narrow(a) and narrow(b) and not carry.any():
        return noughts(len(low)), low
    return a[0] + b[0] + carry, low


def subtract(a: Wide, b: Wide) -> Wide:
    """Differences, number by number; no number of ``b`` exceeds ``a``'s."""
    low = a[1] - b[1]
    return (noughts(len(low)) if narrow(a) else a[0] - b[0] - (a[1] < b[1])), low


def excess(a: Wide, b: Wide) -> Wide:
    """By how much ``a`` exceeds ``b``, number by number; nought where it does not."""
    if narrow(a) and narrow(b):
        return noughts(len(a[1])), np.where(a[1] > b[1], a[1] - b[1], _NOUGHT)
    more = (a[0] > b[0]) | ((a[0] == b[0]) & (a[1] > b[1]))
    high, low = a[0] - b[0] - (a[1] < b[1]), a[1] - b[1]
    return np.where(more, high, _NOUGHT), np.where(more, low, _NOUGHT)


def sums(a: Wide) -> Wide:
    """Running sums: entry k is the sum of the first k numbers, so there is one entry more than numbers."""
    high, low = a
    out_low = np.zeros(len(low) + 1, np.uint64)
    if (narrow(a) or not high.any()) and low.sum(dtype=np.float64) < 2.0**63:
        np.cumsum(low, out=out_low[1:])
        return noughts(len(out_low)), out_low
    # Halves of 32 bits: fewer than 2^32 of them never carry out of 64.
    first, second = np.cumsum(low & _LOW), np.cumsum(low >> _HALF)
    third, fourth = np.cumsum(high & _LOW), np.cumsum(high >> _HALF)
    second += first >> _HALF
    third += second >> _HALF
    fourth += third >> _HALF
    out_high = np.zeros(len(low) + 1, np.uint64)
    out_low[1:] = (first & _LOW) | (second << _HALF)
    out_high[1:] = (third & _LOW) | (fourth << _HALF)
    return out_high, out_low


def floats(a: Wide) -> NDArray[np.float64]:
    """About the numbers, which may be beyond 128 bits when they are added."""
    return a[0].astype(np.float64) * 2.0**64 + a[1]


def saturated(a: Wide, about: NDArray[np.float64]) -> Wide:
    """The numbers, but 2^127 where they are about as large or larger: there they may have wrapped."""
    beyond = about >= 2.0**127
    if not beyond.any():
        return a
    return np.where(beyond, np.uint64(1 << 63), a[0]), a[1]


def largest(a: Wide, starts: NDArray[np.int64]) -> Wide:
    """The largest number of each group; groups begin at ``starts`` and none is empty."""
    high, low = a
    if not len(starts):
        return noughts(0), np.zeros(0, np.uint64)
    if narrow(a):
        return noughts(len(starts)), np.maximum.reduceat(low, starts)
    top = np.maximum.reduceat(high, starts)
    sizes = np.diff(np.append(starts, len(low)))
    return top, np.maximum.reduceat(np.where(high == np.repeat(top, sizes), low, _NOUGHT), starts)


def integers(a: Wide) -> list[int]:
    """As Python's integers."""
    return [(h << 64) | n for h, n in zip(a[0].tolist(), a[1].tolist(), strict=True)]
