"""The package as a whole: public names, artifacts, the ways in through Brownie, and the rules of the house."""

import ast
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import zuan
import zuan.circulation
from zuan.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("package", [zuan, zuan.circulation], ids=lambda package: package.__name__)
def test_public_names_are_sorted_and_all_exist(package):
    assert list(package.__all__) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing


def test_the_package_knows_its_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", zuan.__version__)


@pytest.mark.parametrize("package", [zuan, zuan.circulation], ids=lambda package: package.__name__)
def test_type_checkers_see_the_public_names_where_they_are(package):
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    (seen,) = [node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name)]
    imports = [node for node in seen.body if isinstance(node, ast.ImportFrom)]
    homes = {(name.asname, "." * node.level + node.module) for node in imports for name in node.names}
    assert homes == set(package._HOME.items())


def test_importing_a_package_imports_nothing_that_is_heavy():
    heavy = ("web3", "rich", "pyarrow", "duckdb", "numpy", "eth_abi", "urllib3")
    code = f"import sys, zuan.circulation; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_shipped_artifacts_are_what_the_compiler_makes_of_the_sources():
    # What was compiled last is taken where sources, settings and compiler are the same.
    done = subprocess.run([sys.executable, ROOT / "tools/solc/build.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "contracts compiled; the shipped artifacts are up to date" in done.stderr


def test_the_package_never_imports_brownie():
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.split(".")[0] == "brownie" for n in names), path


def test_every_contract_has_tests_of_its_own_that_its_mutants_face_first(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools/mutation")
    killers = import_module("killers")
    contracts = [path.stem for folder in ("contracts", "contracts/common") for path in (ROOT / folder).glob("*.sol")]
    assert len(contracts) > 10 and [name for name in contracts if not killers._own_tests(name)] == []


def test_a_start_of_python_loads_nothing_of_brownie():
    said = subprocess.run([sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True)
    assert "brownie_start" in said.stdout and "brownie_hook" not in said.stdout and "socket" not in said.stdout


def test_every_public_function_and_class_has_a_docstring():
    for path in (ROOT / "src").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"


def test_files_stay_small():
    for pattern, limit in (("src/**/*.py", 400), ("tests/**/*.py", 400), ("contracts/**/*.sol", 500)):
        for path in ROOT.glob(pattern):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= limit, path


def test_lock_files_hold_hashes_and_no_registry_addresses():
    for name in ("package-lock.json", "requirements.txt", "requirements-node.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "https://" not in re.sub(r'"(url|homepage|funding)": ?"[^"]*"', "", text), name
        assert "resolved" not in text, name
    assert '"integrity"' in (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "--hash=sha256:" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"zuan {command}" in text, command


def brownie(*args, **env):
    return subprocess.run(
        [BIN / "brownie", *args],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_brownie_compiles():
    done = brownie("compile")
    assert done.returncode == 0, done.stdout + done.stderr


def test_brownie_runs_the_scripts_which_call_the_package(tmp_path):
    (tmp_path / "orders.csv").write_text(f"order_id,buyer,amount\nA-1,0x{7:040x},300\n")
    done = brownie("run", "issue", "main", str(tmp_path / "orders.csv"), ZUAN_DEPLOYMENTS=str(tmp_path))
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "[8/8] Lens" in said and "Minted 1 order in 1 transaction" in said and "160.00 %" in said


def test_brownie_says_in_a_sentence_that_it_finds_no_network():
    told = import_module("brownie_hook")._told

    def connect(network):
        if network == "nowhere":
            raise KeyError(network)
        raise ConnectionError("cannot reach https://user:word@node.example/SECRET at all")

    with pytest.raises(SystemExit, match=r"knows no network 'nowhere'; see `brownie networks list`"):
        told(connect)("nowhere")
    with pytest.raises(SystemExit) as caught:
        told(connect)("far")
    assert "no connection to the network far" in str(caught.value)
    assert "SECRET" not in str(caught.value) and "word" not in str(caught.value)


def test_brownie_tests_on_the_projects_ganache_and_leaves_nothing_in_the_home_folder(tmp_path):
    done = brownie("test", "tests/contracts/vault/test_count.py", HOME=str(tmp_path))
    assert done.returncode == 0 and "node_modules/.bin/ganache" in done.stdout, done.stdout + done.stderr
    # Brownie's accounts alone lie there: none, so far.
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [".brownie", ".brownie/accounts"]


def test_brownie_console_knows_contracts_and_accounts():
    process = subprocess.run(
        [BIN / "brownie", "console"],
        cwd=ROOT,
        input="print('known', DiamondToken._name, accounts[0])\nexit()\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "known DiamondToken 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" in process.stdout, process.stdout
