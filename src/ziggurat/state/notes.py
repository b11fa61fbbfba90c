"""What is remembered of a person, and what is to be done about them: notes, tasks, tags, contacts, and who can wait?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from ziggurat.errors import WorkspaceError
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
)


def note(
    database: Database, of: tuple[str, Sort], text: str, *, day: date | None, owner: str, by: str, at: datetime
) -> int:
    """Keep something of a person; return its number. of: one of their identities, and what it is."""
    identity, sort = of
    values = {"identity": identity, "sort": sort, "text": text, "day": day, "owner": owner, "done_by": ""}
    values |= {"decided_by": by, "decided_at": naive(at)}
    with database.begin() as connection:
        key = connection.execute(sa.insert(NOTES).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


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
