"""The page's own files: what they weigh, and that what others wrote is as they ship it."""

import gzip
import json
import re
from pathlib import Path

import pytest

from zuan.web import scripts

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/zuan/web/static"
_MOST = 60_000


def test_all_scripts_together_are_small():
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("*.js")) < _MOST


@pytest.mark.parametrize(
    ("own", "theirs"),
    [("uplot.js", "dist/uPlot.iife.min.js"), ("uplot.css", "dist/uPlot.min.css"), ("uplot.LICENSE", "LICENSE")],
)
def test_what_others_wrote_is_as_they_ship_it(own, theirs):
    assert (STATIC / own).read_bytes() == (ROOT / "node_modules/uplot" / theirs).read_bytes()


def test_scripts_and_server_know_the_same_sentences():
    own = "".join(p.read_text(encoding="utf-8") for p in STATIC.glob("*.js") if p.name != "uplot.js")
    texts = scripts.sentences(str)
    said = set(re.findall(r"'((?:act|wallet|copy|state)\.\w+)'", own))
    assert said <= set(texts)
    # A wallet's refusals and the state of the line are put together from a kind that stands there too.
    unused = {name for name in texts if f"'{name}'" not in own and f"'{name.split('.')[-1]}'" not in own}
    assert not unused


def test_scripts_find_their_sentences_in_the_page_and_no_code_stands_there(reader):
    page = reader.text("/supply?lang=zh")
    (found,) = re.findall(r'<script type="application/json" id="texts">(.*?)</script>', page)
    assert json.loads(found)["copy"] == "复制"
    assert all("src=" in tag for tag in re.findall(r"<script([^>]*)>", page) if "application/json" not in tag)
    assert not re.findall(r"\son\w+=|\sstyle=", page)
