"""Arguments for a search: aimed at the people of the scene and at the limits of what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from eth_abi.abi import encode
from eth_abi.exceptions import EncodingError

from .surface import Function, split

_MOST = 160
_COMBINATIONS = 2_000
_BIG = 1 << 255


@dataclass
class Aims:
    """What arguments are made of: addresses (most important first), amounts, and words such as names of roles."""

    addresses: list[str]
    amounts: list[int]
    words: list[int] = field(default_factory=list)


def aim(function: Function, aims: Aims, most: int = _MOST) -> Iterator[bytes]:
    """Call data for a function, the likeliest first, ``most`` at most."""
    choices = [_values(kind, aims) for kind in function.types]
    if not choices:
        yield function.selector
        return
    for values in islice(_spread(choices), most):
        try:
            yield function.selector + encode(function.types, values)
        except (EncodingError, ValueError, OverflowError, TypeError):
            continue


def _spread(choices: Sequence[list[object]]) -> Iterator[tuple[object, ...]]:
    """Combinations: the nth of each choice, then all, early ones first (by the sum of their places)."""
    sizes = [len(c) for c in choices]
    depths = [min(size, max(3, round(_COMBINATIONS ** (1 / len(sizes))))) for size in sizes]
    together = [tuple(min(n, size - 1) for size in sizes) for n in range(max(sizes))]
    places = sorted(product(*map(range, depths)), key=sum)
    for place in dict.fromkeys(together[:2] + places[:40] + together + places):
        yield tuple(c[n] for c, n in zip(choices, place, strict=True))


def _values(kind: str, aims: Aims) -> list[object]:
    if kind.endswith("[]"):
        return [*([value] for value in _values(kind[:-2], aims)[:8]), []]
    if kind.endswith("]"):
        size = int(kind[kind.rindex("[") + 1 : -1])
        return [[value] * size for value in _values(kind[: kind.rindex("[")], aims)[:4]]
    if kind.startswith("("):
        inner_choices = [_values(part, aims) for part in split(kind[1:-1])]
        return list(islice(_spread(inner_choices), 24))
    if kind == "address":
        return list(aims.addresses)
    if kind == "bool":
        return [True, False]
    if kind.startswith("uint"):
        limit = 1 << int(kind[4:] or 256)
        values = [amount for amount in aims.amounts if amount < limit]
        # evmole takes words that nobody masks for numbers: names of roles, and addresses of old compilers.
        return [*values, *([*aims.words, *(int(a, 16) for a in aims.addresses[:3])] if limit >> 255 else [limit - 1])]
    if kind.startswith("int"):
        return [*(a for a in aims.amounts if a < 1 << (int(kind[3:] or 256) - 1)), -1]
    if kind == "bytes":
        return [b""]
    if kind == "string":
        return ["x", ""]
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return [w.to_bytes(32, "big")[:size] for w in [0, *aims.words]]
    return [0]


def positions(function: Function) -> list[int]:
    """Which of its parameters are amounts."""
    return [n for n, kind in enumerate(function.types) if kind.startswith("uint")]


def with_amount(data: bytes, position: int, amount: int) -> bytes:
    """Call data with another number as a parameter that is one word."""
    at = 4 + 32 * position
    return data[:at] + amount.to_bytes(32, "big") + data[at + 32 :]


#: Percentages and their hundredths in the ways that contracts count them; then what gates count with.
RATES = (1, 0, 2, 3, 5, 10, 25, 49, 50, 90, 99, 100, 250, 500, 999, 1_000, 2_500, 5_000, 9_000, 9_999, 10_000)
LIMITS = (10**6, 10**18, _BIG)
