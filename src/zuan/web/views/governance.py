"""What is about to change, in words, and when it may happen; and the wind-down."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ...governance import status_dict
from ...supply import share
from ..page import Page
from ..routes import data, view
from ..words import N_


@view("/governance", N_("Changes ahead"), "system")
def governance(page: Page) -> Response:
    """Pending changes and proposed mints, each with its countdown."""
    s, records = page.supply, page.records
    return page.render(
        "governance.html", s=s, changes=records.changes(s, page.at.head), mints=records.proposals(page.at.head)
    )


@view("/wind-down", N_("Wind-down"), "system")
def wind_down(page: Page) -> Response:
    """Whether anybody may end it, or what everybody gets."""
    return page.render("wind_down.html", s=page.supply, share=share(page.supply))


@data(
    "/api/governance",
    "Pending changes and proposed mints: what `zuan governance --json` prints",
    "governance",
    need="system",
)
def governance_data(page: Page) -> Any:
    """What is pending."""
    s, records = page.supply, page.records
    return status_dict(s, records.changes(s, page.at.head), records.proposals(page.at.head))


@data("/api/wind-down", "The wind-down: what `zuan wind-down --json` prints", "wind-down", need="system")
def wind_down_data(page: Page) -> Any:
    """The wind-down."""
    return page.supply.wind_down_dict()
