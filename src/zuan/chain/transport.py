"""Requests and their answers, over HTTP or a websocket: a kept connection, and one deadline for all of an answer.

The libraries are loaded with the first request only (docs/decisions/0016). What they raise is told in our own words: theirs
may contain the address, and so a secret.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ..errors import NetworkError
from .endpoint import Endpoint

#: Seconds until a connection stands.
CONNECT_SECONDS = 10.0
#: What the client calls itself.
USER_AGENT = "zuan"


@dataclass(frozen=True)
class Response:
    """What came back; ``headers`` by name in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """An address to which requests are posted, over a line of its own for each thread (and each forked process).

    :param timeout: seconds for an answer from the request to its last byte.
    """

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint, self._timeout = endpoint, timeout
        self._own, self._lines, self._lock = threading.local(), weakref.WeakSet[Wire](), threading.Lock()

    def post(self, body: bytes, repeat: bool) -> Response:
        """The answer to a request.

        :param repeat: it may be sent a second time where a kept connection turns out to be closed.
        :raises NetworkError: there is none, or it is not whole in time.
        """
        own = self._own
        if getattr(own, "process", None) != os.getpid():
            own.process, own.line = os.getpid(), self._line()
            with self._lock:
                self._lines.add(own.line)
        return cast(Wire, own.line).post(body, repeat)

    def abort(self) -> None:
        """Ends requests that other threads are waiting for, with an error there."""
        for line in self._all():
            line.end("aborted")

    def close(self) -> None:
        """Closes the connections; the next request opens one again."""
        for line in self._all():
            line.close()

    def _line(self) -> Wire:
        if self._endpoint.is_websocket:
            from .websocket import WebsocketWire

            return WebsocketWire(self._endpoint, self._timeout)
        from .http import HttpWire

        return HttpWire(self._endpoint, self._timeout)

    def _all(self) -> list[Wire]:
        with self._lock:
            return list(self._lines)


class Wire(ABC):
    """One connection, kept open between requests."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint, self._timeout = endpoint, timeout
        self._socket: socket.socket | None = None
        self._ended: str | None = None

    def post(self, body: bytes, repeat: bool) -> Response:
        """See :meth:`Transport.post`."""
        if not repeat:
            # What must not be repeated gets a new connection: a kept one may be closed already.
            self.close()
        attempts = 2 if repeat and self._socket is not None else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._in_time(body)
            except self._failures() as error:
                self.close()
                if attempt == attempts or self._ended:
                    raise NetworkError(self._told(error)) from None
        raise AssertionError("one attempt returns or raises")

    def end(self, why: str) -> None:
        """Ends a request that is under way."""
        connected = self._socket
        self._ended = why
        if connected is not None:
            with contextlib.suppress(OSError, ValueError):
                connected.shutdown(socket.SHUT_RDWR)

    @abstractmethod
    def close(self) -> None:
        """Closes the connection; the next request opens it again."""

    @abstractmethod
    def _exchange(self, body: bytes) -> Response:
        """The answer to one request; notes the socket as soon as there is one."""

    @abstractmethod
    def _failures(self) -> tuple[type[Exception], ...]:
        """What an exchange raises where it fails."""

    @abstractmethod
    def _is_late(self, error: Exception) -> bool:
        """Whether a failure is that of an answer which did not come in time."""

    @abstractmethod
    def _is_proxys(self, error: Exception) -> bool:
        """Whether a failure is the proxy's."""

    @abstractmethod
    def _refused(self, error: Exception) -> str | None:
        """What else went wrong, in words; None: no node answers."""

    def _in_time(self, body: bytes) -> Response:
        self._ended = None
        # No library's time-out is one for a whole answer: each byte that drips in begins it anew.
        timer = threading.Timer(self._timeout, self.end, ("late",))
        timer.daemon = True
        timer.start()
        try:
            answer = self._exchange(body)
        finally:
            timer.cancel()
        if self._ended:
            # An answer without a length ends where the connection does, which was our doing.
            raise TimeoutError
        return answer

    def _told(self, error: Exception) -> str:
        """What went wrong, without a word of the address but scheme, host and port."""
        where = self._endpoint.where
        if self._ended == "late" or (self._is_late(error) and not self._ended):
            return f"the node at {where} did not answer in {self._timeout:.0f} s"
        if self._is_proxys(error):
            return f"the proxy that the environment names does not lead to {where} ({reason(error)})"
        if found := self._refused(error):
            return found
        return f"no node answers at {where} ({reason(error)}); start one with `zuan up`, or give another --rpc-url"


def reason(error: BaseException) -> str:
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


def not_safe(where: str, error: BaseException) -> str:
    """That TLS failed, in words."""
    plain = "ws" if where.startswith("ws") else "http"
    return f"no safe connection to {where} ({reason(error)}); is it an {plain}:// address, or its certificate bad?"
