"""Who holds how much, and how spread it is; what the system itself holds is named, and counts as nobody's wealth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ... import cursors
from ...contracts.artifacts import checksum
from ..kept import AFTER_PARAMETER, LIMIT_PARAMETER, ShownStore, check, files, kept, limit_of, text_of, with_store
from ..page import Page
from ..routes import data, view

if TYPE_CHECKING:
    from ...browsing.export import Form
    from ...browsing.holdings import Holding

_LIST = "holders"


def _page(page: Page) -> tuple[ShownStore, list[Holding], str | None]:
    from ...errors import InputError

    after, most = text_of(page, "after"), limit_of(page)
    place = cursors.read(after, _LIST) if after else None
    if place is not None and len(place.place) != 1:
        raise InputError("the cursor is not of this list; begin at its first page")
    store = kept(page, place.block if place else None)
    begin = place.place[0] if place else 0
    rows = store.view.holdings.page(begin, most)
    more = begin + most < len(store.view.holdings)
    return store, rows, cursors.write(store.block, (begin + most,), _LIST) if more else None


def own(page: Page, store: ShownStore) -> list[str]:
    """The addresses of the system itself: its contracts and its treasury."""
    contracts = store.view.store.catalog.contracts
    found = [address for name, address in contracts.items() if name != "Token"]
    return [checksum(address) for address in [*found, *page.site.names.addresses("treasury")]]


@view("/holders", "Holders")
@with_store
def holders(page: Page) -> Response:
    """A page of holders."""
    store, rows, following = _page(page)
    system = own(page, store)
    holdings = store.view.holdings
    spread = holdings.spread()
    others = holdings.spread([bytes.fromhex(a[2:]) for a in system], escrows=False)
    shown = [(h, checksum("0x" + h.address.hex())) for h in rows]
    return page.render(
        "holders.html",
        store=store,
        rows=[(h, account, bool(h.order) or account in system) for h, account in shown],
        next=following,
        spread=spread,
        others=others,
        ever=holdings.ever,
        how=check(page, store.block, "holders"),
        how_rows=check(page, store.block, "balances", "--top", "50"),
    )


@files("/holders", "holders")
def _pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    """All holders, the most first."""
    from ...browsing.export import as_holders

    store = kept(page)
    return store.block, as_holders(store.view, form)


@data(
    "/api/holders",
    "Who holds how much, the most first, and how spread it is",
    None,
    (AFTER_PARAMETER, LIMIT_PARAMETER),
    need="store",
)
def holders_data(page: Page) -> Any:
    """A page of holders with the figures of `zuan holders --json`."""
    store, rows, following = _page(page)
    figures = asdict(store.view.holdings.spread())
    counted = {"holders": figures.pop("holders"), "ever": store.view.holdings.ever}
    return {
        "block": store.block,
        **counted,
        **{name: str(value) for name, value in figures.items()},
        "rows": [
            {
                "rank": h.rank,
                "account": checksum("0x" + h.address.hex()),
                "order": h.order or None,
                "balance": str(h.balance),
            }
            for h in rows
        ],
        "next": following,
    }
