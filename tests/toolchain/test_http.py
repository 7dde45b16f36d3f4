"""Nodes and what stands before them, as reports describe them: dripping, packed, moved, counting, guarded; and addresses."""

import gzip
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from zuan.chain import refusals, rpc
from zuan.chain.endpoint import parse
from zuan.chain.refusals import Kind, kind
from zuan.chain.rpc import Rpc
from zuan.errors import InputError, NetworkError, RpcError


def answers(body):
    """Each request's method as its result."""
    requests = body if isinstance(body, list) else [body]
    made = [{"jsonrpc": "2.0", "id": r["id"], "result": r["method"]} for r in requests]
    return json.dumps(made if isinstance(body, list) else made[0]).encode()


@contextmanager
def server(handle):
    """``handle(handler, body)`` answers each request: status, headers, bytes; or None if it has written itself."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = handle(self, body)
            if found is None:
                self.close_connection = True
                return
            status, headers, text = found
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(text))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            """Silence."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()


def drip(handler, text):
    try:
        for n in range(len(text)):
            handler.wfile.write(text[n : n + 1])
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 -\r\nContent-Length: 400\r\n\r\n", b"HTTP/1.1 200 -\r\n\r\n", b""],
    ids=["body", "body_without_length", "head"],
)
def test_an_answer_that_drips_in_ends_at_the_deadline(head):
    def handle(handler, body):
        handler.wfile.write(head)
        drip(handler, (b"" if head else b"HTTP/1.1 200 -\r\nX: ") + b" " * 400)

    with server(handle) as url:
        began = time.monotonic()
        with pytest.raises(NetworkError, match="did not answer in"):
            Rpc(url, timeout=0.5)("eth_chainId")
        assert 0.4 < time.monotonic() - began < 2


def test_a_packed_answer_is_unpacked_and_the_client_says_who_it_is():
    seen = {}

    def handle(handler, body):
        seen.update(handler.headers)
        return 200, {"Content-Encoding": "gzip"}, gzip.compress(answers(body))

    with server(handle) as url:
        assert Rpc(url)("hello") == "hello"
    assert seen["User-Agent"].startswith("zuan")


def test_a_redirection_is_refused_in_words_without_its_path():
    with (
        server(lambda h, body: (301, {"Location": "https://other.example/v3/SECRET"}, b"")) as url,
        pytest.raises(NetworkError, match=r"sends on to https://other.example \(HTTP 301\); give that address") as e,
    ):
        Rpc(url)("eth_chainId")
    assert "SECRET" not in str(e.value)


def test_a_forbidding_gateway_is_told():
    told = pytest.raises(NetworkError, match="HTTP 403 without JSON; is the key in its address right")
    with server(lambda h, body: (403, {}, b"error code: 1010")) as url, told:
        Rpc(url)("eth_chainId")


def test_the_environments_proxy_is_used_but_for_this_machine(monkeypatch):
    seen = []

    def handle(handler, body):
        seen.append((handler.path, handler.headers.get("Proxy-Authorization")))
        return 200, {}, answers(body)

    with server(handle) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", proxy.replace("://", "://user:word@"))
        assert Rpc("http://node.invalid:8545/v3/key")("hello") == "hello"
        assert seen == [("http://node.invalid:8545/v3/key", "Basic dXNlcjp3b3Jk")]
        assert Rpc(proxy)("hello") == "hello"
        assert seen[-1][0] == "/"
        monkeypatch.setenv("no_proxy", "node.invalid")
        with pytest.raises(NetworkError, match="no node answers at http://node.invalid"):
            Rpc("http://node.invalid")("hello")
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
        with pytest.raises(InputError, match=r"ALL_PROXY"):
            Rpc("https://other.invalid")("hello")


