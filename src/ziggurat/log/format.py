"""Of which format is a log, and how is an older one brought to the newest?

`log/format.json` says it. A step is a function of the log, called with the lock held; it works on the newest version of
each table and pins what it wrote, as an import does. The number is written after it, so a step that was interrupted is
run again from its beginning.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.formats import Format

FILE = "format.json"


class Older(Protocol):
    """A log as steps see it."""

    folder: Path

    def roll_back(self) -> dict[str, int]:
        """Take back what lies beyond the pins, and return them: the newest version of each table."""


def tell_apart(log: Older) -> None:
    """Lead to format 2, in which rows are kept each time they are told, and others noted as told again or replaced.

    A log of format 1 is one of format 2 of which nothing was told twice, so nothing in it changes.
    """
    log.roll_back()


def leave_open(log: Older) -> None:
    """Lead to format 3, in which a row need not state its direction.

    Every row of a log of format 2 states one, and keeps it, so nothing in it changes; an earlier version could not read
    rows that state none.
    """
    log.roll_back()


FORMAT: Format[Older] = Format("the log", (tell_apart, leave_open))


def read(folder: Path) -> int:
    """Return the format of the log in a folder; the newest where nothing is logged yet. Raises: WorkspaceError."""
    path = folder / FILE
    if path.exists():
        try:
            return msgspec.json.decode(path.read_bytes(), type=dict[str, int])["format"]
        except (msgspec.MsgspecError, KeyError) as error:
            raise WorkspaceError(
                f'{path}: is damaged; put it back from a backup, or write {{"format": {FORMAT.newest}}} into it if '
                "this version wrote to the log last. Nothing was changed."
            ) from error
    return 1 if (folder / "imports").exists() else FORMAT.newest


def write(folder: Path, number: int) -> None:
    """Note the format of a log, in one step."""
    durable.replace(folder / FILE, msgspec.json.encode({"format": number}))


def check(folder: Path) -> None:
    """Raises: WorkspaceError if the log is of another format than this version reads."""
    found = read(folder)
    if list(FORMAT.ahead(found, folder)):
        raise WorkspaceError(
            f"{folder}: the log is of format {found}, and has not been brought to {FORMAT.newest} yet; open the "
            "workspace again. That needs the right to write into its folder."
        )


def migrate(log: Older) -> None:
    """Bring a log to the newest format. Call with the lock held. Raises: WorkspaceError if it is of a later one."""
    for number, step in FORMAT.ahead(read(log.folder), log.folder):
        step(log)
        write(log.folder, number)
