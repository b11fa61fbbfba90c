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

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.schema import INSTANT
from ziggurat.log import commits, place, rebuilt, staging, undo
from ziggurat.log import format as formats
from ziggurat.log.keys import Index
from ziggurat.log.snapshot import Snapshot as Snapshot
from ziggurat.log.tables import BOOKS, TABLES, stored_schema
from ziggurat.sources.batch import Batch

Progress = Callable[[str, float], None]

IMPORTS = pa.schema(
    [
        ("import_no", pa.int64()),  # 1, 2, 3 …; an undo has a number of its own
        ("at", INSTANT),
        ("undoes", pa.int64()),  # the import that this row takes back; null for an import
        ("source", pa.string()),
        ("file", pa.string()),
        ("counts", pa.string()),  # JSON: table → {new, known}; inbox → {segment: place up to which it is taken up}
        ("pins", pa.string()),  # JSON: table → Delta version
    ]
)
INBOX = "inbox"
NO_TABLES = ("rejected", "skipped", "deleted", INBOX)  # counted for themselves


@dataclass(frozen=True)
class Import:
    """One import, as it is told.

    new, known, changed, rejected: interactions (or, for a file without any, rows of the other tables) that were new,
    that the log already held, that replace what it held, and rows that could not be taken. deleted: interactions that a
    whole export does not name any more.
    """

    import_no: int
    at: datetime
    source: str
    file: str
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    undone: bool = False

    def count(self, what: str) -> int:
        """Return how many interactions were new, known or changed; rows of any table where the file has none."""
        tables = [table for table in self.counts if table not in NO_TABLES]
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

    @property
    def deleted(self) -> int:
        """Interactions that were told before, and that this import, the whole of its source, does not tell."""
        return sum(self.counts.get("deleted", {}).values())


