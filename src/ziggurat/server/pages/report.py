"""How does a board get its report? Written behind a page, and then downloaded in either form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.errors import QuestionError
from ziggurat.report.report import ENDINGS, Report
from ziggurat.report.scope import DAYS
from ziggurat.server import fits
from ziggurat.server.answers import download
from ziggurat.server.jobs import Job, Jobs, Progress
from ziggurat.server.query import Asked, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

ASKED = ("since", "until")  # in the address, once someone has asked for a report


def report(request: Request) -> Response:
    """Answer with the form; with how far the report is; or with its findings and where it is downloaded."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    options = chosen(request, view)
    job = begun(request, options) if any(name in request.query_params for name in ASKED) else None
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
    job = begun(request, options)
    found: Report | None = job.outcome.get("report")
    if found is None:
        return RedirectResponse(link("/report", options), 303)

    def write(path: Path) -> None:
        found.save(path)

    return download(f"{workspace.config.name} {options['until']}{ending}", write)


def chosen(request: Request, view: Asked) -> dict[str, str]:
    """Return the ladder and the period, as the address says or as the form begins: a quarter up to the last day."""
    since = view.since_day if view.since else view.at_day - timedelta(days=DAYS)
    return {"ladder": view.ladder.name, "since": since.isoformat(), "until": view.at_day.isoformat()}


def begun(request: Request, options: dict[str, str]) -> Job:
    """Return the work on a report, begun if nobody has asked for the same one yet.

    Work that failed is forgotten once it is returned, so that it can be asked for again.
    """
    workspace: Workspace = request.app.state.workspace
    works: Jobs = request.app.state.fits
    made = datetime.now(UTC).date()

    def work(progress: Progress) -> dict[str, Any]:
        told = fits.stoppable(works, progress)
        found = Report.of(workspace, made=made, progress=told, **options)
        told("Drawing the charts", 0.95)
        return {"report": found, "charts": len(found.drawings)}

    # All that an answer may follow from.
    state = (workspace.derived.version(workspace.state.raises()), str(workspace.state.replies()), workspace.stale())
    job = works.once(("report", made, *state, *options.items()), "A report for a board", work)
    job.ended.wait(fits.PATIENCE)
    if job.done and job.error:
        works.forget(job)
    return job


PAGE = Page(
    (
        Address("/report", report),
        Address("/report.{ending}", file, "file"),
    ),
    menu="Report",
    order=8,
)
