"""Which cards of a day are done, or can wait, and until when?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.base.errors import WorkspaceError
from ziggurat.state.database import Database, naive

CARDS = sa.Table(
    "cards",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("card", sa.String, nullable=False),  # its key
    sa.Column("title", sa.String, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),  # else it waits
    sa.Column("until", sa.Date, nullable=False),  # through this day it is not brought up
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=False),  # UTC
)


def rest(database: Database, card: str, title: str, *, done: bool, until: date, by: str, at: datetime) -> int:
    """Keep that a card is done, or waits, through a day; return its number."""
    values = {"card": card, "title": title, "done": done, "until": until, "decided_by": by, "decided_at": naive(at)}
    with database.begin() as connection:
        key = connection.execute(sa.insert(CARDS).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def wake(database: Database, number: int) -> None:
    """Take that back. Raises: WorkspaceError if there is nothing of that number."""
    with database.begin() as connection:
        found = connection.execute(sa.delete(CARDS).where(CARDS.c.id == number))
    if not found.rowcount:
        raise WorkspaceError(f"No card rests under the number {number}; `ziggurat digest` lists those of today.")


def resting(database: Database) -> list[dict[str, Any]]:
    """Return all that was kept, oldest first."""
    return database.rows(CARDS)
