"""The page as an ASGI application: its routes, its files, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ..errors import DeploymentError, InputError, MissingError, NetworkError, StoreError, WrongChainError, ZuanError
from .answers import as_json
from .events import stream
from .headers import Guard
from .openapi import document
from .page import API, Page, prepare
from .routes import DATA, VIEWS, Data, View
from .site import Site

#: The modules of the views, in the order of the menu.
ROOMS = (
    "home",
    "supply",
    "reserves",
    "governance",
    "rating",
    "changes",
    "history",
    "log",
    "orders",
    "holders",
    "accounts",
    "life",
    "flows",
    "act",
)

_BUSY = {"Retry-After": "5"}


class _NotHereError(ZuanError):
    """There is no such page here."""


def build(site: Site, hosts: frozenset[str] | None = None) -> ASGIApp:
    """The application.

    :param hosts: host names under which it answers; None: any.
    """
    for room in ROOMS:
        import_module(f".views.{room}", __package__)
    routes: list[Route | Mount] = [Route(v.path, _shown(site, v)) for v in VIEWS]
    routes += [Route(d.path, _answered(site, d)) for d in DATA]
    routes.append(Route(API + "openapi.json", lambda request: as_json(request, document())))
    if site.live:
        routes.append(Route("/events", partial(stream, site.live)))
    routes.append(Mount("/static", StaticFiles(packages=[("zuan.web", "static")])))
    prepare()
    handlers = {ZuanError: partial(_failed, site), HTTPException: partial(_refused, site), 500: partial(_refused, site)}
    # Around all of it, so that an error's page has the same headers.
    return Guard(Starlette(routes=routes, exception_handlers=handlers), hosts)


def _shown(site: Site, view: View) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        page = Page(site, request)
        _require(site, view)
        return view.answer(page)

    return endpoint


def _answered(site: Site, data: Data) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        page = Page(site, request)
        _require(site, data)
        if data.pinned and page.block is None and page.node and page.node.state in ("lost", "other"):
            # What is pinned was true and stays so; the newest is not known now.
            raise NetworkError(page.node.said or "the node does not answer")
        found = data.answer(page)
        return found if isinstance(found, Response) else as_json(request, found)

    return endpoint


def _require(site: Site, what: View | Data) -> None:
    if what.need and not site.has(what.need):
        if what.need == "store":
            raise _NotHereError(site.why_no_store())
        if what.need == "system" and site.connection:
            raise _NotHereError("this token is no part of a genuine Zuan system: only its supply and rating are here")
        raise _NotHereError("this page serves a store alone, and no chain; start it with --rpc-url or --network")


def _status(error: ZuanError) -> int:
    if isinstance(error, (_NotHereError, MissingError, StoreError, DeploymentError)):
        return 404
    if isinstance(error, InputError):
        return 400
    return 503 if isinstance(error, (NetworkError, WrongChainError)) else 502


def _failed(site: Site, request: Request, error: Exception) -> Response:
    assert isinstance(error, ZuanError)  # noqa: S101 (what the handler is announced for)
    return _told(site, request, _status(error), error)


def _refused(site: Site, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _told(site, request, status, "there is no such page here" if status == 404 else "that cannot be answered")


def _told(site: Site, request: Request, status: int, said: ZuanError | str) -> Response:
    """An error in a sentence, as JSON or as a page."""
    headers = _BUSY if status == 503 else {}
    if request.url.path.startswith(API):
        return as_json(request, {"error": str(said), "status": status}, status, headers)
    try:
        page = Page(site, request)
    except InputError:
        # The block in its address is what is wrong: nothing on this page may ask for it again.
        request.scope["query_string"] = b""
        page = Page(site, Request(request.scope))
    # Where its links lead nothing is wrong any more.
    page.block = None
    answer = page.render("error.html", status, sentence=page.told(said), code=status)
    answer.headers.update(headers)
    return answer
