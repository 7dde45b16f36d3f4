"""The sentences of errors that a page may tell, as they stand in the package's code: their values as ``{0}``, ``{1}`` ..."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import zuan

ROOT = Path(zuan.__file__).parent
#: The modules that work for a page, by their place in the package.
REACHED = (
    *("attest/record.py", "browsing/*.py", "chain/connection.py", "chain/pinned.py", "chain/rpc.py", "chain/shapes.py"),
    *("circulation/ask/query.py", "circulation/fetch/*.py", "circulation/index/*.py", "circulation/store/*.py"),
    *(
        "circulation/sync/*.py",
        "contracts/handles.py",
        "cursors.py",
        "disclosure.py",
        "erc20.py",
        "extras.py",
        "files.py",
    ),
    *(
        "history.py",
        "issuance/namespaces.py",
        "names.py",
        "proposals.py",
        "rating/__init__.py",
        "strict.py",
        "supply.py",
    ),
    *("system.py", "tracing/tracer.py", "web/*.py", "web/views/*.py"),
)
#: What is told only where the page is started.
NOT_TOLD = ("web/serve.py",)


def templates() -> Iterator[str]:
    """Each sentence that is raised."""
    for pattern in REACHED:
        for path in sorted(ROOT.glob(pattern)):
            if str(path.relative_to(ROOT)) in NOT_TOLD:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    called = node.exc.func
                    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                    at = 1 if name == "RpcError" else 0
                    told = name.endswith("Error") and name not in ("ContractError", "AssertionError", "OSError")
                    if told and len(node.exc.args) > at:
                        yield from variants(node.exc.args[at])


def variants(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may be; none where it is no text of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from variants(node.body)
        yield from variants(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from variants(value)
    elif isinstance(node, ast.JoinedStr):
        found, number = "", 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                found += str(part.value)
            else:
                found, number = f"{found}{{{number}}}", number + 1
        yield found


def every_template() -> Iterator[str]:
    """Every text with values in the package, wherever it stands."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield from variants(node)
