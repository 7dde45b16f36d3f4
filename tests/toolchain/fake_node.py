"""A node that answers as a test tells it: a real HTTP server in a thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from zuan.chain.rpc import Rpc
from zuan.errors import RpcError

#: Gets a request (method, params), gives the result; may raise RpcError, or Hang up.
Answer = Callable[[str, list[Any]], Any]


class HangUp(Exception):
    """Close the connection without an answer."""


@contextmanager
def fake_node(answer: Answer, shuffle: bool = False, raw: bytes | None = None) -> Iterator[str]:
    """Serves ``answer``; yields the address. ``raw`` is sent instead of JSON-RPC, ``shuffle`` reverses batches."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                text = raw if raw is not None else json.dumps(self._reply(body)).encode()
            except HangUp:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _reply(self, body: Any) -> Any:
            if isinstance(body, list):
                replies = [self._reply(one) for one in body]
                return replies[::-1] if shuffle else replies
            try:
                return {"jsonrpc": "2.0", "id": body["id"], "result": answer(body["method"], body["params"])}
            except RpcError as error:
                details = {"code": error.code, "message": error.message, "data": error.data}
                return {"jsonrpc": "2.0", "id": body["id"], "error": details}

        def log_message(self, *_: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def proxy(url: str, meddle: Callable[[str, list[Any], Callable[[], Any]], Any]) -> Iterator[str]:
    """A node in front of a real one: ``meddle(method, params, forward)`` may change, drop or delay each request."""
    local = threading.local()

    def answer(method: str, params: list[Any]) -> Any:
        if not hasattr(local, "rpc"):
            local.rpc = Rpc(url)
        return meddle(method, params, lambda: local.rpc(method, *params))

    with fake_node(answer) as address:
        yield address


def balancer(url: str, floor: int, lag: Callable[[], int]) -> Callable[[str, list[Any], Callable[[], Any]], Any]:
    """For :func:`proxy`: a load balancer, each request to a backend that is ``lag()`` blocks behind, but has ``floor``."""
    rpc = Rpc(url)

    def answer(method: str, params: list[Any], forward: Callable[[], Any]) -> Any:
        top = max(floor, int(rpc("eth_blockNumber"), 16) - lag())

        def number(tag: str) -> int:
            return top if tag in ("latest", "pending") else int(tag, 16)

        if method == "eth_blockNumber":
            return hex(top)
        if method == "eth_getBlockByNumber":
            return rpc(method, hex(number(params[0])), params[1]) if number(params[0]) <= top else None
        if method in ("eth_call", "eth_getTransactionCount", "eth_estimateGas") and isinstance(params[-1], str):
            if number(params[-1]) > top:
                raise RpcError(-32000, "header not found")
            return rpc(method, *params[:-1], hex(number(params[-1])))
        if method == "eth_getLogs":
            first, last = int(params[0]["fromBlock"], 16), min(int(params[0]["toBlock"], 16), top)
            return rpc(method, {**params[0], "toBlock": hex(last)}) if first <= last else []
        if method in ("eth_getTransactionReceipt", "eth_getTransactionByHash"):
            found = rpc(method, *params)
            return found if found and found.get("blockNumber") and int(found["blockNumber"], 16) <= top else None
        return forward()

    return answer
