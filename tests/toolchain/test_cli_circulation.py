"""The questions on the command line, about one history that has everything: mints, orders, a refund, burns, a redemption."""

import csv
import io
import json
import re

import pyarrow.parquet as pq
import pytest

import zuan
from zuan.chain.accounts import test_account as account
from zuan.chain.accounts import test_index as index
from zuan.contracts import Order
from zuan.goods import purchase
from zuan.issuance import reference
from zuan.tracing.flows import sankey


@pytest.fixture
def asked(system, sender, attest, in_process, tmp_path, monkeypatch):
    """Runs a command in the process against a synced store; gives its standard output, raises what it raises."""
    attest()
    token, issuer, desk = system.token, system.issuer, system.desk
    who = {name: str(account(index(name)).address) for name in ("alice", "bob", "carol", "merchant")}

    def mint(name, amount, order):
        sender("minter").run(issuer.mint(issuer.head(), Order(who[name], amount, reference(order))))

    def permitted(name, spender, amount, call):
        return sender(name).run(zuan.permitted(system, account(index(name)), spender, amount, call))

    mint("alice", 1_000, "SALE-1")
    mint("bob", 500, "SALE-2")
    sender("alice").run(token.transfer(who["carol"], 300))
    sender("merchant").run(desk.list(50, 86_400, reference("terms")))
    for name in ("alice", "carol"):
        permitted(name, desk, 50, desk.order(*purchase(system, 1, 1, reference("CARD"))))
    sender("merchant").run(desk.deliver(1, reference("proof")))
    sender("alice").run(desk.confirm(1))
    system.connection.mine(10 * 86_400)
    sender("carol").run(desk.refund(2))
    sender("bob").run(token.burn(20, reference("BURN-1")))
    store = tmp_path / "store"
    kept = zuan.sync(system, store)
    assert kept.verified.supply == 1_430
    monkeypatch.setenv("ZUAN_STORE", str(store))

    def run(*args):
        done = in_process(*args)
        if done.exception:
            raise done.exception
        return done.stdout

    run.who, run.store, run.kept = who, store, kept
    return run


def rows(asked, *args):
    return json.loads(asked(*args, "--json"))


def test_a_trace_tells_the_life_of_a_diamond(asked):
    told = rows(asked, "trace", "1")
    assert [s["kind"] for s in told["steps"]] == ["minted", "moved", "escrowed", "refunded"]
    mint = told["steps"][0]["details"]
    assert (mint["firstSerial"], mint["lastSerial"], mint["epoch"]) == ("1", "1000", 1)
    assert mint["orderRef"] == "0x" + reference("SALE-1").hex() and len(mint["signers"]) == 3
    assert told["notes"] == [f"It is with {asked.who['carol']} as of block {told['block']:,}."]
    settled = rows(asked, "trace", "301")
    assert [s["kind"] for s in settled["steps"]] == ["minted", "escrowed", "delivered"]
    assert settled["notes"] == ["It no longer exists."]
    burned = rows(asked, "trace", "1_001")["steps"][-1]
    assert burned["kind"] == "burned" and burned["details"]["orderRef"] == "0x" + reference("BURN-1").hex()


