"""What people decide and say: who is one person, who is raised by hand, which rejected rows are dealt with, what only
they can tell of the organisation, and how it was assessed. Relational, in `state.db`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ziggurat import sqlite
from ziggurat.errors import WorkspaceError
from ziggurat.formats import Format

METADATA = sa.MetaData()
DECISIONS = sa.Table(
    "decisions",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("a", sa.String, nullable=False),  # identity
    sa.Column("b", sa.String, nullable=False),  # identity
    sa.Column("same", sa.Boolean, nullable=False),  # one person, or two who are not to be linked directly
    sa.Column("why", sa.String, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
)
RAISES = sa.Table(
    "raises",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("ladder", sa.String, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),  # UTC
    sa.Column("until", sa.DateTime, nullable=False),  # UTC, exclusive
    sa.Column("why", sa.String, nullable=False),
)
REPLIES = sa.Table(
    "questionnaire",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("indicator", sa.String, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),  # 1 to 4
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
)
ASSESSMENTS = sa.Table(
    "assessments",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),  # when it was made, UTC
    sa.Column("version", sa.String, nullable=False),  # of the criteria
    sa.Column("asked", sa.JSON, nullable=False),  # the window, the part of the business, the ladder
    sa.Column("answers", sa.JSON, nullable=False),  # indicator → step
    sa.Column("axes", sa.JSON, nullable=False),  # side → step, low, high, supported, total
    sa.Column("rows", sa.JSON, nullable=False),  # the table of the study
)

SETTLED = sa.Table(
    "settled",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),  # of an import about whose rejected rows nothing is left to do
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
)
NUMBER = sa.Table("format", METADATA, sa.Column("number", sa.Integer, nullable=False))  # one row


def first(connection: sa.Connection) -> None:
    """Make the tables of format 1, which may be there from before formats were numbered."""
    for table in (DECISIONS, RAISES, REPLIES, ASSESSMENTS, SETTLED):
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))


FORMAT: Format[sa.Connection] = Format("the state", (first,), first=0)


class State:
    """The decisions of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.db"
        self.engine, writable = sqlite.opened(self.path)
        with sqlite.named(self.path):
            self.migrate(folder)
        if not writable:
            sqlite.freeze(self.engine)

    def migrate(self, folder: Path) -> None:
        """Bring the state to the newest format in one transaction. Raises: WorkspaceError if it is of a later one."""
        with self.engine.connect() as connection:
            if FORMAT.newest == number(connection):
                return
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # so that of two who open it at once, the second one waits
            connection.execute(sa.schema.CreateTable(NUMBER, if_not_exists=True))
            for reached, step in FORMAT.ahead(number(connection), folder / "state.db"):
                step(connection)
                connection.execute(sa.delete(NUMBER))
                connection.execute(sa.insert(NUMBER).values(number=reached))
            connection.commit()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction."""
        with sqlite.named(self.path), self.engine.begin() as connection:
            yield connection

    def decide(self, a: str, b: str, *, same: bool, why: str, at: datetime) -> None:
        """Say that two identities are one person, or that they are not to be linked; the latest word counts."""
        first, second = sorted((a, b))
        with self.begin() as connection:
            connection.execute(sa.delete(DECISIONS).where(DECISIONS.c.a == first, DECISIONS.c.b == second))
            connection.execute(sa.insert(DECISIONS).values(a=first, b=second, same=same, why=why, at=naive(at)))

    def undecide(self, a: str, b: str) -> None:
        """Take a decision back. Raises: WorkspaceError if there is none."""
        first, second = sorted((a, b))
        with self.begin() as connection:
            found = connection.execute(sa.delete(DECISIONS).where(DECISIONS.c.a == first, DECISIONS.c.b == second))
        if not found.rowcount:
            raise WorkspaceError(f"nothing was decided of '{a}' and '{b}'; `ziggurat same --list` lists what was.")

    def decisions(self) -> list[dict[str, Any]]:
        """Return all decisions, oldest first."""
        return self.rows(DECISIONS)

    def decided(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the pairs of identities that are one person, and those that are two."""
        known = self.decisions()
        same, apart = ([(one["a"], one["b"]) for one in known if one["same"] is wanted] for wanted in (True, False))
        return same, apart

    def lift(self, identity: str, ladder: str, level: int, *, since: datetime, until: datetime, why: str) -> None:
        """Raise a person to a level by hand until an expiry. Raises: WorkspaceError if it ends before it begins."""
        if until <= since:
            raise WorkspaceError(
                f"a raise must end after it begins; it would begin {since:%Y-%m-%d} and end {until:%Y-%m-%d}."
            )
        values = {"identity": identity, "ladder": ladder, "level": level, "why": why}
        with self.begin() as connection:
            connection.execute(sa.insert(RAISES).values(since=naive(since), until=naive(until), **values))

    def lower(self, raise_id: int) -> None:
        """Take a raise back. Raises: WorkspaceError if there is none of that number."""
        with self.begin() as connection:
            found = connection.execute(sa.delete(RAISES).where(RAISES.c.id == raise_id))
        if not found.rowcount:
            raise WorkspaceError(f"there is no raise {raise_id}; `ziggurat raise --list` lists them.")

    def raises(self) -> list[dict[str, Any]]:
        """Return all raises by hand, oldest first."""
        return self.rows(RAISES)

    def settle(self, import_no: int, *, settled: bool, at: datetime) -> None:
        """Say that nothing is left to do about the rejected rows of an import, or that there is after all."""
        with self.begin() as connection:
            connection.execute(sa.delete(SETTLED).where(SETTLED.c.id == import_no))
            if settled:
                connection.execute(sa.insert(SETTLED).values(id=import_no, at=naive(at)))

    def settled(self) -> set[int]:
        """Return the imports about whose rejected rows nothing is left to do."""
        return {row["id"] for row in self.rows(SETTLED)}

    def reply(self, indicator: str, step: int, *, at: datetime) -> None:
        """Note what was answered about the organisation."""
        with self.begin() as connection:
            connection.execute(sa.insert(REPLIES).values(indicator=indicator, step=step, at=naive(at)))

    def replies(self) -> list[dict[str, Any]]:
        """Return all answers about the organisation, oldest first."""
        return self.rows(REPLIES)

    def assess(self, **values: Any) -> int:
        """Keep an assessment, with the columns of ASSESSMENTS; return its number."""
        with self.begin() as connection:
            made = connection.execute(sa.insert(ASSESSMENTS).values(**{**values, "at": naive(values["at"])}))
        return int((made.inserted_primary_key or (0,))[0])

    def assessments(self) -> list[dict[str, Any]]:
        """Return all assessments, oldest first."""
        return self.rows(ASSESSMENTS)

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return a table's rows; times with their zone."""
        with self.begin() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
        return [
            {key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for key, value in row.items()}
            for row in rows
        ]


def number(connection: sa.Connection) -> int:
    """Return the format of a state; 0 where nothing says it."""
    known = sa.inspect(connection).has_table(NUMBER.name)
    return connection.execute(sa.select(NUMBER.c.number)).scalar() or 0 if known else 0


def naive(at: datetime) -> datetime:
    """Return a time as it is stored: UTC, without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)
