"""redeem, ticket, reserves, wind-down, suspend: as a user runs them."""

import json

import pytest

from tests.toolchain.test_cli import refused
from zuan.chain.accounts import test_account as account
from zuan.redemption import read_claim, read_tickets

ALICE, BOB = account(6).address, account(7).address
DAY = 86_400


@pytest.fixture
def held(system, cli):
    """Goods attested, 500 units in the vault, 1,000 diamonds with alice and 600 with bob."""
    assert cli("reserves", "deposit", "500").returncode == 0
    assert cli("attest", "all", "--line", "goods=1_000_000").returncode == 0
    for name, amount in (("alice", 1_000), ("bob", 600)):
        assert cli("mint", name, amount, "--order", name).returncode == 0
    return system


def money(system, who):
    return system.asset.read("balanceOf", who)


def test_redeem_burns_and_pays_par_in_one_transaction(held, cli):
    done = cli("redeem", "200", "--account", "alice")
    assert done.returncode == 0 and "Paid 200 units" in done.stderr
    assert (
        held.token.balance_of(ALICE),
        money(held, ALICE),
        held.token.read("allowance", ALICE, held.vault.address),
    ) == (
        *(800, 200),
        0,
    )


def test_redeem_to_another_address(held, cli):
    assert cli("redeem", "200", "--account", "alice", "--to", "bob").returncode == 0
    assert (money(held, ALICE), money(held, BOB)) == (0, 200)


def test_redeem_uses_an_allowance_that_is_there(held, cli, sender):
    sender("alice").run(held.token.prepare("approve", held.vault.address, 2**256 - 1, what="approve"))
    assert cli("redeem", "200", "--account", "alice").returncode == 0
    assert held.token.read("nonces", ALICE) == 0


def test_redeem_refusals(held, cli):
    refused(cli("redeem", "501", "--account", "alice"), 3, "free cash for 500 diamonds, not 501", "zuan ticket open")
    refused(cli("redeem", "0", "--account", "alice"), 2, "no positive whole number of diamonds")
    refused(cli("redeem", "100", "--account", "carol"), 1, "holds 0 diamonds, not 100")
    refused(cli("redeem", "100", "--account", "alice", "--to", held.vault.address), 2, "cannot be paid")
    assert held.token.balance_of(ALICE) == 1_000


def test_tickets_wait_are_funded_in_order_and_paid(held, cli):
    opened = cli("ticket", "open", "700", "--account", "alice")
    assert "Ticket 1: 500 of 700 funded so far" in opened.stderr
    assert "Ticket 2: 0 of 100 funded" in cli("ticket", "open", "100", "--account", "bob").stderr
    refused(cli("mint", "bob", "5", "--order", "X"), 3, "300 diamonds wait to be paid")
    refused(cli("ticket", "withdraw", "2", "--account", "bob"), 1, "ticket 2 has no cash set aside")
    refused(cli("ticket", "withdraw", "1", "--account", "bob"), 1, "does not hold the ticket")
    refused(cli("ticket", "show", "3"), 2, "there is no ticket 3")
    assert cli("ticket", "withdraw", "1", "--account", "alice").returncode == 0
    assert cli("reserves", "deposit", "250").returncode == 0
    first, second = json.loads(cli("ticket", "list", "--json").stdout)
    assert (first["status"], first["funded"], first["paid"]) == ("funded", "700", "500")
    assert (second["status"], second["funded"], second["ahead"]) == ("waiting", "50", "700")
    assert cli("ticket", "withdraw", "1", "--account", "alice").returncode == 0
    assert json.loads(cli("ticket", "show", "1", "--json").stdout)["status"] == "paid"
    mine = cli("ticket", "list", "--holder", "bob").stdout
    assert "waiting" in mine and "paid" not in mine.splitlines()[-1]
    assert money(held, ALICE) == 700


def test_tickets_when_there_are_none(system, cli):
    assert cli("ticket", "list").stdout == "No tickets.\n"
    assert json.loads(cli("ticket", "list", "--json").stdout) == []
    assert read_tickets(system, ALICE) == []


def test_reserves_and_their_json(held, cli):
    shown = cli("reserves").stdout
    for word in ("cash", "500", "100 % coverage, 20 % cash", "none announced"):
        assert word in shown
    data = json.loads(cli("reserves", "--json").stdout)
    assert (data["cash"], data["vault"], data["tickets"]["owed"]) == ("500", "500", "0")


def test_a_plain_transfer_is_counted_by_anybody(held, cli, sender):
    sender("alice").run(held.asset.mint(held.vault.address, 40))
    assert json.loads(cli("reserves", "--json").stdout)["cash"] == "500"
    assert cli("reserves", "count").returncode == 0
    assert json.loads(cli("reserves", "--json").stdout)["cash"] == "540"


