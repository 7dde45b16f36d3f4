"""Local chains whose first blocks are the same: of one mnemonic, started in one second."""

import socket
import subprocess

import pytest

import zuan
from tests.toolchain.fake_node import fake_node
from tests.toolchain.test_local_chains import answers
from zuan.chain import networks, node
from zuan.chain.accounts import test_account as account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config
from zuan.deploy.manifest import find_manifest
from zuan.errors import InputError


def test_chains_that_began_in_the_same_second_share_no_folder(tmp_path, monkeypatch):
    try:
        command, ports = node._command("anvil"), [str(node._free_port()) for _ in range(2)]
    except InputError:
        pytest.skip("it is not installed")
    began = [*command, "--silent", "--timestamp", "1700000000", "--port"]
    processes = [
        subprocess.Popen([*began, each], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for each in ports
    ]
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path / "stores"))
    try:
        one, two = (Connection(f"http://127.0.0.1:{each}") for each in ports)
        for there, process in zip((one, two), processes, strict=True):
            while not answers(there):
                assert process.poll() is None
        assert one.genesis == two.genesis
        # What is the same up to the newest block cannot be told apart; blocks of another second are others.
        two.rpc("evm_increaseTime", 60)
        systems = []
        for there in (one, two):
            assert find_manifest(tmp_path, there) is None
            deploy(there, Sender(there, account(0)), local_config(resolve_address), tmp_path)
            systems.append(zuan.System.open(there, tmp_path))
            zuan.sync(systems[-1])
        folders = [system.manifest.folder(tmp_path) for system in systems]
        assert folders[0] != folders[1] and len(list((tmp_path / "stores").iterdir())) == 2
        # The same chain at another port, through a proxy that answers for it, or by websocket, is no other chain.
        with fake_node(lambda method, params: one.rpc(method, *params)) as url:
            assert find_manifest(tmp_path, Connection(url)) == folders[0] / "manifest.json"
        assert find_manifest(tmp_path, Connection(f"ws://127.0.0.1:{ports[1]}")) == folders[1] / "manifest.json"
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def test_a_node_that_is_too_busy_to_answer_may_be_another_chain(zuan_chain, monkeypatch):
    monkeypatch.setattr(networks, "_TWIN_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        url = f"http://127.0.0.1:{busy.getsockname()[1]}"
        assert networks.is_twin(zuan_chain.connection, url)
    assert not networks.is_twin(zuan_chain.connection, url)


def test_a_node_whose_newest_block_the_other_has_long_had_may_be_another_chain(zuan_chain):
    """Equal transactions in one second make equal blocks on two chains: deploying begins with such."""
    ours = zuan_chain.connection
    ours.mine()

    def behind(method, params):
        return ours.rpc(method, *("0x0" if each == "latest" else each for each in params))

    with fake_node(behind) as url:
        assert networks.is_twin(ours, url)
    with fake_node(lambda method, params: ours.rpc(method, *params)) as url:
        assert not networks.is_twin(ours, url)
