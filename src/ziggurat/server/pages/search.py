"""Which people, studies and pages have the words that are sought?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ziggurat import catalogue
from ziggurat.server.pages.studies import fits_search
from ziggurat.server.query import asked
from ziggurat.server.registry import Address, Page, menu
from ziggurat.server.render import page

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

FIRST = 10  # people that are named; the others are on the page of people
LONGEST = 200  # characters of what is sought


def search(request: Request) -> Response:
    """Answer with the first people, the studies and the pages in which all the words are found."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    words = request.query_params.get("search", "").strip()[:LONGEST]
    found = None
    if words and not view.empty:
        found = workspace.people(search=words, ladder=view.ladder, at=view.at or None, kind="all", size=FIRST)
    return page(
        request,
        "search.html",
        title="Search",
        view=view,
        search=words,
        people=found,
        studies=[study for study in catalogue.LISTED if words and fits_search(study, words)],
        pages=[(path, name) for path, name in menu() if words and words.casefold() in name.casefold()],
    )


PAGE = Page((Address("/search", search),))
