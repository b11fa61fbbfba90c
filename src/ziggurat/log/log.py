"""The append-only log: Delta tables, and one table of imports that says which versions of them belong together.

An import writes to several tables, and Delta commits each on its own. What makes an import one transaction is its
row in `imports`, written last: it pins the version of every table. A reader takes the pins of the last row and sees
whole imports only. What a crash left beyond the pins is taken back by the next writer, who holds the lock.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from ziggurat import durable
from ziggurat.engine import duckdb as engine
from ziggurat.errors import WorkspaceError
from ziggurat.log import commits
from ziggurat.log import format as formats
from ziggurat.schema import INSTANT, LOGGED
from ziggurat.sources.batch import Batch

Progress = Callable[[str, float], None]

IMPORTS = pa.schema(
    [
        ("import_no", pa.int64()),  # 1, 2, 3 …; an undo has a number of its own
        ("at", INSTANT),
        ("undoes", pa.int64()),  # the import that this row takes back; null for an import
        ("source", pa.string()),
        ("file", pa.string()),
        ("counts", pa.string()),  # JSON: table → {new, known}
        ("pins", pa.string()),  # JSON: table → Delta version
    ]
)
# A logged row is known when the log holds one with the same key; an empty key stands for the whole row.
KEYS: Mapping[str, tuple[str, ...]] = {
    "interactions": ("source", "interaction_id"),
    "exposures": (),
    "costs": (),
    "links": ("a", "b", "evidence", "source"),
    "traits": ("identity", "trait", "value", "source"),
    "rejected": ("source", "file", "reason", "row"),
}


@dataclass(frozen=True)
class Snapshot:
    """A consistent state of the log: the number of the last import or undo, and the files of every table."""

    number: int
    files: Mapping[str, list[str]]

    def scan(self, table: str) -> str:
        """Write an SQL table expression over a logged table, with its `import_no`."""
        return engine.scan(self.files.get(table, []), stored(table))


@dataclass(frozen=True)
class Import:
    """One import, as it is told.

    new, known, rejected: interactions (or, for a file without any, rows of the other tables) that were new, that
    the log already held, and rows that could not be taken.
    """

    import_no: int
    at: datetime
    source: str
    file: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    undone: bool = False

    def count(self, what: str) -> int:
        """Return how many interactions were new or known; rows of any table where the file has no interactions."""
        tables = [table for table in self.counts if table not in ("rejected", "skipped")]
        chosen = ["interactions"] if sum(self.counts.get("interactions", {}).values()) else tables
        return sum(self.counts[table].get(what, 0) for table in chosen if table in self.counts)

    @property
    def rejected(self) -> int:
        """Rows that could not be taken, whether or not the log knew them already."""
        return sum(self.counts.get("rejected", {}).values())

    @property
    def skipped(self) -> int:
        """Rows that the mapping leaves out on purpose."""
        return sum(self.counts.get("skipped", {}).values())


class Log:
    """The log in one folder. Many processes may read and write it at once; writers take turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def snapshot(self) -> Snapshot:
        """Return the state after the last whole import. Raises: WorkspaceError if the log is of another format."""
        formats.check(self.folder)
        rows = self.rows()
        if not rows:
            return Snapshot(0, {})
        pins: dict[str, int] = json.loads(rows[-1]["pins"])
        files = {table: self.files(table, pin) for table, pin in pins.items()}
        return Snapshot(rows[-1]["import_no"], files)

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `imports`, oldest first."""
        if not commits.exists(self.folder / "imports"):
            self.check_begun()
            return []
        parts = [pq.read_table(file, schema=IMPORTS) for file in self.files("imports")]
        rows: list[dict[str, Any]] = pa.concat_tables([IMPORTS.empty_table(), *parts]).sort_by("import_no").to_pylist()
        return rows

    def files(self, table: str, version: int | None = None) -> list[str]:
        """Return the files of a version of a table, of the newest without one.

        Delta writes them as URLs, in which a space of the folder's name would be %20.
        """
        folder = self.folder / table
        return [str(folder / uri.rpartition("/")[2]) for uri in commits.opened(folder, version).file_uris()]

    def check_begun(self) -> None:
        """Raises: WorkspaceError if there are tables, and the one is gone that says what of them counts."""
        there = [table for table in LOGGED if commits.exists(self.folder / table)]
        if there:
            raise WorkspaceError(
                f"{self.folder / 'imports'}: the table that says which imports count is missing or damaged, though "
                f"there are {', '.join(there)}. Nothing was changed; put it back from a backup. "
                "`ziggurat check` says more."
            )

    def imports(self) -> list[Import]:
        """Return every import, newest first, those taken back included."""
        rows = self.rows()
        undone = {row["undoes"] for row in rows}
        return [
            Import(
                row["import_no"], row["at"], row["source"], row["file"], json.loads(row["counts"]),
                row["import_no"] in undone,
            )
            for row in reversed(rows)
            if row["undoes"] is None
        ]  # fmt: skip

    def append(
        self, batches: Iterable[Batch], *, source: str, file: str, at: datetime, progress: Progress | None = None
    ) -> Import:
        """Import batches as one transaction: all of it or, whatever happens, nothing.

        Rows that the log holds already (see KEYS) are counted and left out.
        """
        tell = progress or (lambda _label, _share: None)
        staging, mine = self.begin_staging()
        try:
            staged, skipped = stage(batches, staging, lambda share: tell("Reading", share))
            with self.lock():
                self.clear(staging)
                pins = self.settle()
                number = max([row["import_no"] for row in self.rows()], default=0) + 1
                counts: dict[str, dict[str, int]] = {"skipped": {"rows": skipped}} if skipped else {}
                for done, (table, rows) in enumerate(staged.items()):
                    tell("Writing", done / len(staged))
                    new = self.write(table, staging, number)
                    counts[table] = {"new": new, "known": rows - new}
                    commits.harden(self.folder / table, pins.get(table, -1))
                    pins[table] = commits.opened(self.folder / table).version()
                self.pin(number, at, source, file, counts, pins)
                tell("Writing", 1.0)
        finally:
            mine.release()
            shutil.rmtree(staging, ignore_errors=True)
        return Import(number, at, source, file, counts)

    def write(self, table: str, staging: Path, number: int) -> int:
        """Append the staged rows that are new to one table, and return how many there were."""
        schema = stored(table)
        path = self.folder / table
        held = self.files(table) if commits.exists(path) else []
        connection = engine.connect(spill=staging / "spill")
        written = 0

        def counted() -> Iterator[pa.RecordBatch]:
            nonlocal written
            for batch in engine.stream(connection, news(table, staging, held, number)):
                written += batch.num_rows
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

        with connection:
            batches = pa.RecordBatchReader.from_batches(schema, counted())
            commits.append(path, batches)
        return written

    def undo(self, import_no: int, *, at: datetime) -> None:
        """Take one import back. Rows that it found known belong to an earlier import and stay.

        Raises: WorkspaceError if there is no such import, or it is taken back already.
        """
        with self.lock():
            chosen = {item.import_no: item for item in self.imports()}.get(import_no)
            if chosen is None or chosen.undone:
                state = "is already undone" if chosen else "does not exist"
                raise WorkspaceError(f"import {import_no} {state}; `ziggurat log` lists the imports.")
            pins = self.settle()
            for table in pins:
                delta = commits.opened(self.folder / table)
                delta.delete(f"import_no = {int(import_no)}")
                commits.harden(self.folder / table, pins[table])
                pins[table] = delta.version()
            number = self.rows()[-1]["import_no"] + 1
            self.pin(number, at, chosen.source, chosen.file, {}, pins, undoes=import_no)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of a writer while it commits. Raises: WorkspaceError if the log is of another format."""
        durable.folder(self.folder)
        with FileLock(self.folder / ".lock"):
            formats.check(self.folder)
            if not (self.folder / formats.FILE).exists():
                formats.write(self.folder, formats.read(self.folder))
            yield

    def migrate(self) -> None:
        """Bring the log to the newest format, where it is older. Raises: WorkspaceError if it is of a later one."""
        if list(formats.FORMAT.ahead(formats.read(self.folder), self.folder)):
            with FileLock(self.folder / ".lock"):
                formats.migrate(self)

    def begin_staging(self) -> tuple[Path, FileLock]:
        """Make a folder for the rows of an import on their way, and return it with its lock, which is held."""
        while True:
            staging = durable.folder(self.folder / ".staging" / uuid.uuid4().hex)
            mine = FileLock(staging / "lock")
            with suppress(FileNotFoundError):
                mine.acquire()
                if (staging / "lock").exists():
                    return staging, mine
            mine.release()  # another process took it for one that was left, and dropped it

    def clear(self, mine: Path) -> None:
        """Drop what imports staged that were killed: nobody holds their locks any more."""
        for staging in self.folder.glob(".staging/*"):
            if staging == mine or not (staging / "lock").exists():
                continue
            try:
                with FileLock(staging / "lock", blocking=False):
                    shutil.rmtree(staging, ignore_errors=True)
            except Timeout:
                continue  # under way in another process

    def settle(self) -> dict[str, int]:
        """Take back what a crash left beyond the pins, and return the pins. Call with the lock held."""
        commits.set_aside(self.folder / "imports", None)
        rows = self.rows()
        if not rows and not commits.exists(self.folder / "imports"):
            commits.create(
                self.folder / "imports", IMPORTS
            )  # first, so that later it can be told from one that is lost
        pins: dict[str, int] = json.loads(rows[-1]["pins"]) if rows else {}
        for table in LOGGED:
            commits.set_aside(self.folder / table, pins.get(table))
            if not commits.exists(self.folder / table):
                continue
            delta = commits.opened(self.folder / table)
            if table not in pins:
                delta.delete()
            elif delta.version() != pins[table]:
                delta.restore(pins[table])
                commits.harden(self.folder / table, pins[table])
                pins[table] = delta.version()
        return pins

    def pin(
        self,
        number: int,
        at: datetime,
        source: str,
        file: str,
        counts: Mapping[str, Mapping[str, int]],
        pins: Mapping[str, int],
        undoes: int | None = None,
    ) -> None:
        """Write the row that makes an import or an undo visible, in one Delta commit."""
        row = [number, at, undoes, source, file, json.dumps(counts), json.dumps(pins)]
        columns = [pa.array([value], type_) for value, type_ in zip(row, IMPORTS.types, strict=True)]
        commits.store(self.folder / "imports", pa.table(columns, schema=IMPORTS), "append")


