"""Is a commit of a table whole, and is it on the disk for good?

Delta writes a commit as a file that names the data files which it adds. It neither syncs them nor waits for them, so
after a power cut the newest commits may be torn, missing between others, or name data that is not there. Here all that
belongs to a commit is synced before anybody is told of it; what was never told and is torn is set aside, not read.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError

LOG = "_delta_log"
TORN = ".torn"  # in the log's folder: commits that were set aside
# Of a table. A version of long ago may be the one that is pinned, so none expires by itself. Delta writes a checkpoint
# where it lies, and half of one makes a table unreadable: they are made by `tidy` alone. Statistics would keep the
# least and the greatest address, name and text of every file, in a log that outlives the file.
KEPT = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "1000000000",
    "delta.dataSkippingStatsColumns": "import_no",
}


def exists(folder: Path) -> bool:
    """Say whether a table has a whole commit."""
    return newest(folder) is not None


def versions(folder: Path) -> dict[int, Path]:
    """Return the commits of a table by version, in order."""
    found = {int(path.stem): path for path in (folder / LOG).glob("*.json") if path.stem.isdecimal()}
    return dict(sorted(found.items()))


def checkpoints(folder: Path) -> dict[int, Path]:
    """Return the checkpoints of a table by version, in order."""
    found = {int(path.name.partition(".")[0]): path for path in (folder / LOG).glob("*.checkpoint.parquet")}
    return dict(sorted(found.items()))


def newest(folder: Path) -> int | None:
    """Return the newest version of a table whose commit is whole, with no gap before it; None where there is none."""
    commits = versions(folder)
    start = max(checkpoints(folder), default=-1)
    last = start if start >= 0 else None
    for version in sorted(commits):
        if version <= start:
            continue
        if version != (start if last is None else last) + 1:
            break
        last = version
    while last is not None and last > start and not whole(commits[last]):
        last = last - 1 if last - 1 in commits or last - 1 == start >= 0 else None
    return last


def whole(commit: Path) -> bool:
    """Say whether a commit can be read to its end."""
    try:
        actions = [json.loads(line) for line in commit.read_bytes().splitlines()]
    except (ValueError, UnicodeDecodeError):
        return False
    return bool(actions)


def open_table(folder: Path, version: int | None = None) -> DeltaTable:
    """Open a table at a version; at the newest whole one without. Raises: WorkspaceError if it can't be read."""
    version = newest(folder) if version is None else version
    if version is None:
        raise WorkspaceError(f"{folder}: the table has no whole commit; `ziggurat check` says what can be done.")
    check(folder, version)
    try:
        return DeltaTable(folder, version=version)
    except (DeltaError, TableNotFoundError, OSError) as error:
        raise WorkspaceError(
            f"{folder}: version {version} of the table can't be read ({first_line(error)}); "
            "`ziggurat check` says what is lost and what can be done."
        ) from error


def check(folder: Path, version: int) -> None:
    """Raises: WorkspaceError if a commit up to a version is missing or empty; Delta would read on without it."""
    commits = versions(folder)
    start = max((each for each in checkpoints(folder) if each <= version), default=-1)
    for each in range(start + 1, version + 1):
        if each not in commits or commits[each].stat().st_size == 0:
            state = "empty" if each in commits else "missing"
            raise WorkspaceError(
                f"{folder}: commit {each} of the table is {state}; put it back from a backup. "
                "`ziggurat check` says what else is damaged."
            )


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]


def set_aside(folder: Path, after: int | None) -> list[Path]:
    """Move torn commits of a table away, and those behind a gap, so that others can follow; return where they are.

    after: the version that counts: nothing up to it is touched. Call with the lock held.
    """
    last = newest(folder)
    keep = max(-1 if last is None else last, -1 if after is None else after)
    moved = []
    for version, path in versions(folder).items():
        if version > keep:
            place = durable.folder(folder.parent / TORN) / f"{folder.name}-{version}-{uuid.uuid4().hex[:8]}.json"
            moved.append(path.replace(place))
    if moved:
        durable.sync([folder / LOG])
    return moved


