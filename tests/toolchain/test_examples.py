"""The examples: type checkers understand them, and they do what they say."""

import json
import sqlite3
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from eth_account.messages import encode_defunct

import zuan
from zuan.chain.accounts import test_account as account

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
ALICE = account(6)

#: What must not pass: a name misspelt, a wrong argument, a result that is not there.
TYPOS = """
import zuan

zuan.mnit
system = zuan.System.open(zuan.connect(), zuan.deployments_folder())
zuan.mint(system, zuan.Sender(zuan.connect(), zuan.load_account("minter", True)), "0x00", "500", "A")
zuan.read_supply(system).reserves.atested
next(zuan.watch(system)).amont
zuan.read_balance(system)
reveal_type(zuan.connect)
from zuan.circulation import Circulation, Question, sync, verify
sync(system).blok
verify(system.connection, sampel=3)
Circulation().answer(Question(serial="1")).rows
Circulation().answer(Question(serial=1)).row
verify(zuan.connect(), "store", block=12).supply
"""


@pytest.fixture
def backend():
    spec = spec_from_file_location("backend", ROOT / "examples/backend.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_strict_type_checking_passes_the_examples_and_fails_on_each_typo(tmp_path):
    from mypy import api

    (tmp_path / "typos.py").write_text(TYPOS)
    said, errors, _ = api.run(["--strict", "--follow-imports=silent", *map(str, EXAMPLES), str(tmp_path / "typos.py")])
    assert not errors
    lines = [line.split("typos.py:")[1] for line in said.splitlines() if "typos.py:" in line and "error" in line]
    assert [int(line.split(":")[0]) for line in lines] == [4, 6, 7, 8, 9, 12, 13, 14, 15], said
    assert "-> zuan.chain.connection.Connection" in said
    assert said.splitlines()[-1].startswith("Found 9 errors in 1 file"), said


def test_the_backend_mints_keeps_up_and_lets_holders_in(backend, zuan_attested, zuan_sender):
    system, sender = zuan_attested, zuan_sender
    db = sqlite3.connect(":memory:")
    assert backend.mint_paid_order(system, sender("minter"), "SALE-1", ALICE.address, 500) == (1, 500)
    backend.keep_up(system, db, follow=False)
    assert backend.mint_paid_order(system, sender("minter"), "SALE-1", ALICE.address, 500) == (1, 500)
    snapshot = system.connection.rpc("evm_snapshot")
    assert backend.mint_paid_order(system, sender("minter"), "SALE-2", ALICE.address, 7) == (501, 507)
    backend.keep_up(system, db, follow=False)
    kept = "SELECT kind, amount FROM happenings"
    assert db.execute(kept).fetchall() == [("mint", 500), ("mint", 7)]
    system.connection.rpc("evm_revert", snapshot)
    system.connection.mine(seconds=5)
    backend.keep_up(system, db, follow=False)
    assert db.execute(kept).fetchall() == [("mint", 500)]
    signature = "0x" + bytes(ALICE.sign_message(encode_defunct(text="shop, 17")).signature).hex()
    assert backend.may_sign_in(system.connection, ALICE.address, "shop, 17", signature)
    assert not backend.may_sign_in(system.connection, ALICE.address, "shop, 18", signature)


def test_the_notebook_checks_a_diamond_from_two_addresses(zuan_attested, zuan_sender, monkeypatch, capsys):
    system, alice = zuan_attested, zuan_sender("alice")
    zuan.mint(system, zuan_sender("minter"), alice.address, 500, "SALE-1")
    alice.run(system.token.transfer(zuan_sender("bob").address, 200))
    monkeypatch.setenv("ETH_RPC_URL", system.connection.rpc.url)
    monkeypatch.setenv("ZUAN_TOKEN", system.token.address)
    notebook = json.loads((ROOT / "examples/check_a_diamond.ipynb").read_text(encoding="utf-8"))
    # Without results: whoever reads it runs it.
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    names: dict[str, object] = {}
    for cell in cells:
        exec(compile("".join(cell["source"]), "check_a_diamond.ipynb", "exec"), names)
    said = capsys.readouterr().out
    assert "genuine: True" in said and "500 agrees" in said and "DIFFERS" not in said
    assert said.count("500 agrees") == 2
    assert "Stage " in said
    assert len(names["life"].steps) == 2 and "moved" in [step.kind for step in names["life"].steps]
