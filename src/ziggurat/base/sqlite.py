"""How is a database of ours opened: written durably, or only read where its folder is read-only or its disk is full?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.words import numbers

PATIENCE = 10.0  # seconds that a writer waits for another one
LEGACY = b"\x01\x01"  # what the header says of a database that keeps its journal beside it: one in memory has no other


def open_database(path: Path) -> tuple[sa.Engine, bool]:
    """Return an engine on a database, and whether it can be written; else it is one on a copy in memory.

    What is committed is on the disk for good. Raises: WorkspaceError if the database is damaged or stays locked.
    """
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), poolclass=sa.pool.NullPool, connect_args={"timeout": PATIENCE}
    )
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = FULL"))
    try:
        with name_refusal(path), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        durable.keep_private(path)
    except (UnwritableError, OSError):
        return in_memory(path), False
    return engine, True


class UnwritableError(WorkspaceError):
    """A database that can't be written, since its folder is read-only or its disk is full."""


def in_memory(path: Path) -> sa.Engine:
    """Return an engine on a copy in memory of what a database holds; of nothing where there is none."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    if path.exists():
        content = path.read_bytes()
        copy.deserialize(content[:18] + LEGACY + content[20:])
    return sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, creator=lambda: copy)


def freeze(engine: sa.Engine) -> None:
    """Refuse what would change a copy in memory, since it would be lost."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")


@contextmanager
def name_refusal(path: Path) -> Iterator[None]:
    """Say in words what a database refuses. Raises: WorkspaceError, UnwritableError where it can't be written."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        said = str(error.orig)
        raise kind_of(said)(f"{path}: {words(said)}") from error


def kind_of(said: str) -> type[WorkspaceError]:
    """Tell a database that can't be written from one that is damaged or locked."""
    signs = ("readonly", "unable to open", "disk is full", "disk I/O")
    return UnwritableError if any(sign in said for sign in signs) else WorkspaceError


def words(said: str) -> str:
    """Say what is wrong, and what to do."""
    if "locked" in said or "busy" in said:
        return f"another process has held it for over {numbers.number(PATIENCE)} seconds; let that end, and try again."
    if "readonly" in said or "unable to open" in said:
        return "can't be written; give yourself the right to write into the folder. Nothing was changed."
    if "disk is full" in said or "disk I/O" in said:
        return f"the disk takes no more ({said}); make room, and try again. Nothing was changed."
    if "malformed" in said or "not a database" in said:
        return (
            "is damaged. `ziggurat check` says what else is; put it back from a backup, or move it away: "
            "decisions, raises and answers are then gone, and everything that was imported stays."
        )
    return f"can't be read ({said}); `ziggurat check` says what can be done."


def damage(path: Path) -> list[str]:
    """Return what is wrong with a database, in words."""
    if not path.exists():
        return []
    try:
        with name_refusal(path):
            engine = in_memory(path)
            with engine.connect() as connection:
                found: Any = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except (WorkspaceError, OSError, sqlite3.Error) as error:
        return [str(error)]
    return [] if found == ["ok"] else [f"{path}: {words('malformed')} ({'; '.join(found[:3])})"]
