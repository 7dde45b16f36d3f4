"""Who imports whom: the rooms of the circulation in one order, no module in a circle, the command line on top."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src/zuan"
MODULES = {
    "zuan" + "".join(f".{part}" for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
#: Each imports only from those before it.
ROOMS = ("fetch", "store", "index", "ask", "check", "syncing")


def imports(name: str, inside: bool) -> set[str]:
    """The modules of the package that a module imports; ``inside`` counts what functions and type checkers import too."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    statements = ast.walk(tree) if inside else tree.body
    found = set()
    for statement in statements:
        if not isinstance(statement, ast.ImportFrom):
            continue
        if statement.level:
            package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
            base = ".".join(package.split(".")[: len(package.split(".")) - statement.level + 1])
            base = f"{base}.{statement.module}" if statement.module else base
        else:
            base = statement.module or ""
        named = {f"{base}.{alias.name}" for alias in statement.names} & MODULES.keys()
        found |= named or ({base} & MODULES.keys())
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_those_before_it(room):
    later = tuple(f"zuan.circulation.{other}" for other in ROOMS[ROOMS.index(room) + 1 :])
    back = [
        (name, other)
        for name in MODULES
        if f"{name}.".startswith(f"zuan.circulation.{room}.")
        for other in imports(name, inside=True)
        if later and other.startswith(later)
    ]
    assert back == []


def test_every_module_of_the_circulation_is_in_a_room():
    inside = {name.split(".")[2] for name in MODULES if name.startswith("zuan.circulation.")}
    assert inside == set(ROOMS)


def test_no_module_waits_for_itself():
    # Raises CycleError with the circle.
    list(TopologicalSorter({name: imports(name, inside=False) for name in MODULES}).static_order())


def test_the_library_knows_no_command_line():
    known = {
        name: found
        for name in MODULES
        if not name.startswith("zuan.cli")
        for found in [{other for other in imports(name, inside=True) if other.startswith("zuan.cli")}]
        if found
    }
    assert known == {}
