"""Serving the page from a thread: by ``zuan web``, beside the chain of ``zuan up``, and in tests."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from ..chain.endpoint import parse
from ..errors import InputError, ZuanError
from . import available
from .headers import OWN_NAMES
from .memory import GivingBack, few_heaps
from .site import Site

#: Where it listens unless told otherwise.
HOST, PORT = "127.0.0.1", 8080
_SECONDS = 10.0
# A very large store goes on being opened after so long.
_OPENING = 5.0
# Answers that are worked on at once: each holds what it has read, and more would only wait for each other.
_THREADS = 12


class Serving:
    """A page that is served as long as the ``with`` lasts.

    :param port: 0: any free one.
    :raises InputError: it cannot listen there.
    :raises MissingError: a package of the extra is not installed.
    """

    def __init__(self, site: Site, host: str = HOST, port: int = PORT) -> None:
        available()
        few_heaps()
        self._site = site
        self._socket = _listen(host, port)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        own = OWN_NAMES | site.public_names
        hosts = own if parse(self.url).is_loopback else own | {shown.lower()} if site.public_names else None
        from .application import build

        config = uvicorn.Config(
            build(site, hosts),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        self._server, self._memory = _Server(config), GivingBack(site.rest)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="zuan-web", daemon=True
        )

    def __enter__(self) -> Serving:
        if self._site.live:
            self._site.live.start()
        # Before the address is told: its first reader need not wait for it.
        opening = threading.Thread(target=self._site.open_store, name="zuan-store", daemon=True)
        opening.start()
        self._memory.__enter__()
        self._thread.start()
        opening.join(_OPENING)
        end = time.monotonic() + _SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                raise ZuanError("the page could not be started")
            time.sleep(0.01)
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._site.live:
            self._site.live.stop()
        self._server.should_exit = True
        self._thread.join(_SECONDS)
        self._memory.__exit__(None, None, None)
        self._socket.close()


class _Server(uvicorn.Server):
    """A server that works on few answers at once."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"{host} is no address of this machine: {(error.strerror or str(error)).lower()}") from None
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
        found.listen(128)
    except OSError as error:
        found.close()
        raise InputError(
            f"the page cannot listen at {host}:{port}: {(error.strerror or str(error)).lower()}; choose another with --port"
        ) from None
    return found
