"""Which files could the log do without?

Every import writes small files, which together are read more slowly than a few large ones; and what was taken back or
put together lies on in files that no version in use names. Here small files are put together, and files that nothing
has named for a week are dropped, and commits of that age with them, which tell of files that are gone. No row changes,
so the number of the log's last import stays, and nothing that was derived from it is done again.

A reader has the names of its files from the pins of `imports` and reads on in them, for they are dropped no sooner than
a week after they were replaced. Whatever happens, the log stays whole: until the new pins are on the disk, in one Delta
commit, the old ones count, and the next writer takes back what lies beyond them. Only then is anything dropped.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyarrow as pa

from ziggurat.base.schema import LOGGED
from ziggurat.log import commits
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


def tidy_tables(log: Log, *, keep_hours: int = KEEP_HOURS) -> Tidied:
    """Put the small files of every table together, and drop files that nothing has named for some hours.

    keep_hours: with fewer than KEEP_HOURS, files may vanish under a reader. Imports wait until it is done.
    """
    done = Tidied()
    with log.lock():
        log.clear(log.folder)
        pins = log.roll_back()
        stored, before = log.pins(), dict(pins)
        for table in pins:
            done = done.plus(together(log.folder / table, log.files(table, pins[table])))
            commits.harden(log.folder / table, before[table])
            pins[table] = commits.open_table(log.folder / table).version()
        imports = log.files("imports") if commits.exists(log.folder / "imports") else []
        if pins != stored or len(imports) > MOST_SMALL:
            done = done.plus(rewrite_pins(log, pins, len(imports)))
        for table in (*LOGGED, "imports"):
            if commits.exists(log.folder / table):
                done = done.plus(drop_files(log.folder / table, keep_hours))
                commits.forget(log.folder / table, time.time() - keep_hours * 3600)
    return done


def together(folder: Path, files: list[str]) -> Tidied:
    """Put the small files of a table together where they are many."""
    if sum(Path(file).stat().st_size < SMALL for file in files) <= MOST_SMALL:
        return Tidied()
    found: dict[str, Any] = commits.open_for_writing(folder).optimize.compact(target_size=SMALL)
    return Tidied(small=found["numFilesRemoved"], large=found["numFilesAdded"])


def drop_files(folder: Path, keep_hours: int) -> Tidied:
    """Drop the files of a table that its newest version doesn't name, and none did within so many hours.

    Delta says which ones; it would note in the log that they go, and so make a version that nothing pins. It names
    those, too, that a tidying has dropped already which was then killed, and one twice that two versions replaced.
    """
    named = commits.open_table(folder).vacuum(
        keep_hours,
        enforce_retention_duration=False,
        full=True,  # also what no version ever named
    )
    old = [path for name in dict.fromkeys(named) if (path := folder / unquote(name)).exists()]
    freed = 0
    for file in old:
        freed += file.stat().st_size
        file.unlink()
    return Tidied(dropped=len(old), freed=freed)


def rewrite_pins(log: Log, pins: dict[str, int], files: int) -> Tidied:
    """Write the rows of `imports` anew as one file, the last of them with new pins."""
    rows = log.rows()
    rows[-1]["pins"] = json.dumps(pins)
    commits.store(log.folder / "imports", pa.Table.from_pylist(rows, schema=IMPORTS), "overwrite")
    return Tidied(small=files, large=1) if files > 1 else Tidied()
