"""A line over HTTP, by urllib3: proxies, gzip, a kept connection (docs/decisions/0016)."""

from __future__ import annotations

import http.client
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from .endpoint import Endpoint
from .transport import CONNECT_SECONDS, USER_AGENT, Response, Wire, not_safe

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": USER_AGENT}


class HttpWire(Wire):
    """One connection to an http:// or https:// address."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        super().__init__(endpoint, timeout)
        # Packing costs a node on this machine more than the bytes do.
        self._headers = _HEADERS | {"Accept-Encoding": "identity" if endpoint.is_loopback else "gzip"}
        if endpoint.login:
            self._headers["Authorization"] = endpoint.login
        self._manager: Any = None

    def close(self) -> None:
        """See :meth:`Line.close`."""
        self._socket = None
        if self._manager is not None:
            self._manager.clear()

    def _exchange(self, body: bytes) -> Response:
        import urllib3

        response = self._pool().urlopen(
            "POST",
            self._endpoint.url,
            body=body,
            headers=self._headers,
            retries=False,
            redirect=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, self._timeout), read=self._timeout),
            preload_content=False,
        )
        answer = Response(response.status, response.headers, response.read())
        response.release_conn()
        return answer

    def _pool(self) -> Any:
        if self._manager is None:
            import urllib3
            from urllib3.connection import HTTPConnection, HTTPSConnection

            line = self

            def noted(kind: Any) -> Any:
                """A kind of connection that says which socket it has, so that another thread can end it."""

                class Noted(kind):  # type: ignore[misc]
                    """A connection that notes its socket."""

                    def connect(self) -> None:
                        """Opens it."""
                        super().connect()
                        line._socket = self.sock

                return Noted

            proxy = self._endpoint.proxy
            manager = urllib3.ProxyManager(proxy, **_login(proxy)) if proxy else urllib3.PoolManager()
            manager.pool_classes_by_scheme = {
                "http": type("Pool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": noted(HTTPConnection)}),
                "https": type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": noted(HTTPSConnection)}),
            }
            self._manager = manager
        return self._manager

    def _failures(self) -> tuple[type[Exception], ...]:
        from urllib3.exceptions import HTTPError

        return OSError, http.client.HTTPException, HTTPError, ValueError

    def _is_late(self, error: Exception) -> bool:
        from urllib3 import exceptions as e

        return isinstance(error, (TimeoutError, e.TimeoutError)) and not isinstance(error, e.NewConnectionError)

    def _is_proxys(self, error: Exception) -> bool:
        from urllib3.exceptions import ProxyError

        return isinstance(error, ProxyError)

    def _refused(self, error: Exception) -> str | None:
        from urllib3 import exceptions as e

        return not_safe(self._endpoint.where, error) if isinstance(error, (ssl.SSLError, e.SSLError)) else None


def _login(proxy: str) -> dict[str, Any]:
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    from urllib3 import make_headers

    return {
        "proxy_headers": make_headers(proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    }
