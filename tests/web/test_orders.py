"""Orders and tickets as lists: by state, account and number, page by page, and whole as files."""

from __future__ import annotations

import csv
import io

import pyarrow.parquet as pq
import pytest

import zuan
from zuan.goods import purchase, read_goods_orders
from zuan.permit import permitted
from zuan.redemption import read_tickets
from zuan.testing import attest, sender
from zuan.web.site import Site

DAY = 86_400


@pytest.fixture
def busy(zuan_system):
    """Alice and bob order goods, of which one order is delivered; both redeem in turn."""
    system = zuan_system
    attest(system, 10_000, cash=9_000)
    merchant, people = sender(system, "merchant"), [sender(system, name) for name in ("alice", "bob")]
    merchant.run(system.desk.list(10, 3 * DAY, b"terms".ljust(32)))
    for number, who in enumerate(people, 1):
        zuan.mint(system, sender(system, "minter"), who.address, 2_000, f"SALE-{number}")
        for _ in range(2):
            call = system.desk.order(*purchase(system, 1, 1, b"details".ljust(32)))
            who.run(permitted(system, who.account, system.desk, 10, call))
        who.run(permitted(system, who.account, system.vault, 300, system.vault.request(300, who.address)))
    merchant.run(system.desk.deliver(3, b"proof".ljust(32)))
    people[0].run(system.vault.withdraw(1, people[0].address))
    return system


@pytest.fixture
def asked(serve, busy):
    return serve(Site.open(busy.connection, busy.folder))


def ids(asked, path: str) -> list[int]:
    name = "order" if "/orders" in path else "ticket"
    return [row[name] for row in asked.json(path)["rows"]]


def test_orders_and_tickets_are_found(asked):
    assert ids(asked, "/api/orders") == [4, 3, 2, 1]
    assert ids(asked, "/api/orders?state=delivered") == [3] and ids(asked, "/api/orders?state=settled") == []
    assert ids(asked, "/api/orders?account=alice") == [2, 1]
    assert ids(asked, "/api/orders?account=merchant") == [4, 3, 2, 1]
    assert ids(asked, "/api/orders?account=bob&state=open") == [4]
    assert ids(asked, "/api/orders?number=2") == [2] and ids(asked, "/api/orders?number=9") == []
    assert ids(asked, "/api/orders?number=2&account=bob") == []
    assert ids(asked, "/api/tickets") == [2, 1] and ids(asked, "/api/tickets?state=paid") == [1]
    assert ids(asked, "/api/tickets?account=bob") == [2] and ids(asked, "/api/tickets?number=1") == [1]
    text = asked.text("/orders?state=delivered&account=bob")
    assert '<option value="delivered" selected>' in text and text.count("<tr>") == 2
    assert "There is none." in asked.text("/tickets?state=converted")


@pytest.mark.parametrize("name", ["orders", "tickets"])
def test_pages_go_on_at_the_block_of_the_first(asked, busy, name):
    first = asked.json(f"/api/{name}?limit=1")
    busy.connection.mine()
    asked_block, seen = first["block"], [*first["rows"]]
    while first["next"]:
        first = asked.json(f"/api/{name}?limit=1&after={first['next']}")
        assert first["block"] == asked_block
        seen += first["rows"]
    whole = read_goods_orders(busy) if name == "orders" else read_tickets(busy)
    assert seen == [one.as_dict() for one in reversed(whole)]


def test_a_rare_state_is_looked_for_a_piece_at_a_time(asked, monkeypatch):
    monkeypatch.setattr("zuan.web.views.orders._LOOKED", 2)
    first = asked.json("/api/orders?state=settled")
    assert first["rows"] == [] and first["next"]
    assert "None back to number 3" in asked.text("/orders?state=settled")
    assert asked.json(f"/api/orders?state=settled&after={first['next']}")["next"] is None


@pytest.mark.parametrize("name", ["orders", "tickets"])
def test_files_hold_all_that_is_wanted(asked, name):
    rows = asked.json(f"/api/{name}")["rows"]
    table = list(csv.DictReader(io.StringIO(asked.text(f"/{name}.csv"))))
    assert table == [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows] != []
    parquet = pq.read_table(io.BytesIO(asked.get(f"/{name}.parquet").data)).to_pylist()
    assert [{k: v if v is None or isinstance(v, int) else str(v) for k, v in r.items()} for r in parquet] == rows
    some = list(csv.DictReader(io.StringIO(asked.text(f"/{name}.csv?account=bob"))))
    assert len(some) == len(rows) // 2
    answer = asked.get(f"/{name}.csv?number=999")
    assert answer.data.decode().strip() == ",".join(rows[0]) and "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/orders?state=lost", "there is no state of that name"),
        ("/tickets?account=nobody", "is no account"),
        ("/orders?number=x", "number must be a whole number"),
        ("/api/orders?state=", "state is empty: leave it out"),
        ("/tickets?number=0", "number must be 1 or more"),
        ("/orders?after=AAAA", "begin at its first page"),
        ("/tickets.csv?state=lost", "there is no state of that name"),
        ("/orders?limit=0", "limit is 1 to 200"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(asked, path, said):
    answer = asked.get(path)
    assert answer.status == 400 and said in answer.data.decode()


def test_a_cursor_with_other_filters_is_refused(asked):
    after = asked.json("/api/orders?limit=1")["next"]
    assert asked.get(f"/api/orders?state=open&after={after}").status == 400
    assert asked.get(f"/api/tickets?after={after}").status == 400
