"""How does what is written survive a power cut, and how is it kept the user's alone?

A system that loses power may keep any part of what was written since it was last told to store it: of a file, and,
apart from that, of the names in a folder. So a file is synced before anything names it, its folder before anybody is
told, and what replaces a file is written beside it first.
Source: Pillai et al. (2014), All File Systems Are Not Created Equal, OSDI 14.
"""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
LEFT_SECONDS = 600.0  # after which nobody is still writing a file


def sync(paths: Iterable[Path]) -> None:
    """Store files and folders for good, in this order, and let nobody else read the files.

    Raises: OSError if that can't be done; then nothing of them may be relied upon.
    """
    for path in paths:
        if path.is_dir() and os.name == "nt":  # where folders can't be opened, and need not be
            continue
        opened = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
        try:
            if not path.is_dir():
                keep_private(path)
            os.fsync(opened)
        finally:
            os.close(opened)


def keep_private(path: Path) -> None:
    """Let nobody but its owner read a file of ours, whatever the umask is."""
    if path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)


def folder(path: Path) -> Path:
    """Make a folder, and those above it, for the user alone; return it. One that is there stays as it is."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)  # another process may be making it, too
        each.chmod(FOLDER_MODE)  # mkdir's own mode is lessened by the umask
        sync([each.parent])
    return missing[0] if missing else path


def drop(paths: Iterable[Path]) -> list[Path]:
    """Delete files that nobody needs any more, and return those that are gone.

    Where a file that another process has open can't be deleted, as on Windows, it stays for whoever drops next: what
    was done before it need not fail for that.
    """
    gone = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            continue
        gone.append(path)
    return gone


def beside(path: Path) -> Path:
    """Make the file in which what replaces another is written, and return it; one of its own where somebody else is at
    that, unless what they write has lain there for so long that they were killed."""
    new = path.with_name(f"{path.name}.new")
    for tried in (new, path.with_name(f"{path.name}.{uuid.uuid4().hex}.new")):
        try:
            os.close(os.open(tried, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
        except FileExistsError:
            with suppress(FileNotFoundError):
                if time.time() - tried.stat().st_mtime > LEFT_SECONDS:
                    return tried
        else:
            return tried
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(new))


def replace(path: Path, content: bytes) -> None:
    """Write a file anew in one step: whatever happens, it then has what it had before, or all of this.

    Several may write the same file at once; the last one counts.
    """
    new = beside(path)
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            keep_private(new)
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        drop([new])
        raise
    sync([path.parent])
