"""Bringing what follows from the log up to it, and until when the log goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from filelock import FileLock

from ziggurat.asking.lens import present
from ziggurat.base.instant import moment
from ziggurat.log import place
from ziggurat.people import people as who
from ziggurat.settings import config
from ziggurat.workspace import ladders
from ziggurat.workspace.folder import Folder, Progress


def stale(space: Folder) -> bool:
    """Tell whether answers are not yet of what the log holds, or of who is who by settings and decisions."""
    manifest = space.derived.manifest()
    rows = space.log.rows()
    if not rows or manifest is None:
        return bool(rows)
    settings = config.load(space.folder)  # they may have been edited since
    settled = who.settling(settings.rules(space.kinds), *space.state.decided())
    return manifest.number < rows[-1]["import_no"] or manifest.settled != settled


def refresh(space: Folder, progress: Progress | None = None) -> dict[str, Any]:
    """Bring people, histories and levels up to the log, to what was decided and to the settings of who is who.

    Only what is new, merged or taken back is done again.

    Returns: interactions, people, staff, agents, anonymous and guarded counts.
    """
    tell = progress or (lambda _label, _share: None)
    place.check(space.folder)
    with FileLock(space.folder / ".refresh.lock"):
        snapshot = space.log.snapshot()
        before = space.derived.manifest()
        if before is None:
            space.derived.forget()
        since = before.number if before else 0
        lost = [row["undoes"] for row in space.log.rows() if row["undoes"] and since < row["import_no"]]
        tell("Resolving people", 0.0)
        space.config = settings = config.load(space.folder)
        rules = settings.rules(space.kinds)
        who.refresh(snapshot, space.folder / "histories", rules, *space.state.decided(), lost)
        for done, ladder in enumerate(ladders.ladders(space).values()):
            tell(f"Climbing {ladder.title or ladder.name}", (done + 1) / (len(ladders.ladders(space)) + 1))
            space.derived.levels(ladder, space.state.raises())
        tell("Done", 1.0)
    return space.derived.counts()


def span(space: Folder) -> tuple[datetime, datetime] | None:
    """Return the instants of the first and the last interaction, or None where there is none."""
    if space.derived.manifest() is None:
        return None
    found = space.derived.counts()
    return None if found["first_at"] is None else (moment(found["first_at"]), moment(found["last_at"]))


def as_of(space: Folder) -> datetime:
    """Return the instant that is meant where none is given: the end of the last interaction's day (UTC), so that
    it is the same to ask of that day by name; or of today, if that day lies in the future."""
    last = space.derived.counts()["last_at"] if space.derived.manifest() else None
    return present(last, datetime.now(UTC))
