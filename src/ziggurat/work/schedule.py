"""Which sources are due to be read again? By how often they are to be, and what became of the last times.

Each is read again after its minutes, a little later by a share that is its own, so that not all come at once. After a
failure it waits twice as long each time, for a day at most; where a system has asked for a pause, at least that long.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from ziggurat.settings import config
from ziggurat.sources import systems
from ziggurat.state import queue
from ziggurat.state.queue import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Order, Piece
from ziggurat.work import tasks
from ziggurat.work.turn import has_ended
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

log = logging.getLogger("ziggurat.work")
LONGEST = 1_440.0  # minutes that failures alone make it wait
SPREAD = 0.1  # of the minutes, by which it may be later
WHO = "schedule"
BROKEN_OFF = "It was interrupted. What it had read whole is kept; the next reading goes on from there."


@dataclass(frozen=True)
class PullState:
    """How a source stands. last: the newest pull of it, if there was any; next_at: when it is due; None: never."""

    last: Piece | None
    next_at: datetime | None

    @property
    def due(self) -> bool:
        """Whether it is to be read now."""
        return self.next_at is not None and self.next_at <= datetime.now(UTC)


def pieces(workspace: Workspace, source: str) -> list[Piece]:
    """Return the pulls of a source that are known, the newest first."""
    some = queue.listed(workspace.state.database, queue.WORK.c.name == "pull")
    return [one for one in some if one.options.get("source") == source]


def pull_state(source: str, known: Sequence[Piece], minutes: float) -> PullState:
    """Return how a source stands. known: its pulls, the newest first; minutes: 0 for one that is not due by itself."""
    last = known[0] if known else None
    if not minutes:
        return PullState(last, None)
    if last is None:
        return PullState(None, datetime.min.replace(tzinfo=UTC))
    if not last.done or last.ended_at is None:
        return PullState(last, None)
    failures = len(list(takewhile(lambda one: one.state == FAILED, known)))
    wait = min(minutes * 2.0 ** min(failures, 12), max(minutes, LONGEST)) * (1 + SPREAD * share(source, last.id))
    asked = float(last.outcome.get("wait_seconds", 0.0)) if last.state == DONE else 0.0
    return PullState(last, last.ended_at + max(timedelta(minutes=wait), timedelta(seconds=asked)))


def listed(workspace: Workspace) -> list[dict[str, Any]]:
    """Return how each source stands that is declared, or brought anything: source, type, by (`schedule`, `hand` where
    it is read when somebody asks, `import` where files are brought, `sender` where programs send to it), state (`new`,
    `queued`, `running`, `interrupted`, `fine`, `failed` or `paused`), share (of what runs), last (when it was last
    read), next (when it is due; None: not by itself), job, error, changed (rows of the last pull or import that were
    new, or changed), arrived (when anything last came) and rejected (rows about which something is left to do)."""
    settings = config.load(workspace.folder)
    came: dict[str, list[dict[str, Any]]] = {}
    for each in workspace.imports():
        if not each["undone"]:
            came.setdefault(each["source"], []).append(each)
    rows = []
    for source, one in settings.sources.items():
        tag, minutes = str(one.__struct_config__.tag), settings.pulls.of(source)
        by = ("schedule" if minutes else "hand") if systems.pulled(one) else "import" if tag == "files" else "sender"
        found = pull_state(source, pieces(workspace, source), minutes if by == "schedule" else 0.0)
        rows.append(
            {"source": source, "type": tag, "by": by} | listed_state(found) | brought(came.get(source, ()), found)
        )
    others = [source for source in came if source not in settings.sources]
    for source in others:
        found = PullState(None, None)
        about = {"source": source, "type": systems.USUAL, "by": "import"}
        rows.append(about | listed_state(found) | brought(came[source], found))
    return rows


def brought(some: Sequence[Mapping[str, Any]], found: PullState) -> dict[str, Any]:
    """Return what the imports of a source, the newest first, add to how it stands: all of it, where none was a pull."""
    about: dict[str, Any] = {
        "arrived": some[0]["at"] if some else None,
        "rejected": sum(one["rejected"] for one in some if not one["settled"]),
    }
    if some and found.last is None:
        about |= {"state": "fine", "last": some[0]["at"], "changed": changes(some[0])}
    return about


def changes(one: Mapping[str, Any]) -> int:
    """Return how many rows of an import were new, or changed what was there."""
    return int(one["new"] + one["changed"] + one["deleted"])


def listed_state(found: PullState) -> dict[str, Any]:
    """Return how a source stands as `listed` has it."""
    last, later = found.last, ""
    if last is None:
        return {"state": "new", "share": 0.0, "last": None, "next": found.next_at and datetime.now(UTC), "job": None,
                "error": "", "changed": 0}  # fmt: skip
    later = str(last.outcome.get("later", ""))
    state = "interrupted" if interrupted(last) else last.state if last.state != DONE else "paused" if later else "fine"
    changed = sum(changes(one) for one in last.outcome.get("imports", ()))
    return {"state": state, "share": last.share, "last": last.ended_at or last.asked_at, "next": found.next_at,
            "job": last.id, "error": BROKEN_OFF if state == "interrupted" else last.error or later,
            "changed": changed}  # fmt: skip


def interrupted(last: Piece) -> bool:
    """Say whether a pull was begun, is not at its end, and nobody is at it; a server takes some of these up again."""
    given_back = last.state == QUEUED and last.tries > 0
    return last.state == CANCELLED or given_back or (last.state == RUNNING and has_ended(last.holder))


def share(source: str, number: int) -> float:
    """Return a share, 0 to 1, that is another for every source and time, and the same whenever it is asked for.

    >>> share("chat", 1) == share("chat", 1) != share("list", 1)
    True
    """
    return int.from_bytes(hashlib.blake2b(f"{number} {source}".encode(), digest_size=4).digest()) / 2**32


def scheduled(settings: config.Config) -> list[str]:
    """Return the sources that are read by themselves."""
    return [name for name, one in settings.sources.items() if systems.pulled(one) and settings.pulls.of(name)]


class Schedule:
    """Asks for the sources of a workspace to be read, each when it is due."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.worker = Worker(workspace, tasks.PULLS)

    def look(self) -> None:
        """Ask for what is due. Raises: DeclarationError if the settings are wrong."""
        settings = config.load(self.workspace.folder)
        for source in scheduled(settings):
            if pull_state(source, pieces(self.workspace, source), settings.pulls.of(source)).due:
                options = {"source": source, "again": False, "refresh": True}
                self.worker.put(Order("pull", f"Reading {source}", options, key=f"pull {source}", by=WHO))
