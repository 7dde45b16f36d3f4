"""Who an address is; names beside short addresses for people, full addresses for programs."""

from __future__ import annotations

import json

import pytest

import zuan
from zuan.chain.accounts import TEST_NAMES
from zuan.chain.accounts import test_account as account
from zuan.chain.accounts import test_index as index
from zuan.cli.options import resolve_address
from zuan.contracts import Order
from zuan.contracts.artifacts import artifact, checksum, created_address
from zuan.contracts.handles import Call, encode_arguments
from zuan.errors import InputError, NotGenuineError
from zuan.goods import purchase
from zuan.issuance import reference
from zuan.names import TEST_ADDRESSES, Names, book, known_names
from zuan.whois import whois

SHOP = "0x" + "5a" * 20


def address_of(name: str) -> str:
    return str(account(index(name)).address)


@pytest.fixture
def lived(system, attest, sender):
    """A system in which something happened: a mint, a listing, an order, a ticket."""
    attest()
    token, desk, alice = system.token, system.desk, account(index("alice"))
    sender("minter").run(system.issuer.mint(system.issuer.head(), Order(alice.address, 500, reference("SALE-1"))))
    sender("merchant").run(desk.list(50, 86_400, reference("terms")))
    sender("alice").run(zuan.permitted(system, alice, desk, 50, desk.order(*purchase(system, 1, 1, reference("CARD")))))
    sender("alice").run(zuan.permitted(system, alice, system.vault, 30, system.vault.request(30)))
    sender("alice").run(token.transfer(checksum(SHOP), 20))
    return system


