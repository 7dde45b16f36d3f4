"""What every answer carries, and what is refused before anything reads it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Scripts and styles from this page's own files only. Wallets hand their icons over as data.
POLICY = "; ".join(
    (
        "default-src 'none'",
        *("script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'"),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: By what names a page that listens on this machine alone is reached. Any other is a page of somebody else's, whose name
#: was made to lead here (DNS rebinding).
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

_MOST_QUERY = 2_000


class Guard:
    """Adds the headers; refuses other methods than GET and HEAD, hosts that are not the page's, and endless queries.

    :param hosts: names of the page in lower case; None: any.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        refused = self._refused(scope)
        await (refused or self._app)(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("this page is for reading: GET and HEAD only\n", 405, {"Allow": "GET, HEAD"})
        if self._hosts is not None and _name(Headers(scope=scope).get("host", "")) not in self._hosts:
            names = ", ".join(sorted(self._hosts))
            return PlainTextResponse(
                f"this page is reached as {names}; behind a proxy start it with --public-name\n", 421
            )
        if len(scope["query_string"]) > _MOST_QUERY:
            return PlainTextResponse(f"a query has at most {_MOST_QUERY:,} bytes here\n", 414)
        return None


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).rstrip(".").lower()
