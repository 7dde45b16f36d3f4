"""The right code with a foreign past: whoever created a contract by another constructor may have written anything before."""

from __future__ import annotations

import json

import pytest

import zuan
from tests.toolchain.fake_node import fake_node
from zuan.chain.accounts import test_account as account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.contracts.handles import Call
from zuan.creation import creation_blocks, with_creations
from zuan.deploy import deploy, local_config, plan
from zuan.errors import NotGenuineError, RpcError

#: Where the oracle keeps what was attested, among others: slots that a foreign constructor fills.
SLOTS = 8


@pytest.fixture
def foreign(connection, tmp_path, monkeypatch):
    """A deployment whose oracle has the right code, brought there by a constructor that wrote into its storage first."""
    deployer, config = Sender(connection, account(15)), local_config(resolve_address)
    before = connection.rpc("evm_snapshot")
    manifest = deploy(connection, deployer, config, tmp_path / "first")
    code = bytes.fromhex(connection.rpc("eth_getCode", manifest.contracts["ReserveOracle"].address, "latest")[2:])
    connection.rpc("evm_revert", before)
    genuine = plan._create

    def create(sender, step, nonce, journal):
        if step.name != "ReserveOracle":
            return genuine(sender, step, nonce, journal)
        writes = "".join(f"600160{slot:02x}55" for slot in range(SLOTS))
        size, start = f"{len(code):04x}", f"{len(writes) // 2 + 15:04x}"
        init = writes + f"61{size}61{start}60003961{size}6000f3"
        return sender.run(Call("", bytes.fromhex(init) + code, "deploy the oracle otherwise"), nonce)

    monkeypatch.setattr(plan, "_create", create)
    folder = tmp_path / "deployments"
    manifest = deploy(connection, Sender(connection, account(15)), config, folder)
    return folder, {name: deployed.address for name, deployed in manifest.contracts.items()}


def test_the_constructors_of_a_deployment_are_known(system):
    found = with_creations(system.connection, system.check)
    assert found.created and found.genuine
    assert found.sentence == "genuine Zuan 0.1, edition 2, created by its own constructors"


def test_a_foreign_constructor_is_noticed_though_the_code_is_right(
    connection, foreign, in_process, tmp_path, monkeypatch
):
    folder, at = foreign
    by_code = zuan.System.open(connection, folder)
    assert by_code.check.genuine and by_code.check.created is None
    with pytest.raises(NotGenuineError, match="not genuine Zuan: ReserveOracle") as caught:
        zuan.System.at(connection, at["DiamondToken"])
    (problem,) = caught.value.problems
    assert problem == (
        f"ReserveOracle {at['ReserveOracle']}: its storage may hold anything: it was not created by Zuan's constructor in a "
        "transaction of its own"
    )
    monkeypatch.setenv("ZUAN_STORE", str(tmp_path / "store"))
    done = in_process("whois", at["ReserveOracle"], "--json", deployments=folder)
    assert done.exit_code == 3 and not json.loads(done.stdout)["system"]["parts"]["ReserveOracle"]["genuine"]
    zuan.sync(by_code, tmp_path / "store")
    assert isinstance(in_process("verify", deployments=folder).exception, NotGenuineError)


def test_a_node_that_forgot_old_states_leaves_it_open(system):
    newest = system.connection.block().number

    def answer(method, params):
        if method == "eth_getCode" and params[1] not in ("latest", hex(newest)):
            raise RpcError(-32000, "missing trie node")
        return system.connection.rpc(method, *params)

    with fake_node(answer) as url:
        found = with_creations(Connection(url), system.check)
    assert found.created is False and found.genuine
    assert "the node does not know how it was created: ask an archive node" in found.sentence


def test_a_block_without_transactions_proves_nothing(system):
    def answer(method, params):
        told = system.connection.rpc(method, *params)
        return told | {"transactions": []} if method == "eth_getBlockByNumber" and params[1] else told

    with fake_node(answer) as url:
        assert not with_creations(Connection(url), system.check).genuine


def test_the_blocks_are_those_after_which_the_code_is_there(system):
    addresses = [d.address for d in system.manifest.contracts.values()]
    for address, block in zip(addresses, creation_blocks(system.connection, addresses), strict=True):
        codes = [system.connection.rpc("eth_getCode", address, hex(n)) for n in (block - 1, block)]
        assert codes[0] == "0x" != codes[1]
