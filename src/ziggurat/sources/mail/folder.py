"""Which mails are new in a file or a folder of them? Read from where the last reading ended.

An archive in one file (mbox) is taken to grow at its end: what was read of it is known by its length and by a hash of
its last part; where that is another now, all of it is read. In a folder of mails (Maildir) every mail is a file, whose
name stays whatever flags it gets; those that changed since are read, with a little from before.

Source: RFC 4155 (mbox), Bernstein, Using maildir format (https://cr.yp.to/proto/maildir.html).
"""

from __future__ import annotations

import hashlib
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ziggurat.base.errors import SourceError

MARK = re.compile(rb"^From [^\r\n]{1,300}\d{4}", re.M)  # a line that begins a mail: who, and a date
TAIL = 4_096  # bytes by whose hash an archive is known again
AGAIN_SECONDS = 86_400  # before the last reading that a folder is read again from


class Found(NamedTuple):
    """One mail. end: where the next begins, in bytes; of what has no such place, a number that grows."""

    raw: bytes
    end: int


def tail_of(path: Path, end: int) -> str:
    """Return the hash of what stands before a place in a file."""
    with path.open("rb") as file:
        file.seek(max(0, end - TAIL))
        return hashlib.blake2b(file.read(min(TAIL, end)), digest_size=16).hexdigest()


def mails(path: Path, start: int) -> Iterator[Found]:
    """Yield the mails of an archive from a place on. Raises: SourceError if it is no archive of mails."""
    size = path.stat().st_size
    if size <= start:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as whole:
        if start == 0 and not MARK.match(whole):
            raise SourceError(
                f"{path.name} is no mbox: it does not begin with a line such as 'From ana@x.org Mon Jan 5'."
            )
        place = begin(whole, start)
        while place < size:
            following = begin(whole, place + 5)
            first = whole.find(b"\n", place, following)
            yield Found(unmarked(whole[first + 1 : following]) if first >= 0 else b"", following)
            place = following


def begin(whole: mmap.mmap, place: int) -> int:
    """Return where the next mail begins at or after a place: on a line after an empty one; the end where none does."""
    while True:
        if place == 0 and whole[:5] == b"From ":
            return 0
        found = whole.find(b"\nFrom ", max(0, place - 1))
        if found < 0:
            return len(whole)
        blank = whole[max(0, found - 2) : found].replace(b"\r", b"")
        if blank.endswith(b"\n") and MARK.match(whole[found + 1 : found + 400]):
            return found + 1
        place = found + 2


def unmarked(raw: bytes) -> bytes:
    """Take the mark off lines that begin with From, which an archive puts there."""
    return raw.replace(b"\n>From ", b"\nFrom ") if b"\n>From " in raw else raw


def files(path: Path, since: int) -> list[tuple[int, str, Path]]:
    """Return the mails of a folder and its subfolders that came since, the oldest first: when, its name and its path.

    Raises: SourceError if it is no Maildir.
    """
    boxes = [path, *(one for one in sorted(path.glob(".*")) if one.is_dir())]
    found: dict[str, tuple[int, str, Path]] = {}
    places = [box / part for box in boxes for part in ("new", "cur") if (box / part).is_dir()]
    if not places:
        raise SourceError(f"{path} is no Maildir: it has neither `cur` nor `new` in it.")
    for place in places:
        with os.scandir(place) as entries:
            for one in entries:
                if one.is_file(follow_symlinks=False):
                    at = int(one.stat(follow_symlinks=False).st_mtime)
                    name = one.name.partition(":")[0]
                    if at >= since - AGAIN_SECONDS:
                        found[name] = (at, name, Path(one.path))
    return sorted(found.values())
