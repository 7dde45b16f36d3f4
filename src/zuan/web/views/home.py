"""The first page, for a holder: is it stable, why, and what comes next."""

from __future__ import annotations

from starlette.responses import Response

from ..page import Page
from ..routes import view


@view("/", "Overview")
def home(page: Page) -> Response:
    """The verdict in a sentence, and what it rests on; of a store alone, what it holds."""
    if page.site.connection is None:
        return page.render("store_home.html", found=page.circulation)
    if page.site.system is None:
        return page.render("token_home.html")
    return page.render("home.html", s=page.supply)
