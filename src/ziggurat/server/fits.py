"""How is a study answered that takes minutes? Behind its page, once for all who ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from ziggurat.catalogue import Study
from ziggurat.errors import QuestionError
from ziggurat.result import PROGRESS, Result
from ziggurat.server.jobs import Job, Jobs, Progress

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

PATIENCE = 0.5  # seconds


def soon(request: Request, study: Study, options: Mapping[str, Any]) -> Result | Job:
    """Return the answer if it is there, else the work on it, which begins if nobody has asked yet.

    Work that failed is forgotten once it is returned, so that it can be asked for again.
    Raises: what `study.check` does where a part is not installed; QuestionError if the options can't be taken.
    """
    workspace: Workspace = request.app.state.workspace
    fits: Jobs = request.app.state.fits
    if study.check is not None:
        study.check()
    study.read({name: value for name, value in options.items() if name != "ladder"})
    version = workspace.derived.version(workspace.state.raises())

    def work(progress: Progress) -> dict[str, Any]:
        PROGRESS.set(stoppable(fits, progress))  # of this thread, in which nothing else runs
        return {"result": workspace.ask(study.name, **options)}

    key = (study.name, version, *sorted((name, str(value)) for name, value in options.items()))
    job = fits.once(key, study.question, work)
    job.ended.wait(PATIENCE)  # an option that names nothing is found at once
    if job.done and job.error:
        fits.forget(job)
    return job.outcome["result"] if job.done and not job.error else job


def stoppable(fits: Jobs, progress: Progress) -> Progress:
    """Return what work tells its progress to, which ends it where the server is about to stop."""

    def told(label: str, share: float) -> None:
        if fits.closing:
            raise QuestionError("The server was stopped before the answer was there; ask again.")
        progress(label, share)

    return told
