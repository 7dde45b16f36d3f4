"""Runs halmos on the checks of this folder, against the contracts or a copy with a bug."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .planted import Bug

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FORGE = ROOT / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin"
HALMOS = ROOT / ".venv-analysis" / "bin" / "halmos"
#: halmos's own numbers.
_OUTCOMES = {0: "proven", 1: "refuted", 2: "timeout"}
_SETTINGS = """[profile.default]
src = "checks"
test = "checks"
out = "out"
libs = []
solc = "{root}/tools/solc-v0.8.30"
offline = true
evm_version = "shanghai"
optimizer = false
remappings = ["@openzeppelin/={root}/node_modules/@openzeppelin/", "contracts/=contracts/"]
allow_paths = ["{root}/node_modules"]
bytecode_hash = "none"

[lint]
lint_on_build = false
"""


def check(bugs: Sequence[Bug] = ()) -> dict[str, str]:
    """What came of each check ("proven", "refuted", "timeout", ...), by ``Contract.check_name``.

    :param bugs: planted first; then only the checks that must notice them are run.
    """
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="symbolic", dir=ROOT / "build") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "contracts", folder / "contracts", ignore=shutil.ignore_patterns("testing"))
        (folder / "checks").mkdir()
        for source in HERE.glob("*.sol"):
            shutil.copy(source, folder / "checks")
        for bug in bugs:
            bug.plant(folder / "contracts")
        return _run(folder, {bug.check.partition(".")[2] for bug in bugs})


def proven() -> dict[str, str]:
    """The same for the contracts as they are; known as long as neither they nor the checks nor halmos change."""
    inputs = [*sorted((ROOT / "contracts").rglob("*.sol")), *sorted(HERE.glob("*.sol")), HERE / "run.py"]
    inputs += [ROOT / "requirements-analysis.txt", ROOT / "package-lock.json"]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    (ROOT / "build").mkdir(exist_ok=True)
    # Of several workers one runs halmos, and the others wait for it.
    with (ROOT / "build" / "symbolic.json").open("a+") as cache:
        fcntl.flock(cache, fcntl.LOCK_EX)
        cache.seek(0)
        known: dict[str, dict[str, str]] = json.loads(cache.read() or "{}")
        if key not in known:
            known = {key: check()}
            cache.truncate(0)
            cache.write(json.dumps(known))
        return known[key]


def _run(folder: Path, only: set[str]) -> dict[str, str]:
    (folder / "foundry.toml").write_text(_SETTINGS.format(root=ROOT))
    # The launcher that npm makes for forge hides its failures; halmos finds the real one first.
    paths = [str(FORGE), str(HALMOS.parent), os.environ["PATH"], str(ROOT / ".venv" / "bin")]
    command = [str(HALMOS), "--forge-build-out", "out", "--json-output", "result.json", "--no-status"]
    command += ["--solver-timeout-assertion", "240s", "--loop", "4"]
    if only:
        command += ["--early-exit", "--match-test", rf"^({'|'.join(sorted(only))})\("]
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    result = folder / "result.json"
    if not result.exists():
        raise AssertionError("halmos did not run:\n" + (ran.stdout + ran.stderr)[-5_000:])
    found = {}
    for contract, tests in json.loads(result.read_text(encoding="utf-8"))["test_results"].items():
        for test in tests:
            name = f"{contract.partition(':')[2]}.{re.sub(r'[(].*', '', test['name'])}"
            found[name] = _OUTCOMES.get(test["exitcode"], "error")
    return found
