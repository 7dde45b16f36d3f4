"""Nodes that are asked by websocket: as over HTTP, whatever they and the gateways before them do."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from web3.exceptions import Web3RPCError
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.sync.server import serve

from zuan.chain.connection import Connection
from zuan.chain.endpoint import parse
from zuan.chain.rpc import Rpc
from zuan.circulation.syncing import heads
from zuan.errors import InputError, NetworkError


@contextmanager
def server(handle, gate=None):
    """``handle(websocket, body)`` answers each request as text, or None if it has answered itself; ``gate(request)`` may
    give an HTTP answer instead of a websocket."""

    def talk(websocket):
        for message in websocket:
            answer = handle(websocket, json.loads(message))
            if answer is not None:
                websocket.send(answer)

    with serve(talk, "127.0.0.1", 0, process_request=lambda _, request: gate and gate(request)) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{made.socket.getsockname()[1]}"
        made.shutdown()


def echo(_, body):
    """Each request's method as its result."""
    if isinstance(body, list):
        return json.dumps([json.loads(echo(_, one)) for one in body])
    return json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": body["method"]})


def refused(status, body=b"", **headers):
    """An HTTP answer instead of a websocket."""
    made = Headers(
        {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return lambda request: Response(status, HTTPStatus(status).phrase, made, body)


def test_requests_and_batches_of_any_size_go_over_one_connection():
    opened, large = [], "x" * (3 << 20)

    def handle(websocket, body):
        if not isinstance(body, list) and body["method"] == "large":
            return json.dumps({"id": body["id"], "result": large})
        return echo(websocket, body)

    with server(handle, lambda request: opened.append(request.headers)) as url:
        client = Rpc(url.replace("//", "//user:word@"))
        assert client("hello") == "hello"
        assert client.batch([(f"m{n}", ()) for n in range(250)]) == [f"m{n}" for n in range(250)]
        assert client("large") == large
        assert json.loads(client.raw("bytes"))["result"] == "bytes"
    (headers,) = opened
    assert headers["Authorization"] == "Basic dXNlcjp3b3Jk" and headers["User-Agent"] == "zuan"


def test_an_answer_that_drips_in_ends_at_the_deadline():
    def handle(websocket, body):
        def parts():
            for _ in range(100):
                yield " "
                time.sleep(0.05)

        websocket.send(parts())

    with server(handle) as url:
        began = time.monotonic()
        with pytest.raises(NetworkError, match="did not answer in"):
            Rpc(url, timeout=0.5)("eth_chainId")
        assert 0.4 < time.monotonic() - began < 2


def test_a_websocket_that_is_never_opened_ends_at_the_deadline():
    waited = threading.Event()
    with server(echo, lambda request: waited.wait(5) and None) as url:
        began = time.monotonic()
        with pytest.raises(NetworkError, match="did not answer in"):
            Rpc(url, timeout=0.5)("eth_chainId")
        assert 0.4 < time.monotonic() - began < 2
        waited.set()


def test_a_question_that_is_given_up_ends_at_once():
    asked = threading.Event()

    def handle(websocket, body):
        asked.set()

    with server(handle) as url:
        client = Rpc(url)
        threading.Thread(target=lambda: asked.wait(5) and client.abort()).start()
        began = time.monotonic()
        with pytest.raises(NetworkError):
            client("eth_chainId")
        assert time.monotonic() - began < 5


def test_what_nobody_asked_for_is_no_answer():
    def handle(websocket, body):
        websocket.send(json.dumps({"jsonrpc": "2.0", "method": "eth_subscription", "params": {"result": "0x1"}}))
        return echo(websocket, body)

    with server(handle) as url:
        assert Rpc(url)("hello") == "hello"


def test_a_connection_that_the_node_has_closed_is_opened_again_for_what_may_be_repeated():
    asked = []

    def handle(websocket, body):
        asked.append(body["method"])
        if len(asked) % 2 == 0:
            websocket.close()
            return None
        return echo(websocket, body)

    with server(handle) as url:
        client = Rpc(url)
        assert [client("one"), client("two"), client("three")] == ["one", "two", "three"]
        with pytest.raises(NetworkError, match="no node answers at ws://127.0.0.1"):
            client("eth_sendRawTransaction", "0x")
    assert asked == ["one", "two", "two", "three", "three", "eth_sendRawTransaction"]


def test_batches_shrink_where_the_node_finds_a_message_too_big():
    def handle(websocket, body):
        if isinstance(body, list) and len(body) > 3:
            websocket.close(1009, "message too big")
            return None
        return echo(websocket, body)

    names = [f"m{n}" for n in range(40)]
    with server(handle) as url:
        assert Rpc(url).batch([(name, ()) for name in names]) == names


@pytest.mark.parametrize("how", ["close", "status", "answer"])
def test_a_limit_is_waited_out(how):
    left = [2]

    def busy():
        left[0] -= 1
        return left[0] >= 0

    def handle(websocket, body):
        if how == "close" and busy():
            websocket.close(1013, "try again later")
            return None
        if how == "answer" and busy():
            return json.dumps({"id": body["id"], "error": {"code": -32005, "message": "daily request count exceeded"}})
        return echo(websocket, body)

    def gate(request):
        return refused(429, b"slow down", Retry_After="0")(request) if how == "status" and busy() else None

    with server(handle, gate) as url:
        assert Rpc(url)("eth_call") == "eth_call"
    assert left[0] < 0


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        (refused(401), "answered HTTP 401 without JSON; is the key in its address right"),
        (refused(301, Location="https://other.example/SECRET"), r"sends on to https://other.example \(HTTP 301\)"),
        (refused(405), r"answered HTTP 405 without JSON; does it open websockets\? Else give its http:// or https://"),
        (refused(200, gzip.compress(b"")), "answered HTTP 200 without JSON; does it open websockets"),
    ],
)
def test_what_a_gateway_says_instead_is_told(gate, told):
    with server(echo, gate) as url, pytest.raises(NetworkError, match=told) as caught:
        Rpc(url + "/SECRET")("eth_chainId")
    assert "SECRET" not in str(caught.value)


