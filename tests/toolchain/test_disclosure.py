"""The disclosure without a Lens that somebody deployed: the same figures; and no figure of a part that is not genuine."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import zuan
from tests.toolchain.fake_node import fake_node
from zuan import disclosure
from zuan.chain.accounts import test_account as account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.contracts.artifacts import artifact, created_address
from zuan.contracts.handles import encode_arguments
from zuan.deploy import deploy, local_config
from zuan.deploy.manifest import Deployed, code_sha256
from zuan.errors import NetworkError, NotGenuineError, RpcError
from zuan.issuance import reference

#: 32 bytes, whatever is asked.
FORGED = "60206000f3"


@pytest.fixture
def run(in_process):
    return in_process


@pytest.fixture
def forged(system, connection, tmp_path, monkeypatch):
    """A manifest in which a part is another contract, whose hash it tells; ``forged("Lens")`` gives the address."""

    def put(part: str, code: str = FORGED) -> str:
        address = created_address(system.token.address, 11)
        connection.rpc("evm_setAccountCode", address, "0x" + code)
        contracts = system.manifest.contracts | {part: Deployed(address, code_sha256("0x" + code))}
        replace(system.manifest, contracts=contracts).save(tmp_path)
        monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(tmp_path))
        return address

    return put


def addresses(system):
    return {name: deployed.address for name, deployed in system.manifest.contracts.items()}


def test_a_deployed_lens_and_its_code_alone_say_the_same(system, attest):
    attest()
    block, at = system.connection.block().number, addresses(system)
    call = {"to": system.lens.address, "data": "0x" + artifact("Lens").selector("disclosure").hex()}
    deployed = bytes.fromhex(system.connection.rpc("eth_call", call, hex(block))[2:])
    assert len(deployed) > 2_000
    assert disclosure.by_override(system, at, block, frozenset()) == deployed
    assert disclosure.by_creation(system, at, block) == deployed


def test_they_do_so_on_anvil_where_it_is_installed(tmp_path):
    try:
        chain = zuan.LocalChain("anvil")
    except zuan.errors.InputError as error:
        assert "anvil is not installed" in str(error)
        return
    with chain:
        deploy(chain.connection, Sender(chain.connection, account(0)), local_config(resolve_address), tmp_path)
        system = zuan.System.open(chain.connection, tmp_path)
        block, at = chain.connection.block().number, addresses(system)
        found = disclosure.by_override(system, at, block, frozenset())
        assert found is not None and found == disclosure.by_creation(system, at, block)
        without = zuan.System.at(chain.connection, at["DiamondToken"])
        assert replace(zuan.read_supply(without), check=None) == replace(zuan.read_supply(system), check=None)


def test_without_a_lens_every_figure_is_the_same(system, attest):
    attest()
    contracts = {n: d for n, d in system.manifest.contracts.items() if n != "Lens"}
    parts = tuple(replace(p, address=None) if p.name == "Lens" else p for p in system.check.parts)
    check = replace(system.check, parts=parts)
    without = zuan.read_supply(replace(system, manifest=replace(system.manifest, contracts=contracts), check=check))
    assert replace(without, check=None) == replace(zuan.read_supply(system), check=None)
    assert without.exit_code == 0 and check.sentence == "genuine Zuan 0.1, edition 2 (Lens not found)"


def refusing(system, *methods):
    """The chain through a node that takes no such calls."""

    def answer(method, params):
        if method == "eth_call" and (
            ("override" in methods and len(params) > 2) or ("creation" in methods and "to" not in params[0])
        ):
            raise RpcError(-32602, "too many arguments, want at most 2")
        return system.connection.rpc(method, *params)

    return fake_node(answer)


def test_a_node_without_state_overrides_gets_a_creation(system, forged, tmp_path):
    forged("Lens")
    expected = zuan.read_supply(system)
    with refusing(system, "override") as url:
        found = zuan.read_supply(zuan.System.open(Connection(url), tmp_path, doubts=True))
    assert replace(found, check=None) == replace(expected, check=None)


def test_a_node_that_takes_neither_is_named_in_a_sentence(system, forged, tmp_path):
    forged("Lens")
    with refusing(system, "override", "creation") as url:
        opened = zuan.System.open(Connection(url), tmp_path, doubts=True)
        with pytest.raises(
            NetworkError, match="takes no state overrides, and its answer to a creation is too long or empty"
        ):
            zuan.read_supply(opened)


def test_supply_marks_a_forged_lens_and_takes_no_figure_from_it(run, system, attest, forged):
    attest()
    address = forged("Lens")
    genuine = zuan.read_supply(system).as_dict()
    done = run("supply", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    code = told.pop("code")
    genuine.pop("code")
    assert told == genuine
    assert not code["genuine"]
    assert code["parts"]["Lens"] == {
        **{"address": address, "genuine": False},
        "faults": ["its code is another: 5 bytes, where Zuan's has 12,598"],
    }
    shown = run("supply")
    assert "Not genuine Zuan: Lens" in shown.stdout
    assert f"NOT GENUINE Lens {address}: its code is another" in shown.stderr


def test_figures_of_a_forged_desk_are_left_out_not_mixed_in(run, attest, forged):
    attest()
    forged("OrderDesk", "7f" + "00" * 30 + "ffff60005260206000f3")
    done = run("supply", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert (told["escrowed"], told["desk"]) == (None, {"listings": None, "orders": None, "notice": None})
    assert told["governance"]["ownsAll"] and told["attested"] == "1000000"
    assert "65,535" not in run("supply").stdout


def test_figures_of_a_governance_that_is_none_are_left_out(run, system, attest, connection, forged):
    attest()
    # The timelock's own address gets other code: whoever owns the parts may change them at once.
    connection.rpc("evm_setAccountCode", system.governance.address, "0x" + FORGED)
    contracts = dict(system.manifest.contracts)
    contracts["Governance"] = Deployed(system.governance.address, code_sha256("0x" + FORGED))
    forged("Lens")
    done = run("supply", "--json", system.token.address)
    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert told["governance"] == {"ownsAll": None, "delay": None, "delayFloor": None, "pending": None}
    assert told["attested"] == "1000000"
    assert "rules may change at any time" in run("supply", system.token.address).stdout


@pytest.mark.parametrize(
    "command", [["history"], ["sync"], ["reserves"], ["governance"], ["ticket", "list"], ["order", "goods"]]
)
def test_every_reader_refuses_a_forged_part(run, forged, command):
    forged("Lens")
    done = run(*command)
    assert isinstance(done.exception, NotGenuineError) and done.exception.exit_code == 3
    assert "this is not genuine Zuan: Lens" in str(done.exception)


def test_a_store_is_compared_too_and_says_when_nobody_did(run, system, attest, sender, forged, tmp_path, monkeypatch):
    attest()
    head = system.issuer.head()
    sender("minter").run(system.issuer.mint(head, zuan.contracts.Order(account(6).address, 50, reference("SALE-1"))))
    monkeypatch.setenv("ZUAN_STORE", str(tmp_path / "store"))
    assert run("sync").exit_code == 0
    fine = json.loads(run("verify", "--json").stdout)
    assert fine["supply"] == "50" and fine["code"]["genuine"]
    assert "nobody compared" not in run("trace", "1").stderr
    # A store that was made before anybody compared: by an earlier version, or by hand.
    catalog = tmp_path / "store" / "catalog.json"
    told = json.loads(catalog.read_text(encoding="utf-8"))
    catalog.write_text(json.dumps(told | {"edition": None}), encoding="utf-8")
    assert "nobody compared the contracts of this store with Zuan's code yet" in run("trace", "1").stderr
    forged("Lens")
    done = run("verify")
    assert isinstance(done.exception, NotGenuineError) and "Lens" in str(done.exception)


def test_a_desk_that_is_no_part_of_the_system_does_not_pass_in_a_store(run, system, attest, tmp_path, monkeypatch):
    attest()
    monkeypatch.setenv("ZUAN_STORE", str(tmp_path / "store"))
    run("sync")
    catalog = tmp_path / "store" / "catalog.json"
    told = json.loads(catalog.read_text(encoding="utf-8"))
    told["contracts"]["OrderDesk"] = system.lens.address
    catalog.write_text(json.dumps(told), encoding="utf-8")
    done = run("verify")
    assert "keeps the logs of contracts that are no part of this system" in str(done.exception)


def test_with_nothing_but_an_address_every_reader_works(run, system, attest, sender, tmp_path, monkeypatch):
    attest()
    head = system.issuer.head()
    sender("minter").run(system.issuer.mint(head, zuan.contracts.Order(account(6).address, 50, reference("SALE-1"))))
    by_manifest = json.loads(run("supply", "--json").stdout)
    by_manifest["code"].pop("created")
    monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(tmp_path / "none"))
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path / "stores"))
    for name in ("DiamondToken", "Lens", "Governance"):
        done = run("supply", addresses(system)[name], "--json")
        told = json.loads(done.stdout)
        assert told["code"].pop("created") is True
        assert (done.exit_code, told) == (0, by_manifest)
    token = system.token.address
    assert [row["kind"] for row in json.loads(run("history", "--token", token, "--json").stdout)] == ["mint"]
    for command in (["reserves"], ["governance"], ["ticket", "list"], ["order", "goods"], ["wind-down"]):
        assert run(*command, "--token", token).exit_code == 0, command
    assert run("sync", "--token", token).exit_code == 0
    assert "minted to" in run("trace", "7", "--token", token).stdout
    verified = json.loads(run("verify", "--token", token, "--json").stdout)
    assert verified["eventsChecked"] == 1 and verified["code"]["genuine"]


def test_an_older_block_is_judged_by_the_code_of_then(system, connection):
    before = connection.block().number
    desk = system.desk.address
    code = connection.rpc("eth_getCode", desk, "latest")
    connection.rpc("evm_setAccountCode", desk, "0x" + FORGED)
    connection.mine()
    forged_at = connection.block().number
    connection.rpc("evm_setAccountCode", desk, code)
    connection.mine()
    assert zuan.read_supply(system, before).check.genuine
    if connection.rpc("eth_getCode", desk, hex(forged_at)) != code:
        found = zuan.read_supply(system, forged_at)
        assert found.check.doubted == {"OrderDesk"} and found.supply.escrowed is None


def test_a_disclosure_that_is_too_long_for_a_creation_is_none(system, monkeypatch):
    monkeypatch.setattr(disclosure, "MOST_CREATED", 1_000)
    assert disclosure.by_creation(system, addresses(system), system.connection.block().number) is None


def test_the_lens_that_is_laid_over_the_state_is_the_one_that_is_deployed(system):
    from zuan.contracts.codes import code_of
    from zuan.genuine import POINTERS, word

    at = addresses(system)
    values = {name: word(at[part]) for name, part in POINTERS["Lens"].items()}
    code = system.connection.rpc("eth_getCode", system.lens.address, "latest")
    assert code_of("Lens").filled(artifact("Lens").code, values).hex() == code[2:]
    assert encode_arguments(artifact("Lens").constructor_inputs, [at["Issuer"], at["OrderDesk"], at["Governance"]])


def test_a_node_without_logs_leaves_the_desk_unknown_and_the_rest_whole(system, attest):
    attest()
    expected = zuan.read_supply(system)

    def answer(method, params):
        if method == "eth_getLogs":
            raise RpcError(-32601, "the method eth_getLogs does not exist")
        return system.connection.rpc(method, *params)

    with fake_node(answer) as url:
        opened = zuan.System.at(Connection(url), system.vault.address)
        found = zuan.read_supply(opened)
        by_desk = zuan.System.at(Connection(url), system.desk.address)
        assert zuan.read_supply(by_desk).supply.escrowed == 0
    assert opened.check.sentence.endswith("(OrderDesk, Lens not found)") and found.exit_code == 0
    unknown = replace(expected, supply=replace(expected.supply, escrowed=None), desk=None, check=None)
    assert replace(found, check=None) == unknown


def test_a_factory_that_speaks_of_a_genuine_creator_leads_nowhere_wrong(system, connection):
    # A timelock of somebody else's, whose first log names our creator: what lies beside ours is not taken for its own.
    other = created_address(system.token.address, 31)
    connection.rpc("evm_setAccountCode", other, connection.rpc("eth_getCode", system.governance.address, "latest"))
    with pytest.raises(NotGenuineError, match="leads to no Zuan system: its neighbours are not known"):
        zuan.System.at(connection, other)
