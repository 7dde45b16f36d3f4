"""The tests that a mutant faces, each run in a child of a process that has loaded all they need."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Loaded once, here: a child begins with the tests. Not Brownie's stand-in, which reads the mutant when it is imported.
import eth_abi  # noqa: F401
import eth_account.messages  # noqa: F401
import pyrevm  # noqa: F401
import pytest
import rlp  # noqa: F401

import zuan
import zuan.deploy.plan
import zuan.history  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
_OPTIONS = ["-q", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
#: What is no contract of its own, and the one whose tests know it best.
_PARTS = {
    **{
        "Auditors": "ReserveOracle",
        "Authorizations": "DiamondToken",
        "Balances": "ReserveVault",
        "Durations": "ReserveVault",
    },
    **{"Governed": "Issuer", "SelfPermit": "ReserveVault", "Signatures": "DiamondToken"},
}
_PROPERTIES = "tests/properties/test_properties.py"
#: Long enough for all tests several times; a mutant that takes longer has lost its way.
_SECONDS = 120


class _Failures:
    """Writes down the tests that fail."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            with self.file.open("a") as file:
                file.write(report.nodeid + "\n")

    def pytest_collectreport(self, report: Any) -> None:
        self.pytest_runtest_logreport(report)


def kill(folder: Path, contract: str, deselected: tuple[str, ...], with_properties: bool) -> tuple[str, str]:
    """The mutant's fate ("killed by unit tests", "killed by properties" or "survived") and the test that noticed."""
    options = ["-x", *(f"--deselect={name}" for name in deselected)]
    own = _own_tests(contract)
    others = [f"--ignore={path}" for path in own]
    # The contract's own tests are few and notice most; the others are loaded only if they must be.
    for arguments in ([*options, *own], [*options, *others, "tests/contracts"]):
        if arguments != options and (noticed := _noticed(folder, arguments)):
            return "killed by unit tests", noticed
    if with_properties and (noticed := _noticed(folder, ["-x", _PROPERTIES])):
        return "killed by properties", noticed
    return "survived", ""


def _own_tests(contract: str) -> list[str]:
    """The folder that is called as a part of the contract's name is."""
    name = _PARTS.get(contract, contract).lower()
    return [
        f"tests/contracts/{p.name}" for p in (ROOT / "tests" / "contracts").iterdir() if p.is_dir() and p.name in name
    ]


def baseline(base: Path) -> tuple[tuple[str, ...], bool]:
    """What fails without any mutant, and can tell nothing: unit tests to leave out; whether the properties can be used."""
    failing = tuple(sorted(set(_noticed(base, ["tests/contracts"], everything=True).split("\n")) - {""}))
    for name in failing:
        print(f"left out, it fails on the original in this process: {name}")
    properties = not _noticed(base, ["-x", _PROPERTIES])
    if not properties:
        print("tests/properties fail on the original and are left out")
    return failing, properties


def _noticed(folder: Path, arguments: list[str], everything: bool = False) -> str:
    """The tests that fail on the artifacts in a folder: the first one, or each on a line of its own."""
    failures = folder / "failures"
    failures.unlink(missing_ok=True)

    def run() -> int:
        # The tests' rewritten code is worth keeping.
        sys.dont_write_bytecode = False
        os.environ["ZUAN_ARTIFACTS"] = str(folder)
        return int(pytest.main([*_OPTIONS, *arguments], plugins=[_Failures(failures)]))

    code = _in_child(run, folder / "output")
    found = failures.read_text(encoding="utf-8").splitlines() if failures.exists() else []
    if code is None:
        return f"no end after {_SECONDS} s"
    if code not in (0, 1) and not found:
        raise RuntimeError(f"pytest ended with {code}:\n" + (folder / "output").read_text(encoding="utf-8")[-3000:])
    return "\n".join(found) if everything else re.sub(r"\[.*", "", found[0]) if found else ""


def _in_child(run: Callable[[], int], output: Path) -> int | None:
    """The exit code of a function that runs in a child of this process; None where it took too long."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(target, 1)
            os.dup2(target, 2)
            os.chdir(ROOT)
            code = run()
        finally:
            os._exit(code)
    until = time.monotonic() + _SECONDS
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
