"""What is remembered of a person, and what is to be done about them: notes, tasks, tags, contacts, and who can wait?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from ziggurat.base.errors import WorkspaceError
from ziggurat.state.database import Database, naive

Sort = Literal["note", "task", "tag", "contacted", "snoozed"]
NOTES = sa.Table(
    "notes",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("sort", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("day", sa.Date),  # by which a task is to be done, on which they were contacted, until which they wait
    sa.Column("owner", sa.String, nullable=False),  # of a task
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=False),  # UTC
    sa.Column("done_by", sa.String, nullable=False),
    sa.Column("done_at", sa.DateTime),  # UTC; null while it is open
    sa.Column("batch", sa.Integer, nullable=False),  # the first number of what was kept of several at once; else 0
)
SOME = 500  # numbers in one statement


class Said(NamedTuple):
    """What is kept. day, owner: as the columns are."""

    sort: Sort
    text: str
    day: date | None = None
    owner: str = ""


def note(database: Database, identity: str, said: Said, *, by: str, at: datetime) -> int:
    """Keep something of the person of an identity; return its number."""
    with database.begin() as connection:
        return insert(connection, identity, said, by, at)


def note_all(database: Database, identities: Sequence[str], said: Said, *, by: str, at: datetime) -> int:
    """Keep the same of several people, of all or of none; return the number of what was kept at once."""
    with database.begin() as connection:
        numbers = [insert(connection, identity, said, by, at) for identity in identities]
        one = numbers[0] if numbers else 0
        for first in range(0, len(numbers), SOME):
            some = NOTES.c.id.in_(numbers[first : first + SOME])
            connection.execute(sa.update(NOTES).where(some).values(batch=one))
    return one


def insert(connection: sa.Connection, identity: str, said: Said, by: str, at: datetime) -> int:
    """Write one row; return its number."""
    values = {"identity": identity, **said._asdict(), "done_by": "", "batch": 0}
    values |= {"decided_by": by, "decided_at": naive(at)}
    key = connection.execute(sa.insert(NOTES).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def forget_all(database: Database, batch: int) -> int:
    """Take back what was kept of several people at once; return how much of it was there still.

    Raises: WorkspaceError if there is nothing of that number.
    """
    with database.begin() as connection:
        found = connection.execute(sa.delete(NOTES).where(NOTES.c.batch == batch, NOTES.c.batch > 0))
    if not found.rowcount:
        raise WorkspaceError(f"nothing was kept of several people under the number {batch}, or it is taken back.")
    return int(found.rowcount)


def finish(database: Database, number: int, *, by: str, at: datetime) -> None:
    """Say that a task is done. Raises: WorkspaceError if there is no such task, or it was done before."""
    open_one = (NOTES.c.id == number, NOTES.c.sort == "task", NOTES.c.done_at.is_(None))
    with database.begin() as connection:
        found = connection.execute(sa.update(NOTES).where(*open_one).values(done_by=by, done_at=naive(at)))
    if not found.rowcount:
        raise WorkspaceError(f"there is no open task {number}; `ziggurat note --list` lists what is kept.")


def forget(database: Database, number: int) -> None:
    """Take back what was kept. Raises: WorkspaceError if there is nothing of that number."""
    with database.begin() as connection:
        found = connection.execute(sa.delete(NOTES).where(NOTES.c.id == number))
    if not found.rowcount:
        raise WorkspaceError(f"there is no note {number}; `ziggurat note --list` lists what is kept.")


def notes(database: Database) -> list[dict[str, Any]]:
    """Return all that is kept, oldest first."""
    return database.rows(NOTES)
