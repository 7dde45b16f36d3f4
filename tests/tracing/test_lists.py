"""Lists of a store, page by page, hold what a plain reading of all transfers holds; balances are those that SQL gives."""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import pytest

from zuan import cursors
from zuan.browsing import history
from zuan.browsing.history import TRANSFER_KINDS, Filter, page
from zuan.browsing.reader import Reader
from zuan.circulation.index import upkeep
from zuan.circulation.store import catalog
from zuan.circulation.store.catalog import Store
from zuan.errors import InputError, StoreError
from zuan.tracing.circulation import Circulation

_spec = importlib.util.spec_from_file_location("histories", Path(__file__).with_name("histories.py"))
histories = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(histories)
Sent, address = histories.Sent, histories.address

ACCOUNTS = 9
DESK = ACCOUNTS


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Sizes at which short histories have several parts, runs and pieces of a search."""
    monkeypatch.setattr(catalog, "SEALED_ROWS", 40)
    monkeypatch.setattr(upkeep, "SEALED_ROWS", 40)
    monkeypatch.setattr(upkeep, "_FEWEST", 10)
    monkeypatch.setattr(history, "_PIECE", 7)


def filled(folder: Path, made: list, random: Random) -> Store:
    kept = histories.empty_store(folder)
    kept._commit(replace(kept.catalog, contracts={"OrderDesk": "0x" + address(DESK).hex()}))
    histories.grow(kept, made, random, 60)
    return kept


def kind_of(sent) -> set[str]:
    found = {"mint"} if sent.sender == 0 else set()
    found |= {"burn"} if sent.receiver == 0 else set()
    found |= {"escrow"} if sent.sender_order or sent.receiver_order else set()
    return found or {"transfer"}


def wanted_rows(made, wanted: Filter, last: int) -> list[int]:
    def fits(row: int) -> bool:
        sent = made[row]
        names = {address(sent.sender), address(sent.receiver)}
        return (
            (wanted.kind is None or wanted.kind in kind_of(sent))
            and (wanted.account is None or wanted.account in names)
            and (wanted.goods is None or wanted.goods in (sent.sender_order, sent.receiver_order))
            and (wanted.first is None or row >= wanted.first)
            and (wanted.last is None or row <= wanted.last)
            and (wanted.since is None or row >= wanted.since)
            and (wanted.until is None or row <= wanted.until)
        )

    # Each block holds one transfer, and its number is its time.
    return [row for row in range(last, -1, -1) if fits(row)]


def all_pages(reader: Reader, wanted: Filter, block: int | None, most: int) -> list[int]:
    found, after = [], None
    while True:
        got = page(reader.at(block), wanted, after, most)
        assert len(got.steps) <= most
        found += [step.row for step in got.steps]
        if got.next is None:
            return found
        assert len(got.steps) == most
        after = got.next


@pytest.mark.parametrize("unit", [1, 2**70])
@pytest.mark.parametrize("seed", range(6))
def test_pages_of_every_filter_hold_what_it_means(tmp_path, seed, unit):
    random = Random(seed)
    made = histories.history(random, random.randrange(60, 300), ACCOUNTS, unit)
    filled(tmp_path / "s", made, random)
    reader = Reader(tmp_path / "s")
    choose = random.choice
    for _ in range(60):
        block = choose([None, None, random.randrange(len(made))])
        span = sorted(random.randrange(len(made)) for _ in range(2))
        wanted = Filter(
            kind=choose([None, *TRANSFER_KINDS]),
            account=choose([None, address(random.randrange(ACCOUNTS + 1))]),
            goods=choose([None, None, None, random.randrange(1, 9)]),
            first=choose([None, None, span[0]]),
            last=choose([None, None, span[1]]),
            since=choose([None, None, span[0]]),
            until=choose([None, None, span[1]]),
        )
        last = len(made) - 1 if block is None else block
        expected = wanted_rows(made, wanted, last)
        assert all_pages(reader, wanted, block, random.randrange(1, 40)) == expected, wanted
        whole = [int(row) for piece in history.rows(reader.at(block), wanted) for row in piece]
        assert whole == expected[::-1], wanted


@pytest.mark.parametrize("seed", range(4))
def test_a_row_is_told_the_same_however_it_was_found(tmp_path, seed):
    random = Random(seed)
    made = histories.history(random, 150, ACCOUNTS)
    filled(tmp_path / "s", made, random)
    reader = Reader(tmp_path / "s")
    plain = {step.row: step for step in page(reader.at(), Filter(), None, 200).steps}
    for row, sent in enumerate(made):
        assert (plain[row].amount, plain[row].sender_order, plain[row].receiver_order) == sent[2:]
        assert [bytes.fromhex(a[2:]) for a in (plain[row].sender, plain[row].receiver)] == [
            address(sent.sender),
            address(sent.receiver),
        ]
    filters = [Filter(kind=kind) for kind in TRANSFER_KINDS] + [Filter(account=address(n)) for n in range(ACCOUNTS + 1)]
    for wanted in filters:
        assert all(step == plain[step.row] for step in page(reader.at(), wanted, None, 200).steps)


@pytest.mark.parametrize("unit", [1, 2**70])
@pytest.mark.parametrize("seed", range(8))
def test_balances_from_the_index_are_those_of_sql(tmp_path, seed, unit):
    random = Random(seed)
    made = histories.history(random, random.randrange(1, 300), ACCOUNTS, unit)
    filled(tmp_path / "s", made, random)
    reader = Reader(tmp_path / "s")
    for block in [None, *(random.randrange(len(made)) for _ in range(5))]:
        by_sql = Circulation(tmp_path / "s", block)
        found = [("0x" + h.address.hex(), h.order, h.balance) for h in reader.at(block).holdings]
        assert found == [(r["account"], r["order"], int(r["balance"])) for r in by_sql.balances().to_pylist()]
        holdings = reader.at(block).holdings
        assert {"ever": holdings.ever, **asdict(holdings.spread())} == by_sql.holders()
        assert [h.rank for h in holdings] == list(range(1, len(holdings) + 1))


def test_some_holders_can_be_left_out_of_how_spread_they_are(tmp_path):
    made = [Sent(0, 1, 100), Sent(0, 2, 50), Sent(0, 3, 7), Sent(1, DESK, 30, 0, 4)]
    filled(tmp_path / "s", made, Random(1))
    holdings = Reader(tmp_path / "s").at().holdings
    assert holdings.spread().held == 157
    others = holdings.spread([address(1)], escrows=False)
    assert (others.holders, others.held, others.top1, others.median) == (2, 57, 50, 7)


def test_an_account_without_events_of_its_losses_is_below_nothing(tmp_path):
    filled(tmp_path / "s", [Sent(0, 1, 5), Sent(2, 1, 8)], Random(1))
    found = [(h.address, h.balance) for h in Reader(tmp_path / "s").at().holdings]
    assert found == [(address(1), 13), (address(2), -8)]


@pytest.mark.parametrize(
    "text",
    ["", "x", "é", "A" * 500, "====", "MC4w", "-" * 40, "\0", "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ"],
)
def test_what_is_no_cursor_is_refused(tmp_path, text):
    filled(tmp_path / "s", [Sent(0, 1, 1)] * 5, Random(1))
    with pytest.raises(InputError, match="begin at its first page"):
        page(Reader(tmp_path / "s").at(), Filter(), text)


def test_a_cursor_that_somebody_changed_or_of_another_list_is_refused(tmp_path):
    filled(tmp_path / "s", [Sent(0, 1, 1)] * 30, Random(1))
    view = Reader(tmp_path / "s").at()
    after = page(view, Filter(), None, 5).next
    assert [s.row for s in page(view, Filter(), after, 5).steps] == [24, 23, 22, 21, 20]
    for place in range(len(after)):
        for letter in "Ax_9":
            changed = after[:place] + letter + after[place + 1 :]
            if changed != after:
                with pytest.raises(InputError, match="begin at its first page"):
                    page(view, Filter(), changed, 5)
    with pytest.raises(InputError, match="begin at its first page"):
        page(view, Filter(kind="mint"), after, 5)
    with pytest.raises(InputError, match="cursor is of block"):
        page(Reader(tmp_path / "s").at(7), Filter(), after, 5)


def test_a_cursor_comes_back_as_it_was():
    for block, place in [(0, ()), (7, (1, 2)), (2**64, (2**200,))]:
        assert cursors.read(cursors.write(block, place, "what"), "what") == (block, place)


def test_pages_go_on_where_they_ended_while_new_rows_arrive(tmp_path):
    made = [Sent(0, 1 + n % 5, 1 + n) for n in range(60)]
    kept = histories.empty_store(tmp_path / "s")
    histories.append(kept, made, 30, 0)
    reader = Reader(tmp_path / "s")
    first = page(reader.at(), Filter(), None, 10)
    histories.append(kept, made, 60, 0)
    assert reader.at().block == 59
    second = page(reader.at(first.block), Filter(), first.next, 10)
    assert [s.row for s in second.steps] == list(range(19, 9, -1))


def test_a_reader_sees_a_store_that_was_replaced_and_one_that_is_gone(tmp_path):
    kept = histories.empty_store(tmp_path / "s")
    histories.append(kept, [Sent(0, 1, 5)] * 10, 10, 0)
    reader = Reader(tmp_path / "s")
    assert reader.at().holdings.page(0, 1)[0].balance == 50
    assert reader.shelf() is reader.shelf()
    kept.roll_back(4, "")
    assert reader.at().holdings.page(0, 1)[0].balance == 25
    # Another store takes its place, whose parts have the same numbers.
    for path in (tmp_path / "s").iterdir():
        path.unlink()
    with pytest.raises(StoreError, match="there is no store"):
        reader.at()
    other = histories.empty_store(tmp_path / "s")
    histories.append(other, [Sent(0, 2, 0)] * 10, 10, 0)
    assert (len(reader.at().holdings), reader.at().holdings.ever) == (0, 1)


def test_an_empty_store_has_empty_lists(tmp_path):
    histories.empty_store(tmp_path / "s")
    view = Reader(tmp_path / "s").at()
    assert page(view, Filter()) == history.HistoryPage(-1, [], None)
    assert (len(view.holdings), view.holdings.ever, view.holdings.spread().held) == (0, 0, 0)


def test_many_threads_read_one_shelf(tmp_path):
    random = Random(5)
    made = histories.history(random, 200, ACCOUNTS)
    filled(tmp_path / "s", made, random)
    reader = Reader(tmp_path / "s")
    expected = {n: all_pages(reader, Filter(account=address(n)), None, 20) for n in range(ACCOUNTS)}
    wrong: list[object] = []

    def read(n: int) -> None:
        try:
            for _ in range(5):
                if all_pages(reader, Filter(account=address(n)), None, 20) != expected[n]:
                    wrong.append(n)
                reader.at(random.randrange(200)).holdings.spread()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(ACCOUNTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
