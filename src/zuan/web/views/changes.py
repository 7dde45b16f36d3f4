"""What is otherwise since an earlier block: the one that a reader saw last, or any that a link names."""

from __future__ import annotations

from typing import Any

from starlette.responses import RedirectResponse, Response

from ...errors import InputError
from ...outlook import differences
from ..page import SEEN, Page
from ..routes import Parameter, data, view
from ..words import N_

#: What holders call the figures; others go by their path in the JSON.
LABELS = {
    "cap": N_("Cap"),
    "issued": N_("Issued"),
    "burned": N_("Burned"),
    "supply": N_("Outstanding"),
    "escrowed": N_("In escrow"),
    "reserves": N_("Reserves"),
    "vault": N_("Free cash"),
    "attested": N_("Counts as reserves"),
    "spendable": N_("Not ring-fenced"),
    "lines": N_("Attested assets by kind"),
    "drained": N_("Cash left otherwise than to redeemers"),
    "liabilities": N_("Liabilities"),
    "coverage": N_("Coverage"),
    "headroom": N_("Could be minted now"),
    "drainable": N_("Could be taken at once"),
    "status": N_("Status of the attestation"),
    "epoch": N_("Attestation"),
    "asOf": N_("Speaks of"),
    "freshUntil": N_("Allows mints until"),
    "suspendedUntil": N_("Suspended until"),
    "shortfallSince": N_("Shortfall since"),
    "rulesChangedAt": N_("Rules last changed"),
    "auditors": N_("Auditors"),
    "quorum": N_("Signatures needed"),
    "cash": N_("Counted"),
    "held": N_("Held now"),
    "tickets.opened": N_("Tickets ever opened"),
    "tickets.owed": N_("Owed to tickets"),
    "tickets.waiting": N_("Waiting for cash"),
    "surplus.treasury": N_("Treasury"),
    "surplus.announced": N_("Announced surplus"),
    "surplus.readyAt": N_("Surplus may be taken from"),
    "windDown.cause": N_("Reason for the wind-down"),
    "windDown.possibleAfterSilence": N_("Silence allows a wind-down after"),
    "desk.listings": N_("Listings"),
    "desk.orders": N_("Goods orders"),
    "governance.delay": N_("Every change waits"),
    "governance.pending": N_("Pending changes"),
}

_SINCE = Parameter("since", "The earlier block", {"type": "integer", "minimum": 0}, required=True)


@view("/changes", N_("What changed"), "system")
def changes(page: Page) -> Response:
    """Figures that differ; the newest block is remembered in the reader's browser as seen."""
    asked = page.number_of("since")
    # One that is newer was seen on another chain, or before a reorganisation.
    if asked is None and page.seen is not None and page.seen <= page.number:
        # At an address of its own the comparison stays, when the page is asked for again.
        answer: Response = RedirectResponse(page.here(since=page.seen), 303)
    else:
        found = None if asked is None else _found(page, asked)
        answer = page.render(
            "changes.html", since=asked, before=found and found[0], found=found and found[1], labels=LABELS
        )
    if page.block is None and asked is None:
        page.keep(answer, SEEN, str(page.number))
    return answer


@data(
    "/api/changes",
    "Figures of the disclosure that differ from those of an earlier block",
    "changes",
    (_SINCE,),
    need="system",
)
def changes_data(page: Page) -> Any:
    """The differences."""
    since = page.number_of("since")
    if since is None:
        raise InputError("say since which block, such as ?since=1200")
    _, found = _found(page, since)
    return {
        "since": since,
        "block": page.number,
        "changes": [{"path": one.path, "before": one.before, "after": one.after} for one in found],
    }


def _found(page: Page, since: int) -> tuple[Any, Any]:
    if since > page.number:
        raise InputError(f"block {since} is not before block {page.number}")
    before = page.snapshot(since).supply
    return before, differences(before, page.supply) if before else []