def test_a_trace_is_a_story_with_order_names_where_they_are_known(asked, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text(f"order_id,buyer,amount\nSALE-1,{asked.who['alice']},1000\n")
    told = asked("trace", "1", "--orders", str(orders))
    assert "diamonds 1 to 1,000 minted" in told and "for order SALE-1, under attestation 1 of" in told
    assert "50 paid into the escrow of order 2 (listing 1)" in told


def test_an_order_file_may_be_in_an_encoding_that_is_told(asked, in_process, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text(f"order_id,buyer,amount\n\u8a02\u55ae,{asked.who['alice']},1000\n", encoding="big5")
    for command in (["history"], ["trace", "1"]):
        assert "neither UTF-8 nor plainly GBK" in str(in_process(*command, "--orders", orders).exception.problems)
        assert not in_process(*command, "--orders", orders, "--encoding", "big5").exception
        assert "--encoding goes with --orders" in str(in_process(*command, "--encoding", "big5").exception)


def test_a_trace_as_of_a_block_knows_nothing_later(asked):
    told = rows(asked, "trace", "1")
    block = told["steps"][1]["block"]
    assert [s["kind"] for s in rows(asked, "trace", "1", "--block", str(block))["steps"]] == ["minted", "moved"]
    assert [s["kind"] for s in rows(asked, "trace", "1", "--block", str(block - 1))["steps"]] == ["minted"]


def test_what_became_of_a_mint_an_order_and_a_transaction(asked):
    by_mint = rows(asked, "trace", "--mint", "1")
    assert by_mint["rows"] == rows(asked, "trace", "--order", "SALE-1")["rows"]
    assert by_mint["rows"] == rows(asked, "trace", "--tx", by_mint["steps"][0]["tx"])["rows"]
    assert by_mint["notes"] == ["1,000 diamonds: 950 held, 50 delivered."]
    assert sum(int(r["diamonds"]) for r in by_mint["rows"]) == 1_000
    goods = rows(asked, "trace", "--goods", "2")
    assert [(r["firstSerial"], r["lastSerial"], r["account"]) for r in goods["rows"]] == [
        ("1", "50", asked.who["carol"])
    ]
    assert rows(asked, "trace", "--order", "BURN-1")["rows"][0]["state"] == "burned"


def test_what_an_account_holds_and_what_moved_between_two(asked):
    held = rows(asked, "trace", "--account", asked.who["carol"])["rows"]
    # The refund came back to the end of her queue.
    assert [(r["firstSerial"], r["lastSerial"]) for r in held] == [("51", "300"), ("1", "50")]
    assert {r["epoch"] for r in held} == {1} and held[0]["mintedTo"] == asked.who["alice"]
    between = rows(asked, "trace", "--account", asked.who["alice"], "--to", asked.who["carol"])["rows"]
    assert [(r["diamonds"], r["serials"]) for r in between] == [("300", "1-300")]


def test_balances_holders_and_supply_agree_with_the_chain(asked, system):
    found = {r["account"]: int(r["balance"]) for r in rows(asked, "balances")}
    assert found == {asked.who[n]: system.token.balance_of(asked.who[n]) for n in ("alice", "bob", "carol")}
    assert "alice" not in asked("balances", asked.who["merchant"])
    holders = rows(asked, "holders")
    assert (holders["holders"], holders["held"], holders["top1"]) == (3, "1430", "650")
    block = str(asked.kept.synced.block)
    assert {k: rows(asked, "supply", "--at", block)[k] for k in ("issued", "burned", "supply")} == {
        "issued": "1500",
        "burned": "70",
        "supply": "1430",
    }
    early = rows(asked, "supply", "--at", "2020-01-01")
    assert (early["issued"], early["supply"]) == ("0", "0")
    assert rows(asked, "balances", "--block", str(early["block"])) == []


def test_flows_draw_every_diamond_and_no_cycle(asked):
    found = rows(asked, "flows")
    names = {node["name"] for node in found["nodes"]}
    assert {"minted", "burned", "escrow"} < names
    # The refund flowed back from escrow to carol: to a second node of hers.
    back = [n for n in found["links"] if n["to"] == asked.who["carol"] + " (again)"]
    assert [(n["from"], n["diamonds"]) for n in back] == [("escrow", "50")]
    total = {True: 0, False: 0}
    for link in found["links"]:
        total[link["from"] == "minted"] += int(link["diamonds"])
    assert total[True] == 1_500 and len(found["links"]) == len({(n["from"], n["to"]) for n in found["links"]})
    assert "2 others" in {node["name"] for node in rows(asked, "flows", "--top", "1")["nodes"]}


def test_answers_come_as_csv_and_parquet_too(asked, tmp_path):
    listed = list(csv.DictReader(io.StringIO(asked("trace", "--mint", "1", "--csv"))))
    assert sum(int(row["diamonds"]) for row in listed) == 1_000
    for args in (("trace", "--mint", "1"), ("balances",), ("holders",), ("flows",)):
        path = tmp_path / "out.parquet"
        asked(*args, "--parquet", str(path))
        assert pq.read_table(path).num_rows > 0
        assert asked(*args, "--csv").count("\n") > 1


@pytest.mark.parametrize("args", [("trace", "1"), ("trace", "--mint", "1"), ("flows",)])
def test_a_picture_is_one_file_that_asks_nobody(asked, tmp_path, args):
    path = tmp_path / "picture.html"
    asked(*args, "--html", str(path))
    page = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in page and "echarts" in page
    assert not [line for line in page.splitlines() if 'src="' in line or "href=" in line]
    assert asked.who["alice"] in page


def test_names_from_files_cannot_break_out_of_the_picture(asked, tmp_path):
    evil = "</script><img src=x onerror=alert(1)>"
    orders = tmp_path / "orders.csv"
    path = tmp_path / "picture.html"
    from zuan.tracing.circulation import Circulation
    from zuan.tracing.picture import save

    orders.write_text("")
    found = Circulation(asked.store, names={reference("SALE-1"): evil})
    for answer in (found.trace(1), found.trace_account(asked.who["carol"])):
        save(path, answer)
        page = path.read_text(encoding="utf-8")
        assert evil not in page and "<img" not in page.replace("echarts", "")


def test_without_a_store_it_says_how_to_make_one(cli, tmp_path):
    done = cli("trace", "1")
    assert done.returncode == 1 and "there is no store in circulation/; make one with `zuan sync`" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("trace", "0"), "is no serial number"),
        (("trace", "999999"), "numbered from 1 to 1,500"),
        (("trace",), "say what to follow"),
        (("trace", "1", "--mint", "2"), "say what to follow"),
        (("trace", "--mint", "9"), "there is no mint 9"),
        (("trace", "--goods", "9"), "nothing went into the escrow of order 9"),
        (("trace", "--order", "NEVER"), "no mint or burn carries the order NEVER"),
        (("trace", "--tx", "0x" + "00" * 32), "no transfer of this token is in transaction"),
        (("trace", "1", "--block", "99999"), "the store knows blocks up to"),
        (("balances", "--json", "--csv"), "choose one of"),
        (("supply", "--at", "yesterday"), "neither a block nor a time"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(asked, args, said):
    with pytest.raises(Exception, match=re.escape(said)):
        asked(*args)


def test_links_that_would_close_a_cycle_end_in_a_second_node():
    found = sankey([("a", "b", 5), ("b", "c", 4), ("c", "a", 3), ("a", "a", 2), ("b", "a", 0)])
    assert set(found.links) == {("a", "b", 5), ("b", "c", 4), ("c", "a (again)", 3)}
    assert found.notes[0].startswith("2 diamonds that accounts sent to themselves")
    assert found.notes[1].startswith("3 diamonds flowed back")
    top = sankey([("a", "b", 5), ("b", "c", 4), ("c", "d", 3)], top=1)
    assert "3 others" in {*top.nodes} and "3 diamonds moved among the 3 others are not drawn." in top.notes


def test_the_store_is_what_the_chain_says_at_any_block(asked, system):
    now = rows(asked, "verify")
    assert (now["supply"], now["balancesCompared"], now["eventsChecked"]) == ("1430", 4, 4)
    block = rows(asked, "trace", "1")["steps"][1]["block"]
    then = rows(asked, "verify", "--block", str(block))
    assert (then["supply"], then["eventsChecked"]) == ("1500", 2)
    proven = rows(asked, "verify", "--proof", "--holder", asked.who["bob"])
    assert proven["balances"] == {asked.who["bob"]: "480"} and proven["supply"] == "1430"
    assert proven["hash"] == system.connection.block(proven["block"]).hash
