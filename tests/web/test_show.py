"""How figures look, the largest and the strangest ones too; what others wrote stays text."""

from __future__ import annotations

from fractions import Fraction

import pytest

from zuan.amounts import Amounts
from zuan.erc20 import Erc20
from zuan.web.live import Snapshot
from zuan.web.show import amount, foreign, moment, percent, plain, span
from zuan.web.site import Site

HOSTILE = "<script>alert(1)</script>\"\u202e\u200b\n'&" + "x" * 10_000


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (99_999, "99,999", "99,999"),
        (100_000, "100K (100,000)", "10万 (100,000)"),
        (1_239_999, "1.23M (1,239,999)", "123万 (1,239,999)"),
        (99_999_999, "99.9M (99,999,999)", "9990万 (99,999,999)"),
        (123_456_789_012, "123B (123,456,789,012)", "1230亿 (123,456,789,012)"),
    ],
)
def test_amounts_are_cut_and_never_rounded_up(value, english, chinese):
    assert amount("en", value).striptags() == english and amount("zh", value).striptags() == chinese


def test_the_largest_amounts_are_exact():
    most = 2**256 - 1
    for language in ("en", "zh"):
        assert amount(language, most).striptags() == f"{most:,}" and f'value="{most}"' in amount(language, most)
    assert "(1,234,567.5)" in amount("en", 12_345_675 * 10**17, Amounts(18))
    assert amount("en", None).striptags() == "-"


def test_a_share_is_never_shown_better_than_it_is():
    assert percent(Fraction(999_999, 1_000_000)) == "99.99 %"
    assert percent(Fraction(2**200)) == f"{2**200 * 100:,}.00 %" and percent(None) == "-"


def test_times_beside_the_block():
    assert moment("en", 1_700_000_000, 1_700_090_061).striptags() == "2023-11-14 22:13:20 UTC (1 d 1 h ago)"
    assert moment("zh", 1_700_000_060, 1_700_000_000).striptags().endswith("(1 分后)")
    assert moment("en", 2**200).striptags() == str(2**200)
    assert span("en", 0) == "0 s" and span("en", 59) == "59 s"


def test_what_others_wrote_cannot_leave_its_place():
    shown = foreign(HOSTILE)
    assert "<script" not in shown and "\u202e" not in shown and "\n" not in shown and len(shown) < 400
    assert "<script" not in plain("en", HOSTILE) and "<script" not in plain("en", [HOSTILE] * 100)
    assert plain("en", True) == "yes" and plain("zh", "13.683331") == "1,368.33 %"


def test_a_hostile_token_is_shown_as_text(serve, zuan_system, monkeypatch):
    site = Site.open(zuan_system.connection, zuan_system.folder, zuan_system.asset.address)
    head = site.live.newest.head
    most = 2**256 - 1
    token = Erc20(site.token, 1337, head.number, head.timestamp, HOSTILE, HOSTILE, 77, most)
    monkeypatch.setattr("zuan.web.live._read", lambda *_: Snapshot(head, None, token))
    site.live.newest = Snapshot(head, None, token)
    reader = serve(site)
    for language in ("en", "zh"):
        text = reader.text(f"/?lang={language}")
        assert "<script>alert" not in text and "\u202e" not in text and len(text) < 20_000
    silent = Erc20(site.token, 1337, head.number, head.timestamp, "", "", None, None)
    site.live.newest = Snapshot(head, None, silent)
    assert "it does not say" in reader.text("/")


def test_a_chain_whose_blocks_stop_is_called_behind(site, monkeypatch):
    live = site.live
    monkeypatch.setattr(type(live.connection), "is_local", False)
    # Tests before it may have moved this chain's clock by days.
    monkeypatch.setattr(live, "_interval", 2)
    monkeypatch.setattr("zuan.web.live._now", lambda: live.newest.head.timestamp + 200)
    live._look()
    assert live.node.state == "behind"
    monkeypatch.setattr("zuan.web.live._now", lambda: live.newest.head.timestamp + 20)
    live._look()
    assert live.node.state == "ok"


def test_one_of_several_nodes_that_lags_is_called_behind_and_takes_nothing_back(site, zuan_system, monkeypatch):
    live, seen = site.live, site.live.newest
    earlier = live._watch.block(seen.head.number - 1)
    monkeypatch.setattr(type(live.connection), "is_local", False)
    monkeypatch.setattr(live._watch, "block", lambda *_: earlier)
    live._look()
    assert live.node.state == "behind" and live.newest is seen
