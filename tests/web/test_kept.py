"""The store's pages: lists, holders, accounts, lives, flows and files, of a store that a busy deployment would have."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import urllib3

from tests.web.conftest import Reader, shown
from zuan.circulation.store.catalog import Store
from zuan.contracts.artifacts import artifact, checksum
from zuan.contracts.handles import encode_arguments
from zuan.issuance import reference
from zuan.names import Names
from zuan.tracing.circulation import Circulation
from zuan.web.site import Site

_spec = importlib.util.spec_from_file_location("store", Path(__file__).parents[2] / "bench" / "web" / "store.py")
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

TRANSFERS = 18_000
MOST = 2**256 - 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return made.fill(tmp_path_factory.mktemp("kept") / "store", TRANSFERS).folder


@pytest.fixture
def copy(folder, tmp_path) -> Path:
    """A store to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture
def kept(serve, folder) -> Reader:
    return serve(Site.of_store(folder, None))


@pytest.fixture(scope="module")
def largest(folder) -> str:
    return checksum(Circulation(folder).balances(top=1).to_pylist()[0]["account"])


PAGES = [
    *("/history", "/history?kind=mint", "/history?kind=burn", "/history?kind=escrow", "/history?kind=transfer"),
    *("/log", "/log?kind=order", "/log?kind=attestation", "/log?kind=change", "/holders", "/flows", "/flows?top=3"),
    *(
        "/diamonds",
        "/diamonds/1",
        "/follow?mint=1",
        "/follow?goods=1",
        "/accounts/{largest}",
        "/history?account={largest}",
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_without_scripts(kept, largest, path, language):
    text = kept.text(path.format(largest=largest), **{"Accept-Language": language})
    assert text.count("<h1>") == 1 and text.count("<main") == 1
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert text.count("<table") == text.count("<caption>")
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    # Each list and figure says how to check it.
    assert "zuan sync --token" in text or path == "/diamonds"
    if language == "zh":
        words = [
            w for w in re.findall(r"<(?:th|dt|caption|label|h1|button)[^>]*>([^<]+)<", text) if re.search("[a-z]{4}", w)
        ]
        assert [w for w in words if not re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)?", w.strip()) and "0x" not in w] == []


def test_a_list_goes_on_page_by_page_to_its_end(kept):
    seen, after = [], ""
    while after is not None:
        got = kept.json(f"/api/history?kind=burn&limit=200{f'&after={after}' if after else ''}")
        seen += [(row["block"], row["logIndex"]) for row in got["rows"]]
        after = got["next"]
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen))
    table = list(csv.DictReader(io.StringIO(kept.text("/history.csv?kind=burn"))))
    assert [(int(row["block"]), int(row["logIndex"])) for row in table] == seen[::-1] != []


def test_the_pages_of_a_list_are_linked(kept):
    first = kept.text("/history?kind=mint")
    (link,) = re.findall(r'<a rel="next" href="([^"]+)"', first)
    second = kept.text(link.replace("&amp;", "&"))
    assert "First page" in second and "kind=mint" in link
    rows = [re.findall(r"since=(\d+)", page) for page in (first, second)]
    assert min(map(int, rows[0])) >= max(map(int, rows[1]))


def test_flows_for_programs_have_the_keys_that_the_command_prints(kept):
    links = kept.json("/api/flows")["links"]
    assert links and all(set(link) == {"from", "to", "diamonds"} and link["diamonds"].isdigit() for link in links)


def test_files_hold_all_of_a_list_with_exact_numbers(kept, folder):
    circulation = Circulation(folder)
    transfers = list(csv.DictReader(io.StringIO(kept.text("/history.csv"))))
    assert len(transfers) == TRANSFERS
    table = circulation.store.read("transfers", circulation.store.catalog.parts)
    assert [int(row["amount"]) for row in transfers] == [int(v) for v in table["value"].to_pylist()]
    assert [row["from"] for row in transfers] == ["0x" + a.hex() for a in table["sender"].to_pylist()]
    assert {row["kind"] for row in transfers} == {"mint", "burn", "escrow", "transfer"}
    holders = list(csv.DictReader(io.StringIO(kept.text("/holders.csv"))))
    assert [(r["account"], int(r["balance"])) for r in holders] == [
        (r["account"], int(r["balance"])) for r in circulation.balances().to_pylist()
    ]
    flows = list(csv.DictReader(io.StringIO(kept.text("/flows.csv"))))
    assert sum(int(r["amount"]) for r in flows) == sum(map(int, table["value"].to_pylist()))
    events = list(csv.DictReader(io.StringIO(kept.text("/log.csv?kind=order"))))
    assert events and {row["kind"] for row in events} == {"order"}
    assert json.loads(events[0]["arguments"])["diamonds"].isdigit()


