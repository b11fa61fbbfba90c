"""Which studies did somebody pin to a page of their own, and what do they say now?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat import catalogue
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import day
from ziggurat.base.words.style import PAPER
from ziggurat.base.words.texts import plain
from ziggurat.catalogue import Study
from ziggurat.catalogue.guide import headline
from ziggurat.server import fits
from ziggurat.server.figures import specification, themes
from ziggurat.server.pages.studies import chosen, part_result
from ziggurat.server.query import NUMBER, PageQuery, as_asked, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.settings.config import Pin
from ziggurat.state.queue import Piece
from ziggurat.study.options import Option

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

NOT_KEPT = ("study", "name", "page")  # of a form, beside the options of a study
LONGEST = 80  # characters of a heading


def pinned(request: Request) -> Response:
    """Answer with the pinned studies, each of which comes once the page is there."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    rows = [(name, pin, known(pin), address(pin, view)) for name, pin in workspace.config.pinned.items()]
    return page(request, "pinned.html", title="Pinned", view=view, rows=rows, themes=themes())


def known(pin: Pin) -> str:
    """Return the question of a pinned study; nothing where there is no such study any more."""
    return catalogue.STUDIES[pin.study].question if pin.study in catalogue.STUDIES else ""


def address(pin: Pin, view: PageQuery) -> str:
    """Return the address of the study's page as it was pinned, its period moved up to the day that is looked at."""
    return link(f"/study/{pin.study}", moved(pin, view)) if known(pin) else link("/studies")


def moved(pin: Pin, view: PageQuery) -> dict[str, str]:
    """Return the options of a pinned study."""
    days = {"since": (view.at_day - timedelta(days=pin.days)).isoformat()} if pin.days is not None else {}
    until = view.at_day.isoformat() if days else view.at
    options = {**days, "until": until, "at": view.at}
    takes = {option.name for option in catalogue.find(pin.study).options}
    return {"ladder": view.ladder.name, **{name: one for name, one in options.items() if name in takes}, **pin.options}


def one(request: Request) -> Response:
    """Answer with one pinned study in small: its first sentence and its chart."""
    workspace: Workspace = request.app.state.workspace
    pins = list(workspace.config.pinned.items())
    number = int(Option("place", NUMBER, "in the address", 1, 10_000).read(request.path_params["place"]))
    if number > len(pins):
        raise QuestionError(f"Only {len(pins)} studies are pinned; load the page again.")
    name, pin = pins[number - 1]
    view, found = asked(request, workspace), catalogue.find(pin.study)
    query = {key: text for key, text in moved(pin, view).items() if text}
    inner = Request({**request.scope, "query_string": urlencode(query).encode()})
    seen = asked(inner, workspace)
    options = chosen(found, inner, seen)
    result, notice, job = None, "Nothing has come in yet.", None
    if not seen.empty:
        try:
            result, notice, job = part_result(found, options, inner, seen)
        except QuestionError as error:  # what it was asked by, such as a level, is no longer there
            notice = str(error)
    rows = result.rows() if result else []
    names = workspace.names([row["person_id"] for row in rows[:1] if "person_id" in row])
    return page(
        request,
        "pinned_one.html",
        title=name,
        study=found,
        options=options,
        lead=headline(found.name, result, names, PAPER) if result else "",
        drawing=specification(result.chart(), workspace.config.noted()) if result and rows else None,
        empty=(result.empty if result else notice) or ("It is being worked out; open it." if job else ""),
        themes=themes(),
    )


async def pin(request: Request) -> Response:
    """Pin a study as its page asked it."""
    return await run_in_threadpool(pin_study, await as_asked(request))


def pin_study(request: Request) -> Response:
    """Pin it, and show the page. One whose period ends with the data moves with it from then on.

    Raises: QuestionError if the study can't be asked so.
    """
    workspace: Workspace = request.app.state.workspace
    view, given = asked(request, workspace), request.query_params
    found = catalogue.find(given.get("study", ""))
    try_out(request, found, view)
    takes = {"ladder", *(option.name for option in found.options)}
    options = {name: text for name, text in given.items() if text and name in takes and name not in NOT_KEPT}
    last, days = view.last_day.isoformat(), None
    if options.get("until", last) == last and "until" in takes:
        options.pop("until", None)
        since = options.pop("since", "")
        days = max((view.last_day - day("since", since)).days, 1) if since else None
    if options.get("at") == last:
        del options["at"]
    name = plain(given.get("name", ""), LONGEST) or found.title
    new = {"study": found.name, "options": options, "days": days}
    keep(workspace, name, {key: value for key, value in new.items() if value not in (None, {})})
    return RedirectResponse(link("/pinned"), 303)


def try_out(request: Request, found: Study, view: PageQuery) -> None:
    """Ask a study once as it is to be pinned, which costs nothing where its page has just asked it.

    Raises: QuestionError if it can't be asked so.
    """
    options = chosen(found, request, view)
    if view.empty:
        found.read({name: text for name, text in options.items() if name != "ladder"})
    elif not found.late:
        view.ask(found.name, options)
    else:
        fits.begin(request, found, options)
        known = fits.known(request, found, options)
        if isinstance(known, Piece) and known.error:
            raise QuestionError(known.error)


def keep(workspace: Workspace, name: str, new: Mapping[str, object] | None) -> None:
    """Write what is pinned under a name; nothing takes it off."""
    held = dict(workspace.read_settings().get("pinned", {}))
    held.pop(name, None)
    held |= {} if new is None else {name: new}
    workspace.change_settings({"pinned": held or None})


async def unpin(request: Request) -> Response:
    """Take a study off the page."""
    async with request.form(max_files=0, max_fields=10) as form:
        name = str(form.get("name") or "")
    await run_in_threadpool(keep, request.app.state.workspace, name, None)
    return RedirectResponse(link("/pinned"), 303)


PAGE = Page(
    (
        Address("/pinned", pinned, as_of=False),
        Address("/pinned/{place}", one, "part", as_of=False),
        Address("/pinned", pin, "change"),
        Address("/pinned/off", unpin, "change"),
    ),
)
