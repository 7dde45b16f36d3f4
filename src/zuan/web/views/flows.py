"""What moved between whom: drawn and as a table among the busiest accounts, whole as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import Response

from ...amounts import as_text
from ...tracing.drawing import stream
from ..kept import ShownStore, check, files, kept, with_store
from ..page import Page
from ..routes import Parameter, data, view
from ..telling import node

if TYPE_CHECKING:
    from ...browsing.export import Form
    from ...tracing.flows import Flows

_TOP = 12
_PARAMETERS = (
    Parameter(
        "top", "How many accounts are told apart, 12 unless told", {"type": "integer", "minimum": 1, "maximum": 40}
    ),
    Parameter("since", "Only from this block on", {"type": "integer", "minimum": 0}),
)


def _flows(page: Page) -> tuple[ShownStore, int, int, Flows]:
    from ...browsing.currents import currents

    store, top, since = kept(page), page.number_of("top"), page.number_of("since") or 0
    top = _TOP if top is None else top
    return store, top, since, currents(store.view, top, since)


@view("/flows", "Flows")
@with_store
def flows(page: Page) -> Response:
    """The flows among the busiest accounts."""
    store, top, since, found = _flows(page)
    title = page.text("What moved between accounts")
    words = page.text("From left to right: who passed them on to whom; a band is as wide as what moved.")
    picture = stream(found, title, words, store.view.amounts, lambda n: node(page, n))
    return page.render(
        "flows.html",
        store=store,
        found=found,
        top=top,
        since=since,
        picture=Markup(picture) if found.links else None,  # noqa: S704 (drawing escapes all that comes from the chain)
        label=lambda n: node(page, n),
        how=check(page, store.block, "flows", "--top", str(top), "--since", str(since)),
    )


@files("/flows", "flows")
def _pieces(page: Page, form: Form) -> tuple[int, Iterator[bytes]]:
    """All flows between each two accounts."""
    from ...browsing.export import as_flows

    store = kept(page)
    return store.block, as_flows(store.view, page.number_of("since") or 0, form)


@data("/api/flows", "What moved between the busiest accounts: `zuan flows --json`", None, _PARAMETERS, need="store")
def flows_data(page: Page) -> Any:
    """Nodes and links without a cycle, as a Sankey diagram takes them."""
    store, _, _, found = _flows(page)
    return as_text({"block": store.block, **found.as_dict()})
