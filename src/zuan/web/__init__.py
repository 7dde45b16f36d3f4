"""The live page: figures of a chain and a store for people and programs, in English and Chinese, without JavaScript too.

It shows what the package's own functions say and defines no figure. Its libraries (``zuan[web]``) are imported with
:func:`app` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..extras import require

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from .site import Site

#: What the extra ``web`` installs, by the names of the modules.
PACKAGES = ("starlette", "uvicorn", "sse_starlette", "jinja2", "babel", "segno")


def available() -> None:
    """:raises MissingError: a package of the extra is not installed."""
    require("web", "the page", *PACKAGES)


def app(site: Site, hosts: frozenset[str] | None = None) -> ASGIApp:
    """The page as an ASGI application.

    :param hosts: host names under which it answers; None: any.
    :raises MissingError: a package of the extra is not installed.
    """
    available()
    from .application import build

    return build(site, hosts)
