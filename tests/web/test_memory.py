"""Little memory, however many ask: few answers are worked on at once, and what nobody uses goes back."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.web.test_kept import folder as folder
from zuan.browsing.export import as_flows
from zuan.browsing.reader import Reader
from zuan.circulation.ask.query import run
from zuan.errors import DamagedError, StoreError
from zuan.web.memory import GivingBack
from zuan.web.serve import _THREADS
from zuan.web.site import Site


def mapped(store: Path) -> int:
    """KB of that store's index that are in this process's memory."""
    found = re.findall(
        rf"{store}/\S+\.run\n(?:\w+: .*\n)*?Rss: +(\d+)", Path("/proc/self/smaps").read_text(encoding="utf-8")
    )
    return sum(map(int, found))


def test_the_index_is_given_back_and_read_again(folder):
    reader = Reader(folder)
    before = [reader.at().holdings.page(0, 50), reader.at().shelf.account_rows(bytes(20)).tolist()]
    assert mapped(folder) > 0
    reader.rest()
    assert mapped(folder) == 0
    fresh = Reader(folder)
    assert [reader.at().holdings.page(0, 50), reader.at().shelf.account_rows(bytes(20)).tolist()] == before
    assert fresh.at().holdings.page(0, 50) == before[0]


def test_few_answers_are_worked_on_at_once(serve, folder):
    kept = serve(Site.of_store(folder, None))
    most, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.001):
            most.append(sum(t.name.startswith("AnyIO") for t in threading.enumerate()))

    watching = threading.Thread(target=watch)
    watching.start()
    with ThreadPoolExecutor(60) as pool:
        found = list(pool.map(lambda _: kept.get("/history").status, range(120)))
    stop.set()
    watching.join()
    assert found == [200] * 120 and 0 < max(most) <= _THREADS


def test_memory_is_given_back_where_something_was_done(monkeypatch):
    monkeypatch.setattr("zuan.web.memory._PAUSE", 0.01)
    monkeypatch.setattr("zuan.web.memory._WORK", -1.0)
    given = threading.Event()
    with GivingBack(given.set):
        assert given.wait(60)
    monkeypatch.setattr("zuan.web.memory._WORK", 1e9)
    idle = threading.Event()
    with GivingBack(idle.set):
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            assert not idle.is_set()


def test_a_question_without_room_is_told_and_no_file_is_called_damaged(folder):
    view = Reader(folder).at()
    view.db.execute("SET memory_limit = '1MB'")
    with pytest.raises(StoreError, match="there is no room for what this question puts aside") as told:
        list(as_flows(view, 0, "csv"))
    assert not isinstance(told.value, DamagedError)
    view.db.execute("SET memory_limit = '48MB'")
    with pytest.raises(DamagedError):
        run(view.db, "SELECT * FROM read_parquet('/nowhere/at/all.parquet')")


def test_sql_puts_aside_in_a_folder_of_its_own(folder):
    views = [Reader(folder).at() for _ in range(2)]
    places = [v.db.sql("SELECT current_setting('temp_directory')").fetchall()[0][0] for v in views]
    assert len(set(places)) == 2 and all(Path(place).stat().st_mode & 0o077 == 0 for place in places)
