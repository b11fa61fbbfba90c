"""How far has each source been read, when, and on whose behalf?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.state.database import Database, naive

CURSORS = sa.Table(
    "cursors",
    sa.MetaData(),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("cursor", sa.JSON, nullable=False),  # as the source gave it with what was logged last
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("read_by", sa.String, nullable=False),
)


def move(database: Database, source: str, cursor: Mapping[str, Any], *, at: datetime, by: str) -> None:
    """Note how far a source has been read."""
    values = {"source": source, "cursor": dict(cursor), "at": naive(at), "read_by": by}
    with database.alone() as connection:
        connection.execute(sa.delete(CURSORS).where(CURSORS.c.source == source))
        connection.execute(sa.insert(CURSORS).values(values))


def forget(database: Database, source: str) -> None:
    """Forget how far a source has been read."""
    with database.alone() as connection:
        connection.execute(sa.delete(CURSORS).where(CURSORS.c.source == source))


def cursor(database: Database, source: str) -> dict[str, Any]:
    """Return how far a source has been read; nothing where it never was."""
    with database.begin() as connection:
        found = connection.execute(sa.select(CURSORS.c.cursor).where(CURSORS.c.source == source)).scalar()
    return dict(found or {})
