import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import astuple, replace
from pathlib import Path

import pytest

import zuan
from tests.toolchain.conftest import environment
from zuan.chain import node
from zuan.chain.accounts import test_account as account
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.deploy import DeployConfig, Manifest, deploy, local_config
from zuan.deploy.config import local_toml
from zuan.deploy.manifest import MANIFEST, manifest_path, manifests
from zuan.deploy.plan import CREATION_ORDER
from zuan.errors import DeploymentError, InputError, RpcError, WriteError, WrongChainError
from zuan.files import write_atomically

CONTRACTS = {"TestStablecoin", *CREATION_ORDER}


class Killed(BaseException):
    """Stands for a process that ends at this very point."""


@pytest.fixture
def config():
    return local_config(resolve_address)


@pytest.fixture
def deployer(connection):
    return Sender(connection, account(0))


def test_deploys_all_contracts_as_configured(connection, deployer, config, tmp_path):
    manifest = deploy(connection, deployer, config, tmp_path)
    system = zuan.System.open(connection, tmp_path)
    assert set(manifest.contracts) == CONTRACTS
    assert system.token.read("cap") == config.cap and system.token.read("name") == config.name
    assert system.oracle.read("quorum") == 2
    for part in (system.oracle, system.issuer, system.vault, system.desk):
        assert part.read("owner") == system.governance.address.lower()
    assert system.governance.read("getMinDelay") == config.governance_delay
    assert tuple(system.vault.read("rules")) == astuple(config.vault_rules)
    assert (system.desk.read("notice"), system.desk.read("arbiter")) == (config.notice, config.arbiter.lower())
    assert [k[1] for k in system.oracle.read("kinds")] == [0, 2_000, 5_000]
    assert system.issuer.read("minter", config.minters[0].minter) == (50_000_000, 86_400, 10_000_000, 50_000_000)
    assert (system.vault.read("unitsPerDiamond"), system.vault.read("treasury")) == (1, config.treasury.lower())
    assert not list(tmp_path.glob("*/journal.json"))


def test_the_deployer_keeps_no_role(connection, deployer, config, tmp_path):
    deploy(connection, deployer, config, tmp_path)
    system, mine = zuan.System.open(connection, tmp_path), deployer.address.lower()
    assert mine not in (system.oracle.read("owner"), system.issuer.read("owner"), *system.oracle.read("auditors"))
    assert system.issuer.read("minter", deployer.address)[0] == 0
    governance = system.governance
    for role in ("PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE", "DEFAULT_ADMIN_ROLE"):
        assert not governance.read("hasRole", governance.read(role), deployer.address)


@pytest.mark.parametrize("when", range(len(CONTRACTS)))
@pytest.mark.parametrize("arrived", [True, False], ids=["sent", "not sent"])
def test_killed_at_any_step_and_run_again_it_goes_on(
    connection, deployer, config, tmp_path, monkeypatch, when, arrived
):
    sent, real = [], Sender.send

    def send(self, *args):
        if len(sent) == when:
            if arrived:
                real(self, *args)
            raise Killed
        sent.append(args[0].what)
        return real(self, *args)

    monkeypatch.setattr(Sender, "send", send)
    with pytest.raises(Killed):
        deploy(connection, deployer, config, tmp_path)
    monkeypatch.setattr(Sender, "send", real)
    first = deployer.next_nonce()
    manifest = deploy(connection, deployer, config, tmp_path)
    assert deployer.next_nonce() == first + len(CONTRACTS) - when - arrived, "nothing was deployed twice"
    assert (
        zuan.System.open(connection, tmp_path).issuer.read("token")
        == manifest.contracts["DiamondToken"].address.lower()
    )


