"""Who climbed, slipped, came or came back within a period, and what tipped the climbs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.base.errors import QuestionError
from ziggurat.server.figures import specification
from ziggurat.server.opened import Behind, list_people
from ziggurat.server.pages.pyramid import totals
from ziggurat.server.pages.studies import opening
from ziggurat.server.query import asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

MOST_CAUSES = 20

# way → its words, and whom it takes of the members of `moves`
WAYS = {
    "climbed": ("People who climbed", nw.col("direction") == "climbed"),
    "slipped": ("People who slipped", nw.col("direction") == "slipped"),
    "stayed": ("People who stayed where they were", nw.col("direction") == "stayed"),
    "new": ("People who were not known before", nw.col("direction") == "new"),
}


def moves(request: Request) -> Response:
    """Answer with all moves of a period."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    result = view.ask("moves", view.window)
    flow = result.rows()
    causes = view.ask("causes", view.window)
    return page(
        request,
        "moves.html",
        title="Moves",
        view=view,
        flow=flow,
        empty=result.empty,
        uncaused=causes.empty,
        totals=totals(flow, view.ask("returners", view.window).rows()),
        drawing=specification(result.chart(), workspace.config.noted()) if flow else None,
        causes=[(row, opening("causes", view.window, causes, row)) for row in causes.rows()[:MOST_CAUSES]],
        opened=[opening("moves", view.window, result, row) for row in flow],
    )


def movers(request: Request) -> Response:
    """Answer with the people of one way, all over or across the lower edge of one level (`edge`)."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    way = request.query_params.get("way", "climbed")
    if way not in WAYS:
        raise QuestionError(f"There is no way named '{way[:40]}'; there are: {', '.join(WAYS)}.")
    words, rule = WAYS[way]
    edge = whole(request, "edge", 0, high=len(view.ladder.names) - 1)
    if edge:
        below, above = ("from_level", "to_level") if way == "climbed" else ("to_level", "from_level")
        rule = rule & (nw.col(below) < edge) & (nw.col(above) >= edge)
        words += f" across the edge to {view.ladder.names[edge]}"
    result = view.ask("moves", view.window)
    options = view.options | {"way": way, "edge": str(edge or "")}
    return list_people(
        request,
        view,
        Behind(lambda: result.members.filter(rule), result.columns),
        title=words,
        path="/moves/people",
        options=options,
        back=(link("/moves", view.options), "Moves"),
    )


PAGE = Page(
    (
        Address("/moves", moves),
        Address("/moves/people", movers),
    ),
    menu="Moves",
    order=3,
)
