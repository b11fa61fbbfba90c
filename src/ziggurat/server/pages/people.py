"""Who is there? Search, filter and sort everyone, one page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import QuestionError
from ziggurat.people import mailing
from ziggurat.playbook.segment import APART, FIELDS, FORECASTS, LEDGERS, MOVES, ROLES, SIGNALS, STANCES, Segment, read
from ziggurat.server.query import NUMBER, WEB, PageQuery, as_asked, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.responses import download
from ziggurat.study.options import Option

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
SORTS = {  # as `workspace.note` has them → as one says it
    "tag": "Tag",
    "note": "Note",
    "task": "Task, due on the day",
    "contacted": "Contacted on the day",
    "snoozed": "Can wait until the day",
}
# column → its heading, and whether the first click on it sorts from the top
COLUMNS = {
    "name": ("Name", False),
    "level": ("Level", True),
    "since": ("There since", True),
    "interactions": ("Interactions", True),
    "last_at": ("Last seen", True),
}


def find(request: Request, view: PageQuery) -> tuple[PeoplePage, dict[str, str]]:
    """Return the people that the address asks for, and its options. Raises: QuestionError if it can't be."""
    workspace: Workspace = request.app.state.workspace
    given = request.query_params
    segment = chosen(request, view)
    order = {name: given.get(name, "").strip() for name in ("sort", "order")}
    if (order["sort"] or "name") not in COLUMNS:
        raise QuestionError(f"People can't be sorted by '{order['sort'][:40]}'; they can by: {', '.join(COLUMNS)}.")
    found = workspace.people(
        ladder=view.ladder,
        at=view.at or None,
        segment=segment,
        sort=order["sort"] or "name",
        descending=order["order"] == "down",
        page=whole(request, "page", 1),
    )
    said = dict.fromkeys(FIELDS, "") | segment.address() | order
    return found, said | {"ladder": view.ladder.name}


def look(request: Request) -> tuple[Request, PageQuery]:
    """Return a request, and what it looks at: a saved segment is looked at on its own ladder, where it names one."""
    workspace: Workspace = request.app.state.workspace
    name = request.query_params.get("segment", "")
    ladder = workspace.segment(name).ladder if name else ""
    if ladder in workspace.ladders():
        given = {**request.query_params, "ladder": ladder}
        request = Request({**request.scope, "query_string": urlencode(given).encode()})
    return request, asked(request, workspace)


def chosen(request: Request, view: PageQuery) -> Segment:
    """Return the segment that the address means: one that is saved, or what its options say; levels by number."""
    workspace: Workspace = request.app.state.workspace
    name = request.query_params.get("segment", "")
    segment = workspace.segment(name) if name else read(request.query_params, workspace.kinds)
    levels = tuple(view.ladder.number(level) for level in segment.level)
    above = segment.forecast_level
    reached = "" if above == "" else str(view.ladder.number(above))
    return msgspec.structs.replace(segment, level=levels, ladder="", forecast_level=reached)


def people(request: Request) -> Response:
    """Answer with one page of people."""
    request, view = look(request)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    workspace: Workspace = request.app.state.workspace
    segment = chosen(request, view)
    found, options = find(request, view)
    kept, name = whole(request, "kept", 0, low=0), request.query_params.get("segment", "")
    return page(
        request,
        "people.html",
        title=segment.title or "People",
        view=view,
        found=found,
        options=view.options | options,
        kinds=KINDS,
        columns=COLUMNS,
        words=in_words(segment, view),
        saved=workspace.segments(),
        name=name,
        kept=kept,
        kept_of=sum(one["batch"] == kept for one in workspace.notes()) if kept else 0,
        FIELDS=FIELDS,
        SORTS=SORTS,
        CHOICES={
            "moved": MOVES,
            "signal": SIGNALS,
            "stance": {stance: stance for stance in STANCES},
            "role": {role: role for role in ROLES},
            "ledger": LEDGERS,
            "forecast": FORECASTS,
            "forecast_level": {str(number): name for number, name in enumerate(view.ladder.names) if number},
        },
        EXPORTS=mailing.COLUMNS,
        plain=not set(segment.address()) - {"search", "kind", "level"},
    )


def in_words(segment: Segment, view: PageQuery) -> str:
    """Say whom a segment means, with the names of levels."""
    return by_name(segment, view).words()


def by_name(segment: Segment, view: PageQuery) -> Segment:
    """Return a segment with the names of levels in place of their numbers."""
    names, above = view.ladder.names, segment.forecast_level
    return msgspec.structs.replace(
        segment,
        level=tuple(names[int(level)] for level in segment.level),
        forecast_level="" if above == "" else names[int(above)],
    )


def export(request: Request) -> Response:
    """Answer with the people that the address asks for as a file: for a mail tool, or with the columns it names."""
    workspace: Workspace = request.app.state.workspace
    request, view = look(request)
    columns = [one.strip() for one in request.query_params.get("columns", "").split(APART) if one.strip()]
    segment, through = chosen(request, view), {"ladder": view.ladder, "at": view.at or None}
    ending = request.url.path.rpartition(".")[2]
    stem = request.query_params.get("segment", "") or "people"
    return download(
        workspace.folder,
        f"{stem}.{ending}",
        lambda file: workspace.export_people(file, segment, columns=columns, **through),
    )


async def keep(request: Request) -> Response:
    """Keep something of each of the people who are ticked, or of the whole list, and show the list."""
    return await run_in_threadpool(kept_of, await as_asked(request))


def kept_of(request: Request) -> Response:
    """Keep it, and lead back to the list."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    given, segment = request.query_params, chosen(request, view)
    people = given.getlist("person")
    if given.get("whole"):
        people = [row["person_id"] for row in workspace.listed(segment, ladder=view.ladder)]
    said: dict[str, Any] = {name: given.get(name, "") for name in ("text", "owner")}
    number, _ = workspace.note_all(people, **said, sort=given.get("keep", "note"), day=given.get("day") or None, by=WEB)
    return RedirectResponse(link("/people", {"ladder": view.ladder.name}, segment.address(), kept=number), 303)


def take_back(request: Request) -> Response:
    """Take back what was kept of several people at once."""
    workspace: Workspace = request.app.state.workspace
    number = Option("number", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["number"])
    workspace.forget_all(int(number))
    return RedirectResponse(link("/people"), 303)


async def save(request: Request) -> Response:
    """Save what the list shows as a segment."""
    request = await as_asked(request)
    return await run_in_threadpool(saved, request)


def saved(request: Request) -> Response:
    """Save it, and show it by its name."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    name = request.query_params.get("name", "").strip()
    segment = chosen(request, view)
    segment = msgspec.structs.replace(by_name(segment, view), ladder=view.ladder.name)
    workspace.save_segment(name, segment, title=request.query_params.get("title", ""))
    return RedirectResponse(link("/people", ladder=view.ladder.name, segment=name), 303)


def remove(request: Request) -> Response:
    """Delete a saved segment; nothing else goes with it."""
    request.app.state.workspace.remove_segment(request.path_params["segment"])
    return RedirectResponse(link("/people"), 303)


PAGE = Page(
    (
        Address("/people", people),
        Address("/people.csv", export, "file"),
        Address("/people.xlsx", export, "file"),
        Address("/people/kept", keep, "change"),
        Address("/people/kept/{number}/undo", take_back, "change"),
        Address("/people/segments", save, "change"),
        Address("/people/segments/{segment}/remove", remove, "change"),
    ),
    menu="People",
    order=6,
)
