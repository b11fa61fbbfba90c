"""Where is the state kept? In the workspace's `state.db`, or in a PostgreSQL database that its settings name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ziggurat.base import sqlite
from ziggurat.base.errors import DeclarationError, ExtraError, WorkspaceError
from ziggurat.base.formats import Format
from ziggurat.base.words.texts import refuse_nul
from ziggurat.state.migrations import STEPS

FILE = "state.db"
VARIABLE = "ZIGGURAT_STATE"  # names the database in place of the settings
NUMBER = sa.Table("format", sa.MetaData(), sa.Column("number", sa.Integer, nullable=False))  # one row
FORMAT: Format[sa.Connection] = Format("the state", STEPS, first=0)
LOCK = 5_214_907_113  # of those who migrate a PostgreSQL database at once


class Database:
    """One database.

    url: of a PostgreSQL database, as SQLAlchemy writes it; SQLite in the folder where it is empty.
    Raises: WorkspaceError if it can't be reached or a later version has written it; DeclarationError if the URL is of
    no such database; ExtraError if its driver is not installed.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        self.path = folder / FILE
        chosen = os.environ.get(VARIABLE) or url
        self.name = named_without_password(chosen) if chosen else str(self.path)
        self.embedded = not chosen
        writable = True
        if self.embedded:
            self.engine, writable = sqlite.open_database(self.path)
        else:
            self.engine = remote(chosen)
        sa.event.listen(self.engine, "before_cursor_execute", refuse_unfit)
        with self.told():
            self.migrate()
        if not writable:
            sqlite.freeze(self.engine)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in words what the database refuses. Raises: WorkspaceError."""
        if self.embedded:
            with sqlite.name_refusal(self.path):
                yield
            return
        try:
            yield
        except sa.exc.OperationalError as error:
            said = str(error.orig).strip().partition("\n")[0]
            raise WorkspaceError(f"the state in {self.name} can't be reached: {said}. Is that server up?") from error

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open a transaction."""
        with self.told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[sa.Connection]:
        """Open a transaction that no other of its kind runs beside."""
        with self.told(), self.engine.connect() as connection:
            if self.embedded:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield connection
            connection.commit()

    def migrate(self) -> None:
        """Bring the state to the newest format in one transaction. Raises: WorkspaceError if it is of a later one."""
        with self.engine.connect() as connection:
            if number(connection) == FORMAT.newest:
                return
        with self.alone() as connection:  # of two who open it at once, the second one finds it done
            connection.execute(sa.schema.CreateTable(NUMBER, if_not_exists=True))
            for reached, step in FORMAT.ahead(number(connection), self.name):
                step(connection)
                connection.execute(sa.delete(NUMBER))
                connection.execute(sa.insert(NUMBER).values(number=reached))

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return a table's rows, oldest first; times with their zone."""
        with self.begin() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
        return [with_zone(row) for row in rows]


def refuse_unfit(_connection: Any, _cursor: Any, _statement: str, given: Any, *_more: Any) -> None:
    """Raises: DeclarationError if a text has a sign that not every database keeps, before anything of it is kept."""
    rows = given if isinstance(given, list) else [given]
    for row in rows:
        refuse_nul(row.values() if isinstance(row, Mapping) else row)


def number(connection: sa.Connection) -> int:
    """Return the format of a state; 0 where nothing says it."""
    known = sa.inspect(connection).has_table(NUMBER.name)
    return connection.execute(sa.select(NUMBER.c.number)).scalar() or 0 if known else 0


def remote(url: str) -> sa.Engine:
    """Return an engine on a PostgreSQL database."""
    try:
        if sa.make_url(url).get_backend_name() != "postgresql":
            raise DeclarationError(wrong(url))
        return sa.create_engine(url, poolclass=sa.pool.NullPool)
    except sa.exc.ArgumentError as error:
        raise DeclarationError(wrong(url)) from error
    except ModuleNotFoundError as error:
        raise ExtraError("PostgreSQL needs its driver; get it with: pip install 'ziggurat[postgres]'") from error


def wrong(url: str) -> str:
    """Say that a URL is of no database that can be used."""
    return (
        f"the state can't be kept in '{named_without_password(url)}'; name a PostgreSQL database as "
        "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE, or leave `state` out."
    )


def named_without_password(url: str) -> str:
    """Return a URL as it may be shown.

    >>> named_without_password("postgresql+psycopg://ana:secret@db/crm"), named_without_password("nowhere")
    ('postgresql+psycopg://ana:***@db/crm', 'nowhere')
    """
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return url.rpartition("@")[2][:80]


def naive(at: datetime) -> datetime:
    """Return a time as it is stored: UTC, without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)


def with_zone(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with its times in UTC."""
    return {key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for key, value in row.items()}
