"""A Chinese page has no English: every view, every refusal and what the node says wrong, looked through for words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

import zuan
from tests.web.chromium.scene import drain, local_chain, tell
from tests.web.conftest import Reader
from zuan.errors import NetworkError
from zuan.governance import schedule
from zuan.rating import rate
from zuan.testing import sender
from zuan.web.ratings import Rated, Ratings
from zuan.web.routes import VIEWS
from zuan.web.serve import Serving
from zuan.web.site import Site

#: Names of things, alike in both languages.
NAMES = {
    *("Zuan", "English", "UTC", "CSV", "Parquet", "QR", "JSON", "JSON-RPC", "EIP", "ERC", "HTTP"),
    *(
        "alice",
        # A kind of asset goes by the name that its auditors gave it.
        *("goods", "escrowed", "cash", "service", "rights"),
        "bob",
        "carol",
        "DiamondToken",
        "Issuer",
        "ReserveOracle",
        "ReserveVault",
        "OrderDesk",
        "Governance",
        "Lens",
    ),
}
#: What is no sentence: code, names that somebody gave, and what only scripts read.
NOT_WORDS = r"<(script|style|code|pre|noscript)\b.*?</\1>|<span class=\"(?:name|key)\">.*?</span>|<!--.*?-->"
ALICE = "0x976EA74026E726554dB657fA54763abd0C3a0aa9"


def english(page: str) -> list[str]:
    """Words in ASCII letters that a reader sees, outside code and names."""
    shown = re.sub(NOT_WORDS, " ", page, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|alt|placeholder)="([^"]*)"', shown)
    text = html.unescape(" ".join([re.sub(r"<[^>]+>", " ", shown), *told]))
    # Commands stand in backquotes; addresses and hashes are no words.
    text = re.sub(r"`[^`]*`|0x[0-9a-fA-F]*…?[0-9a-fA-F]*|https?://\S+|local-\S+|--[a-z-]+|\?[a-z]+=\S*", " ", text)
    return [word for word in re.findall(r"[A-Za-z](?:[A-Za-z'-]*[A-Za-z])", text) if word not in NAMES]


@pytest.fixture(scope="module")
def system(tmp_path_factory) -> Iterator[zuan.System]:
    with local_chain() as chain:
        system = tell(chain.connection, tmp_path_factory.mktemp("deployments"))
        drain(system)
        change = schedule(system, "ReserveVault", "setTreasury", ["0x" + "ab" * 20], lambda text: text)
        sender(system, "governor").run(change)
        yield system


@pytest.fixture(scope="module")
def site(system, tmp_path_factory) -> Site:
    store = tmp_path_factory.mktemp("store")
    zuan.sync(system, store)
    return Site.open(system.connection, system.folder, store=store)


@pytest.fixture(scope="module")
def reader(site) -> Iterator[Reader]:
    with Serving(site, port=0) as serving:
        yield Reader(serving.url)


def chinese(reader: Reader, path: str) -> str:
    return reader.get(path, Cookie="lang=zh").data.decode()


def paths() -> list[str]:
    values = {"act": "redeem", "address": ALICE, "serial": "1"}
    own = [
        re.sub(r"\{(\w+)(:\w+)?\}", lambda m: values[m[1]], v.path)
        for v in VIEWS
        if "." not in v.path and v.path != "/follow"
    ]
    acts = [f"/act/{act}?account={ALICE}&amount=5&number=1&to={ALICE}" for act in ("transfer", "redeem", "ticket")]
    acts += [f"/act/{act}?account={ALICE}&number=1&amount=9999999" for act in ("withdraw", "refund", "claim", "redeem")]
    more = [
        "/changes?since=20",
        "/follow?mint=1",
        "/follow?goods=1",
        "/flows?top=2",
        "/history?kind=burn",
        "/log?kind=order",
    ]
    return [*own, *acts, *more, "/act/redeem?account=x", "/act/redeem?account=alice&amount=x", f"/log?account={ALICE}"]


def test_no_view_has_a_word_of_english(reader, site, system, monkeypatch):
    report = rate(system.connection, system.token.address)
    rated = Rated(report.block, report, "", 0.0)
    monkeypatch.setattr(Ratings, "at", lambda *_: rated)
    found = {path: words for path in paths() if (words := english(chinese(reader, path)))}
    # What criteria call by name: functions, events, a library.
    rating = found.pop("/rating", [])
    assert set(rating) - CODE == set(), sorted(set(rating) - CODE)
    assert found == {}, "\n".join(f"{p}: {w[:40]}" for p, w in found.items())


def test_what_is_not_there_yet_is_told_in_chinese(reader, site, monkeypatch, tmp_path):
    monkeypatch.setattr(Ratings, "at", lambda *_: None)
    assert english(chinese(reader, "/")) == english(chinese(reader, "/rating")) == []
    failed = Rated(1, None, "the examination failed, and nothing follows from that (ValueError)", 0.0)
    monkeypatch.setattr(Ratings, "at", lambda *_: failed)
    assert english(chinese(reader, "/rating")) == ["ValueError"]
    monkeypatch.setenv("ZUAN_STORES", str(tmp_path / "1"))
    with Serving(Site.open(site.connection, site.system.folder), port=0) as serving:
        text = chinese(Reader(serving.url), "/history")
    assert "存储" in text and english(text.replace(str(tmp_path), "")) == []


@pytest.mark.parametrize(
    "path",
    [
        *("/?block=x", "/?block=99999999", "/nothing", "/history?after=xx", "/history?kind=rm", "/history?limit=0"),
        *("/history?account=nobody", "/history?account=0x" + "aB" * 20, "/history?since=yesterday"),
        *(
            "/history?block=99999999",
            "/log?kind=x",
            "/diamonds/0",
            "/diamonds/" + "9" * 38,
            "/follow",
            "/follow?mint=0",
        ),
        *(
            "/follow?tx=0x12",
            "/follow?tx=0x" + "12" * 32,
            "/follow?order=nowhere",
            "/flows?top=0",
            "/accounts",
            "/act/steal",
        ),
        *("/orders?state=lost", "/orders?after=AAAA", "/changes?since=99999999", "/history?order=" + "x" * 301),
    ],
)
def test_no_refusal_has_a_word_of_english(reader, path):
    answer = reader.get(path, Cookie="lang=zh")
    assert answer.status in (400, 404)
    # What is quoted: a parameter's name, its values, and what the reader typed.
    quoted = {"after", "block", "limit", "since", "kind", "order", "goods", "mint", "tx", "yesterday", "nobody", "rm"}
    assert set(english(answer.data.decode())) - quoted - KINDS == set()


#: What the rating's sentences call by its name in code.
CODE = {
    *("owner", "getRoleMember", "getThreshold", "getOwners", "getMinDelay", "delay", "Unicode", "transferFrom"),
    *("allowance", "totalSupply", "ProxyAdmin", "SELFDESTRUCT", "blobGasUsed", "maxSupply", "cap", "name", "symbol"),
    *("decimals", "Transfer", "balanceOf", "eth", "call", "from", "Attested", "asOf", "maxAge", "CallScheduled"),
}
#: What errors quote: the values that there are.
KINDS = {
    *("mint", "burn", "escrow", "transfer", "order", "ticket", "redemption", "attestation", "change", "open"),
    *("delivered", "disputed", "settled", "refunded", "redeem", "withdraw", "refund", "claim"),
}


@pytest.mark.parametrize(
    "said",
    [
        "no node answers at http://127.0.0.1:1 (connection refused); start one with `zuan up`, or give another --rpc-url",
        "the node at http://127.0.0.1:1 did not answer in 5 s",
        "the node answered 'x' where a block's time was asked for",
    ],
)
def test_what_is_wrong_with_the_node_is_told_in_chinese(reader, monkeypatch, said):
    def fails(*_):
        raise NetworkError(said)

    monkeypatch.setattr("zuan.web.live.Live.at", fails)
    answer = reader.get("/?block=3", Cookie="lang=zh")
    assert answer.status == 503
    assert set(english(answer.data.decode())) <= {"connection", "refused"}
