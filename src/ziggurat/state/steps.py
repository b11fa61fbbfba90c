"""To whom did which play turn, or not turn by chance: what became of each step, who decided it, and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from ziggurat.base.errors import WorkspaceError
from ziggurat.state.database import Database, naive

Status = Literal["queued", "accepted", "sent", "done", "snoozed", "declined", "held out"]
OPEN: tuple[Status, ...] = ("queued", "accepted", "snoozed")
TAKEN: tuple[Status, ...] = ("sent", "done")
COUNTING: tuple[Status, ...] = (*TAKEN, "held out")  # against how often people are turned to
REOPENED: tuple[Status, ...] = ("accepted", "snoozed", "declined")  # what can be taken back
STEPS = sa.Table(
    "steps",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("play", sa.String, nullable=False),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("unit", sa.String, nullable=False),  # the person, or their household or organisation
    sa.Column("arm", sa.String, nullable=False),  # offered or held out, drawn before the message was looked at
    sa.Column("ladder", sa.String, nullable=False),
    sa.Column("level", sa.String, nullable=False),  # on which they stood
    sa.Column("target", sa.Integer, nullable=False),  # level of success; -1 where it is none
    sa.Column("assigned_at", sa.DateTime, nullable=False),  # UTC; of the log's time
    sa.Column("week", sa.Date, nullable=False),  # its Monday
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("minutes", sa.Float, nullable=False),
    sa.Column("expected", sa.Float, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("story", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("day", sa.Date),  # until which it waits
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=False),  # UTC
)
SOME = 500  # numbers in one statement


class Decision(NamedTuple):
    """What becomes of one step. day: until which it waits. among: the statuses in which it may be."""

    number: int
    status: Status
    day: date | None = None
    reason: str = ""
    among: tuple[Status, ...] = OPEN


def assign(database: Database, rows: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """Note to whom plays turn and whom they hold out, all of it or none. rows: the columns but those of deciding."""
    if not rows:
        return
    said = {"day": None, "reason": "", "decided_by": by, "decided_at": naive(at)}
    values = [{**row, "assigned_at": naive(row["assigned_at"]), **said} for row in rows]
    with database.begin() as connection:
        for first in range(0, len(values), SOME):
            connection.execute(sa.insert(STEPS), values[first : first + SOME])


def steps(database: Database) -> list[dict[str, Any]]:
    """Return all of them, oldest first."""
    return database.rows(STEPS)


def decide(database: Database, decisions: Sequence[Decision], *, by: str, at: datetime) -> None:
    """Say what became of steps, of all of them or of none. Raises: WorkspaceError if of one that can't be said."""
    said = {"decided_by": by, "decided_at": naive(at)}
    with database.begin() as connection:
        for one in decisions:
            values = {"status": one.status, "day": one.day, "reason": one.reason, **said}
            change(connection, one.number, values, one.among)


def edit(database: Database, number: int, subject: str, text: str, *, by: str, at: datetime) -> None:
    """Change what is to be said. Raises: WorkspaceError if there is no open step of that number."""
    with database.begin() as connection:
        change(connection, number, {"subject": subject, "text": text, "decided_by": by, "decided_at": naive(at)}, OPEN)


def change(connection: sa.Connection, number: int, values: Mapping[str, Any], among: Sequence[Status]) -> None:
    """Change one step that is in some status. Raises: WorkspaceError if there is none of that number."""
    found = connection.execute(sa.update(STEPS).where(STEPS.c.id == number, STEPS.c.status.in_(among)).values(**values))
    if not found.rowcount:
        raise WorkspaceError(missing(number, among))


def missing(number: int, among: Sequence[Status]) -> str:
    """Say that there is no step of a number in some status."""
    if tuple(among) == OPEN:
        return f"there is no open step {number}; `ziggurat next` lists them."
    return f"step {number} was not accepted or declined, nor does it wait: nothing can be taken back of it."
