"""What was collected goes from the inbox into the log: all of it, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from ziggurat import durable
from ziggurat.inbox import taking
from ziggurat.inbox.inbox import FOLDER
from ziggurat.log.log import Import, Log, Progress
from ziggurat.sources.batch import Batch

NAME = "collected"  # in place of a file's name in the list of imports
Reader = Callable[[list[bytes]], Iterator[Batch]]


def take_up(log: Log, folder: Path, source: str, read: Reader, progress: Progress | None = None) -> list[Import]:
    """Bring what waits of a source into the log, a lot in one transaction each, and drop what is there for good.

    folder: of the workspace. read: makes batches of rows from records. However often and wherever this is interrupted,
    every record comes into the log once: how far the inbox is taken up is part of the transaction.
    """
    done = []
    with FileLock(durable.folder(folder / FOLDER) / ".lock"):
        taken = log.taken_up(source)
        for lot in taking.lots(folder, source, taken):
            now = datetime.now(UTC)
            done.append(
                log.append(read(lot.records), source=source, file=NAME, at=now, taken=lot.taken, progress=progress)
            )
            taken = dict(lot.taken)
        taking.drop(folder, source, taken)
    return done
