"""Which questions can be asked, what is the answer to one, and who is behind each of its figures?"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat import catalogue
from ziggurat.base.errors import ExtraError, QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import day as read_day
from ziggurat.base.words.style import PAGE as PAPER
from ziggurat.catalogue import Study
from ziggurat.catalogue.guide import guide, guides, headline, options_shown
from ziggurat.results import rendering
from ziggurat.results.result import Result
from ziggurat.server import fits
from ziggurat.server.columns import columns_shown, words_of, write_cell
from ziggurat.server.figures import specification
from ziggurat.server.labels import label
from ziggurat.server.opened import Behind, list_people
from ziggurat.server.query import PageQuery, as_asked, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import ROW, link, page
from ziggurat.server.responses import download
from ziggurat.state.queue import Piece

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SIZE = 50  # rows of one page of a table
SHORT = 12  # rows that are seen before all are asked for
WIDEST = 14  # columns of a short table
MOST_NOTED = 20  # days of which it is said what happened
SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z])")  # where the next one begins
OURS = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # an address of this server
REFERENCE = re.compile(r"\s*\((?:see )?`[\w.]+`\)")  # to a part of the code, which a page can't lead to
UNASKED = "This takes minutes. Choose the options, and press Show."
ROOMS = {
    "levels": "People and levels",
    "channels": "Activities and channels",
    "roles": "The social customer",
    "value": "Value for both sides",
    "scenario": "Where the organisation stands",
}


def studies(request: Request) -> Response:
    """Answer with every study, or with those in whose words a search is found."""
    workspace: Workspace = request.app.state.workspace
    search = request.query_params.get("search", "").strip()
    found = [each for each in catalogue.LISTED if fits_search(each, search)]
    rooms = [(room, title, [each for each in found if each.room == room]) for room, title in ROOMS.items()]
    starts = {name: (one.title, [catalogue.find(each) for each in one.studies]) for name, one in guides().start.items()}
    return page(
        request,
        "studies.html",
        title="Studies",
        view=asked(request, workspace),
        rooms=[room for room in rooms if room[2]],
        search=search,
        starts=starts,
        guide=guide,
        gist=gist,
    )


def fits_search(study: Study, search: str) -> bool:
    """Say whether every word of a search is found in what a study is called, asks or counts."""
    words = " ".join((study.name, study.title, study.question, guide(study.name).when, gist(study))).casefold()
    return all(word in words for word in search.casefold().split())


def study(request: Request) -> Response:
    """Answer with one study: its options, its chart and its table."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    found = catalogue.find(request.path_params["name"])
    options = chosen(found, request, view)
    result, notice, job = find_result(found, options, request, view)
    rows = result.rows() if result else []
    short = "page" not in request.query_params and len(rows) > SHORT
    number, size = whole(request, "page", 1), SHORT if short else SIZE
    here = rows[(number - 1) * SIZE :][:size]
    names = workspace.names([row["person_id"] for row in here if "person_id" in row])
    shown = options_shown([option.name for option in found.options])
    return page(
        request,
        "study.html",
        title=found.title,
        view=view,
        study=found,
        options=options,
        about=about(found),
        labels={option.name: label(option) for option in found.options},
        notice=notice,
        job=job,
        unasked=result is None and job is None and not notice,
        notes=result.notes if result else (),
        noted=noted(workspace, view, options),
        empty=result.empty if result else "",
        drawing=specification(result.chart(), workspace.config.noted()) if result and rows else None,
        columns=columns_shown(found.result.columns, rows),
        rows=[(result.worded(row) if result else row, opening(found.name, options, found.result, row)) for row in here],
        headline=headline(found.name, result, names, PAPER) if result else "",
        when=guide(found.name).when,
        first=[option for option in found.options if option.name in shown],
        further=[option for option in found.options if option.name not in shown],
        pivot=pivot(result, guide(found.name).pivot) if result else None,
        short=short,
        right={name for name, column in found.result.columns.items() if column.numeric},
        by_person="person_id" in found.result.columns,
        names=names,
        total=len(rows),
        page_number=number,
        pages=max(1, -(-len(rows) // SIZE)),
    )


def noted(workspace: Workspace, view: PageQuery, options: Mapping[str, str]) -> list[tuple[date, str]]:
    """Return what is noted of the days that a study looks at: those of its window, or of the year before its day."""
    try:
        until = read_day("until", options.get("until") or options.get("at") or view.at_day)
        since = read_day("since", options["since"]) if "since" in options else until - timedelta(days=365)
    except QuestionError:  # an instant within a day
        until, since = view.at_day, view.since_day
    return workspace.config.noted(since, until)[-MOST_NOTED:]


def pivot(result: Result, names: Sequence[str]) -> tuple[list[str], list[tuple[str, list[str]]]] | None:
    """Return an answer in its short form: what heads its columns, and its rows; None where it has none."""
    rows = [result.worded(row) for row in result.rows()]
    if not names or not rows:
        return None
    down, across, cell = names
    heads = list(dict.fromkeys(row[across] for row in rows if row[across] is not None))
    if len(heads) > WIDEST:
        return None
    column = result.columns[cell]
    found: dict[str, dict[Any, str]] = {}
    for row in rows:
        found.setdefault(str(row[down]), {})[row[across]] = str(write_cell(column.unit, row[cell]))
    return [str(one) for one in heads], [
        (name, [cells.get(head, "–") for head in heads]) for name, cells in found.items()
    ]


def find_result(
    found: Study, options: Mapping[str, str], request: Request, view: PageQuery
) -> tuple[Result | None, str, Piece | None]:
    """Return the answer, or why there is none, or the work on it.

    What takes long is worked out behind the page, once its button or its script has asked for it.
    """
    if not found.late:
        return view.ask(found.name, options), "", None
    try:
        known = fits.known(request, found, options)
    except ExtraError as error:
        return None, str(error), None
    if known is None:
        return None, UNASKED if found.check else "", None
    if isinstance(known, Result):
        return known, "", None
    return None, known.error, None if known.done else known


def part_result(
    found: Study, options: Mapping[str, str], request: Request, view: PageQuery
) -> tuple[Result | None, str, Piece | None]:
    """Return the same for a part of another page, which asks by itself for what takes seconds.

    Raises: UnaskedError where that is not there.
    """
    if found.check is not None:
        return find_result(found, options, request, view)
    return view.ask(found.name, options), "", None


async def begin(request: Request) -> Response:
    """Begin to work out what the form asks for, where that takes minutes, and lead to the page of it.

    Raises: BusyError if too much waits already.
    """
    return await run_in_threadpool(begin_study, await as_asked(request))


def begin_study(request: Request) -> Response:
    """Begin the work on a study: as its page asks it, or, where the form says which page needs it, as that does.

    Raises: QuestionError if that is no page of ours.
    """
    found = catalogue.find(request.path_params["name"])
    given = dict(request.query_params)
    if back := given.pop("back", ""):
        if not OURS.fullmatch(back):
            raise QuestionError("That leads to no page of this server; go back, and load the page again.")
        fits.begin(request, found, given)
        return RedirectResponse(back, 303)
    view = asked(request, request.app.state.workspace)
    options = chosen(found, request, view)
    if found.late and not view.empty:
        fits.begin(request, found, options)
    return RedirectResponse(link(f"/study/{found.name}", options), 303)


def result_or_redirect(
    found: Study, options: Mapping[str, str], request: Request, view: PageQuery
) -> Result | Response:
    """Return the answer, or, where that takes minutes and is not there, the way to the page of the work on it."""
    if found.check is None:
        return view.ask(found.name, options)
    known = fits.known(request, found, options)
    return known if isinstance(known, Result) else RedirectResponse(link(f"/study/{found.name}", options), 303)


def open_row(request: Request) -> Response:
    """Answer with the people behind one row of a study."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    found = catalogue.find(request.path_params["name"])
    options = chosen(found, request, view)
    result = result_or_redirect(found, options, request, view)
    if isinstance(result, Response):
        return result
    row = keys(result, request.query_params)
    names = [row_words(result, row)] if row else []
    carried = {**options, **{f"{ROW}{name}": "" if value is None else str(value) for name, value in row.items()}}
    return list_people(
        request,
        view,
        Behind(lambda: result.people(**row), result.columns),
        title=" ".join(["People behind:", *names]) if names else "Everyone in this answer",
        path=f"/study/{found.name}/people",
        options=carried,
        back=(link(f"/study/{found.name}", options), found.title),
    )


def file(request: Request) -> Response:
    """Answer with the table as a file, or with the chart as a picture on a light ground."""
    workspace: Workspace = request.app.state.workspace
    found = catalogue.find(request.path_params["name"])
    ending = request.path_params["ending"]
    if ending not in (*TABLES, *PICTURES):
        raise QuestionError(f"An answer can't be had as '{ending[:20]}'; it can as csv or parquet, or as svg or png.")
    view = asked(request, workspace)
    result = result_or_redirect(found, chosen(found, request, view), request, view)
    if isinstance(result, Response):
        return result
    name = f"{found.name}.{ending}"
    if ending in PICTURES:
        if not result.rows():
            raise QuestionError(f"There is nothing to draw. {result.empty}".strip())
        return download(workspace.folder, name, PICTURES[ending](result.chart()))
    told = replace(result, table=workspace.addressed(result.table))
    return download(workspace.folder, name, told.to_csv if ending == "csv" else told.to_parquet)


def svg(chart: alt.TopLevelMixin) -> Callable[[Path], object]:
    """Return what writes a chart as SVG."""
    return lambda path: path.write_text(rendering.to_svg(chart), "utf-8")


def png(chart: alt.TopLevelMixin) -> Callable[[Path], object]:
    """Return what writes a chart as PNG."""
    return lambda path: path.write_bytes(rendering.to_png(chart))


TABLES = ("csv", "parquet")
PICTURES: Mapping[str, Callable[[alt.TopLevelMixin], Callable[[Path], object]]] = {"svg": svg, "png": png}


def chosen(found: Study, request: Request, view: PageQuery) -> dict[str, str]:
    """Return the options of a study: as the address says, or as its page begins."""
    given = request.query_params
    since = view.since_day if view.since else view.at_day - timedelta(days=found.days)
    begun = {"at": view.at_day.isoformat(), "since": since.isoformat(), "until": view.at_day.isoformat()}
    begun["period"] = "month" if view.day_index < 2 * 365 else "quarter" if view.day_index < 5 * 365 else "year"
    # One level begins as the lowest; two begin as the step between the two highest.
    levels = [option.name for option in found.options if option.kind.name == "level"]
    lowest = 1 if len(levels) < 2 else max(1, len(view.ladder.levels) - 1)
    begun |= {name: str(number) for number, name in enumerate(levels, lowest)}
    options = {"ladder": view.ladder.name}
    for option in found.options:
        text = given.get(option.name) or begun.get(option.name) or option.left_out
        if text:
            options[option.name] = text
    return options


def about(found: Study) -> list[str]:
    """Return what a study counts, and what it does not mean: the paragraphs beneath its question in its own words."""
    text = inspect.cleandoc(sys.modules[found.function.__module__].__doc__ or "")
    return [" ".join(REFERENCE.sub("", part).split()).replace("`", "") for part in text.split("\n\n")[1:]]


def gist(found: Study) -> str:
    """Return the first sentence of what a study counts: enough to choose it by."""
    return SENTENCE.split((about(found) or [""])[0], maxsplit=1)[0]


def opening(name: str, options: Mapping[str, str], result: Result | type[Result], row: Mapping[str, Any]) -> str:
    """Return the address of the people behind one row, or nothing where the row is a person or opens to nobody."""
    if not result.keys or "person_id" in result.columns:
        return ""
    return link(
        f"/study/{name}/people", options, {f"{ROW}{key}": "" if row[key] is None else row[key] for key in result.keys}
    )


def keys(result: Result, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the key columns that an address names, as values of their types. Raises: QuestionError if it can't be."""
    found: dict[str, Any] = {}
    for name, text in given.items():
        key = name.removeprefix(ROW)
        if key == name:
            continue
        if key not in result.keys:
            raise QuestionError(f"This answer can't be opened by '{key[:40]}'{suggest(key, result.keys) or '.'}")
        try:
            found[key] = None if text == "" else READ[result.columns[key].type](text)
        except ValueError as error:
            raise QuestionError(f"'{text[:40]}' is no value of '{key}' ({result.columns[key].type}).") from error
    return found


READ: Mapping[str, Callable[[str], Any]] = {"string": str, "int64": int, "float64": float, "bool": "True".__eq__}


def row_words(result: Result, row: Mapping[str, Any]) -> str:
    """Say which row was opened, in the words of its table."""
    match = next((each for each in result.rows() if all(each[key] == value for key, value in row.items())), None)
    if match is None:
        return ", ".join(str(value) for value in row.values() if value is not None)
    match = result.worded(match)
    words = [match.get(words_of(key, list(result.columns)), value) for key, value in row.items()]
    return ", ".join(str(word) for word in words if word is not None)


PAGE = Page(
    (
        Address("/studies", studies),
        Address("/study/{name}", study),
        Address("/study/{name}", begin, "change"),
        Address("/study/{name}/people", open_row),
        Address("/study/{name}/file.{ending}", file, "file"),
    ),
    menu="Studies",
    order=5,
)
