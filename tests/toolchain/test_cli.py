import csv
import io
import json
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account

import zuan
from tests.toolchain.conftest import ZUAN, environment
from tests.toolchain.fake_node import fake_node
from zuan.chain.accounts import test_account as account
from zuan.cli import COMMANDS
from zuan.errors import NetworkError

ALICE = account(6).address
#: Runs a command and prints which modules that took.
MODULES = "import sys; from zuan.cli import cli; cli(standalone_mode=False); print(*sys.modules)"


@pytest.fixture
def ready(system, cli):
    """The deployment with an attestation of 1,000,000 diamonds of goods (800,000 after the haircut)."""
    assert cli("attest", "all", "--line", "goods=1_000_000").returncode == 0
    assert cli("reserves", "deposit", 100).returncode == 0
    return system


def refused(result, code, *words):
    """One sentence on stderr, nothing on stdout, the right exit code, no traceback."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr and result.stdout == ""
    assert result.stderr.startswith(("Error: ", "Usage: ")), result.stderr
    for word in words:
        assert word in result.stderr, result.stderr


def test_help_lists_every_command_and_every_command_has_an_example(cli):
    shown = cli("--help")
    assert shown.returncode == 0
    for name in COMMANDS:
        assert f"\n  {name} " in shown.stdout
        own = cli(name, "--help")
        assert own.returncode == 0 and "Usage:" in own.stdout
        assert f"zuan {name}" in own.stdout or name == "demo", f"zuan {name} --help gives no example"


def test_help_imports_nothing_heavy(tmp_path):
    done = subprocess.run([ZUAN[0], "-c", MODULES, "--help"], capture_output=True, text=True, check=True)
    assert not {"web3", "eth_account", "eth_utils", "rich", "requests", "ssl"} & set(done.stdout.split())


def test_supply_imports_neither_web3_nor_eth_utils(chain, folder, system):
    done = subprocess.run(
        [ZUAN[0], "-c", MODULES, "supply"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(chain.url, folder),
    )
    assert not {"web3", "eth_account", "eth_utils", "requests"} & set(done.stdout.split())


def test_a_mistyped_command_gets_a_suggestion(cli):
    refused(cli("suply"), 2, "did you mean supply?")


def test_supply_json_has_all_figures_and_nothing_else_on_stdout(ready, cli):
    assert cli("reserves", "deposit", 199_900).returncode == 0
    assert cli("mint", "alice", "500", "--order", "A").returncode == 0
    figures = json.loads(cli("supply", "--json").stdout)
    assert figures["supply"] == figures["issued"] == figures["liabilities"] == "500"
    assert (figures["headroom"], figures["attested"], figures["coverage"]) == ("799500", "800000", "1600.000000")
    assert (figures["status"], figures["epoch"]) == ("fresh", 1)
    assert [line["kind"] for line in figures["lines"]] == ["escrowed cash", "goods", "service rights"]


def test_supply_as_of_a_block(ready, cli):
    before = ready.connection.block().number
    cli("mint", "alice", "500", "--order", "A")
    assert json.loads(cli("supply", "--json", "--block", before).stdout)["supply"] == "0"
    refused(cli("supply", "--block", "999999"), 2, "there is no block 999999; the newest is")
    refused(cli("supply", "--block", "0"), 1, "the contracts did not exist at block 0")


def test_supply_exit_codes_for_watching(ready, cli):
    cli("mint", "alice", "500", "--order", "A")
    assert cli("supply").returncode == 0
    ready.connection.mine(seconds=700_000)
    assert cli("supply").returncode == 4
    cli("attest", "all", "--line", "goods=100")
    under = cli("supply", "--json")
    assert under.returncode == 3 and json.loads(under.stdout)["coverage"] == "0.360000"


def test_mint_is_idempotent_by_order_and_contradictions_are_mismatches(ready, cli):
    assert "mint 500 diamonds" in cli("mint", "alice", "500", "--order", "A").stderr
    again = cli("mint", "alice", "500", "--order", "A")
    assert again.returncode == 0 and "was minted already" in again.stderr
    refused(cli("mint", "alice", "501", "--order", "A"), 3, "was minted as 500 diamonds")
    assert ready.token.total_supply() == 500


def test_mint_refusals_are_sentences_with_the_right_exit_code(system, cli):
    refused(cli("mint", "alice", "5", "--order", "A"), 4, "no attestation allows minting", "zuan attest")
    cli("attest", "all", "--line", "goods=1000")
    refused(
        cli("mint", "alice", "5", "--order", "A"), 3, "must hold free cash for 1 diamonds", "zuan reserves deposit 1"
    )
    cli("reserves", "deposit", 200)
    refused(cli("mint", "alice", "801", "--order", "A"), 3, "reserves cover 800 more diamonds, not 801")
    refused(cli("mint", "alice", "5", "--order", "A", "--account", "bob"), 1, "only a minter may do that, and bob (")
    refused(cli("mint", "alice", "5"), 2, "say whom, how many and for which order")
    refused(cli("mint", "alice", "0", "--order", "A"), 2, "no positive whole number")
    refused(cli("mint", "alice", "1.5", "--order", "A"), 2, "no positive whole number")
    refused(cli("mint", ALICE[:-1] + "A", "5", "--order", "A"), 2, "fails its checksum")
    refused(cli("suspend", "--account", "bob"), 1, "is not an auditor")
    assert cli("suspend", "--account", "auditor1").returncode == 0
    refused(cli("mint", "alice", "5", "--order", "A"), 4, "suspended minting until")
    system.connection.mine(seconds=700_000)
    refused(cli("mint", "alice", "5", "--order", "A"), 4, "allowed minting until")


def test_a_large_mint_is_proposed_waits_and_is_executed_once(system, cli):
    cli("attest", "all", "--line", "goods=100_000_000")
    cli("reserves", "deposit", 5_000_000)
    refused(cli("mint", "alice", "20000000", "--order", "BIG"), 1, "zuan mint --propose")
    proposed = cli("mint", "alice", "20000000", "--order", "BIG", "--propose")
    assert proposed.returncode == 0, proposed.stderr
    name = proposed.stderr.split("--execute ")[1].strip()
    refused(cli("mint", "alice", "20000000", "--order", "BIG", "--propose"), 2, "waits in proposal")
    refused(cli("mint", "--execute", name), 1, "can be executed from")
    system.connection.mine(seconds=86_401)
    assert cli("mint", "--execute", name, "--account", "bob").returncode == 0
    assert system.token.balance_of(ALICE) == 20_000_000
    refused(cli("mint", "--execute", name), 1, "is not pending")
    refused(cli("mint", "--cancel", name), 1, "is not pending")
    refused(cli("mint", "--execute", "0x12"), 2, "there is no proposal 0x12")
    refused(cli("mint", "alice", "20000000", "--order", "BIG", "--propose"), 2, "was minted already")


def test_transfer_and_burn_and_their_refusals(ready, cli):
    cli("mint", "alice", "500", "--order", "A")
    assert cli("transfer", "bob", "200", "--account", "alice").returncode == 0
    assert cli("burn", "50", "--account", "bob", "--order", "CARD").returncode == 0
    assert (ready.token.balance_of(ALICE), ready.token.total_supply()) == (300, 450)
    refused(cli("transfer", "bob", "301", "--account", "alice"), 1, "holds 300 diamonds, not 301")
    refused(cli("burn", "301", "--account", "alice"), 1, "holds 300 diamonds, not 301")
    refused(cli("transfer", ready.token.address, "1", "--account", "alice"), 2, "own DiamondToken", "would be lost")
    refused(cli("mint", ready.token.address, "1", "--order", "T"), 2, "own DiamondToken", "would be lost")
    refused(cli("transfer", "0x" + "0" * 40, "1", "--account", "alice"), 2, "address 0")
    refused(cli("transfer", "bob", "1"), 2, "--account")
    refused(cli("transfer", "bob", "1", "--account", "nobody"), 2, "there is no account nobody")


def test_history_in_every_form_shows_the_same(ready, cli, tmp_path):
    empty = cli("history")
    assert empty.returncode == 0 and "No mint and no burn" in empty.stdout
    (tmp_path / "orders.csv").write_text(f"order_id,buyer,amount\nA-1,{ALICE},300\nA-2,{ALICE},200\n")
    assert cli("issue", "orders.csv").returncode == 0
    cli("burn", "50", "--account", "alice", "--order", "CARD")
    rows = json.loads(cli("history", "--json", "--orders", "orders.csv").stdout)
    assert [(r["kind"], r["amount"], r["firstSerial"], r["lastSerial"], r["orderId"]) for r in rows] == [
        ("mint", "300", "1", "300", "A-1"),
        ("mint", "200", "301", "500", "A-2"),
        ("burn", "50", None, None, None),
    ]
    assert rows[0]["minter"] == account(2).address and rows[0]["epoch"] == 1 and rows[2]["supply"] == "450"
    as_csv = list(csv.DictReader(io.StringIO(cli("history", "--csv", "--orders", "orders.csv").stdout)))
    assert [r["tx"] for r in as_csv] == [r["tx"] for r in rows]
    table = cli("history", "--orders", "orders.csv")
    assert "301-500" in table.stdout and "A-2" in table.stdout and "3 entries" in table.stderr


def test_issue_reports_every_problem_and_sends_nothing(ready, cli, tmp_path):
    (tmp_path / "bad.csv").write_text(f"order_id,buyer,amount\nA,{ALICE},x\nA,{ALICE},5\nB,bob,0\n")
    result = cli("issue", "bad.csv")
    refused(result, 2, "bad.csv has 4 problems; nothing was sent", "line 2:", "line 4:")
    refused(cli("issue", "none.csv"), 2, "cannot read none.csv: no such file")
    assert ready.token.total_supply() == 0
    (tmp_path / "empty.csv").write_text("order_id,buyer,amount\n")
    assert "nothing to do" in cli("issue", "empty.csv").stderr


def test_attest_by_three_auditors_on_their_own_machines(system, cli, tmp_path):
    (tmp_path / "audit.txt").write_text("counted")
    assert cli("attest", "new", "--line", "goods=1000", "--report", "audit.txt", "-o", "s.json").returncode == 0
    refused(cli("attest", "new", "--line", "goods=1000", "-o", "s.json"), 2, "exists already")
    for name in ("auditor1", "auditor3"):
        (tmp_path / f"{name}.json").write_text((tmp_path / "s.json").read_text(encoding="utf-8"))
        assert cli("attest", "sign", f"{name}.json", "--account", name, "--yes").returncode == 0
    refused(cli("attest", "submit", "auditor1.json"), 1, "1 of 2 signatures")
    refused(cli("attest", "sign", "s.json", "--account", "alice"), 1, "is not an auditor")
    refused(cli("attest", "new", "--line", "goods=5", "-o", "none/s.json"), 1, "cannot write none/s.json")
    other = (tmp_path / "s.json").read_text(encoding="utf-8").replace('"goods": "1000"', '"goods": "1001"')
    (tmp_path / "other.json").write_text(other)
    refused(cli("attest", "combine", "s.json", "other.json", "-o", "x.json"), 3, "lines: {'goods': '1000'} and")
    assert cli("attest", "combine", "auditor1.json", "auditor3.json", "-o", "all.json").returncode == 0
    assert cli("attest", "submit", "all.json", "--account", "bob").returncode == 0
    refused(cli("attest", "submit", "all.json"), 3, "the next one is 2")
    refused(cli("attest", "sign", "all.json", "--account", "auditor2"), 3, "the next one is 2")
    refused(cli("attest", "new", "--line", "gold=5"), 2, "no kind of asset gold")
    refused(cli("attest", "new", "--line", "goods"), 2, "KIND=DIAMONDS")
    refused(cli("attest", "new", "--line", "goods=5", "--line", "goods=6"), 2, "stands twice")


def test_a_node_that_does_not_answer(cli):
    refused(cli("supply", url="http://127.0.0.1:1"), 1, "no node answers at http://127.0.0.1:1", "zuan up")


def test_a_node_of_another_chain_than_the_manifests(cli):
    def other(method, _):
        found = {"eth_chainId": "0x539", "eth_getBlockByNumber": {"hash": "0x" + "77" * 32}}
        return {**found, "web3_clientVersion": "anvil/v1.7.1"}[method]

    with fake_node(other) as url:
        refused(
            cli("supply", url=url), 1, "nothing is deployed on chain 1337 (first block 0x77777777...)", "zuan networks"
        )


def test_no_deployment(cli, tmp_path):
    refused(cli("supply", "--deployments", tmp_path / "none"), 1, "nothing is deployed on chain 1337", "zuan deploy")


def test_no_local_chain(cli, tmp_path):
    refused(
        cli("supply", ETH_RPC_URL="", ZUAN_DEPLOYMENTS=str(tmp_path)), 2, "no local chain is running here", "zuan up"
    )


def test_networks_of_zuan_toml(cli, chain, tmp_path):
    (tmp_path / "zuan.toml").write_text(
        '[networks.wrong]\nrpc_url = "$NODE"\nchain_id = 5\n[networks.right]\nrpc_url = "$NODE"\nchain_id = 1337\n'
    )
    refused(cli("supply", "--network", "wrong", NODE=chain.url), 3, "wrong should be chain 5", "serves chain 1337")
    assert cli("supply", "--network", "right", NODE=chain.url).returncode == 4
    refused(cli("supply", "--network", "right"), 2, "names a variable that the environment does not set")
    refused(cli("supply", "--network", "none"), 2, "known: local, wrong, right")
    (tmp_path / "zuan.toml").write_text("[networks")
    refused(cli("supply"), 2, "zuan.toml is no valid TOML")


def public(chain, chain_id="0x5"):
    """The local chain, posing as a public one."""
    from zuan.chain.rpc import Rpc

    rpc = Rpc(chain.url)

    def answer(method, params):
        if method == "web3_clientVersion":
            return "Geth/v1.16.4"
        return chain_id if method == "eth_chainId" else rpc(method, *params)

    return fake_node(answer)


def test_a_public_chain_gets_nothing_without_broadcast(ready, cli, chain, folder, tmp_path):
    cli("mint", "alice", "5", "--order", "A")
    key = Account.from_key(account(6).key)
    (tmp_path / "keystore.json").write_text(json.dumps(key.encrypt("secret", kdf="pbkdf2", iterations=1)))
    replace(ready.manifest, chain_id=5, node=None).save(tmp_path / "public")
    before = ready.connection.block().number
    with public(chain) as url:
        env = {"url": url, "ZUAN_DEPLOYMENTS": str(tmp_path / "public"), "ZUAN_KEYSTORE_PASSWORD": "secret"}
        refused(cli("transfer", ALICE, "1", "--account", "minter", **env), 2, "whose key everybody knows")
        refused(cli("mint", ALICE, "5", "--order", "A", **env), 2, "say which account sends it")
        refused(cli("burn", "6", "--account", "keystore.json", **env), 1, "holds 5 diamonds, not 6")
        refused(cli("attest", "all", "--line", "goods=5", **env), 2, "only on a local chain")
        wrong = {**env, "ZUAN_KEYSTORE_PASSWORD": "wrong"}
        refused(cli("burn", "5", "--account", "keystore.json", **wrong), 2, "the password does not open")
        simulated = cli("burn", "5", "--account", "keystore.json", **env)
        assert simulated.returncode == 0 and "Nothing was sent; add --broadcast" in simulated.stderr
    assert ready.connection.block().number == before and ready.token.balance_of(ALICE) == 5


def test_a_full_disk_under_the_output_is_one_sentence(ready, chain, folder):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*ZUAN, "supply", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(chain.url, folder),
        )
    assert done.returncode == 1 and done.stderr == "Error: cannot write the output: no space left on device\n"


def test_deploy_from_the_command_line(connection, cli, tmp_path):
    done = cli("deploy", "--deployments", tmp_path / "d")
    assert done.returncode == 0 and "[8/8] Lens" in done.stderr, done.stderr
    assert cli("supply", "--deployments", tmp_path / "d").returncode == 4
    refused(cli("deploy", "--deployments", tmp_path / "d"), 1, "has a deployment already")
    printed = cli("deploy", "--print-config")
    assert printed.stdout.startswith("# What `zuan up`") and printed.stderr == ""
    (tmp_path / "zuan.toml").write_text(
        printed.stdout.replace("quorum = 2", "quorum = 1").replace("cap = 10", "cup = 10")
    )
    refused(cli("deploy", "--deployments", tmp_path / "e"), 2, "configuration has faults", "deploy.token.cap", "quorum")
    assert not (tmp_path / "e").exists()


def test_a_public_chain_is_deployed_to_only_with_its_own_configuration(chain, system, cli, tmp_path):
    key = Account.from_key(account(0).key)
    (tmp_path / "keystore.json").write_text(json.dumps(key.encrypt("secret", kdf="pbkdf2", iterations=1)))
    with public(chain) as url:
        env = {"url": url, "ZUAN_DEPLOYMENTS": str(tmp_path / "public"), "ZUAN_KEYSTORE_PASSWORD": "secret"}
        refused(cli("deploy", "--account", "keystore.json", **env), 2, "has no [deploy] table", "--print-config")
        toml = cli("deploy", "--print-config").stdout
        (tmp_path / "zuan.toml").write_text(toml)
        refused(cli("deploy", "--account", "keystore.json", **env), 2, "whose key everybody knows")
        parts = ("governor", "auditor1", "auditor2", "auditor3", "treasury", "arbiter", "minters.minter")
        for index, name in enumerate(parts):
            section, dot, _ = name.rpartition(".")
            quoted = f'{section}{dot}"0x{index + 1:040x}"' if dot else f'"0x{index + 1:040x}"'
            toml = toml.replace(name if dot else f'"{name}"', quoted)
        (tmp_path / "zuan.toml").write_text(toml)
        refused(cli("deploy", "--account", "keystore.json", **env), 2, 'is "test", which is for local chains')
        (tmp_path / "zuan.toml").write_text(toml.replace('asset = "test"', f'asset = "0x{9:040x}"'))
        refused(cli("deploy", "--account", "keystore.json", **env), 1, "there is no contract at 0x")
        (tmp_path / "zuan.toml").write_text(toml.replace('asset = "test"', f'asset = "{system.asset.address}"'))
        simulated = cli("deploy", "--account", "keystore.json", **env)
        assert simulated.returncode == 0 and "Nothing was sent; add --broadcast" in simulated.stderr, simulated.stderr
        assert "anybody may start the wind-down" in simulated.stderr
    assert not (tmp_path / "public").exists()


def test_an_account_without_ether_is_told_so(ready, cli, tmp_path, sender):
    key = Account.from_key(b"\x09" * 32)
    (tmp_path / "poor.json").write_text(json.dumps(key.encrypt("secret", kdf="pbkdf2", iterations=1)))
    cli("mint", key.address, "5", "--order", "A")
    poor = cli("burn", "5", "--account", "poor.json", ZUAN_KEYSTORE_PASSWORD="secret")
    refused(poor, 2, "cannot pay the gas")


def test_up_serves_other_commands_and_leaves_nothing_behind(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS")}
    up = subprocess.Popen([*ZUAN, "up"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
    said = []
    while "Ready" not in (line := up.stderr.readline()):
        said.append(line)
        assert up.poll() is None, "".join(said)
    assert any("alice" in line for line in said)
    run = {"cwd": tmp_path, "env": env, "capture_output": True, "text": True, "check": False, "timeout": 60}
    assert subprocess.run([*ZUAN, "supply"], **run).returncode == 4
    second = subprocess.run([*ZUAN, "up"], **run)
    assert second.returncode == 2 and "running already" in second.stderr
    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0
    up.stderr.close()
    assert not (tmp_path / "deployments").exists()
    assert subprocess.run([*ZUAN, "supply"], **run).returncode == 2


def test_up_after_a_kill_clears_away_what_was_left(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("ETH_RPC_URL", "ZUAN_DEPLOYMENTS")}
    for stop in (signal.SIGKILL, signal.SIGHUP):
        up = subprocess.Popen([*ZUAN, "up"], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
        while "Ready" not in up.stderr.readline():
            assert up.poll() is None
        running = zuan.connect("local", folder=tmp_path / "deployments").rpc
        up.send_signal(stop)
        up.wait(60)
        up.stderr.close()
        with pytest.raises(NetworkError):
            while True:  # The chain dies with it; the next must not find it alive.
                running("eth_chainId")
    assert not (tmp_path / "deployments").exists()
