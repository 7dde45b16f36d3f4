"""What the package ships for other projects' tests, and the code in its how-to pages."""

import re
import runpy
import sys
from pathlib import Path

import pytest

import zuan
from zuan.errors import InputError
from zuan.testing import attest, deploy, sender

ROOT = Path(__file__).resolve().parents[2]


def blocks(page):
    """The Python code of a page, in pieces."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.S | re.M)


def test_an_attested_system_mints(zuan_attested, zuan_sender):
    alice = zuan_sender("alice").address
    zuan.mint(zuan_attested, zuan_sender("minter"), alice, 1_000_000, "SALE-1")
    assert zuan.read_supply(zuan_attested).supply.supply == 1_000_000
    attest(zuan_attested, 500)
    zuan.mint(zuan_attested, zuan_sender("minter"), alice, 500, "SALE-2")
    assert zuan.read_balance(zuan_attested, alice) == 1_000_500


def test_every_test_finds_the_chain_as_it_was_deployed(zuan_system):
    assert zuan.read_supply(zuan_system).supply.supply == 0
    assert zuan.read_history(zuan_system).entries == ()


def test_it_is_for_local_chains_only(zuan_system, monkeypatch):
    monkeypatch.setitem(vars(zuan_system.connection), "is_local", False)
    for use in (
        lambda: deploy(zuan_system.connection),
        lambda: attest(zuan_system),
        lambda: sender(zuan_system, "alice"),
    ):
        with pytest.raises(InputError, match="everybody knows its keys"):
            use()


def test_the_page_on_your_projects_tests_does_what_it_says(zuan_attested, zuan_sender):
    test, script = blocks("docs/how-to/your-project-tests.md")
    defined = {}
    exec(test, defined)
    defined["test_a_sale_is_minted_once"](zuan_attested, zuan_sender)
    exec(script, {"connection": zuan_attested.connection})


def test_the_page_on_python_does_what_it_says(zuan_attested, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path))
    monkeypatch.setenv("ETH_RPC_URL", zuan_attested.connection.rpc.url)
    monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(zuan_attested.folder))
    exec("\n".join(blocks("docs/how-to/read-from-python.md")), {})
    said = capsys.readouterr().out
    assert "1 500\nmint 0x976EA74026E726554dB657fA54763abd0C3a0aa9 500 " in said
    assert "500\nFalse\n500\n[{'account': '0x976ea74026e726554db657fa54763abd0c3a0aa9'" in said
    assert "diamonds 1 to 500 minted to 0x976EA74026E726554dB657fA54763abd0C3a0aa9 for order " in said
    assert said.endswith("\n500\n")


def test_ten_lines_and_web3_deploy_and_mint_on_any_local_chain(zuan_system, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["plain_web3.py", zuan_system.connection.rpc.url])
    runpy.run_path(str(ROOT / "examples/plain_web3.py"))
    assert capsys.readouterr().out == "500\n"