def test_a_resumed_deployment_with_another_configuration_begins_anew(
    connection, deployer, config, tmp_path, monkeypatch
):
    real = Sender.send
    monkeypatch.setattr(Sender, "send", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        deploy(connection, deployer, config, tmp_path)
    monkeypatch.setattr(Sender, "send", real)
    deploy(connection, deployer, replace(config, cap=77), tmp_path)
    assert zuan.System.open(connection, tmp_path).token.read("cap") == 77


def test_a_nonce_used_by_somebody_else_stops_it_with_a_sentence(connection, deployer, config, tmp_path, monkeypatch):
    real, sent = Sender.send, []

    def send(self, *args):
        if len(sent) == 2:
            raise Killed
        sent.append(args)
        return real(self, *args)

    monkeypatch.setattr(Sender, "send", send)
    with pytest.raises(Killed):
        deploy(connection, deployer, config, tmp_path)
    monkeypatch.setattr(Sender, "send", real)
    deployer.run(zuan.contracts.Call(deployer.address, b"", "send nothing"))
    with pytest.raises(DeploymentError, match="used nonce .* remove .*journal.json and deploy again"):
        deploy(connection, deployer, config, tmp_path)
    (manifest_path(tmp_path, connection).with_name("journal.json")).unlink()
    deploy(connection, deployer, config, tmp_path)


def test_a_second_deployment_does_not_overwrite_the_first(connection, deployer, config, tmp_path):
    deploy(connection, deployer, config, tmp_path)
    before = manifest_path(tmp_path, connection).read_text(encoding="utf-8")
    with pytest.raises(DeploymentError, match="has a deployment already"):
        deploy(connection, deployer, config, tmp_path)
    assert manifest_path(tmp_path, connection).read_text(encoding="utf-8") == before


def test_local_chains_of_one_id_have_manifests_of_their_own(connection, deployer, system, config, tmp_path):
    other = replace(system.manifest, genesis="0x" + "11" * 32)
    kept = other.save(tmp_path).read_text(encoding="utf-8")
    with pytest.raises(DeploymentError, match=r"nothing is deployed on chain 1337 \(first block 0x.*zuan networks"):
        zuan.System.open(connection, tmp_path)
    deploy(connection, deployer, config, tmp_path)
    assert zuan.System.open(connection, tmp_path).manifest.genesis == connection.genesis
    assert [Manifest.load(path).genesis for path in sorted(manifests(tmp_path, 1337))] == sorted(
        [other.genesis, connection.genesis]
    )
    assert (other.folder(tmp_path) / MANIFEST).read_text(encoding="utf-8") == kept
    assert not manifests(tmp_path, 5)


def test_a_local_chain_that_was_set_back_is_deployed_to_again(connection, deployer, config, tmp_path):
    snapshot = connection.rpc("evm_snapshot")
    deploy(connection, deployer, config, tmp_path)
    connection.rpc("evm_revert", snapshot)
    with pytest.raises(DeploymentError, match="there is no contract at"):
        zuan.System.open(connection, tmp_path)
    deploy(connection, deployer, config, tmp_path)
    zuan.System.open(connection, tmp_path)


def test_a_public_chains_manifest_is_never_overwritten_and_serves_its_fork(
    connection, system, deployer, config, tmp_path, monkeypatch
):
    public = replace(system.manifest, node=None)
    public.save(tmp_path)
    assert manifests(tmp_path) == [tmp_path / "1337" / MANIFEST]
    assert zuan.System.open(connection, tmp_path).manifest == public
    replace(public, genesis="0x" + "11" * 32).save(tmp_path)
    with pytest.raises(DeploymentError, match="nothing is deployed"):
        zuan.System.open(connection, tmp_path)
    monkeypatch.setattr(connection, "is_local", False)
    with pytest.raises(WrongChainError, match="belongs to another chain"):
        zuan.System.open(connection, tmp_path)
    with pytest.raises(DeploymentError, match="has a deployment already"):
        deploy(connection, deployer, config, tmp_path)


def test_a_manifest_whose_contracts_are_gone_is_not_trusted(connection, folder, system, tmp_path):
    contracts = dict(system.manifest.contracts)
    contracts["Issuer"] = replace(contracts["Issuer"], address="0x" + "22" * 20)
    replace(system.manifest, contracts=contracts).save(tmp_path)
    with pytest.raises(DeploymentError, match=r"there is no contract at 0x2222.* where the manifest has Issuer"):
        zuan.System.open(connection, tmp_path)
    contracts["Issuer"] = replace(contracts["Issuer"], address=contracts["DiamondToken"].address)
    replace(system.manifest, contracts=contracts).save(tmp_path)
    with pytest.raises(DeploymentError, match="there is another contract at"):
        zuan.System.open(connection, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 1}', '{"version": 1, "contracts": 3}'])
def test_a_damaged_manifest_is_one_sentence(tmp_path, text):
    path = tmp_path / MANIFEST
    path.write_text(text)
    with pytest.raises(DeploymentError, match="is damaged"):
        Manifest.load(path)


def test_a_manifest_of_a_newer_version_is_refused(folder, tmp_path):
    path, (found,) = tmp_path / MANIFEST, manifests(folder)
    path.write_text(json.dumps({**json.loads(found.read_text(encoding="utf-8")), "version": 2}))
    with pytest.raises(DeploymentError, match="newer Zuan"):
        Manifest.load(path)


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "manifest.json"
    write_atomically(path, "old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(WriteError, match="cannot write .*: no space left"):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [path]


def test_every_fault_of_a_configuration_is_listed():
    table = {
        "governance": {"proposers": ["nobody-at-all"], "delay": 86_400, "delay_floor": 90_000},
        "token": {"name": "", "symbol": "Z", "cap": 0},
        "vault": {"asset": "0x1", "units_per_diamond": "1", "coverage_floor": 9_999, "max_silence": 3_600},
        "oracle": {"auditors": ["auditor1", "auditor1", "auditor2", "auditor3"], "quorum": 2, "max_age": 86_400},
        "issuer": {"proposal_delay": True},
        "minters": {"minter": {"capacity": 10, "period": 0, "instant_limit": 11}},
    }
    with pytest.raises(InputError) as caught:
        DeployConfig.from_toml(table, resolve_address)
    named = " ".join(caught.value.problems)
    for key in (
        *(
            "deploy.governance.proposers",
            "is below deploy.governance.delay_floor",
            "token.name",
            "token.cap",
            "vault.asset",
            "units_per_diamond",
            "names an account twice",
        ),
        *(
            "more than half",
            "longer than deploy.oracle.max_age",
            "suspension_time",
            "haircuts",
            "proposal_delay",
            "period",
            "instant_limit",
        ),
        *(
            "deploy.vault.treasury",
            "coverage_floor",
            "deploy.desk.arbiter",
        ),
    ):
        assert key in named, key


def test_the_shipped_configuration_is_a_whole_zuan_toml(tmp_path, monkeypatch, config):
    (tmp_path / "zuan.toml").write_text(local_toml())
    monkeypatch.chdir(tmp_path)
    assert local_config(resolve_address) == config


def test_anvil_serves_as_well_where_it_is_installed(config, tmp_path):
    try:
        chain = zuan.LocalChain("anvil")
    except InputError as error:
        assert "anvil is not installed" in str(error)
        return
    with chain:
        deploy(chain.connection, Sender(chain.connection, account(0)), config, tmp_path)
        assert zuan.read_supply(zuan.System.open(chain.connection, tmp_path)).supply.cap == config.cap


@pytest.mark.parametrize("kind", ["ganache", "anvil"])
def test_a_port_that_is_taken_is_one_sentence(chain, kind):
    with pytest.raises(InputError, match=f"port {chain.port} is taken|not installed"):
        zuan.LocalChain(kind, chain.port)


def test_a_free_port_that_somebody_takes_first_is_given_up_for_another(chain, monkeypatch):
    free, offered = node._free_port, []

    def port():
        offered.append(free() if offered else chain.port)
        return offered[-1]

    monkeypatch.setattr(node, "_free_port", port)
    with zuan.LocalChain("ganache") as other:
        assert other.port == offered[1] != chain.port


def test_a_chain_that_is_none_is_refused():
    with pytest.raises(InputError, match="choose ganache or anvil"):
        zuan.LocalChain("geth")


def test_a_local_chain_dies_with_the_process_that_started_it(tmp_path):
    script = "import zuan, time; c = zuan.LocalChain(); print(c.process.pid, flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment("", tmp_path)
    )
    chain = int(process.stdout.readline())
    os.kill(chain, 0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.kill(chain, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{chain}/stat").read_text(encoding="utf-8").split(") ")[1][0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the chain still runs")


@pytest.mark.parametrize(
    ("method", "answer", "words"),
    [
        ("eth_call", RpcError(-32000, "invalid opcode"), "runs no code of Shanghai .*invalid opcode"),
        ("eth_getBlockByNumber", {"gasLimit": "0x2dc6c0"}, "blocks take 3,000,000 gas, and the largest contract needs"),
    ],
)
def test_a_chain_that_cannot_hold_the_contracts_is_told_so_and_gets_nothing(
    connection, deployer, config, tmp_path, monkeypatch, method, answer, words
):
    real = type(connection.rpc).__call__

    def ask(self, asked, *params):
        if asked == method and (method != "eth_call" or "to" not in params[0]):
            if isinstance(answer, Exception):
                raise answer
            return real(self, asked, *params) | answer
        return real(self, asked, *params)

    monkeypatch.setattr(type(connection.rpc), "__call__", ask)
    with pytest.raises(DeploymentError, match=words):
        deploy(connection, deployer, config, tmp_path)
    assert not list(tmp_path.iterdir())