class Log:
    """The log in one folder. Many processes may read and write it at once; writers take turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def snapshot(self) -> Snapshot:
        """Return the state after the last whole import. Raises: WorkspaceError if the log is of another format."""
        formats.check(self.folder)
        rows = self.rows()
        return self.state(rows, pinned(rows)) if rows else Snapshot(0, {})

    def state(self, rows: list[dict[str, Any]], pins: Mapping[str, int]) -> Snapshot:
        """Return the state of versions of the tables. rows: of `imports`."""
        undone = {row["undoes"] for row in rows}
        living = [row for row in rows if row["undoes"] is None and row["import_no"] not in undone]
        counts = {row["import_no"]: json.loads(row["counts"]) for row in living}
        paid = [one for one in living if {"exposures", "costs"} & counts[one["import_no"]].keys()]
        retold = {
            table
            for some in counts.values()
            for table, found in some.items()
            if found.get("known") or found.get("changed")
        }
        return Snapshot(
            rows[-1]["import_no"] if rows else 0,
            {table: self.files(table, pin) for table, pin in pins.items()},
            {one["import_no"]: one["source"] for one in paid},
            {one["source"]: one["import_no"] for one in living if "deleted" in counts[one["import_no"]]},
            frozenset(retold),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `imports`, oldest first. Raises: WorkspaceError if the folder is gone, or the table is."""
        place.check(self.folder.parent)
        if not commits.exists(self.folder / "imports"):
            self.check_begun()
            return []
        parts = [pq.read_table(file, schema=IMPORTS) for file in self.files("imports")]
        rows: list[dict[str, Any]] = pa.concat_tables([IMPORTS.empty_table(), *parts]).sort_by("import_no").to_pylist()
        return rows

    def pins(self) -> dict[str, int]:
        """Return the version of every table that counts, as the last row of `imports` says."""
        return pinned(self.rows())

    def files(self, table: str, version: int | None = None) -> list[str]:
        """Return the files of a version of a table, of the newest without one.

        Delta writes them as URLs, in which a space of the folder's name would be %20.
        """
        folder = self.folder / table
        return [str(folder / uri.rpartition("/")[2]) for uri in commits.open_table(folder, version).file_uris()]

    def check_begun(self) -> None:
        """Raises: WorkspaceError if there are tables, and the one is gone that says what of them counts."""
        there = [table for table in TABLES if commits.exists(self.folder / table)]
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
        self, batches: Iterable[Batch], *, source: str, file: str, at: datetime, whole: bool = False,
        taken: Mapping[str, int] | None = None, progress: Progress | None = None,
    ) -> Import:  # fmt: skip
        """Import batches as one transaction: all of it or, whatever happens, nothing.

        Interactions that the log holds already are counted and left out; those that say something else than before
        take the place of what they said, and those that rows say are none are gone. whole: this is all there is of
        the source, so what it does not tell any more is deleted. taken: how far each segment of the inbox is taken up
        with it; see `taken_up`. Of what comes from the inbox, the first that is told under an id stands.
        """
        tell = progress or (lambda _label, _share: None)
        folder, mine = self.begin_staging()
        try:
            staged, skipped = staging.stage(batches, folder, lambda share: tell("Reading", share))
            with self.lock():
                self.clear(folder)
                pins, rows = self.roll_back(), self.rows()
                index = self.index(pins, rows)
                number = max([row["import_no"] for row in rows], default=0) + 1
                counts: dict[str, dict[str, int]] = {"skipped": {"rows": skipped}} if skipped else {}
                for done, table in enumerate(staged):
                    tell("Writing", done / len(staged))
                    first = taken is not None
                    counts[table] = self.write(table, folder, source, number, index, pins, first=first)
                gone, renamed = self.withdraw(folder, source, number, index, pins)
                if gone or renamed:
                    told = counts.setdefault("interactions", {"new": 0, "known": 0})
                    told.update(new=told["new"] - renamed, known=told["known"] + renamed)
                    told.update({"changed": told.get("changed", 0) + gone} if gone else {})
                if whole:
                    counts["deleted"] = {"rows": self.delete_missing(folder, source, number, index, pins)}
                if taken is not None:
                    counts[INBOX] = dict(taken)
                self.pin(number, at, source, file, counts, pins)
                index.save(number)
                tell("Writing", 1.0)
        finally:
            mine.release()
            shutil.rmtree(folder, ignore_errors=True)
        return Import(number, at, source, file, counts)

    def taken_up(self, source: str) -> dict[str, int]:
        """Return how far each segment of the inbox is taken up by the imports of a source, undone ones too."""
        mine = (row for row in reversed(self.rows()) if row["undoes"] is None and row["source"] == source)
        carried = (json.loads(row["counts"]).get(INBOX) for row in mine)
        return next((dict(one) for one in carried if one is not None), {})

    def index(self, pins: Mapping[str, int], rows: list[dict[str, Any]]) -> Index:
        """Return the index of keys, made anew if it does not stand for the last import."""
        index = Index(self.folder / "keys")
        if not index.load(rows[-1]["import_no"] if rows else 0):
            index.clear()
            rebuilt.rebuild(index, self.state(rows, pins))
        return index

    def write(
        self, table: str, folder: Path, source: str, number: int, index: Index, pins: dict[str, int], *, first: bool
    ) -> dict[str, int]:
        """Append the staged rows of one table that are to be written; return how many are new, known and changed."""
        found = staging.judge_staged(table, folder, source, index, number, first=first)
        self.put(table, staging.rows_to_write(table, folder, found, number), pins)
        if table == "interactions":
            for book, rows in (("again", staging.told_again(found)), ("gone", staging.find_replaced(folder, found))):
                if rows.num_rows:
                    self.put(book, numbered(rows, number).to_batches(), pins)
        return {
            what: found.counts[what] for what in ("new", "known", "changed") if found.counts[what] or what != "changed"
        }

    def put(self, table: str, batches: Iterable[pa.RecordBatch], pins: dict[str, int]) -> None:
        """Append rows to a table, and note its version."""
        path = self.folder / table
        commits.append(path, pa.RecordBatchReader.from_batches(stored_schema(table), batches))
        commits.harden(path, pins.get(table, -1))
        pins[table] = commits.open_table(path).version()

    def withdraw(self, folder: Path, source: str, number: int, index: Index, pins: dict[str, int]) -> tuple[int, int]:
        """Note as gone what rows of an import say is none, as a voided order does, or tell under another id.

        Returns: how many interactions of each.
        """
        held = self.state(self.rows(), pins).every_row("gone")
        rows, entries, renamed = staging.withdrawn(folder, source, index, number, held)
        if rows.num_rows:
            self.put("gone", numbered(rows, number).to_batches(), pins)
            index.add("interactions", [entries])
        return int(entries.key.size) - renamed, renamed

    def delete_missing(self, folder: Path, source: str, number: int, index: Index, pins: dict[str, int]) -> int:
        """Note as deleted what a source told before and this import does not; return how many interactions."""
        snapshot = self.state(self.rows(), pins)
        rows, entries = staging.missing(snapshot, folder, source, number)
        if rows.num_rows:
            self.put("gone", numbered(rows, number).to_batches(), pins)
            index.add("interactions", [entries])
        return int(rows.num_rows)

    def undo(self, import_no: int, *, at: datetime) -> None:
        """Take one import back, as if it had never been: see `undo`.

        Raises: WorkspaceError if there is no such import, or it is taken back already.
        """
        with self.lock():
            imports = {item.import_no: item for item in self.imports()}
            chosen = imports.get(import_no)
            if chosen is None or chosen.undone:
                state = "is already undone" if chosen else "does not exist"
                raise WorkspaceError(f"import {import_no} {state}; `ziggurat log` lists the imports.")
            pins, rows = self.roll_back(), self.rows()
            living = [one for one in imports.values() if not one.undone and one is not chosen]
            wholes = {one.import_no: one.source for one in living if "deleted" in one.counts}
            mended = undo.without(self.state(rows, pins), import_no, {one.import_no: one.at for one in living}, wholes)
            for table in pins:
                delta = commits.open_table(self.folder / table)
                about = f" OR was = {int(import_no)}" if table in BOOKS else ""
                delta.delete(f"import_no = {int(import_no)}{about}")
                commits.harden(self.folder / table, pins[table])
                pins[table] = delta.version()
            for table, some in mended._asdict().items():
                if some.num_rows:
                    self.put(table, some.to_batches(), pins)
            number = rows[-1]["import_no"] + 1
            self.pin(number, at, chosen.source, chosen.file, {}, pins, undoes=import_no)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of a writer while it commits. Raises: WorkspaceError if the log is of another format."""
        place.check(self.folder.parent)
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
        place.check(self.folder.parent)
        while True:
            made = durable.folder(self.folder / ".staging" / uuid.uuid4().hex)
            mine = FileLock(made / "lock")
            with suppress(FileNotFoundError):
                mine.acquire()
                if (made / "lock").exists():
                    return made, mine
            mine.release()  # another process took it for one that was left, and dropped it

    def clear(self, mine: Path) -> None:
        """Drop what imports staged that were killed: nobody holds their locks any more."""
        for folder in self.folder.glob(".staging/*"):
            if folder == mine or not (folder / "lock").exists():
                continue
            try:
                with FileLock(folder / "lock", blocking=False):
                    shutil.rmtree(folder, ignore_errors=True)
            except Timeout:
                continue  # under way in another process

    def roll_back(self) -> dict[str, int]:
        """Take back what a crash left beyond the pins, and return the pins. Call with the lock held."""
        commits.set_aside(self.folder / "imports", None)
        rows = self.rows()
        if not rows and not commits.exists(self.folder / "imports"):
            commits.create(
                self.folder / "imports", IMPORTS
            )  # first, so that later it can be told from one that is lost
        pins = pinned(rows)
        for table in TABLES:
            commits.set_aside(self.folder / table, pins.get(table))
            if not commits.exists(self.folder / table):
                continue
            delta = commits.open_table(self.folder / table)
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


def pinned(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return the version of every table that the last row of `imports` pins."""
    found: dict[str, int] = json.loads(rows[-1]["pins"]) if rows else {}
    return found


def numbered(rows: pa.Table, number: int) -> pa.Table:
    """Add the number of an import to rows."""
    return rows.append_column("import_no", pa.repeat(pa.scalar(number, pa.int64()), rows.num_rows))