@pytest.mark.parametrize("name", ["history", "holders", "flows", "log"])
def test_parquet_holds_what_csv_holds(kept, name):
    table = pq.read_table(io.BytesIO(kept.get(f"/{name}.parquet").data))
    rows = list(csv.reader(io.StringIO(kept.text(f"/{name}.csv"))))
    assert table.column_names == rows[0]
    columns = [["" if v is None else str(v) for v in column.to_pylist()] for column in table.columns]
    assert [list(row) for row in zip(*columns, strict=True)] == rows[1:] != []


def test_an_empty_list_is_a_file_with_a_heading(kept):
    answer = kept.get("/history.csv?account=0x" + "12" * 20)
    assert answer.data == b"kind,block,logIndex,timestamp,from,fromOrder,to,toOrder,amount,tx\n"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert pq.read_table(io.BytesIO(kept.get("/history.parquet?account=0x" + "12" * 20).data)).num_rows == 0
    assert "There is none." in shown(kept.text("/history?account=0x" + "12" * 20))


def test_holders_are_those_of_the_command_and_the_system_is_named(kept, folder):
    got = kept.json("/api/holders")
    assert {k: int(got[k]) for k in ("ever", "holders", "held", "top1", "top10", "top100", "median")} == Circulation(
        folder
    ).holders()
    assert [row["rank"] for row in got["rows"]] == list(range(1, 51))
    following = kept.json(f"/api/holders?after={got['next']}")
    assert following["rows"][0]["rank"] == 51
    desk = checksum(Store.open(folder).catalog.contracts["OrderDesk"])
    text = kept.text("/holders?limit=200")
    assert "part of the system" in text or desk not in text


def test_an_account_is_whole(kept, largest, folder):
    got = kept.json(f"/api/accounts/{largest}")
    (row,) = Circulation(folder).balances([largest]).to_pylist()
    assert [int(got[n]) for n in ("balance", "received", "sent", "transfers")] == [
        int(row[n]) for n in ("balance", "received", "sent", "transfers")
    ]
    held = sum(int(r["diamonds"]) for r in got["rows"])
    while got["next"]:
        got = kept.json(f"/api/accounts/{largest}?after={got['next']}")
        held += sum(int(r["diamonds"]) for r in got["rows"])
    assert held == int(row["balance"])
    assert kept.get(f"/accounts?account={largest}").headers["Location"] == f"/accounts/{largest}"


def test_a_life_is_drawn_and_told(kept, folder):
    circulation = Circulation(folder)
    serial = max(range(1, 3_000, 50), key=lambda n: len(circulation.tracer.life(n)))
    answer = circulation.trace(serial)
    got = kept.json(f"/api/diamonds/{serial}")
    assert [row["text"] for row in got["rows"]] == [step.text for step in answer.steps]
    text = kept.text(f"/diamonds/{serial}")
    (svg,) = re.findall(r"<svg class=\"picture way\".*?</svg>", text, re.DOTALL)
    assert "<title>" in svg and "<desc>" in svg and svg.count('class="stop') == len(answer.steps)
    assert kept.get(f"/diamonds?serial={serial:,}").headers["Location"] == f"/diamonds/{serial}"