@pytest.fixture
def run(in_process, tmp_path, monkeypatch):
    """Runs a command in this process, in a folder with an address book."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zuan.toml").write_text(f'[names]\n"card shop" = "{SHOP}"\n', encoding="utf-8")
    return in_process


def test_every_part_that_an_address_plays_is_named(lived):
    system, names = lived, known_names({}, local=True)
    found = {n: whois(system.connection, address_of(n), system, names) for n in TEST_NAMES}
    assert {n: (f.name, f.code) for n, f in found.items()} == {n: (n, "an account without code") for n in TEST_NAMES}
    # What a minter may mint now grows with time.
    (minter,) = found.pop("minter").roles
    assert minter.startswith("a minter, of ") and minter.endswith(" now, 50,000,000 at most in a period")
    assert {n: f.roles for n, f in found.items() if f.roles} == {
        "deployer": ("the deployer, which keeps no role",),
        "governor": ("a proposer in governance", "a canceller in governance"),
        **dict.fromkeys(("auditor1", "auditor2", "auditor3"), ("an auditor, one of 3",)),
        "alice": ("holder of ticket 1", "the buyer of order 1"),
        "treasury": ("the treasury, which receives surplus",),
        "arbiter": ("the arbiter of orders to come",),
        "merchant": ("the merchant of listing 1",),
    }
    assert (found["alice"].balance, found["bob"].balance) == (400, 0)
    desk = whois(system.connection, system.desk.address, system, names)
    assert desk.roles == ("the OrderDesk of the system", "the escrow of all open orders, 50 diamonds")
    assert desk.code == "the code of OrderDesk, Zuan 0.1, edition 2"


def test_people_read_names_beside_short_addresses_and_programs_full_ones(run, lived, tmp_path, monkeypatch):
    monkeypatch.setenv("ZUAN_STORE", str(tmp_path / "store"))
    assert run("sync").exit_code == 0
    alice, shop = address_of("alice"), checksum(SHOP)
    named, shopped = "alice (0x976EA7…0aa9)", "card shop (0x5a5A5a…5A5A)"
    for command, expected in (
        (["order", "goods"], "merchant (0x71bE63…5788)"),
        (["order", "list"], named),
        (["ticket", "list"], named),
        (["history"], named),
        (["balances"], shopped),
        (["flows"], shopped),
        (["trace", "1"], "It is with the escrow of order 1"),
        (["trace", "100"], f"minted to {named} for order"),
        (["trace", "85"], f"moved from {named} to {shopped}"),
        (["reserves"], "treasury (0xa0Ee7A…9720)"),
    ):
        done = run(*command)
        assert expected in done.stdout and done.exit_code == 0, (command, done.output)
        if command[0] != "trace":
            assert alice not in done.stdout
    for command in (["trace", "85"], ["flows"], ["balances"]):
        told = run(*command, "--json").stdout
        assert shop in told and "card shop" not in told and "…" not in told, command
    page = tmp_path / "p.html"
    assert run("trace", "--mint", "1", "--html", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "card shop (0x5a5A5a…5A5A)" in text and f'title="{shop}"' in text


def test_a_name_of_the_address_book_can_be_given_for_its_address(run, lived):
    found = json.loads(run("whois", "card shop", "--json").stdout)
    assert found["address"] == checksum(SHOP) and found["name"] == "card shop"
    assert found["balance"] == "20" and found["system"]["genuine"]
    assert resolve_address("card shop") == checksum(SHOP)


def test_whois_without_a_manifest_judges_the_system_of_the_address(run, lived, tmp_path, monkeypatch):
    monkeypatch.setenv("ZUAN_DEPLOYMENTS", str(tmp_path / "none"))
    done = run("whois", lived.vault.address)
    assert "the ReserveVault of the system" in done.stdout
    assert "The system is genuine Zuan 0.1, edition 2, created by its own constructors" in done.stdout
    nobody = run("whois", SHOP)
    assert nobody.exit_code == 0 and "an account without code" in nobody.stdout
    assert "No system is known" in nobody.stderr
    asset = run("whois", lived.asset.address)
    assert "the code of TestStablecoin" in asset.stdout and asset.exit_code == 0


def test_a_token_that_copies_the_code_and_points_at_a_genuine_system_is_told_apart(run, system, sender):
    shipped = artifact("DiamondToken")
    arguments = ("Zuan Diamond", "ZUAN", 10**10, system.issuer.address)
    code = bytes.fromhex(shipped.bytecode[2:]) + encode_arguments(shipped.constructor_inputs, arguments)
    fake = sender("bob").run(Call("", code, "fake")).contract
    done = run("whois", fake)
    assert isinstance(done.exception, NotGenuineError) and done.exit_code == 3
    assert "not genuine Zuan: DiamondToken" in str(done.exception)


def test_a_contract_of_others_that_points_at_the_token_is_accused_of_nothing(run, system, connection):
    # What a vesting contract looks like: it answers the token's address to whatever it is asked.
    other = created_address(system.token.address, 21)
    connection.rpc("evm_setAccountCode", other, "0x73" + system.token.address[2:].lower() + "60005260206000f3")
    done = run("whois", other)
    assert (done.exit_code, done.exception) == (0, None)
    assert "a contract that is none of Zuan's (29 bytes)" in done.stdout


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ef0100" + "11" * 20, "an account that runs the code at 0x1111"),
        (
            "363d3d373d3d3d363d73" + "22" * 20 + "5af43d82803e903d91602b57fd5bf3",
            "a proxy, which runs the code at 0x2222",
        ),
    ],
)
def test_code_that_runs_other_code_says_where(run, system, connection, code, said):
    other = created_address(system.token.address, 22)
    connection.rpc("evm_setAccountCode", other, "0x" + code)
    assert said in run("whois", other).stdout


def test_a_proxy_that_can_be_changed_says_what_it_runs_now(run, system, connection):
    other = created_address(system.token.address, 23)
    slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
    connection.rpc("evm_setAccountCode", other, "0x6000")
    connection.rpc("evm_setAccountStorageAt", other, slot, "0x" + system.token.address[2:].lower().rjust(64, "0"))
    assert (
        f"a proxy, which now runs the code at {system.token.address}; that can be changed" in run("whois", other).stdout
    )


def test_the_test_accounts_addresses_are_those_of_their_keys():
    assert tuple(account(n).address for n in range(len(TEST_NAMES))) == TEST_ADDRESSES


def test_test_accounts_have_no_name_on_a_public_chain():
    assert known_names({}, local=False).of(TEST_ADDRESSES[0]) is None


def test_the_address_book_goes_first_and_contracts_before_roles():
    names = Names({SHOP: "mine"}, {SHOP.upper().replace("X", "x"): "theirs"})
    assert names.of(SHOP) == "mine"
    assert (
        names.in_text(f"{SHOP} and 0x{'77' * 20} and 0x{'5a' * 32}")
        == f"mine (0x5a5a5a…5a5a) and 0x{'77' * 20} and 0x{'5a' * 32}"
    )


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("", SHOP, "is no number and no address"),
        ("a" * 10_000, SHOP, "a name has 1 to 40 letters"),
        ("two\nlines", SHOP, "no line ends"),
        ("evil\u202egnp", SHOP, "no marks that cannot be seen"),
        (" padded", SHOP, "no marks that cannot be seen"),
        ("0x5FbDB2", SHOP, "is no number and no address"),
        ("7", SHOP, "is no number and no address"),
        ("me (0x976EA7…0aa9)", SHOP, "no comma, bracket or dots of omission"),
        ("Issuer", SHOP, "is the name of a contract or of a test account already"),
        ("alice", SHOP, "is the name of a contract or of a test account already"),
        ("shop", "0x12", "is no address"),
        ("shop", 7, "'7' is no address"),
        ("shop", "0x71be63f3384f5fb98995898A86B02Fb2426c5788", "fails its checksum"),
    ],
)
def test_a_name_that_could_be_taken_for_something_else_is_refused(name, address, said):
    with pytest.raises(InputError, match="cannot be used") as caught:
        book({"names": {name: address}})
    (problem,) = caught.value.problems
    assert said in problem and len(problem) < 200 and problem.isprintable()


def test_an_address_book_that_is_no_table_is_one_sentence():
    with pytest.raises(InputError, match=r"\[names\] in zuan.toml takes lines such as"):
        book({"names": ["0x"]})
