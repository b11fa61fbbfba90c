"""Who is there? Search, filter and sort everyone, one page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ziggurat.errors import QuestionError
from ziggurat.server.query import Asked, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import page

if TYPE_CHECKING:
    from ziggurat.people.page import PeoplePage
    from ziggurat.workspace import Workspace

KINDS = {
    "known": "Known people",
    "anonymous": "Anonymous observers",
    "staff": "Staff",
    "agents": "Agents",
    "all": "Everyone",
}
# column → its heading, and whether the first click on it sorts from the top
COLUMNS = {
    "name": ("Name", False),
    "level": ("Level", True),
    "since": ("There since", True),
    "interactions": ("Interactions", True),
    "last_at": ("Last seen", True),
}


def find(request: Request, view: Asked) -> tuple[PeoplePage, dict[str, str]]:
    """Return the people that the address asks for, and its options. Raises: QuestionError if it can't be."""
    workspace: Workspace = request.app.state.workspace
    given = request.query_params
    options = {name: given.get(name, "").strip() for name in ("search", "kind", "level", "sort", "order")}
    if (options["kind"] or "known") not in KINDS:
        raise QuestionError(
            f"There is no kind of people named '{options['kind'][:40]}'; known are: {', '.join(KINDS)}."
        )
    if (options["sort"] or "name") not in COLUMNS:
        raise QuestionError(f"People can't be sorted by '{options['sort'][:40]}'; they can by: {', '.join(COLUMNS)}.")
    level = whole(request, "level", -1, low=0, high=len(view.ladder.names) - 1)
    found = workspace.people(
        search=options["search"],
        ladder=view.ladder,
        at=view.at or None,
        level=None if level < 0 else level,
        kind=options["kind"] or "known",
        sort=options["sort"] or "name",
        descending=options["order"] == "down",
        page=whole(request, "page", 1),
    )
    return found, options


def people(request: Request) -> Response:
    """Answer with one page of people."""
    view = asked(request, request.app.state.workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    found, options = find(request, view)
    return page(
        request,
        "people.html",
        title="People",
        view=view,
        found=found,
        options=view.options | options,
        kinds=KINDS,
        columns=COLUMNS,
    )


PAGE = Page(
    (Address("/people", people),),
    menu="People",
    order=6,
)