def test_what_became_of_an_order_is_found_by_its_reference_and_its_id(serve, copy):
    store = Store.open(copy)
    ref = "0x" + (7).to_bytes(32, "big").hex()
    kept = serve(Site.of_store(copy, None))
    got = kept.json(f"/api/follow?order={ref}")
    assert got["steps"][0]["details"]["orderRef"] == ref
    assert got["rows"] == kept.json("/api/follow?mint=8")["rows"]
    assert got["rows"][0]["firstSerial"] == got["steps"][0]["details"]["firstSerial"]
    assert sum(map(int, got["states"].values())) == int(got["steps"][0]["amount"])
    # An order's id, under the default namespace: the token's address.
    name = reference("SALE-1", checksum(store.catalog.token))
    assert kept.get("/api/follow?order=SALE-1").status == 400
    part = store.catalog.parts[0]
    events = store.read("events", [part]).to_pylist()
    minted = next(e for e in events if len(e["body"]) == 192)
    minted["body"] = minted["body"][:64] + name + minted["body"][96:]
    number = store.catalog.next_id
    import pyarrow as pa

    for kind in ("transfers", "blocks"):
        shutil.copy(store.path(kind, part.id), store.path(kind, number))
    store.write_file(pa.Table.from_pylist(events, schema=store.read("events", []).schema), store.path("events", number))
    parts = (replace(part, id=number), *store.catalog.parts[1:])
    store._commit(replace(store.catalog, parts=parts, next_id=number + 1))
    assert kept.json("/api/follow?order=SALE-1")["steps"][0]["tx"] == "0x" + minted["tx"].hex()
    assert kept.json("/api/history?order=SALE-1")["rows"][0]["tx"] == "0x" + minted["tx"].hex()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/history?after=xx", "begin at its first page"),
        ("/history?kind=rm", "there is no kind"),
        ("/history?limit=0", "limit is 1 to 200"),
        ("/history?limit=100000", "limit is 1 to 200"),
        ("/history?account=nobody", "is no account"),
        ("/history?account=0x" + "aB" * 20, "fails its checksum"),
        ("/history?since=yesterday", "a block's number, or a date"),
        ("/history?goods=x", "goods must be a whole number"),
        ("/history?order=" + "x" * 301, "more than 300 letters"),
        ("/history?block=99999999", "the store knows blocks up to"),
        ("/log?kind=x", "there is no kind"),
        ("/log?after=AAAA", "begin at its first page"),
        ("/holders?after=AAAA", "begin at its first page"),
        ("/diamonds/0", "a serial number is a whole number from 1 on"),
        ("/diamonds/-1", "a serial number is a whole number from 1 on"),
        ("/diamonds/" + "9" * 38, "there is no diamond"),
        ("/diamonds/" + "9" * 39, "a serial number is a whole number from 1 on"),
        ("/follow", "say what to follow"),
        ("/follow?mint=1&goods=1", "say what to follow"),
        ("/follow?mint=0", "there is no mint 0"),
        ("/follow?mint=999999", "there is no mint 999,999"),
        ("/follow?tx=0x12", "a transaction's hash is 0x and 64"),
        ("/follow?tx=0x" + "12" * 32, "no transfer of this token is in transaction"),
        ("/flows?top=0", "choose 1 to 40 accounts"),
        ("/flows?top=41", "choose 1 to 40 accounts"),
        ("/accounts", "say which account"),
        ("/accounts/%3Cscript%3E", "is no account"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kept, path, said):
    answer = kept.get(path)
    assert answer.status == 400 and said in answer.data.decode().replace("&#39;", "'")
    api = kept.get("/api" + path)
    assert api.status in (400, 404) and set(json.loads(api.data)) == {"error", "status"}


@pytest.mark.parametrize("name", ["history", "log", "holders"])
def test_a_cursor_that_was_tampered_with_is_refused(kept, name):
    after = kept.json(f"/api/{name}?limit=5")["next"]
    for place in range(len(after)):
        changed = after[:place] + ("A" if after[place] != "A" else "B") + after[place + 1 :]
        assert kept.get(f"/api/{name}?after={changed}").status == 400
    # One of another list, or with other filters, is as good as made up.
    others = {"history": "log", "log": "holders", "holders": "history"}
    assert kept.get(f"/api/{others[name]}?after={after}").status == 400


def test_a_link_to_a_block_shows_what_was_true_then(kept, folder):
    catalog = Store.open(folder).catalog
    middle = (catalog.first + catalog.block) // 2
    text = kept.text(f"/holders?block={middle}")
    assert f'data-block="{middle}"' in text
    assert kept.json(f"/api/holders?block={middle}")["held"] == str(Circulation(folder, middle).holders()["held"])
    assert all(row["block"] <= middle for row in kept.json(f"/api/history?block={middle}")["rows"])
    assert f"block={middle}" in re.findall(r'<a rel="next" href="([^"]+)"', text)[0]
    files = re.findall(r'href="(/holders.csv[^"]*)"', text)
    assert files == [f"/holders.csv?block={middle}"]


def test_an_answer_that_did_not_change_is_not_sent_again(kept):
    for path in ("/api/history", "/api/holders", "/api/flows", "/api/diamonds/1", "/api/log"):
        tag = kept.get(path).headers["ETag"]
        assert kept.get(path, **{"If-None-Match": tag}).status == 304


