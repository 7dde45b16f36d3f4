"""What the contracts announced: orders, tickets, redemptions, attestations and changes, page by page and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ... import cursors
from ..kept import (
    ACCOUNT_PARAMETER,
    AFTER_PARAMETER,
    LIMIT_PARAMETER,
    ShownStore,
    account_of,
    check,
    files,
    kept,
    limit_of,
    text_of,
    with_store,
)
from ..page import Page
from ..routes import Parameter, data, view

if TYPE_CHECKING:
    from ...browsing.events import Events, Sought
    from ...browsing.export import Form

_KINDS = ("order", "ticket", "redemption", "attestation", "change")
_KIND = Parameter("kind", "Only of this kind", {"type": "string", "enum": list(_KINDS)})


def _wanted(page: Page) -> Sought:
    from ...browsing.events import Sought

    account = account_of(page)
    return Sought(text_of(page, "kind"), bytes.fromhex(account[2:]) if account else None)


def _page(page: Page) -> tuple[ShownStore, Events]:
    from ...browsing import events

    wanted, after = _wanted(page), text_of(page, "after")
    store = kept(page, cursors.read(after, events.name_of(wanted)).block if after else None)
    return store, events.page(store.view, wanted, after, limit_of(page))


@view("/log", "Events")
@with_store
def log(page: Page) -> Response:
    """A page of events."""
    store, found = _page(page)
    given = {name: page.request.query_params.get(name, "") for name in ("kind", "account")}
    blocks = [event.block for event in found.events] or [max(found.block, 0)]
    contracts = sorted(set(store.view.store.catalog.contracts.values()))
    asked = {"address": contracts, "fromBlock": hex(min(blocks)), "toBlock": hex(max(blocks))}
    how = check(page, found.block, "verify", request={"method": "eth_getLogs", "params": [asked]})
    return page.render("log.html", store=store, found=found, kinds=_KINDS, given=given, how=how)


@files("/log", "events")
def _pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    """All events that are wanted, the newest first."""
    from ...browsing.export import as_events

    store = kept(page)
    return store.block, as_events(store.view, _wanted(page), form)


@data(
    "/api/log",
    "Orders, tickets, attestations and changes",
    None,
    (_KIND, ACCOUNT_PARAMETER, AFTER_PARAMETER, LIMIT_PARAMETER),
    need="store",
)
def log_data(page: Page) -> Any:
    """A page of events, the newest first."""
    store, found = _page(page)
    return {"block": store.block, "rows": [e.as_dict() for e in found.events], "next": found.next}
