"""What stands behind the diamonds: the vault's cash on the chain and what auditors signed for elsewhere, never mixed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..page import Page
from ..routes import data, view
from ..words import N_


@view("/reserves", N_("Reserves"), "system")
def reserves(page: Page) -> Response:
    """Reserves by kind, with age, haircut, signers and the report's hash."""
    s = page.supply
    attestations = page.records.attestations(s)
    return page.render("reserves.html", s=s, last=attestations[-1] if attestations else None)


@data(
    "/api/reserves", "The vault and the reserves by kind: what `zuan reserves --json` prints", "reserves", need="system"
)
def reserves_data(page: Page) -> Any:
    """The reserves."""
    return page.supply.reserves_dict()
