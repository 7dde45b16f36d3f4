"""Finds what makes a test depend on the day, the hour, the machine's place or pace, or on what else runs on it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

#: Dates of the days in which this is written and used. The chains of the tests that have their own clock begin in 2023.
_DATE = re.compile(r"\b20(2[4-9]|[3-9]\d)-\d\d(-\d\d)?\b")
_CLOCK = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "time.asctime"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.fromtimestamp"),
}
_SHARED = {"Path.home", "os.path.expanduser", "tempfile.gettempdir", "tempfile.mktemp"}
#: The least that a program may be waited for: what takes one second here takes a minute on a busy machine.
_PATIENCE = 60
_WAITS = {"wait", "communicate", "join", "run", "check_output", "check_call"}


def findings(source: str) -> list[str]:
    """What in a test's source depends on them: ``line: why``, in the order of lines."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    found = {(node.lineno, why) for node in ast.walk(tree) for why in _faults(node)}  # type: ignore[attr-defined]
    return [f"{line}: {why}" for line, why in sorted(found)]


def _faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _DATE.search(node.value) and _is_expected(node):
            yield "expects a date of these days"
        if isinstance(node.value, str) and re.match(r"(/tmp|/var/tmp|~)(/|$)", node.value):
            yield "uses a folder that others use too; take tmp_path"
        return
    if not isinstance(node, ast.Call):
        return
    name = _name(node.func)
    short = ".".join(name.split(".")[-2:])
    if short in _CLOCK:
        yield "asks the machine's clock; ask the chain's, or time.monotonic for how long to wait"
    if short in _SHARED or name in _SHARED:
        yield "uses a folder that others use too; take tmp_path"
    if name in ("time.sleep", "sleep") and _is_number(node.args[0]) and not _polls(node):
        yield "sleeps so long and no longer; wait until something is true"
    if name.split(".")[-1] in _WAITS and _is_hasty(node) and not _in_other_function(node):
        yield f"gives a program less than {_PATIENCE} s; a busy machine needs them"
    if name.endswith((".bind", ".serve", ".listen")) and any(_is_port(n) for n in ast.walk(node)):
        yield "listens on a fixed port; take 0"
    if name.endswith(".read_text") and "encoding" not in {word.arg for word in node.keywords}:
        yield "reads in the encoding of the user's locale; give encoding"


def _is_expected(node: ast.AST) -> bool:
    """Whether it stands in an assertion, or in what an exception is to say."""
    for outer in _above(node):
        if isinstance(outer, ast.Assert | ast.Compare) or (isinstance(outer, ast.keyword) and outer.arg == "match"):
            return True
        if isinstance(outer, ast.Call) and re.match(r"(\w+\.)*(assert_|refused\b)", _name(outer.func)):
            return True
    return False


def _polls(node: ast.AST) -> bool:
    """Whether it is a pause between two looks, or a node's that answers late."""
    return _in_other_function(node) or any(isinstance(outer, ast.While) for outer in _above(node))


def _in_other_function(node: ast.AST) -> bool:
    """Whether it is not the test itself, but what the test gives to something else to call."""
    inner = next((n for n in _above(node) if isinstance(n, ast.FunctionDef | ast.Lambda)), None)
    return inner is not None and not (isinstance(inner, ast.FunctionDef) and inner.name.startswith("test_"))


def _is_hasty(call: ast.Call) -> bool:
    limits = [word.value for word in call.keywords if word.arg == "timeout"]
    if _name(call.func).endswith((".wait", ".join")):
        limits += call.args[:1]
    return any(_is_number(limit) and limit.value < _PATIENCE for limit in limits)


def _name(node: ast.AST) -> str:
    """``a.b.c`` of a function that is called; the parts that are no names are left out."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _above(node: ast.AST) -> Iterator[ast.AST]:
    while node := getattr(node, "parent", None):
        yield node


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _is_port(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value > 1
