"""How does a board get its report? Written behind a page, and then downloaded in either form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.errors import QuestionError
from ziggurat.report.report import ENDINGS, Report
from ziggurat.report.scope import DAYS
from ziggurat.server import fits
from ziggurat.server.answers import download
from ziggurat.server.jobs import Job, Jobs, Progress
from ziggurat.server.query import Asked, as_asked, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace


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
        found=None if job is None else job.outcome.get("report"),
        files=[(ending[1:].upper(), link(f"/report{ending}", options)) for ending in ENDINGS],
    )


def file(request: Request) -> Response:
    """Answer with the report as a file; with its page, where it is not written yet. Raises: QuestionError."""
    workspace: Workspace = request.app.state.workspace
    ending = f".{request.path_params['ending']}"
    if ending not in ENDINGS:
        raise QuestionError(f"There is no report as '{ending[:10]}'; there is one as {' and '.join(ENDINGS)}.")
    options = chosen(request, asked(request, workspace))
    job = known(request, options)
    found: Report | None = job.outcome.get("report") if job else None
    if found is None:
        return RedirectResponse(link("/report", options), 303)

    def write(path: Path) -> None:
        found.save(path)

    return download(workspace.folder, f"{workspace.config.name} {options['until']}{ending}", write)


def chosen(request: Request, view: Asked) -> dict[str, str]:
    """Return the ladder and the period, as the address says or as the form begins: a quarter up to the last day."""
    since = view.since_day if view.since else view.at_day - timedelta(days=DAYS)
    return {"ladder": view.ladder.name, "since": since.isoformat(), "until": view.at_day.isoformat()}


async def begin(request: Request) -> Response:
    """Begin to write the report that the form asks for, unless that was begun, and lead to its page.

    Raises: BusyError if too much waits already.
    """
    return await run_in_threadpool(begun, await as_asked(request))


def begun(request: Request) -> Response:
    """Begin the work on a report."""
    workspace: Workspace = request.app.state.workspace
    works: Jobs = request.app.state.fits
    view = asked(request, workspace)
    if view.empty:
        return RedirectResponse(link("/report"), 303)
    options = chosen(request, view)
    made = today()

    def work(progress: Progress) -> dict[str, Any]:
        told = fits.stoppable(works, progress)
        found = Report.of(workspace, made=made, progress=told, **options)
        told("Drawing the charts", 0.95)
        return {"report": found, "charts": len(found.drawings)}

    job = works.once(key_of(workspace, options), "A report for a board", work, fits.visitor(request))
    job.ended.wait(fits.PATIENCE)
    return RedirectResponse(link("/report", options), 303)


def known(request: Request, options: dict[str, str]) -> Job | None:
    """Return the work on a report, or None where nobody has begun it.

    Work that failed is forgotten once it is returned, so that it can be asked for again.
    """
    works: Jobs = request.app.state.fits
    job = works.look(key_of(request.app.state.workspace, options))
    if job and job.done and job.error:
        works.forget(job)
    return job


def key_of(workspace: Workspace, options: dict[str, str]) -> tuple[Any, ...]:
    """Return all that a report may follow from."""
    answers = str(workspace.state.questionnaire())
    state = (workspace.derived.version(workspace.state.raises()), answers, workspace.stale())
    return ("report", today(), *state, *options.items())


def today() -> date:
    """Return the day on which a report is made."""
    return datetime.now(UTC).date()


PAGE = Page(
    (
        Address("/report", report),
        Address("/report", begin, "change"),
        Address("/report.{ending}", file, "file"),
    ),
    menu="Report",
    order=8,
)
