"""order and governance: as a user runs them."""

import json

import pytest

from tests.toolchain.test_cli import refused
from zuan.chain.accounts import test_account as account
from zuan.goods import read_goods_orders
from zuan.governance import read_changes

ALICE, BOB, MERCHANT = (account(i).address for i in (6, 7, 11))


@pytest.fixture
def shop(system, cli):
    """alice holds 1,000 diamonds; listing 1 costs 50, listing 2 costs 7."""
    assert cli("attest", "all", "--line", "goods=1_000_000").returncode == 0
    assert cli("reserves", "deposit", 200).returncode == 0
    assert cli("mint", "alice", "1000", "--order", "A").returncode == 0
    assert "It is listing 1" in cli("order", "offer", "50", "--terms", "a month of video").stderr
    assert "It is listing 2" in cli("order", "offer", "7", "--terms", "a song", "--delivery", "2h").stderr
    return system


def test_an_order_that_is_delivered_and_confirmed_burns(shop, cli):
    placed = cli("order", "place", "1", "--pieces", "2", "--id", "CARD-1", "--account", "alice")
    assert placed.returncode == 0 and "It is order 1" in placed.stderr
    assert "100 in escrow" in cli("supply").stdout
    assert shop.token.balance_of(ALICE) == 900
    assert cli("order", "deliver", "1", "--proof", "SHIP-1").returncode == 0
    assert cli("order", "confirm", "1", "--account", "alice").returncode == 0
    assert json.loads(cli("order", "show", "1", "--json").stdout)["state"] == "settled"
    assert shop.token.total_supply() == 900


def test_an_order_that_is_late_goes_back(shop, cli):
    cli("order", "place", "2", "--id", "S-1", "--account", "alice")
    refused(cli("order", "refund", "1"), 1, "the other side still has time until")
    cli("travel", "3h")
    refused(cli("order", "deliver", "1", "--proof", "x"), 1, "the time for that ended")
    assert cli("order", "refund", "1").returncode == 0
    assert shop.token.balance_of(ALICE) == 1_000
    refused(cli("order", "refund", "1"), 1, "order 1 is refunded")


def test_a_dispute_is_decided_by_the_arbiter(shop, cli):
    for number, winner in ((1, "buyer"), (2, "merchant")):
        cli("order", "place", "1", "--id", f"D-{number}", "--account", "alice")
        cli("order", "deliver", number, "--proof", "x")
        refused(cli("order", "dispute", number, "--reason", "empty", "--account", "bob"), 1, "only the buyer, alice (")
        assert cli("order", "dispute", number, "--reason", "empty", "--account", "alice").returncode == 0
        refused(cli("order", "decide", number, winner, "--account", "bob"), 1, "only the order's arbiter, arbiter (")
        assert cli("order", "decide", number, winner).returncode == 0
    assert [o.state for o in read_goods_orders(shop, ALICE)] == ["refunded", "settled"]
    assert shop.token.balance_of(ALICE) == 950


def test_silence_after_a_delivery_settles(shop, cli):
    cli("order", "place", "1", "--id", "Q", "--account", "alice")
    cli("order", "deliver", "1", "--proof", "x")
    refused(cli("order", "settle", "1"), 1, "still has time")
    cli("travel", "8d")
    assert cli("order", "settle", "1").returncode == 0


def test_prices_fall_at_once_and_rise_after_notice(shop, cli):
    assert cli("order", "reprice", "1", "60").returncode == 0
    assert cli("order", "unlist", "2").returncode == 0
    first, second = json.loads(cli("order", "goods", "--json").stdout)
    assert (first["price"], first["nextPrice"], second["price"], second["nextPrice"]) == ("50", "60", "7", None)
    assert second["nextAt"]
    shown = cli("order", "goods").stdout
    assert "60 from" in shown and "withdrawn from" in shown
    assert cli("order", "place", "1", "--id", "old price", "--account", "alice").returncode == 0
    cli("travel", "31d")
    refused(
        cli("order", "place", "1", "--id", "X", "--at-most", "50", "--account", "alice"), 1, "costs 60 diamonds now"
    )
    refused(cli("order", "place", "2", "--id", "X", "--account", "alice"), 1, "listing 2 has been withdrawn")
    assert cli("order", "reprice", "1", "40").returncode == 0
    assert cli("order", "place", "1", "--id", "X", "--account", "alice").returncode == 0
    assert shop.token.balance_of(ALICE) == 910


def test_order_refusals_and_empty_states(system, cli):
    assert cli("order", "goods").stdout == "Nothing is on offer.\n"
    assert cli("order", "list").stdout == "No orders.\n"
    assert json.loads(cli("order", "list", "--buyer", "alice", "--json").stdout) == []
    refused(cli("order", "place", "1", "--id", "X", "--account", "alice"), 2, "there is no listing 1")
    refused(cli("order", "show", "9"), 2, "there is no order 9")
    cli("order", "offer", "50", "--terms", "t")
    refused(cli("order", "reprice", "1", "60", "--account", "bob"), 1, "only the merchant, merchant (")
    refused(cli("order", "place", "1", "--id", "X", "--account", "alice"), 1, "holds 0 diamonds, not 50")


