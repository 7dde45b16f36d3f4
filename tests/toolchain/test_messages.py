"""Messages name what was meant, what is missing and who may; accounts go by their names everywhere; tables fit."""

from __future__ import annotations

import json
import sys
import tomllib

import click
import pytest

from zuan.chain import keystore_folders
from zuan.chain.accounts import load_account
from zuan.chain.accounts import test_account as account
from zuan.chain.networks import configuration, connect
from zuan.cli.addresses import chain_is, resolve_address
from zuan.cli.options import open_account
from zuan.cli.tables import print_fields, print_listing
from zuan.deploy.config import RULES, DeployConfig, defaults_of, local_config, local_toml
from zuan.errors import AccountError, ContractError, InputError
from zuan.sentences import ROLES

SHOP = "0x" + "5a" * 20
ALICE = account(6).address


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder, and a user without keystores."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keystore_folders, "folders", lambda: {"zuan": tmp_path / "keystores"})
    return tmp_path


def keystore(here, name, address=SHOP):
    (here / "keystores").mkdir(exist_ok=True)
    (here / "keystores" / name).write_text(json.dumps({"address": address[2:], "crypto": {}}))


@pytest.fixture
def shipped():
    return tomllib.loads(local_toml())["deploy"]


def problems(table):
    with pytest.raises(InputError) as refused:
        DeployConfig.from_toml(table, resolve_address)
    return refused.value.problems


def test_a_name_that_is_nearly_known_is_asked_for(here):
    (here / "zuan.toml").write_text(
        f'[names]\n"corner shop" = "{SHOP}"\n[networks.sepolia]\nrpc_url = "http://[::1]:9"\n'
    )
    keystore(here, "treasure-chest")
    asked = {
        "alic": "alice",
        "audtior2": "auditor2",
        "Alice": "alice",
        "corner": "corner shop",
        "treasur-chest": "treasure-chest",
    }
    for given, meant in asked.items():
        with pytest.raises(InputError, match=f"did you mean {meant}\\?$"):
            resolve_address(given)
    with pytest.raises(AccountError, match="no account alic; did you mean alice\\? `zuan accounts`"):
        load_account("alic", local=True)
    with pytest.raises(AccountError, match="no account alic: it takes a keystore's name"):
        load_account("alic", local=False)
    with pytest.raises(InputError, match="no network sepola in zuan.toml; did you mean sepolia\\?"):
        connect("sepola")


def test_what_is_near_to_nothing_is_not_guessed_at(here):
    for given in ("", "x", "0x12", "总账", "a" * 10_000):
        with pytest.raises(InputError) as refused:
            resolve_address(given)
        assert "did you mean" not in str(refused.value)


def test_rules_have_defaults_and_all_that_is_missing_is_told_in_a_line_each(shipped):
    whole = DeployConfig.from_toml(shipped, resolve_address)
    for table, rules in RULES.items():
        for rule in rules:
            del shipped[table][rule]
    assert DeployConfig.from_toml(shipped, resolve_address) == whole
    assert "vault.max_wait = 604,800" in defaults_of(shipped)
    assert problems({}) == (
        "deploy.governance.proposers is missing: a list of accounts",
        "deploy.token.name is missing: a text",
        "deploy.token.symbol is missing: a text",
        f"deploy.token.cap is missing: a whole number from 1 to {2**128 - 1:,}",
        "deploy.vault.asset is missing: an account",
        f"deploy.vault.units_per_diamond is missing: a whole number from 1 to {2**64 - 1:,}",
        "deploy.vault.treasury is missing: an account",
        "deploy.oracle.auditors is missing: a list of accounts",
        "deploy.oracle.quorum is missing: a whole number from 2 to 32",
        "deploy.oracle.haircuts is missing: a table of the kinds of asset, such as goods = 2_000",
        "deploy.minters is missing: a table for each minter, such as [deploy.minters.minter]",
        "deploy.desk.arbiter is missing: an account",
    )


def test_a_key_that_nobody_reads_is_no_default_in_disguise(here, shipped):
    shipped["vault"]["max_wiat"] = shipped["vault"].pop("max_wait")
    shipped["minters"]["minter"]["periode"] = 3
    shipped["orcale"] = {}
    assert problems(shipped) == (
        "deploy.orcale is not known; did you mean oracle?",
        "deploy.vault.max_wiat is not known; did you mean max_wait?",
        "deploy.minters.minter.periode is not known; did you mean period?",
    )
    for text, why in (
        ("[depoly]\n", "depoly is not known; did you mean deploy?"),
        ("deploy = 3\n", "must be a table"),
        ("[networks.main]\nrpcurl = 'x'\n", "networks.main.rpcurl in zuan.toml is not known; did you mean rpc_url?"),
    ):
        (here / "zuan.toml").write_text(text)
        with pytest.raises(InputError) as refused:
            configuration()
            connect("main")
        assert why in "\n".join([str(refused.value), *refused.value.problems])
    (here / "zuan.toml").unlink()
    assert local_config(resolve_address).symbol == "ZUAN"


def test_a_keystore_named_like_a_test_account_is_never_passed_over_in_silence(here, zuan_main, there, system):
    keystore(here, "alice")
    for command in (("whois", "alice"), ("burn", "1", "--account", "alice")):
        _, _, said = zuan_main(*command, **there)
        assert said.count("Note: alice is the test account here; the keystore ") == 1, command
    keystore(here, "bob")
    _, _, said = zuan_main("transfer", "alice", 1, "--account", "bob", **there)
    assert said.count("Note: ") == 2 and "Note: bob is the test account here" in said


