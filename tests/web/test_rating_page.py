"""The rating on the page: computed beside it, shown with its block, and kept."""

from __future__ import annotations

import time

import api_schemas
from zuan.errors import NetworkError
from zuan.rating import rate
from zuan.web.ratings import Ratings
from zuan.web.site import Site

#: Seconds that a busy machine may take for an examination.
_BUSY = 300.0


def wait(ask, whole):
    """What ``ask`` gives once it is whole."""
    end = time.monotonic() + _BUSY
    while not whole(found := ask()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def test_a_rating_is_computed_meanwhile_and_then_shown_with_its_block(reader, zuan_system):
    block = zuan_system.connection.block().number
    first = reader.get("/rating")
    assert first.status == 200 and b"The rating is being computed" in first.data and first.headers["Retry-After"]
    assert b'http-equiv="refresh"' in first.data
    answer = wait(lambda: reader.get("/api/rating"), lambda found: found.status != 202)
    assert answer.status == 200
    api_schemas.check("check", answer.data.decode())
    report = rate(zuan_system.connection, zuan_system.token.address, block)
    text = reader.text("/rating")
    assert f"Stage {report.stage} of 3" in text and f"Computed at block {block}," in text
    assert "refresh" not in text and "being computed" not in text
    for finding in report.findings:
        assert f'id="{finding.id}" data-answer="{finding.verdict}"' in text
    # A later block has it too, and says how old it is; an earlier one never does.
    zuan_system.connection.mine()
    later = reader.text(f"/rating?block={block + 1}")
    assert "which is 1 blocks before the one of this page" in later
    assert b"being computed" in reader.get(f"/rating?block={block - 1}").data
    assert "级（共 3 级）" in reader.text("/rating?lang=zh")


def test_the_first_page_says_that_the_stage_is_being_computed_and_shows_it_then(serve, zuan_system):
    for token in (None, zuan_system.asset.address):
        reader = serve(Site.open(zuan_system.connection, zuan_system.folder, token))
        first = reader.text("/")
        # Without scripts the page is asked for again by the browser, with them by the page.
        assert "being computed" in first and 'class="value computing"' in first and "…</span>" not in first
        assert '<noscript><meta http-equiv="refresh"' in first
        assert "计算中" in reader.text("/?lang=zh")
        text = wait(lambda reader=reader: reader.text("/"), lambda found: "being computed" not in found)
        assert " of 3</span>" in text and "refresh" not in text


def test_blocks_that_come_meanwhile_do_not_begin_an_examination_each(zuan_system, monkeypatch):
    ratings = Ratings(zuan_system.connection, zuan_system.token.address)
    monkeypatch.setattr("zuan.web.ratings.threading.Thread.start", lambda self: None)
    for block in range(1_000, 1_299):
        assert ratings.at(block) is None
    assert ratings._waiting == [1_000]


def test_an_examination_that_fails_is_told_and_tried_again_later(serve, zuan_system, monkeypatch):
    site = Site.open(zuan_system.connection, zuan_system.folder)
    reader = serve(site)

    def fails(*_):
        raise NetworkError("the node is <b>gone</b>")

    monkeypatch.setattr("zuan.rating.rate", fails)
    text = wait(lambda: reader.text("/rating"), lambda found: "being computed" not in found)
    assert "There is no rating:" in text and "the node is &lt;b&gt;gone&lt;/b&gt;" in text
    assert reader.get("/api/rating").status == 503
    monkeypatch.undo()
    monkeypatch.setattr("zuan.web.ratings._SECONDS", 0.0)
    wait(lambda: reader.text("/rating"), lambda found: "There is no rating" not in found)


def test_many_blocks_do_not_pile_up(zuan_system, monkeypatch):
    ratings = Ratings(zuan_system.connection, zuan_system.token.address)
    monkeypatch.setattr("zuan.web.ratings.threading.Thread.start", lambda self: None)
    for block in range(1_000_000, 1_050_000, 500):
        assert ratings.at(block) is None
    assert len(ratings._waiting) == 8