HOSTILE = ["<script>alert(1)</script>", "\u202egnp.exe", "a\u0000b", "pаypal", "x" * 40]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_others_stay_text(serve, folder, largest, name):
    kept = serve(Site(None, None, Circulation(folder).store.catalog.token, lambda: folder, Names({largest: name})))
    for path in ("/holders", f"/accounts/{largest}", f"/history?account={largest}", "/flows?top=40", "/follow?mint=1"):
        text = kept.text(path)
        assert "<script>alert" not in text and "\u202e" not in text and "\u0000" not in text


def test_what_events_say_is_escaped_and_bounded(serve, copy):
    store = Store.open(copy)
    contracts = store.catalog.contracts
    desk = artifact("OrderDesk")
    topic = bytes.fromhex(desk.topic("Ordered")[2:])
    inputs = desk.events[topic]["inputs"]
    args = {"order": MOST, "listing": MOST, "buyer": "0x" + "ff" * 20, "quantity": MOST, "diamonds": MOST}
    args |= {"details": b"<b>\xe2\x80\xae".ljust(32, b"\xff"), "deliverBy": MOST}
    body = b"".join(
        encode_arguments(
            [i for i in inputs if i["indexed"] is chosen], [args[i["name"]] for i in inputs if i["indexed"] is chosen]
        )
        for chosen in (True, False)
    )
    block = store.catalog.block + 1
    common = {
        "block": block,
        "timestamp": 2**62,
        "tx": b"\xff" * 32,
        "contract": bytes.fromhex(contracts["OrderDesk"][2:]),
    }
    import pyarrow as pa

    rows = [
        common | {"log_index": 0, "topic": topic, "body": body},
        common | {"log_index": 1, "topic": topic, "body": b"\1"},
    ]
    tables = {
        "transfers": store.read("transfers", []),
        "events": pa.Table.from_pylist(rows, schema=store.read("events", []).schema),
        "blocks": store.read("blocks", []),
    }
    store.append(block, block, tables, block=block, hash="")
    kept = serve(Site.of_store(copy, None))
    broken, row = kept.json("/api/log?limit=2")["rows"]
    assert broken["arguments"] == {"undecoded": "0x01"}
    assert row["arguments"]["diamonds"] == str(MOST) and row["block"] == block
    text = kept.text("/log?limit=2")
    assert str(MOST) in text and "<b>" not in text
    assert str(MOST) in kept.text("/log.csv?kind=order")
    assert kept.json("/api/log?account=0x" + "ff" * 20)["rows"] == [row]


def test_a_store_that_is_replaced_or_removed_while_it_is_read(serve, copy, tmp_path):
    kept = serve(Site.of_store(copy, None))
    first = kept.json("/api/history?limit=5")
    newest = Store.open(copy).catalog
    Store.open(copy).roll_back(newest.block - 20, "")
    assert kept.json("/api/history")["block"] == newest.block - 20
    # What was linked at a block that is gone now says so.
    answer = kept.get(f"/api/history?after={first['next']}")
    assert answer.status == 400 and "the store knows blocks up to" in answer.data.decode()
    damaged = Store.open(copy).path("transfers", Store.open(copy).catalog.parts[-1].id)
    damaged.write_bytes(b"PAR1")
    Store.open(copy)._commit(replace(Store.open(copy).catalog, final=0))
    answer = kept.get("/api/history")
    assert answer.status in (404, 503) and "missing or damaged" in answer.data.decode()
    shutil.move(copy, tmp_path / "gone")
    answer = kept.get("/history")
    assert answer.status == 200 and "there is no store in" in answer.data.decode()
    assert kept.get("/api/history").status == 404


def test_two_hundred_readers_at_once(kept, largest):
    paths = ["/history", "/holders", "/log", f"/accounts/{largest}", "/diamonds/5"] * 40
    # A line for each, and as long as a busy machine takes.
    lines = urllib3.PoolManager(maxsize=200, timeout=600, retries=False)
    with ThreadPoolExecutor(200) as pool:
        found = list(pool.map(lambda path: lines.request("GET", kept.url + path).status, paths))
    assert found == [200] * 200


def test_a_store_of_another_chain_is_not_shown(serve, site, folder):
    site.find_store = lambda: folder
    text = serve(site).text("/history")
    assert "is the store of another chain" in text
