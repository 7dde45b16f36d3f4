"""The rating of the token with its evidence, as of the block at which it was computed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ...rating.criterion import LOOK_NAMES, STAGES, VERDICT_NAMES
from ..page import Page
from ..ratings import Rated, Ratings
from ..routes import data, view
from ..words import N_

_WAIT = {"Retry-After": "3"}


@view("/rating", N_("Rating"), "node")
def rating(page: Page) -> Response:
    """Every criterion with its answer; while it is computed, that, and the page asks again by itself."""
    rated = _rated(page)
    known = rated is not None and rated.report is not None
    answer = page.render("rating.html", rated=rated, looks=LOOK_NAMES, verdicts=VERDICT_NAMES, stages=STAGES)
    if not known:
        answer.headers.update(_WAIT)
    return answer


@data("/api/rating", "What `zuan check --json` prints; 202 while it is computed", "check", need="node", later=True)
def rating_data(page: Page) -> Any:
    """The report, of the block that it names."""
    from ..answers import as_json

    rated = _rated(page)
    if rated is None:
        return as_json(page.request, {"computing": True, "block": page.number}, 202, _WAIT)
    if rated.report is None:
        return as_json(page.request, {"error": rated.failed, "status": 503}, 503, _WAIT)
    return rated.report.as_dict()


def _rated(page: Page) -> Rated | None:
    ratings = page.site.ratings
    assert isinstance(ratings, Ratings)  # noqa: S101 (the view needs a node)
    return ratings.at(page.number)
