"""A Ganache of the package's own, one for each worker, with a deployment that every test finds fresh."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import zuan
from zuan.attest import build_statement, sign_statement, submission
from zuan.chain.accounts import local_auditors, test_account, test_index
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli import cli as group
from zuan.cli import main
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config
from zuan.errors import InputError

ZUAN = [sys.executable, "-c", "from zuan.cli import main; main()"]


@pytest.fixture(scope="session")
def chain() -> Iterator[zuan.LocalChain]:
    with zuan.LocalChain("ganache") as running:
        yield running


@pytest.fixture
def connection(chain) -> Iterator[Connection]:
    """A connection to the chain, which is put back afterwards to what it was."""
    connection = chain.connection
    snapshot = connection.rpc("evm_snapshot")
    yield connection
    connection.rpc("evm_revert", snapshot)


@pytest.fixture(scope="session")
def _deployed(chain, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("deployments")
    connection = chain.connection
    deploy(connection, Sender(connection, test_account(0)), local_config(resolve_address), folder)
    return folder


@pytest.fixture
def folder(_deployed) -> Path:
    """Where the manifest lies."""
    return _deployed


@pytest.fixture
def system(_deployed, connection) -> zuan.System:
    """The deployment, nothing attested or minted yet."""
    return zuan.System.open(connection, _deployed)


@pytest.fixture
def sender(connection) -> Callable[[str], Sender]:
    """``sender("alice")`` sends as that test account."""
    return lambda name: Sender(connection, test_account(test_index(name)))


@pytest.fixture
def attest(system, sender) -> Callable[..., None]:
    """Attests to goods worth so many diamonds after the haircut, and to no cash; then brings what mints must find there."""

    def run(headroom: int = 1_000_000, cash: int | None = None) -> None:
        statement = replace(build_statement(system, {"goods": headroom * 10 // 8}, bytes(32)), vault=0)
        for auditor in local_auditors(system.oracle.read("auditors")):
            statement = sign_statement(statement, auditor)
        sender("deployer").run(submission(system, statement))
        sender("deployer").run(system.asset.mint(system.vault.address, headroom if cash is None else cash))
        sender("deployer").run(system.vault.count())

    return run


@pytest.fixture
def cli(chain, _deployed, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs ``zuan`` as a user does: its own process, an empty folder, no terminal."""

    def run(*args: object, url: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*ZUAN, *map(str, args)],
            cwd=tmp_path,
            env=environment(url or chain.url, _deployed, **env),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture(scope="session")
def zuan_chain() -> Iterator[zuan.LocalChain]:
    """The chain of the package's own fixtures: Anvil where it is installed, since that costs a tenth of Ganache."""
    try:
        running = zuan.LocalChain("anvil")
    except InputError:
        running = zuan.LocalChain("ganache")
    with running:
        yield running


@pytest.fixture
def zuan_main(monkeypatch, capsys, tmp_path) -> Callable[..., tuple[int, str, str]]:
    """Runs ``zuan`` in this process and an empty folder: its exit code, standard output and standard error.

    ``env`` are variables; a process of its own (``cli``) costs a second more.
    """

    def run(*args: object, **env: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["zuan", *map(str, args)])
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


@pytest.fixture
def in_process(request, monkeypatch) -> Callable[..., Result]:
    """Runs a command in this process, on the chain and its deployment unless told, by argument or by the test's own
    ``ZUAN_DEPLOYMENTS``; gives its result, with the exit code of ``zuan``.
    """
    monkeypatch.delenv("ZUAN_DEPLOYMENTS", raising=False)

    def invoke(*args: object, url: str | None = None, deployments: Path | None = None) -> Result:
        with pytest.MonkeyPatch.context() as here:
            here.setenv("ETH_RPC_URL", url or request.getfixturevalue("chain").url)
            if deployments or "ZUAN_DEPLOYMENTS" not in os.environ:
                here.setenv("ZUAN_DEPLOYMENTS", str(deployments or request.getfixturevalue("folder")))
            done = CliRunner().invoke(group, list(map(str, args)), standalone_mode=False)
        done.exit_code = getattr(done.exception, "exit_code", 1) if done.exception else done.return_value or 0
        return done

    return invoke


@pytest.fixture
def there(chain, folder) -> dict[str, str]:
    """The variables with which ``zuan_main`` finds the chain and its deployment."""
    return {"ETH_RPC_URL": chain.url, "ZUAN_DEPLOYMENTS": str(folder), "NO_COLOR": "1"}


def environment(url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of a user's shell."""
    return {**os.environ, "ETH_RPC_URL": url, "ZUAN_DEPLOYMENTS": str(folder), "NO_COLOR": "1", **more}
