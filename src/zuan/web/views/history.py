"""Every transfer, mint and burn: searched, filtered, page by page, and whole as a file."""

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
    moment_of,
    refs_of,
    text_of,
    with_store,
)
from ..page import Page
from ..proof import Proof
from ..routes import Parameter, data, view

if TYPE_CHECKING:
    from ...browsing.export import Form
    from ...browsing.history import Filter
    from ...browsing.history import HistoryPage as Found

_TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
_KINDS = ("mint", "burn", "escrow", "transfer")
_PARAMETERS = (
    Parameter("kind", "Only of this kind", {"type": "string", "enum": list(_KINDS)}),
    ACCOUNT_PARAMETER,
    Parameter("order", "The platform's order: its id, or its reference on the chain", {"type": "string"}),
    Parameter("goods", "The number of an order of the desk", {"type": "integer", "minimum": 1}),
    Parameter("since", "A block's number, or a date (UTC)", {"type": "string"}),
    Parameter("until", "A block's number, or a date (UTC)", {"type": "string"}),
)


def _wanted(page: Page) -> Filter:
    from ...browsing.history import Filter

    account, order = account_of(page), text_of(page, "order")
    (first, since), (last, until) = moment_of(page, "since"), moment_of(page, "until", end=True)
    return Filter(
        kind=text_of(page, "kind"),
        account=bytes.fromhex(account[2:]) if account else None,
        refs=refs_of(page, order) if order else (),
        goods=page.number_of("goods", 1),
        first=first,
        last=last,
        since=since,
        until=until,
    )


def _page(page: Page) -> tuple[ShownStore, Found]:
    from ...browsing import history

    wanted, after = _wanted(page), text_of(page, "after")
    block = cursors.read(after, history.name_of(wanted)).block if after else None
    store = kept(page, block)
    return store, history.page(store.view, wanted, after, limit_of(page))


@view("/history", "History")
@with_store
def history(page: Page) -> Response:
    """A page of the history."""
    store, found = _page(page)
    given = {name: page.request.query_params.get(name, "") for name in ("kind", "account", "order", "since", "until")}
    return page.render("history.html", store=store, found=found, kinds=_KINDS, given=given, how=_proof(page, found))


def _proof(page: Page, found: Found) -> Proof:
    """How to see the transfers of the blocks that a page shows."""
    blocks = [step.block for step in found.steps] or [max(found.block, 0)]
    span = {"fromBlock": hex(min(blocks)), "toBlock": hex(max(blocks))}
    asked = {"address": page.site.token, **span, "topics": [_TRANSFER]}
    return check(page, found.block, "verify", request={"method": "eth_getLogs", "params": [asked]})


@files("/history", "history")
def _pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    """The whole history that is wanted, the oldest first."""
    from ...browsing.export import as_history

    store = kept(page)
    return store.block, as_history(store.view, _wanted(page), form)


@data(
    "/api/history",
    "Transfers, mints and burns, the newest first",
    None,
    (*_PARAMETERS, AFTER_PARAMETER, LIMIT_PARAMETER),
    need="store",
)
def history_data(page: Page) -> Any:
    """A page of the history."""
    store, found = _page(page)
    return {"block": store.block, "rows": [step.as_dict() for step in found.steps], "next": found.next}
