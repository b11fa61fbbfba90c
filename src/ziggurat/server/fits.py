"""How is a study answered that takes minutes? Behind its page, once for all who ask the same."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from ziggurat.asking import completed
from ziggurat.catalogue import Study
from ziggurat.errors import QuestionError
from ziggurat.instant import instant
from ziggurat.result import PROGRESS, Result
from ziggurat.server.jobs import Job, Jobs, Progress
from ziggurat.words import numbers

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

PATIENCE = 0.5  # seconds
MOST_SECONDS = 3_600.0  # that one piece of work may take


def begin(request: Request, study: Study, options: Mapping[str, Any]) -> Job:
    """Return the work on an answer, which begins if nobody has asked for it yet.

    Raises: what `study.check` does where a part is not installed; QuestionError if the options can't be taken;
    BusyError if too much waits already.
    """
    workspace: Workspace = request.app.state.workspace
    fits: Jobs = request.app.state.fits

    def work(progress: Progress) -> dict[str, Any]:
        PROGRESS.set(stoppable(fits, progress))  # of this thread, in which nothing else runs
        return {"result": workspace.ask(study.name, **options)}

    job = fits.once(key_of(request, study, options), study.title, work, visitor(request))
    job.ended.wait(PATIENCE)  # an option that names nothing is found at once
    return job


def known(request: Request, study: Study, options: Mapping[str, Any]) -> Result | Job | None:
    """Return the answer if it is there, else the work on it, else None: nobody has begun it. Begins nothing.

    Work that failed is forgotten once it is returned, so that it can be asked for again. Raises: as `begin`.
    """
    fits: Jobs = request.app.state.fits
    job = fits.look(key_of(request, study, options))
    if job is None or not job.done:
        return job
    if job.error:
        fits.forget(job)
        return job
    found: Result = job.outcome["result"]
    return found


def key_of(request: Request, study: Study, options: Mapping[str, Any]) -> Hashable:
    """Return what tells the work on an answer from all other. Raises: as `begin`."""
    workspace: Workspace = request.app.state.workspace
    if study.check is not None:
        study.check()
    asked = {name: each for name, each in options.items() if name != "ladder"}
    given = completed(study, instant(workspace.as_of()), asked)
    version = workspace.derived.version(workspace.state.raises())
    return (study.name, version, options.get("ladder"), *sorted(study.function.asked(given).items()))


def visitor(request: Request) -> str:
    """Tell visitors apart, as well as can be without a sign-in: by where they are and with which browser."""
    where = request.client.host if request.client else ""
    return f"{where} {request.headers.get('x-forwarded-for', '')[:100]} {request.headers.get('user-agent', '')[:200]}"


def stoppable(fits: Jobs, progress: Progress) -> Progress:
    """Return what work tells its progress to, which ends it where the server is about to stop, or it takes too long."""
    latest = time.monotonic() + MOST_SECONDS

    def told(label: str, share: float) -> None:
        if fits.closing:
            raise QuestionError("The server was stopped before the answer was there; ask again.")
        if time.monotonic() > latest:
            raise QuestionError(
                f"This was not done after {numbers.number(MOST_SECONDS / 60)} minutes, and was stopped. "
                "Ask for a shorter period, or on the command line, where nothing stops it."
            )
        progress(label, share)

    return told