BATCHES = {
    "object": (
        400,
        lambda body: {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid Request"}},
    ),
    "list_of_one": (200, lambda body: [{"id": None, "error": {"code": -32600, "message": "batch too large"}}]),
    "status_413": (413, lambda body: None),
    "only_the_first": (200, lambda body: json.loads(answers(body))[:1]),
    "empty_list": (200, lambda body: []),
}


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("how", BATCHES)
def test_batches_shrink_to_what_the_node_takes(how, most):
    sizes = []

    def handle(handler, body):
        size = len(body) if isinstance(body, list) else 1
        sizes.append(size)
        if size > most:
            status, make = BATCHES[how]
            made = make(body)
            return status, {}, b"<html>" if made is None else json.dumps(made).encode()
        return 200, {}, answers(body)

    names = [f"m{n}" for n in range(40)]
    with server(handle) as url:
        client = Rpc(url)
        assert client.batch([(name, ()) for name in names]) == names
        before = len(sizes)
        assert client.batch([(name, ()) for name in names]) == names
    assert max(sizes[before:]) <= most


BUSY = {
    "status": (429, {}, b"slow down"),
    "retry_after": (503, {"Retry-After": "0"}, json.dumps({"error": {"code": 1, "message": "no"}}).encode()),
    "backoff": (200, {}, b'{"id":1,"error":{"code":-32005,"message":"x","data":{"rate":{"backoff_seconds":0}}}}'),
    "infura": (429, {}, b'{"id":null,"error":{"code":-32005,"message":"project ID request rate exceeded"}}'),
    "quicknode": (200, {}, b'{"id":null,"error":{"code":-32007,"message":"50/second request limit reached"}}'),
    "drpc": (200, {}, b'{"id":null,"error":{"code":15,"message":"Too many request, try again later"}}'),
    "bsc": (200, {}, b'{"id":null,"error":{"code":-32005,"message":"limit exceeded"}}'),
    "usage": (
        200,
        {},
        b'{"id":null,"error":{"code":-32001,"message":"You have reached the usage limit for your plan"}}',
    ),
    "nobody_knows": (200, {}, b'{"id":null,"error":{"code":-32001,"message":"gesperrt"}}'),
}


@pytest.mark.parametrize("how", BUSY)
def test_a_limit_is_waited_out_whatever_its_words(how):
    left = [2]

    def handle(handler, body):
        left[0] -= 1
        return BUSY[how] if left[0] >= 0 else (200, {}, answers(body))

    with server(handle) as url:
        client = Rpc(url)
        assert client.batch([("eth_call", ()), ("eth_getCode", ())]) == ["eth_call", "eth_getCode"]


def test_what_a_limit_lets_through_of_a_batch_is_not_asked_again(monkeypatch):
    monkeypatch.setattr(refusals, "_FIRST_PAUSE", 0.01)
    asked = []

    def handle(handler, body):
        made = []
        for n, request in enumerate(body if isinstance(body, list) else [body]):
            asked.append(request["method"])
            refused = {"error": {"code": 429, "message": "rate limited"}}
            made.append({"id": request["id"]} | ({"result": request["method"]} if n < 4 else refused))
        return 200, {}, json.dumps(made if isinstance(body, list) else made[0]).encode()

    names = [f"m{n}" for n in range(12)]
    with server(handle) as url:
        assert Rpc(url).batch([(name, ()) for name in names]) == names
    assert asked.count("m0") == 1 and len(asked) == 12 + 8 + 4


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (RpcError(-32602, "query exceeds max results 20000, retry with the range 14290-14300"), Kind.UNKNOWN),
        (RpcError(-32005, "query returned more than 10000 results"), Kind.UNKNOWN),
        (RpcError(-32000, "block 21429007 is not known"), Kind.UNKNOWN),
        (RpcError(3, "execution reverted", "0x08c379a0"), Kind.FINAL),
        (RpcError(-32000, "VM Exception while processing transaction: revert"), Kind.FINAL),
        (RpcError(-32601, "the method eth_getLogs does not exist/is not available"), Kind.FINAL),
        (RpcError(-32000, "missing trie node ab12 (path ) state is not available"), Kind.GONE),
        (RpcError(-32602, "BlockOutOfRangeError: block height is 171 but requested was 42"), Kind.GONE),
        (RpcError(-32602, "BlockOutOfRangeError: block height is 42 but requested was 171"), Kind.UNKNOWN),
    ],
)
def test_what_is_no_limit_of_requests_is_not_taken_for_one(error, what):
    assert kind(error) is what


S = "SECRETKEY0123456789"
WRONG = {
    "quotes": f'"https://mainnet.example.org/v3/{S}"',
    "one quote": f"https://mainnet.example.org/v3/{S}'",
    "no scheme": f"mainnet.example.org/v3/{S}",
    "only the key": S,
    "NAME=": f"ETH_RPC_URL=https://mainnet.example.org/v3/{S}",
    "export NAME=": f"export ETH_RPC_URL=https://mainnet.example.org/v3/{S}",
    "single slash": f"https:/mainnet.example.org/v3/{S}",
    "a file": f"file:///home/{S}",
    "websocket with one slash": f"wss:/mainnet.example.org/v3/{S}",
    "scheme": f"{S}://x",
    "double dot": f"https://mainnet..example.org/v3/{S}",
    "label too long": f"https://{'a' * 70}.example.org/v3/{S}",
    "space inside": f"http://127.0.0.1:1/v3/ {S}",
    "bad port": f"http://127.0.0.1:{S}/",
    "port 0": "http://127.0.0.1:0/",
    "ipv6 without brackets": "http://::1:8545",
    "host of odd characters": f"https://<{S}>/",
    "empty": " ",
}


@pytest.mark.parametrize("how", WRONG)
def test_a_mistyped_address_is_refused_without_being_shown(how):
    with pytest.raises(InputError) as caught:
        Rpc(WRONG[how])
    assert S not in str(caught.value) and "example" not in str(caught.value)
    assert caught.value.__context__ is None or S not in str(caught.value.__context__)


RIGHT = {
    f"http://127.0.0.1:1/v3/{S}\n": "http://127.0.0.1:1",
    f"http://127.0.0.1:1/v3/ключ{S}": "http://127.0.0.1:1",
    f"http://user:p@ss{S}@127.0.0.1:1/": "http://127.0.0.1:1",
    f"http://u:%zz{S}@127.0.0.1:1/?key={S}": "http://127.0.0.1:1",
    "http://my_node:8545": "http://my_node:8545",
    "http://[::1]:8545": "http://[::1]:8545",
    f"HTTP://Localhost:1/{S}": "http://localhost:1",
    f"ws://user:p@ss{S}@127.0.0.1:1/v3/{S}?key={S}": "ws://127.0.0.1:1",
    f"WSS://[::1]:1/{S}": "wss://[::1]:1",
}


@pytest.mark.parametrize("url", RIGHT)
def test_an_address_is_shown_by_scheme_host_and_port_only(url, monkeypatch):
    monkeypatch.setattr(rpc, "_PATIENCE", 0)
    client = Rpc(url)
    assert (client.where, parse(url).where) == (RIGHT[url], RIGHT[url])
    with pytest.raises(NetworkError) as caught:
        client("eth_chainId")
    assert S not in f"{caught.value}{client!r}"
