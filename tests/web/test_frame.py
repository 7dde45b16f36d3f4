"""The frame of the page: languages, blocks, headers, what is refused."""

import json
import re

import pytest

from zuan.errors import RpcError
from zuan.web.headers import HEADERS
from zuan.web.site import Site


def test_the_first_page_shows_the_newest_block(reader, zuan_system):
    text = reader.text("/")
    assert f'data-block="{zuan_system.connection.block().number}"' in text
    assert text.count("<h1>") == 1 and '<html lang="en">' in text


@pytest.mark.parametrize(
    ("path", "headers", "tag"),
    [
        ("/", {}, "en"),
        ("/?lang=zh", {}, "zh-Hans"),
        ("/", {"Accept-Language": "de, zh-CN;q=0.8, en;q=0.5"}, "zh-Hans"),
        ("/", {"Accept-Language": "zh;q=0, en"}, "en"),
        ("/", {"Accept-Language": "q=;;,," * 200}, "en"),
        ("/", {"Cookie": "lang=zh", "Accept-Language": "en"}, "zh-Hans"),
        ("/?lang=en", {"Cookie": "lang=zh"}, "en"),
        ("/?lang=xx", {}, "en"),
    ],
)
def test_the_language_is_the_readers(reader, path, headers, tag):
    assert f'<html lang="{tag}">' in reader.text(path, **headers)


def test_a_chosen_language_is_remembered_and_nothing_else(reader):
    assert "Set-Cookie" not in reader.get("/supply").headers
    kept = reader.get("/supply?lang=zh").headers["Set-Cookie"]
    assert kept.startswith("lang=zh;") and "HttpOnly" in kept and "SameSite=lax" in kept


def test_a_page_can_be_pinned_to_a_block(reader, zuan_system):
    before = zuan_system.connection.block().number
    zuan_system.connection.mine()
    text = reader.text(f"/supply?block={before}")
    assert f'data-block="{before}"' in text and "data-pinned" in text
    # Links stay at the block, and every question to a node is about it.
    assert f'href="/?block={before}"' in text
    calls = [json.loads(body) for body in re.findall(r"<code>(\{.*?\})</code>", text.replace("&#34;", '"'))]
    assert calls and {call["params"][1] for call in calls} == {hex(before)}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/?block=x", 400, "block must be a whole number"),
        ("/?block=-1", 400, "block must be a whole number"),
        ("/?block=9999999999999999999", 400, "block must be a whole number"),
        ("/?block=99999999", 400, "there is no block 99999999"),
        ("/nothing", 404, "there is no such page here"),
        ("/static/../site.py", 404, "there is no such page here"),
        ("/api/nothing", 404, "there is no such page here"),
        ("/api/supply?block=99999999", 400, "there is no block 99999999"),
        ("/?q=" + "x" * 3_000, 414, "a query has at most"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(reader, path, status, said):
    answer = reader.get(path)
    assert answer.status == status and said in answer.data.decode()
    if path.startswith("/api/"):
        assert set(json.loads(answer.data)) == {"error", "status"}
    elif status != 414:
        # The way on is open, and told in the reader's language.
        assert 'href="/supply"' in answer.data.decode()
        assert "回到总览" in reader.get(path, Cookie="lang=zh").data.decode()
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_page_is_for_reading(reader, method):
    assert reader.get("/", method).status == 405


def test_head_is_answered_without_a_body(reader):
    answer = reader.get("/", "HEAD")
    assert answer.status == 200 and answer.data == b""


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:80", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
    ],
)
def test_a_page_of_this_machine_answers_to_its_own_names(reader, host, status):
    assert reader.get("/", Host=host).status == status


def test_a_proxys_name_is_taken_where_it_is_told(serve, zuan_system):
    site = Site.open(zuan_system.connection, zuan_system.folder, public_names=frozenset({"zuan.example"}))
    assert serve(site).get("/", Host="zuan.example").status == 200


def test_the_policy_allows_this_page_alone(reader):
    policy = reader.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    text = reader.text("/")
    assert "style=" not in text and "<style" not in text and not re.search(r"\son\w+=", text)
    assert all(link.startswith(("/", "#")) for link in re.findall(r'(?:href|src)="([^"]*)"', text))


def test_programs_ask_whether_something_changed(reader, zuan_system):
    answer = reader.get("/api/supply")
    assert json.loads(answer.data)["block"] == zuan_system.connection.block().number
    again = reader.get("/api/supply", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.data) == (304, b"")
    assert reader.get("/api/supply", **{"If-None-Match": '"other"'}).status == 200


def test_a_node_without_history_says_so_in_a_sentence(reader, zuan_system, monkeypatch):
    before = zuan_system.connection.block().number - 1

    def pruned(*_):
        raise RpcError(-32000, "missing trie node 0xab\u202e")

    monkeypatch.setattr("zuan.web.live._read", pruned)
    answer = reader.get(f"/api/supply?block={before}")
    assert answer.status == 503 and json.loads(answer.data)["error"] == (
        f"the node does not tell the state of block {before} (missing trie node 0xab\\u202e); it may keep newer ones only: "
        "ask an archive node, or look at a newer block"
    )
