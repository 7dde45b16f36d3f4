"""Arguments for a search: aimed at the people of the scene and at the limits of what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice, product

from eth_abi.abi import encode
from eth_abi.exceptions import EncodingError

from .surface import Function, split

_MOST = 160
_COMBINATIONS = 2_000
_BIG = 1 << 255
_PERCENT = (95, 49, 32, 24, 19, 9)
_WORD = re.compile(r"address|bool|u?int\d*|bytes\d+")


@dataclass
class Aims:
    """What arguments are made of: addresses (most important first), amounts, words such as names of roles, and data."""

    addresses: list[str]
    amounts: list[int]
    words: list[int] = field(default_factory=list)
    datas: list[bytes] = field(default_factory=list)


def aim(function: Function, aims: Aims, most: int = _MOST) -> Iterator[bytes]:
    """Call data for a function, the likeliest first, ``most`` at most."""
    choices = [_values(kind, aims) for kind in function.types]
    if not choices:
        yield function.selector
        return
    for values in islice(chain(_rates(function), _spread(choices)), most):
        try:
            yield function.selector + _encoded(function.types, values)
        except (EncodingError, ValueError, OverflowError, TypeError):
            continue


def _encoded(types: Sequence[str], values: tuple[object, ...]) -> bytes:
    """Their encoding; where each is one word, the words that were encoded before (a third of a search's time)."""
    if all(_WORD.fullmatch(kind) for kind in types):
        return b"".join(map(_word, types, values))
    return encode(types, values)


@lru_cache(maxsize=1 << 14, typed=True)
def _word(kind: str, value: object) -> bytes:
    return encode([kind], [value])


def _rates(function: Function) -> Iterator[tuple[int, ...]]:
    """Parts of a whole as functions of several numbers take them, the whole last: one part alone, and all alike."""
    count = len(function.types)
    if count < 3 or any(not kind.startswith("uint") or kind.endswith("]") for kind in function.types):
        return
    for whole in (100, 1_000, 10_000):
        for percent in _PERCENT:
            part = whole * percent // 100
            yield (part, *[0] * (count - 2), whole)
            yield (*[part // (count - 1)] * (count - 1), whole)


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
        inner = _values(kind[:-2], aims)
        # Two of a kind: sums of many run over.
        return [inner[:1], inner[:2], *([value] for value in inner[1:8]), []]
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
        return [b"", *aims.datas]
    if kind == "string":
        return ["x", ""]
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return [w.to_bytes(32, "big")[:size] for w in [0, *aims.words]]
    return [0]


def running_over(function: Function, aims: Aims) -> list[bytes]:
    """Payments to two at once whose sum runs over to nothing, as in old compilers' arithmetic."""
    if "address[]" not in function.types or not {"uint256", "uint256[]"} & set(function.types):
        return []
    known: dict[str, object] = {"address[]": aims.addresses[:2], "uint256": _BIG, "uint256[]": [_BIG, _BIG]}
    values = [known.get(kind, _values(kind, aims)[0]) for kind in function.types]
    return [function.selector + encode(function.types, values)]


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
