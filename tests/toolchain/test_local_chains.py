"""Local chains that somebody started by hand, with accounts and an id of their own, side by side."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from eth_account import Account

import zuan
from tests.toolchain.fake_node import fake_node
from zuan.chain import node
from zuan.chain.accounts import TEST_NAMES, load_account
from zuan.chain.accounts import test_account as account
from zuan.chain.connection import Connection
from zuan.chain.funding import ETHER, cannot_pay, fund, usable
from zuan.chain.node_accounts import NodeAccount, account_of, node_addresses
from zuan.chain.rpc import Rpc
from zuan.chain.sender import Sender
from zuan.cli.scripting import Here, script
from zuan.deploy.manifest import manifests
from zuan.errors import AccountError, DeploymentError, InputError, NetworkError, RpcError, WrongChainError, ZuanError

#: A mnemonic that Zuan does not know; each chain has ten accounts of it.
MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ROLES = [account(index).address for index in range(len(TEST_NAMES))]


#: A folder in which somebody ran `npm install hardhat@2`; it is not among what these tests install (200 MB).
HARDHAT = os.environ.get("ZUAN_HARDHAT")


def started(kind: str, port: str, folder: Path) -> list[str]:
    """How somebody starts such a chain in a folder."""
    if kind == "hardhat":
        if HARDHAT is None:
            pytest.skip("ZUAN_HARDHAT names no folder with Hardhat 2")
        accounts = {"mnemonic": MNEMONIC, "count": 10}
        chain = {"solidity": "0.8.30", "networks": {"hardhat": {"chainId": 5777, "accounts": accounts}}}
        (folder / "hardhat.config.js").write_text(f"module.exports = {json.dumps(chain)}\n")
        (folder / "node_modules").symlink_to(Path(HARDHAT, "node_modules"))
        return ["npx", "hardhat", "node", "--port", port]
    try:
        command = node._command(kind)
    except InputError:
        pytest.skip("it is not installed")
    if kind == "anvil":
        return [*command, "--silent", "--mnemonic", MNEMONIC, "--port", port]
    options = {"chain": {"chainId": 5777}, "wallet": {"mnemonic": MNEMONIC}, "logging": {"quiet": True}}
    return [*command, port, json.dumps(options)]


def answers(connection: Connection) -> bool:
    """Whether the node has started."""
    try:
        return connection.chain_id > 0
    except NetworkError:
        return False


@pytest.fixture(scope="module", params=["ganache", "anvil", "hardhat"])
def plain(request, tmp_path_factory) -> Iterator[Connection]:
    port, folder = str(node._free_port()), tmp_path_factory.mktemp("chain")
    command, quiet = started(request.param, port, folder), subprocess.DEVNULL
    # A session of its own, for npx starts another process.
    process = subprocess.Popen(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        connection = Connection(f"http://127.0.0.1:{port}")
        while not answers(connection):
            assert process.poll() is None
        yield connection
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def port(connection: Connection) -> str:
    return connection.rpc.url.rpartition(":")[2]


@pytest.fixture
def run(plain, deployments, in_process, monkeypatch):
    """Runs a command against the chain, in this process; raises what it raises, gives what it prints."""

    monkeypatch.setenv("HOME", str(deployments))

    def run(*args: object) -> str:
        done = in_process(*args, url=plain.rpc.url, deployments=deployments)
        if done.exception:
            raise done.exception
        return done.output

    return run


@pytest.fixture(scope="module")
def deployments(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("deployments")


@pytest.fixture
def deployed(plain, run, deployments) -> zuan.System:
    try:
        return zuan.System.open(plain, deployments)
    except DeploymentError:
        run("deploy")
        return zuan.System.open(plain, deployments)


def test_one_command_deploys_and_all_roles_have_money(plain, deployed, deployments):
    assert plain.is_local and plain.chain_id in (5777, 31337)
    assert not set(ROLES) & set(node_addresses(plain))
    for address in ROLES[1:]:
        assert int(plain.rpc("eth_getBalance", address, "latest"), 16) == 100 * ETHER
    assert deployed.manifest.folder(deployments).name == f"local-{plain.chain_id}-{plain.genesis[2:10]}-{port(plain)}"
    assert deployed.manifest.node == plain.rpc.url


def test_accounts_are_listed_by_the_name_that_account_takes(plain, run):
    listed = json.loads(run("accounts", "--json"))
    assert [a["name"] for a in listed if a["kind"] == "test"] == list(TEST_NAMES)
    assert [a["address"] for a in listed if a["kind"] == "test"] == ROLES
    held = [a for a in listed if a["kind"] == "node"]
    assert [a["name"] for a in held] == [str(n) for n in range(10)]
    assert [a["address"] for a in held] == node_addresses(plain)
    assert {int(a["balance"]) // ETHER for a in held} <= {999, 1_000, 9_999, 10_000}
    assert "deployer" in run("accounts")


def test_the_nodes_own_accounts_send_and_sign(plain, deployed, run):
    held = node_addresses(plain)
    run("attest", "all", "--line", "goods=1000")
    run("reserves", "deposit", 100)
    run("mint", held[3], 50, "--order", "A")
    run("transfer", "bob", 5, "--account", held[3])
    run("redeem", 10, "--account", "3")
    assert deployed.token.balance_of(held[3]) == 35
    assert deployed.asset.read("balanceOf", held[3]) == 10
    with pytest.raises(ZuanError, match="holds 0 diamonds, not 1"):
        run("transfer", "bob", 1, "--account", "4")
    with pytest.raises(AccountError, match="numbered 0 to 9, and 99 is none of them"):
        run("transfer", "bob", 1, "--account", "99")


def test_a_number_is_the_nodes_account_and_a_known_address_a_test_account(plain):
    held = node_addresses(plain)
    assert account_of(plain, "0").address == held[0]
    assert isinstance(account_of(plain, held[9].lower()), NodeAccount)
    assert account_of(plain, "test15") is account(15)
    with pytest.raises(AccountError, match="numbered 0 to 9, and 15 is none of them; a test account goes by its name"):
        account_of(plain, "15")
    assert account_of(plain, ROLES[6].lower()) is account(6)


def test_who_cannot_pay_is_told_who_could(plain, deployed):
    poor = Account.from_key(b"\x0b" * 32)
    with pytest.raises(
        AccountError, match=r"cannot pay the gas .*it has 0 wei; fund it; or use --account with one .*deployer"
    ):
        Sender(plain, poor).run(zuan.contracts.Call(ROLES[0], b"", "send nothing"))
    assert f"alice ({ROLES[6]}) cannot pay" in str(cannot_pay(plain, ROLES[6]))


def test_a_test_account_without_a_role_gets_money_when_it_is_used(plain, deployed, run):
    with pytest.raises(ZuanError, match="holds 0 diamonds"):
        run("burn", 1, "--account", "test17")
    assert int(plain.rpc("eth_getBalance", account(17).address, "latest"), 16) == 100 * ETHER


def test_where_the_node_sets_no_balance_its_accounts_pay(plain, monkeypatch):
    real = Rpc.__call__

    def refuse(self, method, *params):
        if method in ("evm_setAccountBalance", "anvil_setBalance"):
            raise RpcError(-32601, "the method does not exist")
        return real(self, method, *params)

    monkeypatch.setattr(Rpc, "__call__", refuse)
    fund(plain, [account(18).address])
    balance = 0
    while not balance:
        balance = int(plain.rpc("eth_getBalance", account(18).address, "latest"), 16)
    assert balance >= 40 * ETHER


@pytest.mark.parametrize(
    ("client", "local"),
    [
        ("Ganache/v7.9.2/EthereumJS TestRPC/v7.9.2/ethereum-js", True),
        ("EthereumJS TestRPC/v2.13.2/ethereum-js", True),
        ("anvil/v1.7.1", True),
        ("HardhatNetwork/2.29.1/@nomicfoundation/edr/0.3.8", True),
        ("Geth/v1.16.4-stable/linux-amd64/go1.25", False),
        ("besu/v25.9.0/linux-x86_64/openjdk-java-21", False),
        ("", False),
        (None, False),
    ],
)
def test_what_is_local_the_node_says_whatever_its_chain_id(client, local):
    def answer(method, _):
        if method == "web3_clientVersion" and client is None:
            raise RpcError(-32601, "the method does not exist")
        return {"eth_chainId": "0x539", "web3_clientVersion": client}[method]

    with fake_node(answer) as url:
        assert Connection(url).is_local is local


def test_a_development_chain_elsewhere_is_not_local(monkeypatch):
    monkeypatch.setattr(Rpc, "__call__", lambda *_: "anvil/v1.7.1")
    for here in ("localhost", "[::1]", "127.9.9.9"):
        assert Connection(f"http://{here}:8545").is_local
    for there in ("192.0.2.7", "a.example", "10.0.0.1"):
        assert not Connection(f"http://{there}:8545").is_local


def test_a_private_network_with_a_local_chains_id_gets_no_test_keys_and_nothing_unasked(
    chain, in_process, tmp_path, monkeypatch
):
    rpc = Rpc(chain.url)

    def answer(method, params):
        return "Geth/v1.16.4" if method == "web3_clientVersion" else rpc(method, *params)

    (tmp_path / "k.json").write_text(json.dumps(Account.encrypt(account(2).key, "secret", kdf="pbkdf2", iterations=1)))
    monkeypatch.setenv("ZUAN_KEYSTORE_PASSWORD", "secret")
    with fake_node(answer) as url:
        there = Connection(url)
        assert there.chain_id == 1337 and not there.is_local
        for command, words in (
            (["mint", "alice", "5", "--order", "A", "--account", str(tmp_path / "k.json")], "alice is a test account"),
            (["deploy", "--account", "minter"], "minter is a test account, whose key everybody knows"),
            (["deploy", "--account", "0"], "0 is a test account, whose key everybody knows"),
            (["travel", "3d"], "only a local chain mines on demand"),
        ):
            assert words in str(in_process(*command, url=url, deployments=tmp_path).exception)


def test_keystores_are_found_by_name_and_address(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ZUAN_KEYSTORE_PASSWORD", raising=False)
    key = Account.from_key(b"\x07" * 32)
    written = json.dumps(Account.encrypt(key.key, "right", kdf="pbkdf2", iterations=1))
    name = f"UTC--2026-11-23T06-00-00.000000000Z--{key.address[2:].lower()}"
    path = tmp_path / ".ethereum/keystore" / name
    path.parent.mkdir(parents=True)
    path.write_text(written)
    for given in (name, key.address, key.address.lower()):
        assert load_account(given, local=False, ask=lambda _: "right").address == key.address
    (listed,) = usable(None)
    assert (listed.name, listed.kind, listed.address, listed.balance) == (name, "geth", key.address, None)
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path / "ape"))
    for place, content in (("ape/accounts/two.json", written), (".foundry/keystores/two", written)):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(content)
    assert load_account("two", local=False, ask=lambda _: "right").address == key.address
    other = Account.encrypt(b"\x08" * 32, "right", kdf="pbkdf2", iterations=1)
    (tmp_path / ".foundry/keystores/two").write_text(json.dumps(other))
    with pytest.raises(AccountError, match=r"several keystores are called two; .*foundry.*ape"):
        load_account("two", local=False, ask=lambda _: "right")


def test_networks_tells_which_chains_are_alive(plain, deployed, deployments, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    there = deployed.manifest
    gone = replace(there, genesis="0x" + "33" * 32)
    replace(gone, node="http://127.0.0.1:1", genesis="0x" + "44" * 32).save(deployments)
    public = replace(there, node=None, chain_id=11155111)
    for manifest in (gone, public):
        manifest.save(deployments)
    (tmp_path / "zuan.toml").write_text(
        f'[networks.mine]\nrpc_url = "{plain.rpc.url}"\n[networks.later]\nrpc_url = "http://127.0.0.1:1"\n'
    )
    listed = {one["genesis"]: one for one in json.loads(run("networks", "--json"))}
    alive = listed.pop(there.genesis)
    assert (alive["network"], alive["alive"], alive["token"]) == ("mine", True, deployed.token.address)
    assert listed[gone.genesis]["state"] == "gone: another chain answers at its address"
    assert listed["0x" + "44" * 32]["state"].startswith("gone: no node answers at http://127.0.0.1:1")
    assert listed[None]["network"] == "later" and not listed[None]["alive"]
    asked = {one["chainId"]: one for one in json.loads(run("networks", "--json"))}
    assert asked[11155111]["alive"] is None
    run("networks", "--forget-gone")
    assert {path.parent.name for path in manifests(deployments)} == {"11155111", there.folder(deployments).name}
    for command in ("networks", "up"):
        with pytest.raises(click.NoSuchOption, match="--rpc-url"):
            run(command, "--rpc-url", plain.rpc.url)


def test_scripts_deploy_and_cover_where_it_is_missing(plain, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(tmp_path))
    provider = SimpleNamespace(endpoint_uri=plain.rpc.url)
    here = Here(provider, ends=False)
    with pytest.raises(DeploymentError, match="nothing is deployed"):
        here.system(None)
    system = here.system("0")
    assert system.manifest.deployer == node_addresses(plain)[0]
    assert here.system(None).manifest == here.system("deployer").manifest == system.manifest
    here.cover(system, 300)
    assert system.issuer.read("headroom") >= 300
    block = plain.block().number
    here.cover(system, 300)
    assert plain.block().number == block
    with pytest.raises(SystemExit) as caught:
        script(here.deploy)("deployer")
    assert caught.value.code == 1 and "Error: chain" in (said := capsys.readouterr().err) and "already" in said
    with pytest.raises(SystemExit, match=r"takes \[ACCOUNT\] after `main`"):
        script(here.deploy)("one", "two")
    with pytest.raises(InputError, match="no node that answers"):
        Here(SimpleNamespace(), ends=False)
    with pytest.raises(InputError, match="is no local chain"):
        Here(SimpleNamespace(endpoint_uri="http://node.example"), ends=False)


def test_a_store_whose_chain_is_gone_says_so_in_every_reader(plain, deployed, run, tmp_path, monkeypatch):
    stores = tmp_path / "stores"
    monkeypatch.setenv("ZUAN_STORES", str(stores))
    monkeypatch.delenv("ZUAN_STORE", raising=False)
    run("sync")
    (store,) = stores.iterdir()
    token = deployed.token.address.lower()
    assert store.name == f"local-{plain.chain_id}-{plain.genesis[2:10]}-{port(plain)}-{token}"
    assert "gone" not in run("balances")
    # The folder of all stores does as well, where one of them is meant.
    assert run("balances", "--store", stores) == run("balances", "--store", store) == run("balances")
    old = stores / f"local-{plain.chain_id}-00000000-1-{token}"
    shutil.copytree(store, old)

    catalog = json.loads((store / "catalog.json").read_text(encoding="utf-8"))

    def answered_at(url: str) -> None:
        changed = {**catalog, "node": url, "genesis": "0x" + "55" * 32}
        (old / "catalog.json").write_text(json.dumps(changed), encoding="utf-8")

    answered_at(plain.rpc.url)
    assert "gone" not in run("balances")  # the one whose chain is there is meant
    shutil.move(store, tmp_path / "aside")
    for url, why in ((plain.rpc.url, "another chain answers at"), ("http://127.0.0.1:1", "no node answers at")):
        answered_at(url)
        for reader in (
            ["balances"],
            ["holders"],
            ["flows"],
            ["trace", "--account", "bob"],
            ["supply", "--at", catalog["block"]],
        ):
            with pytest.raises(WrongChainError, match=f"store of a local chain that is gone: {why} {url}.*zuan sync"):
                run(*reader)
            assert f"is gone: {why} {url}. This is what it was." in run(*reader, "--store", old)
        with pytest.raises(WrongChainError, match="is the store of another chain"):
            run("verify", "--store", old)
    shutil.move(tmp_path / "aside", store)
    assert f"gone: {old}. --forget-gone removes them." in run("networks")
    run("networks", "--forget-gone")
    assert "--forget-gone" not in run("networks")
    assert list(stores.iterdir()) == [store]


def test_a_transaction_that_the_node_signs_is_never_sent_twice(plain, monkeypatch):
    held, real, asked = NodeAccount(plain, node_addresses(plain)[7]), Rpc.__call__, []

    def lose(self, method, *params):
        answer = real(self, method, *params)
        if method == "eth_sendTransaction":
            asked.append(answer)
            raise NetworkError("the node hung up")
        return answer

    monkeypatch.setattr(Rpc, "__call__", lose)
    sender = Sender(plain, held)
    nonce = sender.next_nonce()
    with pytest.raises(
        NetworkError, match=f"hung up; whether transaction {nonce} of {held.address} arrived is unknown"
    ):
        sender.run(zuan.contracts.Call(ROLES[0], b"", "send nothing"))
    assert len(asked) == 1
    with pytest.raises(AccountError, match="the node signs nothing for 0x"):
        NodeAccount(plain, ROLES[3]).sign_typed_data({})


@pytest.mark.parametrize("name", ["9" * 5_000, "a" * 5_000, "-1", "0x" + "z" * 40, "../../etc/passwd", "/"])
def test_what_is_no_account_is_one_sentence(plain, name):
    with pytest.raises(AccountError, match="there is no account|is no keystore"):
        account_of(plain, name)
