"""Supply against the cap, and coverage as each attestation showed it."""

from __future__ import annotations

import io
from typing import Any

import segno
from starlette.responses import Response

from ..page import Page
from ..routes import data, view
from ..words import N_


@view("/supply", N_("Supply"), "system")
def supply(page: Page) -> Response:
    """What was issued, burned and is outstanding; and how supply and coverage went."""
    return page.render("supply.html", s=page.supply, attestations=page.records.attestations(page.supply))


@view("/token.svg", need="token")
def token(page: Page) -> Response:
    """The token's address as a QR code, to be read with a phone."""
    drawn = io.BytesIO()
    segno.make(page.site.token, error="m").save(drawn, kind="svg", scale=4, border=4, light="white")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@data("/api/supply", "The whole disclosure: what `zuan supply --json` prints", "supply", need="system")
def supply_data(page: Page) -> Any:
    """The disclosure."""
    return page.supply.as_dict()


@data("/api/token", "What any ERC-20 token says of itself", "token", need="node")
def token_data(page: Page) -> Any:
    """Name, symbol, decimals and supply."""
    return page.erc20.as_dict()


@data(
    "/api/attestations", "Every attestation that the oracle accepted, the oldest first", "attestations", need="system"
)
def attestations(page: Page) -> Any:
    """All attestations."""
    return [one.as_dict() for one in page.records.attestations(page.supply)]
