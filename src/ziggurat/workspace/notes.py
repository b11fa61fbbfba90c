"""What is remembered of people, and what is to be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import ahead
from ziggurat.base.instant import day as read_day
from ziggurat.state import notes as kept
from ziggurat.state import steps
from ziggurat.workspace import persons
from ziggurat.workspace.folder import Folder, login, today
from ziggurat.workspace.refresh import as_of

SORTS: tuple[kept.Sort, ...] = ("note", "task", "tag", "contacted", "snoozed")
NEEDS_DAY = ("task", "snoozed")
LONGEST = 10_000  # characters of one note
RESTED_DAYS = 14  # for so long nobody is brought up again after they were contacted


def note(
    space: Folder, person: str, text: str = "", *, sort: str = "note", day: Any = None, owner: str = "", by: str = ""
) -> int:
    """Keep something of a person; return its number, by which it is taken back.

    sort: a note, a task (with the day by which it is due, and its owner, who is `by` if not named), a tag, contacted
    (on a day, today if left out), or snoozed (until a day, which counts as well). by: who says so; the user who is
    logged in if left out. Raises: QuestionError if the person is unknown, a text or a day lacks, the day of a task
    or until which they can wait is over, or that of a contact is still to come.
    """
    who, now = by or login(), datetime.now(UTC)
    said = read(text, sort=sort, day=day, owner=owner, by=who, today=today(space, now))
    return kept.note(space.state.database, persons.identity(space, person), said, by=who, at=now)


def read(text: str, *, sort: str, day: Any, owner: str, by: str, today: date) -> kept.Said:
    """Return what is to be kept as it is kept. Raises: QuestionError if a text or a day lacks, or the sort is none."""
    wanted = next((one for one in SORTS if one == sort), None)
    if wanted is None:
        raise QuestionError(f"nothing is kept as '{sort}'{suggest(sort, SORTS) or '.'} There are: {', '.join(SORTS)}.")
    text = " ".join(text.split()) if wanted == "tag" else text.strip()
    if not text and wanted in ("note", "task", "tag"):
        raise QuestionError(f"a {sort} needs words; say what is to be kept.")
    if len(text) > LONGEST:
        raise QuestionError(f"a note has at most {LONGEST:,} characters; this one has {len(text):,}.")
    if day is None and wanted in NEEDS_DAY:
        raise QuestionError(f"what is kept as '{sort}' needs a day, such as 2026-03-31.")
    return kept.Said(wanted, text, day_of(wanted, day, today), owner or (by if wanted == "task" else ""))


def day_of(sort: kept.Sort, day: Any, today: date) -> date | None:
    """Return the day of what is kept. Raises: QuestionError if it is none, or on the wrong side of today."""
    if day is None:
        return today if sort == "contacted" else None
    if sort in NEEDS_DAY:
        return ahead("day", day, today)
    found = read_day("day", day)
    if sort == "contacted" and found > today:
        raise QuestionError(f"`day` is {found}, which is still to come; keep a task of it, or give a day that is over.")
    return found


def notes(space: Folder, person: str | None = None) -> list[dict[str, Any]]:
    """Return what is kept, oldest first: of one person, whatever their identities, or of all.

    Returns: id, identity, sort, text, day, owner, decided_by, decided_at, done_by, done_at, and batch: the number of
    what was kept of several at once, 0 where it was kept alone.
    """
    found = kept.notes(space.state.database)
    if person is None:
        return found
    theirs = persons.story(space, person, size=1).person["identities"] or ()
    return [one for one in found if one["identity"] in set(theirs)]


def finish(space: Folder, number: int, *, by: str = "") -> None:
    """Say that a task is done. Raises: WorkspaceError if there is no such task, or it was done before."""
    kept.finish(space.state.database, number, by=by or login(), at=datetime.now(UTC))


def forget(space: Folder, number: int) -> None:
    """Take back what was kept. Raises: WorkspaceError if there is nothing of that number."""
    kept.forget(space.state.database, number)


def resting(space: Folder, at: date) -> set[str]:
    """Return the ids of people who need not be brought up on a day: snoozed, or contacted in the two weeks before, be
    it said in a note or by the step of a play.

    On the last day of the log, which is the present, that is as of today; on an earlier day, as was known then.
    """
    now = max(at, datetime.now(UTC).date()) if at >= as_of(space).date() else at
    found: Sequence[str] = [
        one["identity"]
        for one in kept.notes(space.state.database)
        if one["day"] is not None
        and one["decided_at"].date() <= now
        and (
            (one["sort"] == "snoozed" and now <= one["day"])
            or (one["sort"] == "contacted" and 0 <= (now - one["day"]).days < RESTED_DAYS)
        )
    ]
    taken = [
        one["identity"]
        for one in steps.steps(space.state.database)
        if one["status"] in steps.TAKEN and 0 <= (now - one["decided_at"].date()).days < RESTED_DAYS
    ]
    return {persons.find(space, identity) for identity in (*found, *taken)}
