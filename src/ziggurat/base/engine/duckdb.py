"""The embedded engine: tables by DuckDB in memory over Parquet, folds by threads over buckets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

Bucket = TypeVar("Bucket")
Part = TypeVar("Part")

BATCH = 122_880  # rows: one DuckDB row group
IDLE: list[duckdb.DuckDBPyConnection] = []  # databases that nobody uses just now


def connect(spill: Path | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database in UTC that spills to a folder rather than run out of memory."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    bar = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if bar[0][0]:  # in a notebook without widgets there is none, and to change the setting is an error there
        connection.execute("SET enable_progress_bar = false")
    if spill is not None:
        connection.execute(f"SET temp_directory = {text(spill)}")
    if memory is not None:
        connection.execute(f"SET memory_limit = {text(memory)}")
    return connection


@contextmanager
def borrow(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a database that nobody else uses meanwhile, for temporary tables and views alone.

    To make a database takes longer than most queries, so that one which is given back is lent again, unless it has
    spilled (where it spills to can't be changed then), or something went wrong with it.
    """
    try:
        database = IDLE.pop()
    except IndexError:
        database = connect()
    with database.cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET temp_directory = {text(spill)}")
        yield connection
        connection.execute("RESET threads")
    if not spill.exists():
        IDLE.append(database)


def text(value: object) -> str:
    """Write a value as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Write an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def columns(schema: pa.Schema, prefix: str = "") -> str:
    """List a schema's columns as SQL."""
    return ", ".join(prefix + name(column) for column in schema.names)


def scan(files: Sequence[str], schema: pa.Schema) -> str:
    """Write an SQL table expression over Parquet files; over none, an empty table with the same columns."""
    if files:
        return read_files(files)
    empty = ", ".join(f"NULL::{sql_type(field.type)} AS {name(field.name)}" for field in schema)
    return f"(SELECT {empty} WHERE false)"


def scan_file(path: Path) -> str:
    """Write an SQL table expression over one Parquet file."""
    return read_files([path])


def read_files(paths: Iterable[object]) -> str:
    """Write an SQL table expression over Parquet files: over their columns alone, though a folder be called `a=b`."""
    return f"read_parquet([{', '.join(text(path) for path in paths)}], hive_partitioning = false)"


def sql_type(type_: pa.DataType) -> str:
    """Return the SQL name of an Arrow type that is used in `schema`."""
    if pa.types.is_list(type_):
        return sql_type(type_.value_type) + "[]"
    names = {
        "string": "VARCHAR",
        "double": "DOUBLE",
        "int64": "BIGINT",
        "int32": "INTEGER",
        "int16": "SMALLINT",
        "int8": "TINYINT",
        "bool": "BOOLEAN",
        "date32[day]": "DATE",
        "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    }
    return names[str(type_)]


def stream(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    """Run a query and yield its rows in batches, without holding them all."""
    yield from connection.sql(query).to_arrow_reader(BATCH)


def fold(buckets: Iterable[Bucket], kernel: Callable[[Bucket], Part], threads: int | None = None) -> Iterator[Part]:
    """Map a kernel over buckets on threads; partial results come in the order of the buckets.

    No more than two buckets a thread are under way at once, so memory doesn't grow with their number.
    """
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting = []
        for bucket in buckets:
            waiting.append(pool.submit(kernel, bucket))
            if len(waiting) >= 2 * workers:
                yield waiting.pop(0).result()
        for part in waiting:
            yield part.result()
