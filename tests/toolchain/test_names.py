"""One name, one thing: a public class or constant of the package is defined in one file; docs/glossary.md has the words."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src/zuan"
#: Names that several files may define, and why.
ALLOWED: dict[str, str] = {}


def defined(source: str) -> set[str]:
    """Public classes and constants that a module's text defines at its top."""
    found = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ClassDef):
            found.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
            found |= {name for name in names if not name.islower()}
    return {name for name in found if not name.startswith("_")}


def places() -> dict[str, list[str]]:
    """For each name the files that define it."""
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in defined(path.read_text(encoding="utf-8")):
            found[name].append(str(path.relative_to(PACKAGE)))
    return found


def test_a_public_name_is_defined_in_one_file():
    assert {name: files for name, files in places().items() if len(files) > 1 and name not in ALLOWED} == {}


def test_what_is_allowed_stands_in_several_files():
    found = places()
    assert [name for name in ALLOWED if len(found[name]) < 2] == []


def test_classes_aliases_and_constants_of_every_form_are_seen():
    source = "class A: pass\nB = int\nC: int = 1\nD, E = F = (1, 2)\n_G = 1\nlower = 1\ndef h(): I = 1\n"
    assert defined(source) == {"A", "B", "C", "D", "E", "F"}