def test_surplus_leaves_late_and_above_the_floors(held, cli):
    refused(cli("reserves", "announce", "100", "--account", "alice"), 1, "only the treasury may do that, and alice (")
    refused(cli("reserves", "take"), 1, "no surplus is announced")
    assert cli("reserves", "announce", "181").returncode == 0
    assert "surplus announced" in cli("supply").stdout
    refused(cli("reserves", "take"), 1, "may be taken from")
    assert cli("travel", "7d").returncode == 0
    refused(cli("reserves", "take"), 4, "surplus needs a fresh")
    assert cli("attest", "all", "--line", "goods=1_000_000").returncode == 0
    refused(cli("reserves", "take"), 1, "319 diamonds' worth would be left for liabilities of 1,600", "2,000")
    assert cli("reserves", "void").returncode == 0
    assert cli("reserves", "announce", "180").returncode == 0
    assert cli("travel", "8d").returncode == 0
    assert cli("attest", "all", "--line", "goods=1_000_000").returncode == 0
    assert cli("reserves", "take").returncode == 0
    assert money(held, account(9).address) == 180


def test_a_wind_down_of_silent_auditors_gives_all_the_same(held, cli):
    assert "Anybody may start it" in cli("wind-down").stdout
    refused(cli("wind-down", "start", "silence"), 1, "allows no wind-down before")
    refused(cli("wind-down", "start", "shortfall"), 1, "there is no shortfall")
    refused(cli("wind-down", "start", "waiting"), 2, "say which ticket")
    refused(cli("wind-down", "claim", "5", "--account", "alice"), 1, "there is no wind-down")
    cli("ticket", "open", "700", "--account", "alice")
    assert cli("travel", "31d").returncode == 0
    assert cli("wind-down", "start", "silence").returncode == 0
    state = json.loads(cli("wind-down", "--json").stdout)
    # 300 with alice, 600 with bob, 200 of the ticket; the 500 units belong to the funded part of the ticket.
    assert (state["cause"], state["outstanding"], state["pot"]) == ("silence", "1100", "0")
    refused(cli("redeem", "5", "--account", "alice"), 1, "wind-down claim")
    assert cli("wind-down", "convert", "1").returncode == 0
    refused(cli("wind-down", "convert", "1"), 1, "waits for nothing")
    (ticket,) = json.loads(cli("ticket", "list", "--json").stdout)
    assert (ticket["status"], ticket["diamonds"], ticket["converted"]) == ("funded", "500", "200")
    assert cli("ticket", "withdraw", "1", "--account", "alice").returncode == 0
    for asked in (["list"], ["list", "--holder", "alice"], ["show", "1"]):
        shown = cli("ticket", *asked).stdout.splitlines()[-1].split()
        assert shown[:6] == ["1", "converted", "700", "500", "500", "200"], shown
    assert cli("reserves", "deposit", "550").returncode == 0
    assert "Paid 250 units" in cli("wind-down", "claim", "300", "--account", "alice").stderr
    assert "Paid 300 units" in cli("wind-down", "claim", "600", "--account", "bob").stderr
    refused(cli("wind-down", "claim", "--account", "bob"), 1, "nothing more is owed")
    assert "550 units are paid out" in cli("wind-down").stdout
    assert cli("reserves", "deposit", "550").returncode == 0
    assert "Paid 300 units" in cli("wind-down", "claim", "--account", "bob").stderr
    assert json.loads(cli("wind-down", "claims", "alice", "--json").stdout)["due"] == "250"
    assert "is due 250" in cli("wind-down", "claims", "alice").stdout
    assert read_claim(held, BOB).paid == 600
    assert "wind-down" in cli("supply").stdout


def test_suspend(held, cli):
    refused(cli("suspend", "--account", "bob"), 1, "is not an auditor")
    assert cli("suspend", "--account", "auditor1").returncode == 0
    assert cli("supply").returncode == 4
    assert cli("redeem", "200", "--account", "alice").returncode == 0


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("2h", 7_200), ("3d", 3 * DAY), ("60", 60), ("5m", 300)])
def test_travel_moves_the_clock(system, cli, text, seconds):
    before = system.connection.mine().timestamp
    assert cli("travel", text).returncode == 0
    assert 0 <= system.connection.block().timestamp - before - seconds < 60


def test_travel_refuses_nonsense(cli):
    for text in ("soon", "0", "-3d", "3w", "1.5d"):
        assert cli("travel", "--", text).returncode == 2
