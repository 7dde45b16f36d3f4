"""Tokens that we did not write, on a real node: what is right is proven right, what is not is said, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

import zuan as package
from tests.circulation.support import assert_one_sentence, zuan
from tests.circulation.zoo import Token, accounts
from zuan.circulation.store.catalog import Store
from zuan.circulation.syncing.scope import open_store
from zuan.contracts.artifacts import checksum
from zuan.names import known_names
from zuan.tracing.circulation import Circulation

FEE_TOLD, FEE_HIDDEN, REBASING, SILENT = range(4)
COLLECTOR = checksum("0x0000000000000000000000000000000000000fee")


@pytest.fixture(scope="module")
def anvil() -> Iterator[package.LocalChain]:
    with package.LocalChain("anvil") as running:
        yield running


@pytest.fixture
def connection(anvil):
    """A connection to the chain, which is put back afterwards to what it was."""
    connection = anvil.connection
    snapshot = connection.rpc("evm_snapshot")
    yield connection
    connection.rpc("evm_revert", snapshot)


@pytest.fixture
def people(connection):
    return accounts(connection)


@pytest.fixture
def ask(anvil, tmp_path):
    """Runs ``zuan`` on the chain."""
    return lambda *args: zuan(tmp_path, *args, ETH_RPC_URL=anvil.url)


def fine(done):
    assert done.returncode == 0, done.stderr
    return done


def test_openzeppelins_token_beyond_64_bits(connection, people, ask, tmp_path):
    token, big = Token.deploy(connection, "Plain"), 2**90 + 1
    token.send("mint(address,uint256)", people[1], big)
    token.send("mint(address,uint256)", people[2], 5 * big)
    for _ in range(5):
        token.send("transfer(address,uint256)", people[3], big // 7, by=1)
        token.send("transfer(address,uint256)", people[1], big // 3, by=2)
    token.send("transfer(address,uint256)", people[1], 0, by=4)
    token.send("transfer(address,uint256)", people[3], 5, by=3)
    token.send("burn(uint256)", big // 9, by=3)
    said = json.loads(fine(ask("sync", "--token", token.address, "--json")).stdout)
    assert said["supply"] == str(6 * big - big // 9) and said["transfers"] == 15
    balances = json.loads(fine(ask("balances", "--json")).stdout)
    assert {row["account"]: int(row["balance"]) for row in balances} == {p: token.balance(p) for p in people[1:4]}
    assert re.search(r"\b(\d) of \1 balances are what the chain says", fine(ask("verify")).stdout)
    circulation = Circulation(next((tmp_path / "circulation").iterdir()))
    assert "no longer exists" in circulation.trace(6).notes[-1]
    assert [row["diamonds"] for row in circulation.trace(big + 1).rows] == [5 * big, big // 3]
    assert f"{6 * big:,}" in ask("trace", 6 * big + 1).stderr


def test_verify_proves_openzeppelins_token_against_the_state_root(connection, people, ask):
    token = Token.deploy(connection, "Plain")
    token.send("mint(address,uint256)", people[1], 10**24)
    fine(ask("sync", "--token", token.address))
    assert "the supply is 1,000,000\n" in fine(ask("verify", "--proof")).stdout


def test_a_proxy_whose_code_is_replaced_in_the_middle(connection, people, ask, tmp_path):
    first, second = Token.deploy(connection, "First"), Token.deploy(connection, "Second")
    proxy = Token.deploy(connection, "Proxy", "address", first.address)
    token = Token(connection, "Second", proxy.address)
    token.send("mint(address,uint256)", people[1], 100)
    token.send("transfer(address,uint256)", people[2], 30, by=1)
    proxy.send("upgrade(address)", second.address)
    token.send("transfer(address,uint256)", people[3], 20, by=2)
    said = json.loads(fine(ask("sync", "--token", proxy.address, "--json")).stdout)
    assert (said["transfers"], said["supply"]) == (3, "100")
    fine(ask("verify"))
    rows = Circulation(next((tmp_path / "circulation").iterdir())).trace(1).rows
    assert [row["to"] if "to" in row else row["receiver"] for row in rows] == people[1:4]


def test_a_fee_that_is_told_is_a_transfer_like_others(connection, people, ask):
    token = Token.deploy(connection, "Odd", "uint8", FEE_TOLD)
    token.send("mint(address,uint256)", people[1], 1_000)
    token.send("transfer(address,uint256)", people[2], 500, by=1)
    fine(ask("sync", "--token", token.address))
    fine(ask("verify"))
    row = json.loads(fine(ask("balances", COLLECTOR, "--json")).stdout)[0]
    assert row["balance"] == "50"


@pytest.mark.parametrize("kind", [FEE_HIDDEN, REBASING])
def test_what_moves_without_an_event_is_a_mismatch_that_says_the_block(kind, connection, people, ask):
    token = Token.deploy(connection, "Odd", "uint8", kind)
    token.send("mint(address,uint256)", people[1], 1_000)
    hidden = (
        token.send("transfer(address,uint256)", people[2], 500, by=1)
        if kind == FEE_HIDDEN
        else token.send("rebase(uint256)", 7)
    )
    block = int(hidden["blockNumber"], 16)
    token.send("mint(address,uint256)", people[3], 10)
    for command in (("sync", "--token", token.address), ("verify",)):
        done = ask(*command)
        assert done.returncode == 3 and "Traceback" not in done.stderr
        assert f"it began in block {block}" in done.stderr
        assert "the token moved diamonds without an event" in done.stderr


def test_a_mint_without_an_event_is_said(connection, people, ask):
    token = Token.deploy(connection, "Odd", "uint8", SILENT)
    minted = token.send("mint(address,uint256)", people[1], 1_000)
    token.send("transfer(address,uint256)", people[2], 400, by=1)
    done = ask("sync", "--token", token.address)
    assert_one_sentence(done, 3, f"it began in block {int(minted['blockNumber'], 16)}")
    assert "the token moved diamonds without an event" in done.stderr
    done = ask("verify")
    assert done.returncode == 3 and "without an event" in done.stderr


def test_a_late_beginning_after_silent_mints_knows_balances_of_unknown_origin(connection, people, ask):
    token = Token.deploy(connection, "Odd", "uint8", SILENT)
    token.send("mint(address,uint256)", people[1], 1_000)
    token.send("transfer(address,uint256)", people[2], 300, by=1)
    start = connection.block().number + 1
    token.send("transfer(address,uint256)", people[2], 400, by=1)
    token.send("transfer(address,uint256)", people[3], 350, by=2)
    fine(ask("sync", "--token", token.address, "--since", start))
    fine(ask("verify"))
    said, names = fine(ask("trace", f"{people[1]}#1")).stdout, known_names({}, local=True)
    assert "Its origin is unknown: it was there before the store begins." in said
    assert f"It is with {names.short(people[3])}" in said
    assert f"It is with {names.short(people[2])}" in fine(ask("trace", f"{people[1]}#51")).stdout
    assert f"It is with {names.short(people[3])}" in fine(ask("trace", f"{people[2]}#300")).stdout
    assert f"It is with {names.short(people[3])}" in fine(ask("trace", f"{people[1]}#50")).stdout
    assert_one_sentence(ask("trace", f"{people[1]}#701"), 2, "held 700 diamonds before the store begins")
    assert (
        "The store begins late: 1,000 were there before it"
        in fine(ask("supply", "--at", connection.block().number)).stdout
    )
    balances = json.loads(fine(ask("balances", "--json")).stdout)
    assert {row["account"]: int(row["balance"]) for row in balances} == {p: token.balance(p) for p in people[1:4]}


def test_what_is_no_erc20_is_said(connection, people, ask):
    token = Token.deploy(connection, "Collectible")
    token.send("mint(address,uint256)", people[1], 7)
    assert_one_sentence(ask("sync", "--token", token.address), 2, "is no ERC-20 token: its Transfer event has 4 topics")
    stranger = Token.deploy(connection, "Stranger")
    assert_one_sentence(ask("sync", "--token", stranger.address), 2, "is no ERC-20 token: it has no totalSupply()")


def test_amounts_too_large_to_count_are_said(connection, people, ask):
    token = Token.deploy(connection, "Plain")
    token.send("mint(address,uint256)", people[1], 2 * 10**38)
    done = ask("sync", "--token", token.address)
    assert_one_sentence(done, 1, "amounts from 10^38 on are not counted")


def test_the_smallest_amount_that_is_too_large_is_never_stored(connection, people, ask, tmp_path):
    token = Token.deploy(connection, "Plain")
    token.send("mint(address,uint256)", people[1], 10**38)
    assert_one_sentence(ask("sync", "--token", token.address), 1, "10^38")
    assert Store.open(next((tmp_path / "circulation").iterdir())).catalog.rows == 0


def test_the_creation_of_the_token_is_found(connection, anvil, people, tmp_path):
    from zuan.circulation.fetch.nodes import Source
    from zuan.circulation.syncing.scope import of_token

    for _ in range(5):
        connection.rpc("evm_mine")
    token = Token.deploy(connection, "Plain")
    store = open_store(tmp_path / "store", Source([anvil.url]), of_token(token.address))
    assert (store.catalog.first, store.catalog.whole) == (connection.block().number, True)
    assert Store.open(tmp_path / "store").catalog == store.catalog
