"""Which files could the log do without?

Every import writes small files, which together are read more slowly than a few large ones; and what was taken back or
put together lies on in files that no version in use names. Here small files are put together, and files that nothing
has named for a week are dropped. No row changes, so the number of the log's last import stays, and nothing that was
derived from it is done again.

A reader has the names of its files from the pins of `imports` and reads on in them, for they are dropped no sooner than
a week after they were replaced. Whatever happens, the log stays whole: until the new pins are written, in one Delta
commit, the old ones count, and the next writer takes back what lies beyond them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from ziggurat.log.log import IMPORTS, Log

KEEP_HOURS = 7 * 24  # what Delta takes for safe: no reader is at work for longer
MOST_SMALL = 16  # small files of a table: fewer are not worth writing their rows anew
SMALL = 100 * 2**20  # bytes: what is put together is about as large


class Tidied(NamedTuple):
    """What was done: how many files were put together, into how many; how many were dropped, and their bytes."""

    small: int = 0
    large: int = 0
    dropped: int = 0
    freed: int = 0

    def plus(self, other: Tidied) -> Tidied:
        """Add what was done to another table."""
        return Tidied(*(one + two for one, two in zip(self, other, strict=True)))


def tidied(log: Log, *, keep_hours: int = KEEP_HOURS) -> Tidied:
    """Put the small files of every table together, and drop files that nothing has named for some hours.

    keep_hours: with fewer than KEEP_HOURS, files may vanish under a reader. Imports wait until it is done.
    """
    done = Tidied()
    with log.lock():
        log.clear(log.folder)
        pins = log.settle()
        before = dict(pins)
        for table in pins:
            delta = DeltaTable(log.folder / table)
            done = done.plus(together(delta, log.files(table))).plus(dropped(delta, log.folder / table, keep_hours))
            pins[table] = DeltaTable(log.folder / table).version()
        if not pins:
            return done
        imports = log.files("imports")
        if pins != before or len(imports) > MOST_SMALL:
            done = done.plus(repinned(log, pins, len(imports)))
        return done.plus(dropped(DeltaTable(log.folder / "imports"), log.folder / "imports", keep_hours))


def together(delta: DeltaTable, files: list[str]) -> Tidied:
    """Put the small files of a table together where they are many."""
    if sum(Path(file).stat().st_size < SMALL for file in files) <= MOST_SMALL:
        return Tidied()
    found: dict[str, Any] = delta.optimize.compact(target_size=SMALL)
    return Tidied(small=found["numFilesRemoved"], large=found["numFilesAdded"])


def dropped(delta: DeltaTable, folder: Path, keep_hours: int) -> Tidied:
    """Drop the files of a table that its newest version doesn't name, and none did within so many hours."""
    old = delta.vacuum(keep_hours, enforce_retention_duration=False, full=True)
    if not old:
        return Tidied()
    freed = sum((folder / file).stat().st_size for file in old)
    delta.vacuum(keep_hours, dry_run=False, enforce_retention_duration=False, full=True)
    return Tidied(dropped=len(old), freed=freed)


def repinned(log: Log, pins: dict[str, int], files: int) -> Tidied:
    """Write the rows of `imports` anew as one file, the last of them with new pins."""
    rows = log.rows()
    rows[-1]["pins"] = json.dumps(pins)
    write_deltalake(log.folder / "imports", pa.Table.from_pylist(rows, schema=IMPORTS), mode="overwrite")
    return Tidied(small=files, large=1) if files > 1 else Tidied()
