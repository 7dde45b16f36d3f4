"""Hints from flows, and proofs, on the rating's page: in both languages, and harmless whatever they name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import api_schemas
import zuan
from tests.web.test_rating_page import wait
from zuan.rating.hints import FlowHint, FlowReport
from zuan.rating.page import lines, page
from zuan.rating.report import Report
from zuan.web.ratings import Ratings
from zuan.web.site import Site

HINT = FlowHint(
    "fed",
    1,
    {"en": "Payouts are fed", "zh": "兑付来自新人"},
    {"en": "12 accounts <b>paid</b>", "zh": "12 个账户付入"},
    {"en": "A savings circle", "zh": "标会"},
    "zuan flows --store x --since 1 --until 2 --top 20",
    {"hub": "0x" + "11" * 20},
)
REPORT = Report(
    *(1337, 7, 1_800_000_000, "0x" + "22" * 20, "Coin", "C", 0, 5, None, (), (), (), (), 9),
    unproven="it is only a test",
    flows=FlowReport(1, 7, False, 1_234, 3, (HINT,)),
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Signs in the flows: hints, no verdict", "Payouts are fed", "12 accounts", "A savings circle")),
        ("zh", ("资金流向中的迹象：仅供参考，不是结论", "兑付来自新人", "12 个账户付入", "标会")),
    ],
)
def test_hints_stand_in_a_section_of_their_own(serve, zuan_system, monkeypatch, language, words):
    site = Site.open(zuan_system.connection, zuan_system.folder)
    monkeypatch.setattr("zuan.rating.rate", lambda *_: REPORT)
    reader = serve(site)
    text = wait(lambda: reader.text(f"/rating?lang={language}"), lambda found: 'id="flows"' in found)
    section = text[text.index('id="flows"') :]
    for word in (*words, "zuan flows --store x", "1,234"):
        assert word in section
    assert "<b>paid" not in text and "it is only a test" in text
    data = wait(lambda: reader.get("/api/rating"), lambda found: found.status == 200).data.decode()
    api_schemas.check("check", data)
    assert json.loads(data)["flows"]["hints"][0]["evidence"]["hub"] == "0x" + "11" * 20
    for told in (page(REPORT, language), "\n".join(lines(REPORT, language))):
        assert all(word in told for word in words) and "zuan flows --store x" in told
    assert "<b>paid" not in page(REPORT, language)
    none = replace(REPORT, flows=replace(REPORT.flows, hints=()), unproven="")
    assert {"en": "That proves nothing.", "zh": "这并不证明什么"}[language] in page(none, language)
    assert REPORT.stage == 3 and "hint" not in [f.id for f in REPORT.missing]


def test_a_store_that_reaches_a_block_is_read_and_others_are_not(zuan_system, tmp_path, monkeypatch):
    store = tmp_path / "store"
    kept = zuan.sync(zuan_system, store)
    asked = []
    monkeypatch.setattr("zuan.rating.rate", lambda *args: asked.append(args[3]) or REPORT)
    block = zuan_system.connection.block().number
    assert kept
    for find in (lambda: store, lambda: tmp_path / "none", None):
        ratings = Ratings(zuan_system.connection, zuan_system.token.address, find)
        ratings._rate(block)
    ratings = Ratings(zuan_system.connection, zuan_system.token.address, lambda: store)
    ratings._rate(block + 5)
    assert asked == [store, None, None, None]
    monkeypatch.setattr("zuan.web.ratings.MOST_SUMMED", -1)
    ratings._rate(block)
    assert asked[4] is None
