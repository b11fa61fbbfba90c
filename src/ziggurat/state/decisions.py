"""Which identities are one person, and which are not to be linked: who decided it, when and why?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.base.errors import WorkspaceError
from ziggurat.state.database import Database, naive

DECISIONS = sa.Table(
    "decisions",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("a", sa.String, nullable=False),  # identity
    sa.Column("b", sa.String, nullable=False),  # identity
    sa.Column("same", sa.Boolean, nullable=False),  # one person, or two who are not to be linked directly
    sa.Column("why", sa.String, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("decided_by", sa.String, nullable=False),
)


def decide(database: Database, a: str, b: str, *, same: bool, why: str, at: datetime, by: str = "") -> None:
    """Say that two identities are one person, or that they are not to be linked; the latest word counts."""
    first, second = sorted((a, b))
    values = {"a": first, "b": second, "same": same, "why": why, "at": naive(at), "decided_by": by}
    with database.begin() as connection:
        connection.execute(sa.delete(DECISIONS).where(DECISIONS.c.a == first, DECISIONS.c.b == second))
        connection.execute(sa.insert(DECISIONS).values(values))


def undecide(database: Database, a: str, b: str) -> None:
    """Take a decision back. Raises: WorkspaceError if there is none."""
    first, second = sorted((a, b))
    with database.begin() as connection:
        found = connection.execute(sa.delete(DECISIONS).where(DECISIONS.c.a == first, DECISIONS.c.b == second))
    if not found.rowcount:
        raise WorkspaceError(f"nothing was decided of '{a}' and '{b}'; `ziggurat same --list` lists what was.")


def decisions(database: Database) -> list[dict[str, Any]]:
    """Return all decisions, oldest first."""
    return database.rows(DECISIONS)


def decided(database: Database) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the pairs of identities that are one person, and those that are two."""
    known = decisions(database)
    same, apart = ([(one["a"], one["b"]) for one in known if one["same"] is wanted] for wanted in (True, False))
    return same, apart
