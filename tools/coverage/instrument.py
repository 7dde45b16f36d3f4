"""Branch probes in copies of the contracts: each condition tells, when it is evaluated, what it came to.

A probe asks for the balance of an address that nobody has, one for each outcome. That changes nothing and is allowed
wherever a contract may read, yet the EVM has then loaded an account of that address, even if the call reverts later: the
chain's accounts are the record. Functions that were `pure` become `view` for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: First address of the probes; the outcomes of point `n` are `2 n` (false) and `2 n + 1` (true) further.
BASE = 0xC0FE << 144
_PROBES = "contracts/Probes.sol"
_SOURCE = f"""// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

function probed(bool outcome, uint160 point) view returns (bool) {{
    return outcome == (address(uint160({BASE}) + 2 * point + (outcome ? 1 : 0)).balance == 0);
}}

function entered(uint160 point) view {{
    probed(true, point);
}}
"""
_CONDITIONS = {"IfStatement": "if", "Conditional": "? :", "ForStatement": "for", "WhileStatement": "while"}


@dataclass(frozen=True)
class Point:
    """A place with a probe: a condition with two outcomes, or a function that is entered or not."""

    path: str
    line: int
    kind: str
    text: str

    @property
    def outcomes(self) -> tuple[bool, ...]:
        return (True,) if self.kind == "function" else (False, True)


def measured(path: str) -> bool:
    """Whether a source is one of those that users deploy."""
    return bool(re.fullmatch(r"contracts/(common/)?\w+\.sol", path))


def instrument(sources: dict[str, str], trees: dict[str, Any]) -> tuple[dict[str, str], list[Point]]:
    """The sources with probes, and what the probes stand for, in the order of their numbers."""
    points: list[Point] = []
    result = {_PROBES: _SOURCE}
    for path, text in sources.items():
        raw = text.encode()
        edits = list(_views(raw, trees[path]))
        if measured(path):
            edits += _probes(path, raw, trees[path], points)
        result[path] = _edited(raw, edits).decode()
    return result, points


def outcome_of(address: str) -> tuple[int, bool] | None:
    """The point and the outcome that an address of the chain stands for, if it is a probe's."""
    number = int(address, 16) - BASE
    return (number // 2, bool(number % 2)) if 0 <= number < 2**32 else None


def _probes(path: str, raw: bytes, tree: Any, points: list[Point]) -> Iterator[tuple[int, int, bytes]]:
    pragma = next(node for node in tree["nodes"] if node["nodeType"] == "PragmaDirective")
    yield _end(pragma), 1, f'\nimport {{entered, probed}} from "{_PROBES}";\n'.encode()
    for kind, node in _points(tree):
        start, end = _start(node), _end(node)
        text = " ".join(raw[start:end].decode().split())
        number = len(points)
        line = raw[:start].count(b"\n") + 1
        if kind == "function":
            name = node["name"] or node["kind"]
            points.append(Point(path, line, kind, name))
            yield _start(node["body"]) + 1, 1, f" entered({number}); ".encode()
        else:
            points.append(Point(path, line, kind, text))
            # Of two that begin together the longer is opened first; of two that end together the shorter is closed first.
            yield start, -(end - start), b"probed("
            yield end, end - start, f", {number})".encode()


def _points(tree: Any) -> Iterator[tuple[str, Any]]:
    """Conditions, operands of `&&` and `||` as well, and functions with a body; each once."""
    seen = set()
    for node in walk(tree):
        found: list[tuple[str, Any]] = []
        if node["nodeType"] in _CONDITIONS and node.get("condition"):
            found = [(_CONDITIONS[node["nodeType"]], node["condition"])]
        elif node["nodeType"] == "BinaryOperation" and node["operator"] in ("&&", "||"):
            found = [(node["operator"], node["leftExpression"]), (node["operator"], node["rightExpression"])]
        elif node["nodeType"] == "FunctionCall" and node["expression"].get("name") in ("require", "assert"):
            found = [("require", node["arguments"][0])]
        elif node["nodeType"] == "FunctionDefinition" and node.get("body"):
            found = [("function", node)]
        for kind, at in found:
            if at["id"] not in seen:
                seen.add(at["id"])
                yield kind, at


def _views(raw: bytes, tree: Any) -> Iterator[tuple[int, int, bytes]]:
    """`pure` is `view` where the probes read."""
    for node in walk(tree):
        if node["nodeType"] == "FunctionDefinition" and node["stateMutability"] == "pure":
            end = _start(node["body"]) if node.get("body") else _end(node)
            word = re.search(rb"\bpure\b", raw[_start(node) : end])
            assert word, node["name"]
            yield _start(node) + word.start(), 0, b"view/*"
            yield _start(node) + word.end(), 0, b"*/"


def walk(node: Any) -> Iterator[Any]:
    """All nodes of a syntax tree, in the order of the source as far as the compiler keeps it."""
    if isinstance(node, list):
        for item in node:
            yield from walk(item)
    elif isinstance(node, dict):
        if "nodeType" in node:
            yield node
        for value in node.values():
            if isinstance(value, dict | list):
                yield from walk(value)


def _start(node: Any) -> int:
    return int(node["src"].split(":")[0])


def _end(node: Any) -> int:
    return _start(node) + int(node["src"].split(":")[1])


def _edited(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """The text with insertions, given as (offset, order among those of one offset, text)."""
    parts, at = [], 0
    for offset, _, insertion in sorted(edits, key=lambda edit: edit[:2]):
        parts += [raw[at:offset], insertion]
        at = offset
    return b"".join([*parts, raw[at:]])