def harden(folder: Path, since: int) -> None:
    """Store all that came to a table after a version for good: data first, then the commits, then their names."""
    commits = {version: path for version, path in versions(folder).items() if version > since}
    added = [folder / name for path in commits.values() for name in added_by(path)]
    durable.sync([*(path for path in added if path.exists()), *commits.values(), folder / LOG, folder])


def added_by(commit: Path) -> Iterator[str]:
    """Yield the names of the data files that a commit adds."""
    for line in commit.read_bytes().splitlines():
        action = json.loads(line).get("add")
        if action:
            yield action["path"]


def create(folder: Path, schema: pa.Schema) -> None:
    """Make an empty table, on the disk for good."""
    durable.folder(folder / LOG)
    DeltaTable.create(folder, schema, mode="append", configuration=KEPT)
    harden(folder, -1)


def append(folder: Path, rows: pa.RecordBatchReader) -> int:
    """Append rows to a table, which is made where there is none, and return its new version. Nothing is synced yet."""
    if not exists(folder):
        durable.folder(folder / LOG)
        write_deltalake(folder, rows, mode="append", configuration=KEPT)
    else:
        write_deltalake(open_for_writing(folder), rows, mode="append")
    return open_table(folder).version()


def store(folder: Path, rows: pa.Table, mode: str) -> None:
    """Commit a few rows to a table that there is, so that the commit is not there before its data is, for good.

    mode: append, or overwrite for in place of all that was there.
    """
    name = f"part-00000-{uuid.uuid4()}-c000.parquet"
    pq.write_table(rows, folder / name, compression="snappy")
    durable.sync([folder / name, folder])
    table = open_table(folder)
    entry = AddAction(
        path=name,
        size=(folder / name).stat().st_size,
        partition_values={},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows.num_rows}),
    )
    table.create_write_transaction([entry], mode=mode, schema=rows.schema)
    harden(folder, table.version())


def open_for_writing(folder: Path) -> DeltaTable:
    """Open a table for writing, with the settings that a new one gets."""
    table = open_table(folder)
    settings = table.metadata().configuration
    if any(settings.get(name) != value for name, value in KEPT.items()):
        table.alter.set_table_properties(KEPT)
    return table


def forget(folder: Path, before: float) -> None:
    """Drop the commits of a table but the newest that are from before an instant (s), once a checkpoint has their sum.

    Call with the lock held, when the newest version is the one that counts.
    """
    commits = versions(folder)
    version = max(commits)
    old = [path for each, path in commits.items() if each < version and path.stat().st_mtime < before]
    if not old:
        return
    add_checkpoint(folder, version)
    old += [path for each, path in checkpoints(folder).items() if each < version]
    for path in old:
        path.unlink()


def add_checkpoint(folder: Path, version: int) -> None:
    """Add a checkpoint of a table's newest version in one step: half of one would make the table unreadable.

    One that is there is whole, and is enough: Delta makes none anew, and finds it without the note which is the last.
    """
    if version in checkpoints(folder):
        return
    workshop = folder.parent / ".staging" / "checkpoint"
    if workshop.is_dir():
        shutil.rmtree(workshop)
    workshop.unlink(missing_ok=True)  # a power cut can leave anything there
    shutil.copytree(folder / LOG, durable.folder(workshop) / LOG)
    DeltaTable(workshop, version=version).create_checkpoint()
    made = workshop / LOG / f"{version:020}.checkpoint.parquet"
    durable.sync([made])
    made.replace(folder / LOG / made.name)
    durable.sync([folder / LOG])
    durable.replace(folder / LOG / "_last_checkpoint", (workshop / LOG / "_last_checkpoint").read_bytes())
    shutil.rmtree(workshop)
