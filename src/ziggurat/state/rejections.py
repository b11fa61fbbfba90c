"""About the rejected rows of which imports is nothing left to do, and who said so?"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ziggurat.state.database import Database, naive

SETTLED = sa.Table(
    "settled",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # of the import
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("decided_by", sa.String, nullable=False),
)


def settle(database: Database, import_no: int, *, settled: bool, at: datetime, by: str = "") -> None:
    """Say that nothing is left to do about the rejected rows of an import, or that there is after all."""
    with database.begin() as connection:
        connection.execute(sa.delete(SETTLED).where(SETTLED.c.id == import_no))
        if settled:
            connection.execute(sa.insert(SETTLED).values(id=import_no, at=naive(at), decided_by=by))


def settled(database: Database) -> set[int]:
    """Return the imports about whose rejected rows nothing is left to do."""
    return {row["id"] for row in database.rows(SETTLED)}
