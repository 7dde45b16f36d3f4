"""Reorganisations of real nodes, made by snapshot and revert, under the whole system's own token; new heads by websocket."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import zuan as package
from tests.circulation.support import ZUAN, Heard, environment
from zuan.attest import build_statement, sign_statement, submission
from zuan.chain import accounts
from zuan.chain.sender import Sender
from zuan.circulation.check.compare import compare
from zuan.circulation.fetch.nodes import Source
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.scope import of_deployment
from zuan.circulation.syncing.turns import sync_store
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config
from zuan.issuance.single import mint_order
from zuan.tracing.circulation import Circulation


class Deployment:
    """The whole system on a local chain, with an attestation, so that diamonds can be minted."""

    def __init__(self, chain: package.LocalChain, folder: Path) -> None:
        self.connection, self.url, self.folder = chain.connection, chain.url, folder
        deploy(
            self.connection, Sender(self.connection, accounts.test_account(0)), local_config(resolve_address), folder
        )
        self.system = package.System.open(self.connection, folder)
        statement = build_statement(self.system, {"goods": 1_250_000}, bytes(32))
        for auditor in accounts.local_auditors(self.system.oracle.read("auditors")):
            statement = sign_statement(statement, auditor)
        self.by("deployer").run(submission(self.system, statement))
        self.by("deployer").run(self.system.asset.mint(self.system.vault.address, 1_000_000))
        self.by("deployer").run(self.system.vault.count())
        self._refs = 0

    def by(self, name: str) -> Sender:
        """Sends as that test account."""
        return Sender(self.connection, accounts.test_account(accounts.test_index(name)))

    def mint(self, to: str, amount: int) -> None:
        """Mints for a new order reference."""
        self._refs += 1
        self.by("minter").run(mint_order(self.system, resolve_address(to), amount, f"R-{self._refs}"))

    def transfer(self, sender: str, to: str, amount: int) -> None:
        """Moves diamonds."""
        self.by(sender).run(self.system.token.transfer(resolve_address(to), amount))

    def sync(self, store: Path) -> list[str]:
        """Syncs and compares everything; what it said."""
        heard = Heard()
        source = Source([self.url], patience=5, say=heard.say)
        sync_store(store, source, of_deployment(self.system), heard)
        found = compare(Store.open(store), source)
        assert found.accounts == found.of
        assert found.supply == self.system.token.read("totalSupply")
        return heard.said


@pytest.fixture(scope="module", params=["ganache", "anvil"])
def deployment(request, tmp_path_factory) -> Iterator[Deployment]:
    with package.LocalChain(request.param) as chain:
        yield Deployment(chain, tmp_path_factory.mktemp("deployments"))


@pytest.fixture
def put_back(deployment):
    """Puts the chain back afterwards to what it was."""
    snapshot = deployment.connection.rpc("evm_snapshot")
    yield
    deployment.connection.rpc("evm_revert", snapshot)


def test_what_is_reverted_is_forgotten_and_what_came_instead_is_there(deployment, put_back, folder):
    d = deployment
    d.mint("alice", 1_000)
    d.transfer("alice", "bob", 300)
    d.sync(folder)
    snapshot = d.connection.rpc("evm_snapshot")
    d.transfer("bob", "carol", 100)
    d.mint("carol", 50)
    d.sync(folder)
    assert [row["diamonds"] for row in Circulation(folder).trace_account(resolve_address("carol")).rows] == [100, 50]
    d.connection.rpc("evm_revert", snapshot)
    said = d.sync(folder)
    assert any("reorganised: 2 blocks back" in line and "2 transfers undone" in line for line in said)
    assert Circulation(folder).trace_account(resolve_address("carol")).rows == []
    d.connection.rpc("evm_increaseTime", 77)
    d.transfer("alice", "carol", 7)
    d.mint("bob", 11)
    d.sync(folder)
    assert Circulation(folder).supply()["supply"] == 1_011
    assert "It is with" in Circulation(folder).trace(301).notes[-1]


def test_the_same_number_of_other_blocks_is_told_from_the_old_ones(deployment, put_back, folder):
    d = deployment
    d.mint("alice", 1_000)
    for first, second in (("bob", 10), ("carol", 20)), (("carol", 30), ("bob", 40)):
        snapshot = d.connection.rpc("evm_snapshot")
        d.transfer("alice", *first)
        d.transfer("alice", *second)
        d.sync(folder)
        assert len(Circulation(folder).trace_between(resolve_address("alice"), resolve_address("bob")).rows) == 1
        held = {n: Circulation(folder).trace_account(resolve_address(n)).rows[0]["diamonds"] for n in ("bob", "carol")}
        assert held == dict([first, second])
        d.connection.rpc("evm_revert", snapshot)
        d.connection.rpc("evm_increaseTime", 55)


def test_a_reorganisation_below_what_was_final_is_followed(deployment, put_back, folder):
    d = deployment
    d.mint("alice", 100)
    snapshot = d.connection.rpc("evm_snapshot")
    d.transfer("alice", "bob", 60)
    for _ in range(70):
        d.connection.rpc("evm_mine")
    d.sync(folder)
    assert Store.open(folder).catalog.final > Store.open(folder).catalog.first
    d.connection.rpc("evm_revert", snapshot)
    d.connection.rpc("evm_increaseTime", 99)
    d.transfer("alice", "carol", 40)
    for _ in range(72):
        d.connection.rpc("evm_mine")
    said = d.sync(folder)
    assert any("below what was final, so that part is built anew" in line for line in said)
    assert Circulation(folder).trace_account(resolve_address("bob")).rows == []


def test_new_heads_by_websocket_are_taken_up_at_once(deployment, put_back, folder):
    d = deployment
    ws = d.url.replace("http", "ws", 1)
    d.mint("alice", 100)
    # An interval so long that only the announcements can explain that it keeps up.
    command = [*ZUAN, "sync", "--follow", "--ws", ws, "--interval", "600", "--store", str(folder)]
    env = environment(ETH_RPC_URL=d.url, ZUAN_DEPLOYMENTS=str(d.folder))
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        for n in range(1, 4):
            d.transfer("alice", "bob", n)
            newest, until = d.connection.block().number, time.monotonic() + 60
            while not (folder / "catalog.json").exists() or Store.open(folder).catalog.block < newest:
                assert time.monotonic() < until, "it did not keep up"
                time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "websocket does not answer" not in said
    d.sync(folder)
    held = Circulation(folder).trace_account(resolve_address("bob")).rows
    assert json.dumps([row["diamonds"] for row in held]) == "[6]"
