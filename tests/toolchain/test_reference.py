"""docs/reference is what the program goes by; every command, option and link that a page or a message names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import click
import pytest

import reference
from zuan.chain import accounts
from zuan.chain.networks import fee_limits
from zuan.cli import cli
from zuan.cli.options import StatusGroup
from zuan.deploy.config import local_toml
from zuan.errors import InputError
from zuan.issuance.namespaces import namespaces_of

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src/zuan").rglob("*.py"))
# CHANGELOG.md may name what is no more.
DOCUMENTS = [*sorted({*ROOT.glob("*.md")} - {ROOT / "CHANGELOG.md"}), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", reference.PAGES)
def test_a_page_is_what_the_program_says(page):
    written = (reference.FOLDER / page).read_text(encoding="utf-8")
    assert written == reference.PAGES[page](), "run `make reference`"


def test_every_command_and_option_is_on_the_page():
    page = reference.cli_page()
    for path, command in reference.commands():
        assert f"# {path}\n" in page
        for param in command.params:
            assert isinstance(param, click.Argument) or param.hidden or max(param.opts, key=len) in page


def test_a_figure_of_the_configuration_has_the_bounds_that_it_is_held_to():
    rows = {f"{title}.{key}": value for title, found in reference.deploy_tables() for key, value, _ in found if key}
    assert rows["deploy.oracle.quorum"] == "`2`; from 2 to 32"
    assert rows["deploy.vault.coverage_floor"] == "`10_000`; from 10,000 to 100,000"
    assert rows["deploy.minters.minter.instant_limit"] == "`10_000_000`; from 1 to `capacity`"
    assert len(rows) == len(re.findall(r"^[\w\" ]+ = ", local_toml(), re.M))


@pytest.mark.parametrize("table", ["fees", "orders"])
def test_a_table_has_the_keys_that_are_read_and_no_others(monkeypatch, table):
    for module in ("zuan.chain.networks", "zuan.issuance.namespaces"):
        monkeypatch.setattr(f"{module}.configuration", lambda: {table: {"other": 1}})
    with pytest.raises(InputError, match="and nothing else") as refused:
        fee_limits()
        namespaces_of("0x" + "11" * 20, None)
    keys, _, _ = str(refused.value).partition("takes")[2].partition("nothing else")
    assert set(re.findall(r"\w+", keys)) - {"and", "in", "gwei"} == set(reference.TABLES[table])


def test_every_variable_that_is_read_is_on_the_page():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    read = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', text)) | {accounts.PASSWORD_VARIABLE}
    assert read - {"JAVA_HOME"} <= set(reference.VARIABLES)


@cache
def texts(path):
    """All text of a source file that may be shown, with dots for what is filled in."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(n.value if isinstance(n, ast.Constant) else " ... " for n in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def named(text, begin=r" {2,}"):
    """The commands that a text names: between backticks, or on a line of an example, which begins so."""
    yield from re.findall(r"`(zuan [^`]+)`", text)
    for line in re.findall(rf"^(?:{begin})(zuan [a-z].*)$", text, re.M):
        yield re.split(r"\s{2,}|\s#", line)[0]


def wrong(line):
    """What is wrong with a command as it is named, or None: a word that is no command, an option that it has not."""
    command, words = cli, [word.strip("().,;:") for word in line.split()[1:]]
    while words and isinstance(command, click.Group) and words[0][0] not in "-[":
        if words[0] not in command.list_commands(click.Context(command)):
            return f"no command {words[0]}"
        command = command.get_command(click.Context(command), words.pop(0))
    if isinstance(command, StatusGroup):
        command = command.get_command(click.Context(command), "status")
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    given = {word.split("=")[0] for word in words if re.match(r"--\w", word)}
    unknown = given - options - {"--help", "--version"}
    return f"no option {min(unknown)}" if unknown else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(path):
    lines = set(named(path.read_text(encoding="utf-8"), r"\$ |"))
    assert not {line: wrong(line) for line in lines if wrong(line)}


def test_every_command_that_a_message_or_a_help_text_names_exists():
    lines = {line for path in SOURCES for text in texts(path) for line in named(text)}
    assert len(lines) > 100
    assert not {line: wrong(line) for line in lines if wrong(line)}


@pytest.mark.parametrize(
    "line", ["zuan suply", "zuan order listings", "zuan supply --at-block 3", "zuan mint --goods=1"]
)
def test_one_that_does_not_is_found(line):
    assert wrong(line)


def anchor(heading):
    """What GitHub calls a heading in an address."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"https?:", link):
            continue
        name, _, part = link.partition("#")
        to = path.parent / name if name else path
        assert to.exists(), link
        assert not part or part in map(anchor, re.findall(r"^#+ (.*)$", to.read_text(encoding="utf-8"), re.M)), link


def test_the_index_names_every_page():
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link).resolve() for link in re.findall(r"\]\((\S+?)\)", index)}
    pages = set((ROOT / "docs").rglob("*.md")) - set((ROOT / "docs/decisions").iterdir()) - {ROOT / "docs/README.md"}
    assert pages <= linked
