"""Arithmetic on columns of 128-bit whole numbers, each a pair of 64-bit columns: (high, low).

Sums of a token with 18 decimals pass 2^64 soon. All is modulo 2^128; differences and comparisons read the pair as
signed (two's complement) where it says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Wide = tuple[Words, Words]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_SIGN = np.uint64(1 << 63)


def zeros(n: int) -> Wide:
    """``n`` times nought."""
    return np.zeros(n, np.uint64), np.zeros(n, np.uint64)


def take(a: Wide, which: Any) -> Wide:
    """Some of the numbers."""
    return a[0][which], a[1][which]


def add(a: Wide, b: Wide) -> Wide:
    """Sums, number by number."""
    low = a[1] + b[1]
    return a[0] + b[0] + (low < a[1]), low


def subtract(a: Wide, b: Wide) -> Wide:
    """Differences, number by number."""
    return a[0] - b[0] - (a[1] < b[1]), a[1] - b[1]


def sums(a: Wide) -> Wide:
    """Running sums: entry k is the sum of the first k numbers, so there is one entry more than numbers."""
    high, low = a
    out_high, out_low = zeros(len(low) + 1)
    if not high.any() and low.sum(dtype=np.float64) < 2.0**63:
        np.cumsum(low, out=out_low[1:])
        return out_high, out_low
    # Halves of 32 bits: fewer than 2^32 of them never carry out of 64.
    first, second = np.cumsum(low & _LOW), np.cumsum(low >> _HALF)
    third, fourth = np.cumsum(high & _LOW), np.cumsum(high >> _HALF)
    second += first >> _HALF
    third += second >> _HALF
    fourth += third >> _HALF
    out_low[1:] = (first & _LOW) | (second << _HALF)
    out_high[1:] = (third & _LOW) | (fourth << _HALF)
    return out_high, out_low


def largest(a: Wide, starts: NDArray[np.int64]) -> Wide:
    """The largest number, read as signed, of each group; groups begin at ``starts`` and none is empty."""
    high, low = a[0] ^ _SIGN, a[1]
    sizes = np.diff(np.append(starts, len(low)))
    if not len(starts):
        return zeros(0)
    top = np.maximum.reduceat(high, starts)
    rest = np.maximum.reduceat(np.where(high == np.repeat(top, sizes), low, np.uint64(0)), starts)
    return top ^ _SIGN, rest


def not_negative(a: Wide) -> Wide:
    """The numbers, nought where they are negative when read as signed."""
    keep = a[0] < _SIGN
    return np.where(keep, a[0], np.uint64(0)), np.where(keep, a[1], np.uint64(0))


def integers(a: Wide) -> list[int]:
    """As Python's integers."""
    return [(h << 64) | n for h, n in zip(a[0].tolist(), a[1].tolist(), strict=True)]
