"""Who is raised to a level by hand, from when until when: who decided it, when and why?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.base.errors import WorkspaceError
from ziggurat.state.database import Database, naive

RAISES = sa.Table(
    "raises",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("ladder", sa.String, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),  # UTC
    sa.Column("until", sa.DateTime, nullable=False),  # UTC, exclusive
    sa.Column("why", sa.String, nullable=False),
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime),  # UTC; null where nobody noted it
)


def add(database: Database, to: tuple[str, str, int], *, since: datetime, until: datetime, **said: Any) -> None:
    """Raise somebody by hand until an instant, itself excluded. to: identity, ladder and level.

    said: why, decided_by and decided_at. Raises: WorkspaceError if it ends before it begins.
    """
    if until <= since:
        raise WorkspaceError(
            f"a raise must end after it begins; it would begin {since:%Y-%m-%d} and end {until:%Y-%m-%d}."
        )
    when = {"since": naive(since), "until": naive(until)}
    with database.begin() as connection:
        connection.execute(
            sa.insert(RAISES).values(dict(zip(("identity", "ladder", "level"), to, strict=True)) | when | said)
        )


def lower(database: Database, raise_id: int) -> None:
    """Take a raise back. Raises: WorkspaceError if there is none of that number."""
    with database.begin() as connection:
        found = connection.execute(sa.delete(RAISES).where(RAISES.c.id == raise_id))
    if not found.rowcount:
        raise WorkspaceError(f"there is no raise {raise_id}; `ziggurat raise --list` lists them.")


def raises(database: Database) -> list[dict[str, Any]]:
    """Return all raises by hand, oldest first."""
    return database.rows(RAISES)
