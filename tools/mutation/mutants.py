"""Mutants of the contracts: one small fault each, by the standard operators, from the compiler's syntax tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coverage.instrument import walk

_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"}
_RELATIONAL = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_LOGICAL = {"&&": "||", "||": "&&"}
_ASSIGNMENT = {"+=": "-=", "-=": "+="}
_LIBRARY = {"min": "max", "max": "min", "ceilDiv": "tryDiv"}
_CONDITIONS = ("IfStatement", "Conditional", "ForStatement", "WhileStatement")


@dataclass(frozen=True)
class Mutant:
    """A replacement in a source file; `start` and `end` are offsets of bytes."""

    path: str
    start: int
    end: int
    new: str
    operator: str
    line: int
    original: str

    @property
    def key(self) -> str:
        """A name that stays while the line stays, wherever it moves."""
        text = f"{self.path} {self.operator} {self.original} {self.new}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def apply(self, raw: bytes) -> bytes:
        return raw[: self.start] + self.new.encode() + raw[self.end :]

    def mutated_line(self, raw: bytes) -> str:
        """The lines that it touches, after it, as one."""
        first = raw.rfind(b"\n", 0, self.start) + 1
        last = raw.find(b"\n", self.end)
        return " ".join((raw[first : self.start] + self.new.encode() + raw[self.end : last]).decode().split())


def mutants(path: str, raw: bytes, tree: Any) -> list[Mutant]:
    """All mutants of a source, in the order of their places; never two that are the same text."""
    found: dict[tuple[int, int, str], Mutant] = {}
    for start, end, new, operator in _edits(raw, tree):
        first, last = raw.rfind(b"\n", 0, start) + 1, raw.find(b"\n", end)
        original = " ".join(raw[first:last].decode().split())
        line = raw[:start].count(b"\n") + 1
        if raw[start:end].decode() != new:
            found.setdefault((start, end, new), Mutant(path, start, end, new, operator, line, original))
    return [found[place] for place in sorted(found)]


def _edits(raw: bytes, tree: Any) -> Iterator[tuple[int, int, str, str]]:
    for node in walk(tree):
        kind = node["nodeType"]
        start, end = _span(node)
        if kind == "BinaryOperation":
            yield from _operator(raw, node)
        elif kind in ("Assignment", "UnaryOperation"):
            yield from _assignment(raw, node)
        elif kind == "Literal":
            yield from _literal(raw, node)
        elif kind == "ExpressionStatement":
            deleted = "assignment removed" if node["expression"]["nodeType"] == "Assignment" else "statement removed"
            yield start, _statement_end(raw, end), "{}", deleted
        elif kind == "EmitStatement":
            yield start, _statement_end(raw, end), "{}", "event removed"
        elif kind == "Return" and node.get("expression"):
            yield start, _statement_end(raw, end), "{}", "return removed"
        elif kind == "RevertStatement":
            yield start, _statement_end(raw, end), "{}", "revert removed"
        elif kind == "ModifierInvocation" and node.get("kind") == "modifierInvocation":
            yield start, end, "", "modifier removed"
        elif kind == "MemberAccess" and node["memberName"] in _LIBRARY and node["expression"].get("name") == "Math":
            yield end - len(node["memberName"]), end, _LIBRARY[node["memberName"]], "library function"
        if kind in _CONDITIONS and node.get("condition"):
            at = _span(node["condition"])
            yield *at, f"!({raw[at[0] : at[1]].decode()})", "condition negated"


def _operator(raw: bytes, node: Any) -> Iterator[tuple[int, int, str, str]]:
    """The operator between two operands, whatever spaces stand around it."""
    left, right, sign = _span(node["leftExpression"]), _span(node["rightExpression"]), node["operator"]
    at = raw.find(sign.encode(), left[1], right[0])
    for table, name in ((_ARITHMETIC, "arithmetic"), (_RELATIONAL, "relational"), (_LOGICAL, "logical")):
        if sign in table and at >= 0:
            yield at, at + len(sign), table[sign], name


def _assignment(raw: bytes, node: Any) -> Iterator[tuple[int, int, str, str]]:
    start, end = _span(node)
    sign = node["operator"]
    if node["nodeType"] == "Assignment" and sign in _ASSIGNMENT:
        at = raw.find(sign.encode(), _span(node["leftHandSide"])[1], end)
        yield at, at + 2, _ASSIGNMENT[sign], "assignment operator"
    elif sign in ("++", "--"):
        at = start if node["prefix"] else end - 2
        yield at, at + 2, "--" if sign == "++" else "++", "unary"
    elif sign == "!":
        yield start, start + 1, "", "negation removed"


def _literal(raw: bytes, node: Any) -> Iterator[tuple[int, int, str, str]]:
    start, end = _span(node)
    text = raw[start:end].decode()
    if node["kind"] == "bool":
        yield start, end, "false" if text == "true" else "true", "constant"
    elif node["kind"] == "number" and not text.startswith("0x"):
        digits, _, unit = text.partition(" ")
        number = digits.replace("_", "")
        if number.isdigit():
            yield start, end, f"{int(number) + 1} {unit}".strip(), "constant"
            if number == "1":
                yield start, end, f"0 {unit}".strip(), "constant"
    elif node["kind"] == "string" and text:
        yield end - 1, end, f"~{text[-1]}", "constant"


def _statement_end(raw: bytes, end: int) -> int:
    """Past the semicolon, which is no part of some statements."""
    after = raw.find(b";", end)
    return after + 1 if after >= 0 and not raw[end:after].strip() else end


def _span(node: Any) -> tuple[int, int]:
    start, length, _ = map(int, node["src"].split(":"))
    return start, start + length
