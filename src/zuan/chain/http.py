"""One request and its answer over HTTP: proxies, gzip, a kept connection, and one deadline for all of the answer.

urllib3 is loaded with the first request only (docs/decisions/0016). What it raises is told in our own words: its own may
contain the address, and so a secret.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from ..errors import NetworkError
from .endpoint import Endpoint

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "zuan"}
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back; ``headers`` by name in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """An address to which requests are posted, over a line of its own for each thread (and each forked process).

    :param timeout: seconds for an answer from the request to its last byte.
    """

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint, self._timeout = endpoint, timeout
        self._own, self._lines, self._lock = threading.local(), weakref.WeakSet[_Line](), threading.Lock()

    def post(self, body: bytes, repeat: bool) -> Answer:
        """The answer to a request.

        :param repeat: it may be sent a second time where a kept connection turns out to be closed.
        :raises NetworkError: there is none, or it is not whole in time.
        """
        own = self._own
        if getattr(own, "process", None) != os.getpid():
            own.process, own.line = os.getpid(), _Line(self._endpoint, self._timeout)
            with self._lock:
                self._lines.add(own.line)
        return cast(_Line, own.line).post(body, repeat)

    def abort(self) -> None:
        """Ends requests that other threads are waiting for, with an error there."""
        for line in self._all():
            line.end("aborted")

    def close(self) -> None:
        """Closes the connections; the next request opens one again."""
        for line in self._all():
            line.close()

    def _all(self) -> list[_Line]:
        with self._lock:
            return list(self._lines)


class _Line:
    """One connection, kept open between requests."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint, self._timeout = endpoint, timeout
        self._headers = dict(_HEADERS)
        # Packing costs a node on this machine more than the bytes do.
        self._headers["Accept-Encoding"] = "identity" if endpoint.is_loopback else "gzip"
        if endpoint.login:
            self._headers["Authorization"] = endpoint.login
        self._manager: Any = None
        self._socket: socket.socket | None = None
        self._ended: str | None = None

    def post(self, body: bytes, repeat: bool) -> Answer:
        """See :meth:`Http.post`."""
        if not repeat:
            # What must not be repeated gets a new connection: a kept one may be closed already.
            self.close()
        attempts = 2 if repeat and self._socket is not None else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._post(body)
            except _failures() as error:
                self.close()
                if attempt == attempts or self._ended:
                    raise NetworkError(self._told(error)) from None
        raise AssertionError("one attempt returns or raises")

    def close(self) -> None:
        """Closes the connection; the next request opens it again."""
        self._socket = None
        if self._manager is not None:
            self._manager.clear()

    def _post(self, body: bytes) -> Answer:
        import urllib3

        manager, self._ended = self._pool(), None
        # No library's time-out is one for a whole answer: each byte that drips in begins it anew.
        timer = threading.Timer(self._timeout, self.end, ("late",))
        timer.daemon = True
        timer.start()
        try:
            response = manager.urlopen(
                "POST",
                self._endpoint.url,
                body=body,
                headers=self._headers,
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, self._timeout), read=self._timeout),
                preload_content=False,
            )
            answer = Answer(response.status, response.headers, response.read())
            response.release_conn()
        finally:
            timer.cancel()
        if self._ended:
            # An answer without a length ends where the connection does, which was our doing.
            raise TimeoutError
        return answer

    def end(self, why: str) -> None:
        """Ends a request that is under way."""
        connected = self._socket
        self._ended = why
        if connected is not None:
            with contextlib.suppress(OSError, ValueError):
                connected.shutdown(socket.SHUT_RDWR)

    def _pool(self) -> Any:
        if self._manager is None:
            import urllib3
            from urllib3.connection import HTTPConnection, HTTPSConnection

            http = self

            def noted(kind: Any) -> Any:
                """A kind of connection that says which socket it has, so that another thread can end it."""

                class Noted(kind):  # type: ignore[misc]
                    """A connection that notes its socket."""

                    def connect(self) -> None:
                        """Opens it."""
                        super().connect()
                        http._socket = self.sock

                return Noted

            proxy = self._endpoint.proxy
            manager = urllib3.ProxyManager(proxy, **_login(proxy)) if proxy else urllib3.PoolManager()
            manager.pool_classes_by_scheme = {
                "http": type("Pool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": noted(HTTPConnection)}),
                "https": type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": noted(HTTPSConnection)}),
            }
            self._manager = manager
        return self._manager

    def _told(self, error: Exception) -> str:
        """What went wrong, without a word of the address but scheme, host and port."""
        from urllib3 import exceptions as e

        where = self._endpoint.where
        late = isinstance(error, (TimeoutError, e.TimeoutError)) and not isinstance(error, e.NewConnectionError)
        if self._ended == "late" or (late and not self._ended):
            return f"the node at {where} did not answer in {self._timeout:.0f} s"
        if isinstance(error, e.ProxyError):
            return f"the proxy that the environment names does not lead to {where} ({_reason(error)})"
        if isinstance(error, (ssl.SSLError, e.SSLError)):
            return (
                f"no safe connection to {where} ({_reason(error)}); is it an http:// address, or its certificate bad?"
            )
        return f"no node answers at {where} ({_reason(error)}); start one with `zuan up`, or give another --rpc-url"


def _failures() -> tuple[type[Exception], ...]:
    import http.client

    from urllib3.exceptions import HTTPError

    return OSError, http.client.HTTPException, HTTPError, ValueError


def _login(proxy: str) -> dict[str, Any]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    from urllib.parse import unquote

    from urllib3 import make_headers

    return {
        "proxy_headers": make_headers(proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    }


def _reason(error: BaseException) -> str:
    """The system's own word for what went wrong, from as deep as it was wrapped."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return str(seen.verify_message).lower()
        if isinstance(seen, OSError) and seen.strerror:
            return str(seen.strerror).lower()
        inner = next((a for a in seen.args if isinstance(a, BaseException)), None)
        seen = inner or seen.__cause__ or seen.__context__ or getattr(seen, "original_error", None)
    return "the connection broke off"
