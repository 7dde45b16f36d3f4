"""Supply against the cap."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..page import Page
from ..routes import data, view


@view("/supply", "Supply", "system")
def supply(page: Page) -> Response:
    """What was issued, burned and is outstanding."""
    return page.render("supply.html", s=page.supply)


@data("/api/supply", "The whole disclosure: what `zuan supply --json` prints", "supply", need="system")
def supply_data(page: Page) -> Any:
    """The disclosure."""
    return page.supply.as_dict()
