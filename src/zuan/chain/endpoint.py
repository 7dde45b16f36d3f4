"""A node's address: taken apart, checked, and never shown but for scheme, host and port.

All else in an address may be a secret; in one that is mistyped, any part of it may. So no message quotes what was given.
"""

from __future__ import annotations

import ipaddress
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from ..errors import InputError

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
#: The schemes of the addresses that requests are posted to, or sent through.
HTTP, WEBSOCKET = ("http", "https"), ("ws", "wss")
# What may stand in a path or query as it is; the rest is escaped.
_PLAIN = "/:?#[]@!$&'()*+,;=%~-._"


@dataclass(frozen=True)
class Endpoint:
    """``url`` without login, ``where`` it is (scheme, host and port), and the ``login`` as a header's value, if any."""

    url: str
    where: str
    host: str
    login: str | None

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        try:
            return ipaddress.ip_address(self.host.partition("%")[0]).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def is_websocket(self) -> bool:
        """Whether it is a ws:// or wss:// address."""
        return self.url.startswith("ws")

    @property
    def proxy(self) -> str | None:
        """The proxy that the environment names for it; none for an address on this machine.

        :raises InputError: it is no http:// or https:// proxy.
        """
        if self.is_loopback or not any(name.lower().endswith("_proxy") for name in os.environ):
            return None
        from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

        found = getproxies_environment()
        # Whoever proxies HTTP lets a websocket through by CONNECT.
        scheme = self.url.partition(":")[0].replace("ws", "http")
        proxy = found.get(scheme) or found.get("all")
        if not proxy or proxy_bypass_environment(self.host):
            return None
        if "://" not in proxy:
            proxy = "http://" + proxy
        try:
            return parse(proxy, "the proxy's address in the environment", HTTP).url if "@" not in proxy else proxy
        except InputError as error:
            raise InputError(f"{error}; {scheme.upper()}_PROXY or ALL_PROXY names it") from None


def parse(given: str, what: str = "the node's address", schemes: Sequence[str] = (*HTTP, *WEBSOCKET)) -> Endpoint:
    """Takes an address apart.

    :param what: what it is, for messages.
    :param schemes: those that it may have.
    :raises InputError: it is no such address.
    """
    text = given.strip()
    if not text:
        raise InputError(f"{what} is empty; give one such as http://127.0.0.1:8545")
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        raise InputError(f"{what} stands in quotes that belong to it; give it without them")
    if re.match(r"(export\s+)?[A-Za-z_]\w*=", text):
        raise InputError(f"{what} begins with NAME=; give only what comes after the equals sign")
    if any(c.isspace() or not c.isprintable() for c in text):
        raise InputError(f"{what} has a space or an invisible character within")
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in schemes:
        *others, last = [f"{each}://" for each in schemes]
        raise InputError(f"{what} has no {', '.join(others)} or {last} in front")
    if not rest.startswith("//"):
        raise InputError(f"{what} needs two slashes after {scheme.lower()}:")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        if not _is_host(host, parts.netloc):
            raise ValueError
    except (ValueError, UnicodeError):
        raise InputError(f"{what} names no host; an IPv6 address stands in [brackets]") from None
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise InputError(f"{what} has a port that is no number from 1 to 65535")
    name = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode()
    where = f"{parts.scheme}://{name}" + (f":{port}" if port else "")
    path = quote(parts.path or "/", _PLAIN) + (f"?{quote(parts.query, _PLAIN)}" if parts.query else "")
    login = None
    if parts.username is not None:
        words = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = "Basic " + b64encode(words.encode()).decode()
    return Endpoint(where + path, where, host, login)


def _is_host(host: str, netloc: str) -> bool:
    """Whether a host can be one. :raises ValueError: it cannot."""
    if ":" in host:
        ipaddress.IPv6Address(host)
        return "[" in netloc
    ascii_ = host if host.isascii() else host.encode("idna").decode()
    labels = ascii_.rstrip(".").split(".")
    return bool(_HOST.fullmatch(ascii_)) and all(0 < len(label) < 64 for label in labels)
