"""A line over a websocket, by `websockets`: one request at a time, as over HTTP, and the same words for what goes wrong.

What a gateway says instead of opening one (401, 429, a redirection) is an HTTP answer, and is handed on as such; a node
that ends the connection over the size or number of requests says so by a code, which has its like among HTTP's.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from socket import socket
from typing import TYPE_CHECKING, Any

from .endpoint import Endpoint
from .transport import CONNECT_SECONDS, USER_AGENT, Response, Wire, not_safe

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

# Too big, try again later: by what HTTP says instead.
_STATUS = {1009: 413, 1013: 429}
# Bytes that an announcement has at most: nobody asked for it, but some nodes send them.
_ANNOUNCEMENT = 1 << 12


def connect(endpoint: Endpoint, seconds: float, note: Callable[[socket], None] = lambda _: None) -> ClientConnection:
    """Opens a websocket; ``note`` gets its socket before the node has answered, so that another thread can end it.

    :param seconds: until it must stand.
    :raises OSError, WebSocketException: it does not.
    """
    from websockets.sync import client

    def noted(opening: socket, *args: Any, **options: Any) -> ClientConnection:
        note(opening)
        return client.ClientConnection(opening, *args, **options)

    return client.connect(
        endpoint.url,
        create_connection=noted,  # type: ignore[arg-type]
        additional_headers={"Authorization": endpoint.login} if endpoint.login else None,
        user_agent_header=USER_AGENT,
        # Packing costs a node on this machine more than the bytes do.
        compression=None if endpoint.is_loopback else "deflate",
        proxy=endpoint.proxy,
        open_timeout=seconds,
        ping_interval=None,
        close_timeout=1,
        max_size=None,
    )


class WebsocketWire(Wire):
    """One connection to a ws:// or wss:// address."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        super().__init__(endpoint, timeout)
        self._connection: ClientConnection | None = None

    def close(self) -> None:
        """See :meth:`Line.close`."""
        self._socket = None
        if self._connection is not None:
            # Nothing is to be said any more: a node that is gone need not be waited for.
            self._connection.close_socket()
            self._connection = None

    def _exchange(self, body: bytes) -> Response:
        from websockets.exceptions import ConnectionClosed, InvalidStatus

        try:
            connection = self._opened()
            connection.send(body, text=True)
            while True:
                answer = connection.recv(timeout=self._timeout, decode=False)
                if not _is_announcement(answer):
                    return Response(200, {}, answer)
        except InvalidStatus as refused:
            response = refused.response
            self.close()
            return Response(response.status_code, response.headers, bytes(response.body or b""))
        except ConnectionClosed as closed:
            status = _STATUS.get(closed.rcvd.code) if closed.rcvd else None
            if status is None or self._ended:
                raise
            self.close()
            return Response(status, {}, b"")

    def _opened(self) -> ClientConnection:
        if self._connection is None:

            def note(opening: socket) -> None:
                self._socket = opening

            self._connection = connect(self._endpoint, min(CONNECT_SECONDS, self._timeout), note)
        return self._connection

    def _failures(self) -> tuple[type[Exception], ...]:
        from websockets.exceptions import WebSocketException

        return OSError, EOFError, WebSocketException, ValueError

    def _is_late(self, error: Exception) -> bool:
        return isinstance(error, TimeoutError)

    def _is_proxys(self, error: Exception) -> bool:
        from websockets.exceptions import ProxyError

        return isinstance(error, ProxyError)

    def _refused(self, error: Exception) -> str | None:
        from websockets.exceptions import InvalidHandshake

        if isinstance(error, ssl.SSLError):
            return not_safe(self._endpoint.where, error)
        if isinstance(error, InvalidHandshake) and not isinstance(error.__cause__, EOFError):
            return f"{self._endpoint.where} opens no websocket; give the node's http:// or https:// address"
        return None


def _is_announcement(answer: bytes) -> bool:
    """Whether a message answers no request."""
    return len(answer) < _ANNOUNCEMENT and b'"method"' in answer and b'"id"' not in answer