def test_a_name_of_two_accounts_is_refused(here):
    keystore(here, "shop")
    assert resolve_address("shop").lower() == SHOP
    (here / "zuan.toml").write_text(f'[names]\nshop = "{ALICE}"\n')
    with pytest.raises(InputError, match="several accounts are called shop"):
        resolve_address("shop")


def test_commands_take_accounts_alike(here, zuan_main, there, system, attest, sender):
    (here / "zuan.toml").write_text(f'[names]\nfriend = "{ALICE}"\nshop = "{SHOP}"\n')
    attest()
    for name in ("friend", "6", "alice"):  # of the address book, the node's number, a test account's
        code, _, said = zuan_main("mint", name, 10, "--order", f"SALE-{name}", **there)
        assert code == 0, said
    assert system.token.balance_of(ALICE) == 30
    code, _, said = zuan_main("transfer", "shop", 5, "--account", "friend", **there)
    assert code == 0, said
    assert "Done: transfer 5 diamonds to shop (0x5a5A5a" in said and "from friend (0x" in said
    assert zuan_main("redeem", 5, "--to", "shop", "--account", "friend", **there)[0] == 0
    assert system.token.balance_of(SHOP) == 5 and system.asset.read("balanceOf", SHOP) == 5
    code, out, said = zuan_main("whois", "ReserveVault", "--json", **there)
    assert said == f"ReserveVault is {system.vault.address} in this deployment.\n"
    assert code == 0 and json.loads(out)["address"] == system.vault.address
    assert zuan_main("sync", **there)[0] == 0
    for name in ("friend", "alice", ALICE):
        code, out, said = zuan_main("trace", "--account", name, "--to", "shop", **there)
        assert code == 0 and "shop (0x5a5A5a" in out, said
    assert "did you mean Issuer?" in zuan_main("whois", "Isuer", **there)[2]


def test_who_may_not_is_told_by_name_and_so_is_who_may(zuan_main, there, system, attest):
    attest()
    code, _, said = zuan_main("mint", "bob", 5, "--order", "SALE-1", "--account", "bob", **there)
    assert code == 1 and "only a minter may do that, and bob (0x14dC79…9955) is none" in said
    _, _, said = zuan_main("governance", "schedule", "ReserveVault", "setTreasury", "bob", "--account", "bob", **there)
    assert "only a proposer (`proposers` in zuan.toml) may do that, and bob (0x14dC79…9955)" in said


def test_roles_are_those_of_the_governance(system):
    names = ("PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE", "DEFAULT_ADMIN_ROLE")
    assert [bytes(system.governance.read(name)).hex() for name in names] == list(ROLES)
    assert "holders of the role 0x" + "11" * 32 in str(
        ContractError("AccessControlUnauthorizedAccount", [SHOP, b"\x11" * 32])
    )


@pytest.mark.parametrize(
    ("given", "said"), [("suply", "did you mean supply?"), ("zzz", "see `zuan --help`"), ("order list-all", "list")]
)
def test_a_command_that_is_nearly_one_is_asked_for(zuan_main, given, said):
    code, _, told = zuan_main(*given.split())
    assert code == 2 and said in told


ROWS = [("1", "商家甲乙丙丁 (0x70997970…79C8)", "12,345,678,901,234,567,890"), ("2", "alice", "5")]


@pytest.mark.parametrize("columns", [120, 80, 40, 24])
def test_a_listing_fits_the_terminal_and_loses_nothing(monkeypatch, capsys, columns):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_listing(("ticket", "holder", "diamonds>"), ROWS, "None.")
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert max(map(cell_len, lines)) <= columns
    whole = "".join("".join(lines).split())
    for cell in ("alice", "商家甲乙丙丁"):
        assert cell in whole.replace("holder", "")
    assert "…" not in whole.replace("0x70997970…79C8", "") or columns == 24


def test_a_pipe_gets_every_column_whole(capsys):
    print_listing(("what", "note"), [("x" * 300, "y" * 300)], "None.")
    assert f"{'x' * 300}  {'y' * 300}" in capsys.readouterr().out
    print_listing(("what",), [], "None.")
    assert capsys.readouterr().out == "None.\n"


def test_a_figure_is_never_cut(monkeypatch, capsys):
    from rich.table import Table

    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table = Table(show_header=False)
    for _ in range(3):
        table.add_column()
    table.add_row("attested reserves", "12,345,678,901,234", "off chain; none of them is ring-fenced")
    print_fields(table)
    out = capsys.readouterr().out
    assert "12,345,678,901,234" in out and "attested reserves" in out and "…" not in out


def test_a_test_accounts_name_is_nobody_on_a_public_chain_or_in_its_store(here):
    for begin, then in (
        (lambda: resolve_address("alice"), chain_is),
        (lambda: chain_is(False), lambda _: resolve_address("6")),
    ):
        with click.Context(click.Command("trace")), pytest.raises(InputError, match="whose key everybody knows"):
            begin()
            then(False)
    with click.Context(click.Command("trace")):
        assert resolve_address("alice") == ALICE
        chain_is(True)


def test_an_accounts_name_signs_without_a_node_too(here, capsys):
    (here / "zuan.toml").write_text(f'[names]\nfriend = "{ALICE}"\n')
    keystore(here, "bob")
    assert open_account("friend", local=True).address == ALICE
    assert open_account("bob", local=True).address == account(7).address
    assert capsys.readouterr().err.count("Note: bob is the test account here") == 1
    with pytest.raises(AccountError, match="no account 0x"):
        open_account("friend", local=False)