def stored(table: str) -> pa.Schema:
    """Return a logged table's schema as it is stored: with the number of the import that brought the row."""
    return LOGGED[table].append(pa.field("import_no", pa.int64()))


def stage(batches: Iterable[Batch], staging: Path, tell: Callable[[float], None]) -> tuple[dict[str, int], int]:
    """Write batches to one Parquet file a table; memory holds one batch at a time.

    Returns: the rows of each table, and how many rows were skipped on purpose.
    """
    writers: dict[str, pq.ParquetWriter] = {}
    rows: dict[str, int] = {}
    skipped = 0
    try:
        for batch in batches:
            skipped += batch.skipped
            for table, some in batch.tables.items():
                if some.num_rows == 0:
                    continue
                if table not in writers:
                    writers[table] = pq.ParquetWriter(staging / f"{table}.parquet", LOGGED[table])
                writers[table].write_table(some.cast(LOGGED[table]))
                rows[table] = rows.get(table, 0) + some.num_rows
            tell(batch.read)
    finally:
        for writer in writers.values():
            writer.close()
    return rows, skipped


def news(table: str, staging: Path, held: list[str], number: int) -> str:
    """Write the query for those staged rows of a table that the log does not hold yet, each key once."""
    schema = LOGGED[table]
    keys = KEYS[table] or tuple(schema.names)
    staged = f"read_parquet({engine.text(staging / f'{table}.parquet')}, file_row_number = true)"
    same = " AND ".join(f"held.{engine.name(k)} IS NOT DISTINCT FROM staged.{engine.name(k)}" for k in keys)
    known = f"WHERE NOT EXISTS (SELECT 1 FROM {engine.scan(held, stored(table))} held WHERE {same})" if held else ""
    by_key = ", ".join(engine.name(key) for key in keys)
    return f"""
        SELECT {engine.columns(schema)}, {int(number)}::BIGINT AS import_no
        FROM {staged} staged {known}
        QUALIFY row_number() OVER (PARTITION BY {by_key} ORDER BY file_row_number) = 1
    """
