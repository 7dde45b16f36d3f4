"""News of the chain as they come (server-sent events): the newest block, and how the node is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from .live import Live, Node, Snapshot

#: Seconds between signs of life on a quiet line (scripts see no comments), and after which a browser asks again.
_PING, _AGAIN = 5, 2


def stream(live: Live, _request: Request) -> Response:
    """A stream that never ends by itself."""
    return EventSourceResponse(
        _news(live),
        ping=_PING,
        ping_message_factory=lambda: ServerSentEvent("1", event="ping"),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _news(live: Live) -> AsyncIterator[ServerSentEvent]:
    block: Snapshot | None = None
    node: Node | None = None
    with live.changes() as changed:
        while not live.stopped:
            changed.clear()
            if live.newest is not block:
                block = live.newest
                yield ServerSentEvent(json.dumps(block_news(block)), event="block", id=str(block.head.number))
            if live.node is not node:
                node = live.node
                yield ServerSentEvent(json.dumps(node_news(node)), event="node", retry=_AGAIN * 1_000)
            await changed.wait()


def block_news(snapshot: Snapshot) -> dict[str, int | str]:
    """A block, as programs get it."""
    head = snapshot.head
    return {"number": head.number, "hash": head.hash, "timestamp": head.timestamp}


def node_news(node: Node) -> dict[str, int | str]:
    """How the node is, as programs get it."""
    return {"state": node.state, "since": node.since, "said": node.said}
