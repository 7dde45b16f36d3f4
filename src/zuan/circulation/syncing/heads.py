"""When to look at the chain again: after some seconds, or when a node announces a block."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress

from ...chain import transport, websocket
from ...chain.endpoint import WEBSOCKET, parse

_HEARTBEAT = 30.0


def every(seconds: float) -> Callable[[], None]:
    """Looks again after some seconds."""
    return lambda: time.sleep(seconds)


def new_heads(url: str, seconds: float, say: Callable[[str], None]) -> Callable[[], None]:
    """Looks again when the node announces a block by websocket; every ``seconds`` while that does not work.

    :raises InputError: it is no ws:// or wss:// address.
    """
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import ClientConnection

    endpoint = parse(url, "the websocket's address", WEBSOCKET)
    open_: list[ClientConnection] = []

    def wait() -> None:
        try:
            if not open_:
                connection = websocket.connect(endpoint, transport.CONNECT_SECONDS)
                connection.send(
                    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": ["newHeads"]})
                )
                answer = json.loads(connection.recv(timeout=transport.CONNECT_SECONDS))
                if "result" not in answer:
                    raise WebSocketException(str(answer.get("error")))
                open_.append(connection)
                # Blocks from before the subscription are not announced.
                return
            with suppress(TimeoutError):
                open_[0].recv(timeout=_HEARTBEAT)
                # Several that came meanwhile are one reason to look.
                while True:
                    open_[0].recv(timeout=0)
        except (OSError, WebSocketException, TimeoutError, ValueError) as error:
            open_.clear()
            # Its own words may hold the address, and so a key.
            why = getattr(error, "strerror", None) or type(error).__name__
            say(f"the websocket does not answer ({why}); asking every {seconds:.0f} s")
            time.sleep(seconds)

    return wait
