"""Which steps lead from one format of the state to the next?

Each is written as the tables were then, and stays as it is, whatever the tables become.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column that is never empty unless it is said."""
    return sa.Column(name, kind, nullable=nullable)


def make(connection: sa.Connection, name: str, *columns: sa.Column[Any]) -> None:
    """Make a table that may be there."""
    table = sa.Table(name, sa.MetaData(), *columns)
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))


def first(connection: sa.Connection) -> None:
    """Make the tables of format 1, which may be there from before formats were numbered."""
    at, words = ("at", sa.DateTime), sa.String

    def key() -> sa.Column[Any]:
        return sa.Column("id", sa.Integer, primary_key=True)

    pair = [column(name, words) for name in ("a", "b")]
    make(connection, "decisions", key(), *pair, column("same", sa.Boolean), column("why", words), column(*at))
    ends = [column(name, sa.DateTime) for name in ("since", "until")]
    make(
        connection, "raises", key(), column("identity", words), column("ladder", words), column("level", sa.Integer),
        *ends, column("why", words),
    )  # fmt: skip
    make(connection, "questionnaire", key(), column("indicator", words), column("step", sa.Integer), column(*at))
    json = [column(name, sa.JSON) for name in ("asked", "answers", "axes", "rows")]
    make(connection, "assessments", key(), column(*at), column("version", words), *json)
    make(connection, "settled", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), column(*at))


def by_whom(connection: sa.Connection) -> None:
    """Add by whom each decision was taken, and when a raise was: of what was decided before, neither is known."""
    for table in ("decisions", "raises", "questionnaire", "assessments", "settled"):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN decided_by VARCHAR NOT NULL DEFAULT ''")
    connection.exec_driver_sql("ALTER TABLE raises ADD COLUMN decided_at TIMESTAMP")


def whole_days(connection: sa.Connection) -> None:
    """Let raises whose last day was said end after it: they ended with its last microsecond, before it was over."""
    raises = sa.table("raises", sa.column("id"), sa.column("until", sa.DateTime))
    for key, until in connection.execute(sa.select(raises.c.id, raises.c.until)).all():
        if (until.hour, until.minute, until.second, until.microsecond) == (23, 59, 59, 999_999):
            later = until + timedelta.resolution
            connection.execute(sa.update(raises).where(raises.c.id == key).values(until=later))


def queue(connection: sa.Connection) -> None:
    """Make the table of the work that waits, is under way or over."""
    words = [column(name, sa.String) for name in ("name", "lane")]
    more = [column(name, sa.String) for name in ("key", "title", "visitor", "state", "asked_by")]
    numbers = [column(name, sa.Integer) for name in ("turn", "tries", "beats", "looks")]
    make(
        connection, "work", sa.Column("id", sa.Integer, primary_key=True), *words, column("options", sa.JSON), *more,
        column("asked_at", sa.DateTime), column("holder", sa.String), *numbers, column("label", sa.String),
        column("share", sa.Float), column("outcome", sa.JSON), column("error", sa.String),
        column("ended_by", sa.String), column("ended_at", sa.DateTime, nullable=True),
    )  # fmt: skip


def cursors(connection: sa.Connection) -> None:
    """Make the table of how far each source has been read."""
    make(
        connection, "cursors", sa.Column("source", sa.String, primary_key=True), column("cursor", sa.JSON),
        column("at", sa.DateTime), column("read_by", sa.String),
    )  # fmt: skip


def notes(connection: sa.Connection) -> None:
    """Make the table of what is remembered of people and is to be done about them."""
    words = [column(name, sa.String) for name in ("identity", "sort", "text")]
    make(
        connection, "notes", sa.Column("id", sa.Integer, primary_key=True), *words,
        column("day", sa.Date, nullable=True), column("owner", sa.String), column("decided_by", sa.String),
        column("decided_at", sa.DateTime), column("done_by", sa.String), column("done_at", sa.DateTime, nullable=True),
    )  # fmt: skip


def batches(connection: sa.Connection) -> None:
    """Add what was kept of several people at once: of what was kept before, each was kept alone."""
    if "batch" not in {one["name"] for one in sa.inspect(connection).get_columns("notes")}:
        connection.exec_driver_sql("ALTER TABLE notes ADD COLUMN batch INTEGER NOT NULL DEFAULT 0")


def write_keys(connection: sa.Connection) -> None:
    """Make the table of the keys with which client libraries send."""
    words = [column(name, sa.String) for name in ("source", "hash", "hint")]
    make(
        connection, "write_keys", sa.Column("id", sa.Integer, primary_key=True), *words, column("origins", sa.JSON),
        column("rate", sa.Integer), column("made_at", sa.DateTime), column("made_by", sa.String),
        column("revoked_at", sa.DateTime, nullable=True), column("revoked_by", sa.String),
    )  # fmt: skip


def cards(connection: sa.Connection) -> None:
    """Make the table of which cards of a day are done, or can wait."""
    make(
        connection, "cards", sa.Column("id", sa.Integer, primary_key=True), column("card", sa.String),
        column("title", sa.String), column("done", sa.Boolean), column("until", sa.Date),
        column("decided_by", sa.String), column("decided_at", sa.DateTime),
    )  # fmt: skip


def steps(connection: sa.Connection) -> None:
    """Make the table of to whom plays turn, or by chance do not."""
    words = [column(name, sa.String) for name in ("play", "identity", "unit", "arm", "ladder", "level")]
    numbers = [column(name, sa.Float) for name in ("minutes", "expected")]
    said = [column(name, sa.String) for name in ("channel", "story", "subject", "text", "status")]
    make(
        connection, "steps", sa.Column("id", sa.Integer, primary_key=True), *words, column("target", sa.Integer),
        column("assigned_at", sa.DateTime), column("week", sa.Date), column("owner", sa.String), *numbers, *said,
        column("day", sa.Date, nullable=True), column("reason", sa.String), column("decided_by", sa.String),
        column("decided_at", sa.DateTime),
    )  # fmt: skip


STEPS: tuple[Callable[[sa.Connection], None], ...] = (
    first,
    by_whom,
    whole_days,
    queue,
    cursors,
    notes,
    batches,
    write_keys,
    cards,
    steps,
)
