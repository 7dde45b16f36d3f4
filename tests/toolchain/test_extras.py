"""An installation without the extras: what needs one says which."""

import json
import sys
import tomllib
from pathlib import Path

import pytest

import zuan
from zuan.errors import InputError, MissingError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def light(monkeypatch):
    """As if pyarrow were not installed, and nothing that needs it had been imported."""
    for name in [n for n in sys.modules if n.split(".")[:2] in (["zuan", "circulation"], ["zuan", "tracing"])]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("circulation", "tracing"):
        monkeypatch.delattr(zuan, name, raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.parametrize("command", ["sync", "trace 1", "balances", "holders", "flows", "verify", "supply --at 1"])
def test_a_command_that_lacks_a_package_says_how_to_get_it(light, zuan_main, tmp_path, command):
    code, out, said = zuan_main(*command.split(), ETH_RPC_URL="http://127.0.0.1:1", ZUAN_DEPLOYMENTS=str(tmp_path))
    assert (code, out) == (2, "") and said == (
        "Error: what reads or keeps a token's circulation needs the package pyarrow, which is not installed; "
        "run `pip install 'zuan[circulation]'`\n"
    )


def test_from_python_it_is_an_error_of_zuan(light):
    with pytest.raises(MissingError, match="pip install"):
        _ = zuan.Circulation


def test_the_wheel_carries_every_file_that_is_no_python():
    package = ROOT / "src/zuan"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["zuan"]
    shipped = {path for pattern in patterns for path in package.glob(pattern)}
    files = {p for p in package.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert files == shipped


@pytest.mark.parametrize("kind", ["ganache", "anvil"])
def test_a_chain_that_is_not_installed_says_how_to_get_the_tested_version(monkeypatch, tmp_path, kind):
    from zuan.chain import node

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(node, "__file__", str(tmp_path / "node.py"))
    monkeypatch.setattr(node.shutil, "which", lambda name, **_: "/usr/bin/node" if name == "node" else None)
    with pytest.raises(InputError, match="is not installed; run `npm install ") as caught:
        node.LocalChain(kind)
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted.get("devDependencies", {}), **wanted.get("optionalDependencies", {})}
    name, _, version = str(caught.value).split("npm install ")[1].split("`")[0].rpartition("@")
    assert versions[name] == version


def test_the_demo_outside_the_repository_says_what_it_needs(zuan_main):
    code, _, said = zuan_main("demo")
    assert code == 2 and "give one, or run it in the repository" in said
