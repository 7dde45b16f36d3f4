"""The first page, for a holder: is it stable, why, and what comes next."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ...outlook import AHEAD, Ahead, Verdict, outlook, takes_most, verdict
from ...rating.criterion import STAGES
from ..events import block_news, node_news
from ..page import SEEN, Page
from ..proof import token_proof
from ..routes import data, view
from ..show import percent
from ..words import N_

#: What a verdict means to a holder.
VERDICT_TEXTS: dict[Verdict, str] = {
    "doubtful": N_("A part of this is not genuine Zuan: do not rely on it."),
    "ended": N_("It is being wound up: minting has ended for good, and every diamond gets the same share."),
    "short": N_("Not fully covered: reserves are only {coverage} of what they must cover."),
    "waiting": N_("Redeemers wait for cash: until they are paid, nothing is minted."),
    "stuck": N_("The asset that redeemers are paid in does not work now: nothing is minted."),
    "none": N_("No auditor has signed for reserves yet: nothing can be minted."),
    "changed": N_("The auditors were replaced, and the new ones have not signed yet: nothing can be minted."),
    "stale": N_("Covered by figures that are old: the auditors are late, and nothing can be minted."),
    "suspended": N_("An auditor has stopped minting for a while; redeeming goes on."),
    "covered": N_("Stable by what the chain shows: reserves are {coverage} of what they must cover, freshly attested."),
}
_DRAINABLE = N_("But the operator could take most of the vault's cash at once, by minting to itself: see below.")
#: Verdicts that are good, of which a holder should know, and that are bad.
_TONE = {"covered": "good", "suspended": "fair", "stale": "fair", "changed": "fair", "none": "fair"}

_AHEAD = {
    "stale": N_("The attestation stops allowing mints, unless auditors attest before."),
    "suspension": N_("The suspension of minting by an auditor ends."),
    "change": N_("A change of rules may be carried out."),
    "surplus": N_("The treasury may take the announced surplus, if the floors hold."),
    "silence": N_("Anybody may start the wind-down, unless auditors attest before."),
    "shortfall": N_("Anybody may start the wind-down, unless the shortfall is cured before."),
}


@view("/", N_("Overview"))
def home(page: Page) -> Response:
    """The verdict in a sentence, and what it rests on; of a store alone, what it holds."""
    if page.site.connection is None:
        return page.render("store_home.html", found=page.circulation)
    rated = page.site.ratings.at(page.number) if page.site.ratings else None
    if page.site.system is None:
        return page.render("token_home.html", rated=rated, stages=STAGES, how=token_proof(page))
    s, seen = page.supply, page.seen
    said = verdict(s)
    tone, sentence = _TONE.get(said, "bad"), page.text(VERDICT_TEXTS[said]).format(coverage=percent(s.coverage))
    if said == "covered" and takes_most(s.reserves.drainable, s.reserves.vault):
        tone, sentence = "fair", f"{sentence} {page.text(_DRAINABLE)}"
    answer = page.render(
        "home.html",
        s=s,
        verdict=said,
        tone=tone,
        sentence=sentence,
        ahead=[(a, page.text(_AHEAD[a.what])) for a in outlook(s)],
        rated=rated,
        stages=STAGES,
        seen=seen,
    )
    if seen is None and page.block is None:
        page.keep(answer, SEEN, str(page.number))
    return answer


@data("/api/status", "What is served, its newest block, and how the node is", "status", pinned=False)
def status(page: Page) -> Any:
    """The state of the page itself; also while the node is lost."""
    live = page.site.live
    return {
        "chainId": live.connection.chain_id if live else None,
        "token": page.site.token,
        "zuan": page.site.system is not None,
        "block": block_news(live.newest) if live else None,
        "node": node_news(live.node) if live else None,
        "store": page.site.has("store"),
    }


@data("/api/overview", "The verdict in a word, and what lies ahead", "overview", need="system")
def overview(page: Page) -> Any:
    """The verdict and the outlook."""
    s = page.supply
    return {
        "block": s.block,
        "timestamp": s.timestamp,
        "verdict": verdict(s),
        "ahead": [_as_dict(a) for a in outlook(s)],
    }


def _as_dict(ahead: Ahead) -> dict[str, Any]:
    return {
        "at": ahead.at,
        "what": ahead.what,
        "means": AHEAD[ahead.what],
        "amount": str(ahead.amount) if ahead.amount else None,
        "id": "0x" + ahead.id.hex() if ahead.id else None,
    }
