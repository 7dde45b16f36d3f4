"""One account: its balance, its history, and which diamonds it holds, from which mints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from ... import cursors
from ...amounts import as_text
from ...errors import InputError
from ..kept import (
    AFTER_PARAMETER,
    LIMIT_PARAMETER,
    ShownStore,
    account_of,
    address_of,
    check,
    kept,
    limit_of,
    text_of,
    with_store,
)
from ..page import Page
from ..routes import Parameter, data, view
from .holders import own

if TYPE_CHECKING:
    from ...browsing.account import HeldPage

_ADDRESS = Parameter("address", "An address, or a name that the page knows", {"type": "string"}, "path")
# Rows of the history that an account's page begins with.
_FEW = 20


def _address(page: Page) -> str:
    return address_of(page, page.request.path_params["address"])


def _held(page: Page, address: str) -> tuple[ShownStore, HeldPage]:
    from ...browsing import account

    raw, after = bytes.fromhex(address[2:]), text_of(page, "after")
    store = kept(page, cursors.read(after, account.name_of(raw)).block if after else None)
    return store, account.held(store.view, raw, after, limit_of(page))


@view("/accounts")
def find(page: Page) -> Response:
    """Leads a search to the account that it means."""
    address = account_of(page)
    if address is None:
        raise InputError("say which account: an address, or a name")
    return RedirectResponse(page.link(f"/accounts/{address}"), 303)


@view("/accounts/{address}")
@with_store
def account(page: Page) -> Response:
    """What an account holds, and what it did."""
    from ...browsing import history
    from ...browsing.account import figures

    address = _address(page)
    raw = bytes.fromhex(address[2:])
    store, found = _held(page, address)
    call = {"to": page.site.token, "data": "0x70a08231" + bytes(12).hex() + raw.hex()}
    return page.render(
        "account.html",
        store=store,
        account=address,
        figures=figures(store.view, raw),
        held=found,
        found=history.page(store.view, history.Filter(account=raw), None, _FEW),
        system=address in own(page, store),
        how=check(
            page,
            store.block,
            "balances",
            address,
            request={"method": "eth_call", "params": [call, hex(max(store.block, 0))]},
        ),
        how_held=check(page, store.block, "trace", "--account", address),
    )


@data(
    "/api/accounts/{address}",
    "An account: figures, and the diamonds it holds",
    None,
    (_ADDRESS, AFTER_PARAMETER, LIMIT_PARAMETER),
    need="store",
)
def account_data(page: Page) -> Any:
    """What an account holds, the next to leave first: rows as of `zuan trace --account ... --json`."""
    from ...browsing.account import figures

    address = _address(page)
    store, found = _held(page, address)
    told = figures(store.view, bytes.fromhex(address[2:]))
    amounts = {
        name: value if name == "transfers" or value is None else str(value) for name, value in asdict(told).items()
    }
    return {"block": store.block, "account": address, **amounts, "rows": as_text(found.rows), "next": found.next}
