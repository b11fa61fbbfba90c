"""Which work is there? Each kind by name: what it does, with which options, and whether it may be done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ziggurat.base import durable
from ziggurat.base.errors import LaterError, QuestionError, SourceError
from ziggurat.results.result import PROGRESS
from ziggurat.state import queue
from ziggurat.state.queue import Lane
from ziggurat.work.turn import Turn

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

CHANGES = Lane("changes", most=200, of_one=200)  # of the log and what follows from it: never let go
COLLECTED = Lane("collected", most=4, of_one=4)  # beside the changes, so that none waits for a long import
PULLS = Lane("pulls", most=200, of_one=200, yields=True)  # a system may take hours to give what it has
ANSWERS = Lane("answers", most=16, of_one=4, abandon=True, yields=True)
MOST_SECONDS = 3_600.0  # that one answer may take
TIDIED_LOTS = 200  # imports after which the small files that each lot makes are put together
REPORTS = "reports"  # the folder of the workspace with reports that were made


@dataclass(frozen=True)
class Task:
    """One kind of work.

    run: does it for a workspace, and returns what can be written as JSON. again: whether it may run once more where
    its process ended before it was done; else it has then failed. kept: whether what comes of it stays, so that it goes
    on where nobody waits for it.
    """

    run: Callable[[Workspace, Turn], Mapping[str, Any]]
    lane: Lane = CHANGES
    again: bool = True
    kept: bool = True


def import_file(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Import a file, then bring the figures up to date where that is wanted, then delete the file where it is ours.

    options: path, file (its name, as its sender calls it), source, mapping, whole, refresh, and upload, which says that
    it is ours.
    """
    from ziggurat.sources.mapping import Mapping as FileMapping

    options = turn.piece.options
    path = Path(options["path"])
    if not turn.kept:
        mapping = msgspec.convert(options["mapping"], FileMapping)
        try:
            done = workspace.import_file(
                path, source=options["source"], mapping=mapping, file_name=options["file"],
                whole=options.get("whole", False), progress=turn,
            )  # fmt: skip
        except SourceError as error:
            raise SourceError(str(error).replace(path.name, options["file"], 1)) from error
        turn.keep(**{name: value for name, value in done.items() if name != "at"})
    if options.get("refresh"):
        workspace.refresh(progress=turn)
    if options.get("upload"):
        remove_upload(path)
    return turn.kept


def pull(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Import what is new in a source; of one that client libraries send to, what waits. Then bring the figures up to
    date where that is wanted. Where the system asks for a pause, `later` says why, and `wait_seconds` for how long.

    options: source, again, and refresh.
    """
    options, pause, notes = turn.piece.options, {}, dict[str, list[str]]()
    last = max((int(one["import_id"]) for one in workspace.imports()), default=0)
    try:
        if options["source"] in workspace.collecting():
            workspace.load(only=options["source"], progress=turn)
        else:
            pulled = workspace.pull(options["source"], again=options["again"], progress=turn)
            notes = {one["import_id"]: one["notes"] for one in pulled}
    except LaterError as error:  # what came before it is in the log, and the next pull goes on from there
        pause = {"later": str(error), "wait_seconds": error.seconds}
    done = [
        {name: value for name, value in one.items() if name != "at"} | {"notes": notes.get(one["import_id"], [])}
        for one in workspace.imports()[::-1]
        if int(one["import_id"]) > last and one["source"] == options["source"]
    ]
    if options.get("refresh") and done:
        workspace.refresh(progress=turn)
    return {"imports": done} | pause


def load(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Take up what was collected, bring the figures up to it, and keep the log in few files."""
    done = workspace.load(progress=turn)
    if done:
        workspace.refresh(progress=turn)
    if any(int(one["import_id"]) % TIDIED_LOTS == 0 for one in done):
        turn("Putting small files together", 0.0)
        workspace.tidy()
    return {"imports": [{name: value for name, value in one.items() if name != "at"} for one in done]}


def remove_upload(path: Path) -> None:
    """Delete an uploaded file, with what was noted of it."""
    durable.drop((path, path.with_name("about.json")))
    if path.parent.exists() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def refresh(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Take up what was collected, and bring people, histories and levels up to all that came in."""
    done = workspace.load(progress=turn)
    return {**workspace.refresh(progress=turn), "collected": sum(one["new"] for one in done)}


def undo(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Take an import back, and bring the figures up to date where that is wanted. options: import_id, refresh."""
    name = turn.piece.options["import_id"]
    undone = any(one["import_id"] == name and one["undone"] for one in workspace.imports())
    if not (undone and turn.piece.tries > 1):  # else it was done before its process ended
        turn("Taking the rows out", 0.0)
        workspace.undo(name)
    if turn.piece.options.get("refresh"):
        workspace.refresh(progress=turn)
    return {"undone": True}


def tidy(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Put the log's small files together. options: now."""
    return workspace.tidy(now=turn.piece.options.get("now", False))


def report(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Write a report in every form into the workspace's `reports/`. options: ladder, since, until, made."""
    from ziggurat.report.report import ENDINGS, Report

    options = dict(turn.piece.options)
    found = Report.of(workspace, made=date.fromisoformat(options.pop("made")), progress=turn, **options)
    turn("Drawing the charts", 0.95)
    durable.folder(workspace.folder / REPORTS)
    for ending in ENDINGS:
        durable.replace(report_file(workspace, turn.piece.id, ending), found.written(ending))
    drop_reports(workspace)
    pages = [{"title": page.title, "headline": page.headline} for page in found.content.pages]
    return {"pages": pages}


def report_file(workspace: Workspace, number: int, ending: str) -> Path:
    """Return where a report is, by the number of the work that made it."""
    return workspace.folder / REPORTS / f"{number}{ending}"


def drop_reports(workspace: Workspace) -> None:
    """Delete the reports of which the queue knows nothing any more."""
    known = {str(one.id) for one in queue.listed(workspace.state.database, queue.WORK.c.name == "report")}
    there = (workspace.folder / REPORTS).iterdir()
    durable.drop(path for path in there if path.name.partition(".")[0] not in known)


def week(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Queue this week's steps; begun once more, it adds what was not there yet."""
    found = workspace.fill_week(by=turn.piece.asked_by, progress=turn)
    return {
        "offered": found.offered, "held": found.held, "stopped": list(found.stopped), "paused": list(found.paused),
        "share": found.share,
    }  # fmt: skip


def study(workspace: Workspace, turn: Turn) -> dict[str, Any]:
    """Answer a study that takes long; its result is then at hand in this process. options: name, options."""
    turn("Working it out", 0.0)
    PROGRESS.set(turn)  # of this thread, in which nothing else runs
    workspace.ask(turn.piece.options["name"], **turn.piece.options["options"])
    return {}


TASKS: dict[str, Task] = {
    "import": Task(import_file),
    "pull": Task(pull, PULLS),
    "load": Task(load, COLLECTED),
    "refresh": Task(refresh),
    "undo": Task(undo),
    "tidy": Task(tidy),
    "report": Task(report, ANSWERS),
    "study": Task(study, ANSWERS, kept=False),
    "week": Task(week),
}


def task(name: str) -> Task:
    """Return a kind of work. Raises: QuestionError if this version knows none of that name."""
    if name not in TASKS:
        raise QuestionError(f"This version of Ziggurat knows no work named '{name[:40]}'; a newer one asked for it.")
    return TASKS[name]