def test_who_does_not_listen_is_told(monkeypatch):
    with pytest.raises(NetworkError, match=r"no node answers at ws://127.0.0.1:1 \(connection refused\); start one"):
        Rpc("ws://127.0.0.1:1/SECRET")("eth_chainId")
    with server(echo) as url, pytest.raises(NetworkError, match="no safe connection to wss://127.0.0.1"):
        Rpc(url.replace("ws:", "wss:"))("eth_chainId")


def test_the_environments_proxy_for_http_is_that_of_websockets(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with server(echo) as proxy:  # it opens no tunnel
        monkeypatch.setenv("http_proxy", proxy.replace("ws://", "http://user:word@"))
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:2")
        assert parse("wss://node.invalid").proxy == "http://127.0.0.1:2/"
        with pytest.raises(
            NetworkError, match="the proxy that the environment names does not lead to ws://node.invalid"
        ):
            Rpc("ws://node.invalid:8545/SECRET")("hello")
        assert parse(proxy).proxy is None


def test_every_line_of_a_forked_process_is_its_own():
    with server(echo) as url:
        client = Rpc(url)
        assert client("mother") == "mother"
        child = os.fork()
        if not child:
            os._exit(0 if client("child") == "child" else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert client("mother") == "mother"


def test_commands_and_web3_ask_a_node_by_websocket(chain, zuan_main, folder, connection):
    url = chain.url.replace("http:", "ws:")
    there = {"ETH_RPC_URL": url, "ZUAN_DEPLOYMENTS": str(folder), "NO_COLOR": "1"}
    for command in (["supply"], ["reserves", "deposit", "7"], ["sync"], ["verify"]):
        code, out, err = zuan_main(*command, **there)
        assert code in (0, 4) and "rror" not in err, (command, code, out, err)
    w3 = Connection(url).w3
    assert w3.eth.chain_id == 1337 and w3.is_connected()
    with pytest.raises(Web3RPCError, match="eth_nothing"):
        w3.manager.request_blocking("eth_nothing", [])


def test_the_library_is_loaded_with_the_first_request_only():
    code = (
        "import sys; from zuan.chain.rpc import Rpc; {}('ws://127.0.0.1:1');"
        "sys.exit(any(name.split('.')[0] == 'websockets' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code.format("Rpc")], check=False).returncode == 0


def test_an_address_for_announcements_is_a_websockets():
    for given in ("http://127.0.0.1:1", "127.0.0.1:1"):
        with pytest.raises(InputError, match="the websocket's address has no ws:// or wss:// in front"):
            heads.new_heads(given, 1, print)
