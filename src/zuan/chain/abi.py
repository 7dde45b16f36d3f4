"""Decoding of ABI-encoded results, errors and events.

Reading must not pay for ``eth_abi``'s import (docs/decisions/0003). Values come back as Python's own: integers, bools,
``bytes``, text, lists, and tuples; addresses as lower-case hex (``0x`` + 40 digits). Tuples have the interface's names:
``gate.epoch``. Checked against eth_abi by a test.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

Param = Mapping[str, Any]


class _Data:
    """Encoded data, each byte of which is read once at most: else little data could stand for gigabytes of values."""

    __slots__ = ("bytes", "left")

    def __init__(self, data: bytes) -> None:
        self.bytes, self.left = data, len(data)

    def read(self, at: int, length: int) -> bytes:
        self.left -= length
        if at + length > len(self.bytes) or self.left < 0:
            raise ValueError("the data is too short, or refers to the same bytes more than once")
        return self.bytes[at : at + length]


def decode(params: Sequence[Param], data: bytes) -> tuple[Any, ...]:
    """Decodes ``data`` by ABI parameters (dicts with ``type`` and, for tuples, ``components``).

    :raises ValueError: the data is too short, refers to the same bytes twice, or has bits where the type allows none.
    """
    return _named(params, _sequence(params, _Data(data), 0))


def canonical(param: Param) -> str:
    """The type as it stands in a signature: ``(address,uint128)[]`` for an array of such tuples."""
    kind: str = param["type"]
    if kind.startswith("tuple"):
        return "(" + ",".join(map(canonical, param["components"])) + ")" + kind.removeprefix("tuple")
    return kind


def _sequence(params: Sequence[Param], data: _Data, base: int) -> list[Any]:
    values, at = [], base
    for param in params:
        if _dynamic(param):
            values.append(_value(param, data, base + _uint(data, at)))
            at += 32
        else:
            values.append(_value(param, data, at))
            at += _size(param)
    return values


def _named(params: Sequence[Param], values: list[Any]) -> tuple[Any, ...]:
    found: tuple[Any, ...] = _kind(tuple(param.get("name", "").rstrip("_") for param in params))(*values)
    return found


@cache
def _kind(names: tuple[str, ...]) -> Any:
    # What has no name, or one that Python keeps for itself, is found by its place only.
    return namedtuple("Answer", names, rename=True)


def _value(param: Param, data: _Data, at: int) -> Any:
    kind = param["type"]
    if kind.endswith("[]"):
        item, length = {**param, "type": kind[:-2]}, _uint(data, at)
        if length * 32 > data.left:
            raise ValueError("an array is longer than the data")
        return _sequence([item] * length, data, at + 32)
    if kind == "tuple":
        return _named(param["components"], _sequence(param["components"], data, at))
    if kind in ("bytes", "string"):
        length = _uint(data, at)
        raw = data.read(at + 32, length)
        return raw.decode() if kind == "string" else raw
    if kind == "bool":
        return _bounded(_uint(data, at), 1) == 1
    if kind == "address":
        return f"0x{_bounded(_uint(data, at), 160):040x}"
    if kind.startswith("uint"):
        return _bounded(_uint(data, at), int(kind[4:]))
    if kind.startswith("int"):
        return int.from_bytes(data.read(at, 32), "big", signed=True)
    if kind.startswith("bytes"):
        return data.read(at, 32)[: int(kind[5:])]
    raise ValueError(f"cannot decode the type {kind}")


def _dynamic(param: Param) -> bool:
    kind = param["type"]
    return (
        kind.endswith("[]")
        or kind in ("bytes", "string")
        or (kind == "tuple" and any(map(_dynamic, param["components"])))
    )


def _size(param: Param) -> int:
    return sum(map(_size, param["components"])) if param["type"] == "tuple" else 32


def _uint(data: _Data, at: int) -> int:
    return int.from_bytes(data.read(at, 32), "big")


def _bounded(value: int, bits: int) -> int:
    if value >> bits:
        raise ValueError(f"a value has more than {bits} bits")
    return value
