"""What came into a workspace: each import with its counts, what is taken back, and what was rejected."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ziggurat.log.log import Import
from ziggurat.log.tidy import KEEP_HOURS, Tidied, tidy_tables
from ziggurat.workspace.folder import Folder, login
from ziggurat.workspace.rejections import number_of


def imports(space: Folder) -> list[dict[str, Any]]:
    """Return all imports, newest first, with their counts (new, known, changed, deleted, rejected, skipped),
    whether they are undone, and whether nothing is left to do about what was rejected (settled)."""
    done = space.state.settled()
    return [describe_import(one, settled=one.import_no in done) for one in space.log.imports()]


def undo(space: Folder, import_id: int | str) -> None:
    """Take an import back. Raises: WorkspaceError if there is none of that number, or it is undone."""
    space.log.undo(number_of(import_id), at=datetime.now(UTC))


def tidy(space: Folder, *, now: bool = False) -> dict[str, int]:
    """Put the log's small files together, and drop those that nothing has named for a week; no row changes.

    What was undone, or replaced in a refresh, is then on the disk no more. now: don't wait for a week; whoever is
    reading may then miss a file. Returns: small (files that were put together), large (into how many), dropped
    (files) and freed (bytes).
    """
    hours = 0 if now else KEEP_HOURS
    done = tidy_tables(space.log, keep_hours=hours)
    with FileLock(space.folder / ".refresh.lock"):
        dropped = space.derived.drop(time.time() - hours * 3600)
    return done.plus(Tidied(0, 0, *dropped))._asdict()


def rejected(
    space: Folder, import_id: int | str | None = None, page: int = 1, size: int = 100, reason: str | None = None
) -> dict[str, Any]:
    """Return rejected rows: rows (one page, newest import first) and total; of one import, or all open ones.

    reason: one of `rejected_reasons`, to see those that failed for it.
    """
    return space.rejections.page(import_id, page, size, reason)


def rejected_reasons(space: Folder, import_id: int | str | None = None) -> list[dict[str, Any]]:
    """Return why rows were rejected, each reason once: import_id, source, file, reason, rows (how many), and line,
    example (its reason in full) and row of the first; of one import, or all open ones."""
    return space.rejections.reasons(import_id)


def export_rejected(space: Folder, path: str | Path, import_id: int | str | None = None) -> int:
    """Write rejected rows as a CSV that can be mended and imported again; return how many there are."""
    return space.rejections.export(path, import_id)


def settle(space: Folder, import_id: int | str, *, settled: bool = True, by: str | None = None) -> None:
    """Note that an import's rejected rows are dealt with, so that they are open no more; or open again.

    by: who says so; the user who is logged in if left out, as for every decision.

    Raises: WorkspaceError if there is no such import, or it rejected nothing.
    """
    space.rejections.settle(import_id, settled=settled, at=datetime.now(UTC), by=by or login())


def describe_import(one: Import, *, settled: bool = False) -> dict[str, Any]:
    """Return an import as a dict."""
    return {
        "import_id": str(one.import_no),
        "at": one.at,
        "source": one.source,
        "file": one.file,
        "new": one.count("new"),
        "known": one.count("known"),
        "changed": one.count("changed"),
        "deleted": one.deleted,
        "rejected": one.rejected,
        "skipped": one.skipped,
        "counts": one.counts,
        "undone": one.undone,
        "settled": settled,
    }
