"""How is a workspace copied while others write to it? As it was after one import, settings and decisions with it.

Data files are never changed once they are written, and the pins of an import name them: what they name is copied. What
follows from the log is left out, since a refresh makes it. The copy gets its name last, so that half of one is none.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.log import commits
from ziggurat.log.format import FILE
from ziggurat.log.inbox.segment import ENDING
from ziggurat.log.log import IMPORTS, Log

APART = ("log", "inbox", "histories", "results", "uploads", "state.db", "state.db-wal", "state.db-shm")
TRIES = 5  # a log that is tidied at once, without waiting for a week, may take a file from under us


def backup(folder: Path, target: Path) -> int:
    """Copy a workspace to a folder that is not there yet; return how many imports the copy holds.

    To restore it, use the copy in place of the workspace, and refresh. Raises: WorkspaceError if the target is there
    already or lies within the workspace, or the workspace is damaged.
    """
    if target.exists():
        raise WorkspaceError(f"{target} is there already; name a folder that is not, so that nothing is overwritten.")
    if target.resolve().is_relative_to(folder.resolve()):
        raise WorkspaceError(f"{target} lies within the workspace; name a folder outside, on another disk at best.")
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    durable.folder(partial)
    copy_settings(folder, partial)
    copy_state(folder / "state.db", partial / "state.db")
    copy_inbox(folder / "inbox", partial / "inbox")
    for left in range(TRIES, 0, -1):
        try:
            count = copy_log(folder / "log", partial / "log")
            break
        except FileNotFoundError as error:
            shutil.rmtree(partial / "log", ignore_errors=True)
            if left == 1:
                raise WorkspaceError(
                    f"{error.filename}: is missing; `ziggurat check` says whether the workspace is damaged. If it was "
                    "being tidied, try again."
                ) from error
    make_durable(partial)
    partial.replace(target)
    durable.sync([target.parent])
    return count


def copy_settings(folder: Path, target: Path) -> None:
    """Copy what people wrote: settings, ladders, criteria, and whatever else of theirs lies there."""
    for path in folder.iterdir():
        if path.name in APART or path.name.startswith(".") or path.name.endswith((".new", ".lock")):
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


def copy_state(path: Path, target: Path) -> None:
    """Copy the decisions as they are at one moment, whoever is writing."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'work'").fetchone():
                # Work that waits is done where it was asked for, and not once more in the copy.
                copy.execute("DELETE FROM work WHERE state IN ('queued', 'running')")
                copy.commit()
    except sqlite3.Error as error:
        raise WorkspaceError(f"{path}: can't be copied ({error}); `ziggurat check` says what can be done.") from error


def copy_inbox(folder: Path, target: Path) -> None:
    """Copy what waits for the log, before the log: what is taken up meanwhile is in the log's copy, which says so."""
    for path in folder.glob(f"*/*{ENDING}"):
        place = durable.folder(target / path.parent.name) / path.name
        with suppress(FileNotFoundError):
            shutil.copyfile(path, place)


def copy_log(folder: Path, target: Path) -> int:
    """Copy the log as of its last import; return how many imports and undos it has. Raises: FileNotFoundError."""
    log = Log(folder)
    durable.folder(target)
    if (folder / FILE).exists():
        shutil.copyfile(folder / FILE, target / FILE)
    if not commits.exists(folder / "imports"):
        log.rows()  # which raises where the table was there once
        return 0
    version = commits.newest(folder / "imports")
    parts = [pq.read_table(file, schema=IMPORTS) for file in log.files("imports", version)]
    rows = pa.concat_tables([IMPORTS.empty_table(), *parts]).sort_by("import_no").to_pylist()
    pins: dict[str, int] = json.loads(rows[-1]["pins"]) if rows else {}
    for table, pin in {**pins, "imports": version or 0}.items():
        copy_table(log, table, pin, target / table)
    return len(rows)


def copy_table(log: Log, table: str, pin: int, target: Path) -> None:
    """Copy a version of a table: its commits up to it, and the files that it names."""
    folder = log.folder / table
    durable.folder(target / commits.LOG)
    for name in log.files(table, pin):
        shutil.copyfile(name, target / Path(name).name)
    for path in (*commits.versions(folder).values(), *commits.checkpoints(folder).values()):
        if int(path.name.partition(".")[0]) <= pin:
            shutil.copyfile(path, target / commits.LOG / path.name)


def make_durable(folder: Path) -> None:
    """Store a copy for good, readable by its owner alone."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.chmod(durable.FOLDER_MODE)
        durable.sync([path])
    durable.sync([folder])