def test_a_change_waits_in_public_and_is_carried_out_by_anybody(system, cli):
    assert "Nothing is pending." in cli("governance").stdout
    refused(
        cli("governance", "schedule", "ReserveVault", "setTreasury", "bob", "--account", "alice"),
        1,
        "only a proposer (",
    )
    done = cli("governance", "schedule", "ReserveVault", "setTreasury", "bob", "--account", "governor")
    assert done.returncode == 0, done.stderr
    (change,) = read_changes(system)
    assert change.calls == (f"ReserveVault.setTreasury(to={BOB})",)
    assert f"execute 0x{change.id.hex()[:8]}" in done.stderr
    shown = cli("governance").stdout
    assert "Every change waits 2 d" in shown and "never be less than 1 d" in shown and change.calls[0] in shown
    assert json.loads(cli("supply", "--json").stdout)["governance"]["pending"][0]["readyAt"] == change.ready_at
    assert json.loads(cli("governance", "--json").stdout)["pending"][0]["calls"][0]["does"] == change.calls[0]
    refused(cli("governance", "execute", change.id.hex()[:6]), 2, "can be carried out from")
    cli("travel", "2d")
    assert cli("governance", "execute", "0x" + change.id.hex()[:6], "--account", "carol").returncode == 0
    assert system.vault.read("treasury") == BOB.lower()
    assert read_changes(system) == []


def test_changes_with_tuples_and_lists_and_their_cancellation(system, cli):
    limits = "(bob, 5_000, 86400, 1000)"
    assert cli("governance", "schedule", "Issuer", "setMinter", limits, "--account", "governor").returncode == 0
    auditors = "[alice, bob, carol]"
    args = ("ReserveOracle", "setAuditors", auditors, "2", "--account", "governor")
    assert cli("governance", "schedule", *args).returncode == 0
    first, second = read_changes(system)
    assert first.calls == (f"Issuer.setMinter(limits=(minter={BOB}, capacity=5000, period=86400, instantLimit=1000))",)
    assert second.calls[0].startswith(f"ReserveOracle.setAuditors(auditors_=[{ALICE}, {BOB}, ")
    assert cli("governance", "cancel", second.id.hex(), "--account", "governor").returncode == 0
    assert [c.id for c in read_changes(system)] == [first.id]
    cli("travel", "3d")
    assert cli("governance", "execute", first.id.hex()).returncode == 0
    assert system.issuer.read("minter", BOB)[0] == 5_000


def test_proposed_mints_wait_in_public_too(shop, cli):
    assert cli("mint", "bob", "20_000_000", "--order", "BIG", "--propose").returncode == 0
    assert "a mint of 20,000,000 diamonds, 1 order, by" in cli("governance").stdout
    assert json.loads(cli("governance", "--json").stdout)["proposedMints"][0]["diamonds"] == "20000000"


def test_the_same_change_can_be_made_again(system, cli):
    for _ in range(2):
        args = ("OrderDesk", "setArbiter", "bob", "--account", "governor")
        assert cli("governance", "schedule", *args).returncode == 0
    assert len(read_changes(system)) == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("Vault", "setTreasury", "bob"), "has no contract Vault"),
        (("ReserveVault", "steal", "bob"), "has no function steal that changes something; it has"),
        (
            ("ReserveVault", "setTreasury"),
            "setTreasury takes 1: `zuan governance schedule ReserveVault setTreasury TO`",
        ),
        (("ReserveVault", "setTreasury", "nobody"), "is no address"),
        (("Isuer", "setMinter", "1"), "no contract Isuer; did you mean Issuer?"),
        (("Issuer", "setMiner", "1"), "did you mean setMinter?"),
        (("ReserveVault", "setTreasury", "alic"), "did you mean alice?"),
        (("Issuer", "setMinter", "1"), 'Issuer setMinter "(MINTER, CAPACITY, PERIOD, INSTANT_LIMIT)"`'),
        (
            ("ReserveOracle", "setAuditors"),
            'setAuditors takes 2: `zuan governance schedule ReserveOracle setAuditors "[AUD',
        ),
        (("ReserveOracle", "setMaxAge", "many"), "is no uint256"),
        (("ReserveOracle", "setAuditors", "alice", "2"), "must stand in []"),
        (("Issuer", "setMinter", "(bob, 1)"), "must have 4 values in parentheses"),
        (("ReserveOracle", "setKind", "(0xzz, 100, true)"), "is no hexadecimal number"),
        (("ReserveOracle", "setKind", f"({'x' * 33}, 100, false)"), "longer than 32 bytes"),
        (("ReserveOracle", "setKind", "(gold, 100, perhaps)"), "is neither true nor false"),
    ],
)
def test_changes_that_make_no_sense(system, zuan_main, there, args, words):
    code, _, said = zuan_main("governance", "schedule", *args, "--account", "governor", **there)
    assert code == 2 and words in said


def test_execute_of_nothing(system, cli):
    refused(cli("governance", "execute", "0x12"), 2, "0 pending changes begin with 0x12")
