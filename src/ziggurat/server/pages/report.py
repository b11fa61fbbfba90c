"""How does a board get its report? Written behind a page, and then downloaded in either form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import QuestionError
from ziggurat.report.report import ENDINGS
from ziggurat.report.scope import DAYS
from ziggurat.server import fits
from ziggurat.server.query import NUMBER, WEB, PageQuery, as_asked, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.responses import made
from ziggurat.server.turns import digest, visitor
from ziggurat.state import queue
from ziggurat.state.queue import DONE, WORK, Order, Piece
from ziggurat.study.options import Option
from ziggurat.work.tasks import report_file
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

MOST_LISTED = 20  # reports that were made before


def report(request: Request) -> Response:
    """Answer with the form; with how far the report is; or with its findings and where it is downloaded."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    options = chosen(request, view)
    job = known(request, options)
    return page(
        request,
        "report.html",
        title="A report for a board",
        view=view,
        options=options,
        job=job,
        found=about(workspace, job) if job and job.state == DONE else None,
        others=[about(workspace, each) for each in reports(workspace) if is_other(each, job, options)][:MOST_LISTED],
    )


def file(request: Request) -> Response:
    """Answer with the report as a file; with its page, where it is not written yet. Raises: QuestionError."""
    workspace: Workspace = request.app.state.workspace
    form(request)
    options = chosen(request, asked(request, workspace))
    job = known(request, options)
    return RedirectResponse(link("/report", options), 303) if job is None or job.state != DONE else sent(request, job)


def earlier(request: Request) -> Response:
    """Answer with a report that was made before, as a file. Raises: QuestionError if there is none of that number."""
    workspace: Workspace = request.app.state.workspace
    number = Option("number", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["number"])
    found = next((each for each in reports(workspace) if each.id == number), None)
    if found is None:
        raise QuestionError("That report is not kept any more; write it anew.")
    return sent(request, found)


def sent(request: Request, job: Piece) -> Response:
    """Answer with a report in the form that the address names."""
    workspace: Workspace = request.app.state.workspace
    ending = form(request)
    if ending[1:] not in forms_of(workspace, job.id):
        raise QuestionError(f"That report was not written as {ending}; write it anew.")
    return made(report_file(workspace, job.id, ending), f"{workspace.config.name} {job.options['until']}{ending}")


def about(workspace: Workspace, job: Piece) -> dict[str, Any]:
    """Return what the page says of a report that was made."""
    days = {name: date.fromisoformat(job.options[name]) for name in ("since", "until", "made")}
    return {
        "id": job.id,
        "ladder": job.options["ladder"],
        "pages": job.outcome["pages"],
        "forms": forms_of(workspace, job.id),
        **days,
    }


def is_other(each: Piece, job: Piece | None, options: dict[str, str]) -> bool:
    """Say whether a report is another one than that of the page, and of no later day."""
    return (job is None or each.id != job.id) and each.options["until"] <= options["until"]


def form(request: Request) -> str:
    """Return the ending of the form that the address names. Raises: QuestionError if there is none."""
    ending = f".{request.path_params['ending']}"
    if ending not in ENDINGS:
        raise QuestionError(f"There is no report as '{ending[:10]}'; there is one as {' and '.join(ENDINGS)}.")
    return ending


def reports(workspace: Workspace) -> list[Piece]:
    """Return the reports that were made and are there, the newest first."""
    found = queue.listed(workspace.state.database, WORK.c.name == "report", WORK.c.state == DONE)
    return [each for each in found if forms_of(workspace, each.id)]


def forms_of(workspace: Workspace, number: int) -> list[str]:
    """Return the forms in which a report is there: an earlier version wrote fewer."""
    return [ending[1:] for ending in ENDINGS if report_file(workspace, number, ending).is_file()]


def chosen(request: Request, view: PageQuery) -> dict[str, str]:
    """Return the ladder, the period and the comment, as the address says or as the form begins: a quarter."""
    since = view.since_day if view.since else view.at_day - timedelta(days=DAYS)
    found = {"ladder": view.ladder.name, "since": since.isoformat(), "until": view.at_day.isoformat()}
    comment = request.query_params.get("comment", "").strip()
    return found | ({"comment": comment} if comment else {})


async def begin(request: Request) -> Response:
    """Begin to write the report that the form asks for, unless that was begun, and lead to its page.

    Raises: BusyError if too much waits already.
    """
    return await run_in_threadpool(begun, await as_asked(request))


def begun(request: Request) -> Response:
    """Begin the work on a report."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return RedirectResponse(link("/report"), 303)
    options = chosen(request, view)
    job = known(request, options)
    if job is None or job.state != DONE:
        key, what = key_of(workspace, options), {**options, "made": today().isoformat()}
        fits.put(request, Order("report", "A report for a board", what, key, visitor(request), WEB))
    return RedirectResponse(link("/report", options), 303)


def known(request: Request, options: dict[str, str]) -> Piece | None:
    """Return the work on a report, or None where nobody has begun it, or what it made is gone."""
    works: Worker = request.app.state.fits
    workspace: Workspace = request.app.state.workspace
    job = works.latest(key_of(workspace, options))
    gone = job is not None and job.state == DONE and job.id not in [each.id for each in reports(workspace)]
    return None if gone else job


def key_of(workspace: Workspace, options: dict[str, str]) -> str:
    """Return all that a report may follow from, as one short text."""
    answers = str(workspace.state.questionnaire())
    state = (workspace.derived.version(workspace.state.raises()), answers, workspace.stale())
    return digest("report", today(), *state, *options.items())


def today() -> date:
    """Return the day on which a report is made."""
    return datetime.now(UTC).date()


PAGE = Page(
    (
        Address("/report", report),
        Address("/report", begin, "change"),
        Address("/report.{ending}", file, "file"),
        Address("/report/{number}.{ending}", earlier, "file", as_of=False),
    ),
    menu="Report",
    order=8,
)
