"""A node's state for the EVM, through our own client: a small server on this machine, for one block, read-only.

pyrevm reads state by itself, but with an HTTP of its own: no proxies, no logins, no patience with busy nodes. It asks here
instead; each question reaches the node once.
"""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from ..chain.connection import Connection
from ..errors import NetworkError, RpcError

_STATE = frozenset({"eth_getBalance", "eth_getCode", "eth_getStorageAt", "eth_getTransactionCount"})
_ALLOWED = _STATE | {"eth_getBlockByNumber", "eth_chainId"}


class Relay:
    """Serves the state of one block while it is open (use it in a ``with``).

    ``error`` is what the node refused, if it did.
    """

    def __init__(self, connection: Connection, block: int) -> None:
        self._rpc, self._block = connection.rpc, hex(block)
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.error: NetworkError | None = None
        # Others on this machine do not know the path.
        path = "/" + secrets.token_urlsafe(16)
        relay = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = (200, relay._answer(body)) if self.path == path else (404, b"")
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, body: bytes) -> bytes:
        asked = json.loads(body)
        if isinstance(asked, list):
            return json.dumps([self._one(one) for one in asked]).encode()
        return json.dumps(self._one(asked)).encode()

    def _one(self, asked: dict[str, Any]) -> dict[str, Any]:
        method, params = str(asked.get("method")), list(asked.get("params") or [])
        head = {"jsonrpc": "2.0", "id": asked.get("id")}
        if method not in _ALLOWED:
            return head | {"error": {"code": -32601, "message": "only state is served here"}}
        if method in _STATE:
            params[-1] = self._block
        key = json.dumps([method, params])
        with self._lock:
            if key not in self._known:
                try:
                    self._known[key] = self._rpc(method, *params)
                except NetworkError as error:
                    self.error = self.error or error
                    code = error.code if isinstance(error, RpcError) else -32000
                    return head | {"error": {"code": code, "message": str(error)}}
            return head | {"result": self._known[key]}
