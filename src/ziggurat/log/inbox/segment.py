"""How does what came in lie on the disk? In segments: files that are only appended to, each by one process.

A segment begins with MAGIC; then come records, each with its length and a checksum of length and content. What a crash
tore at the end has no right checksum, so reading stops before it, and nobody was told that it is kept. A segment is
live while its writer holds the lock beside it; no other process ever writes to it, and no name is used again.
"""

from __future__ import annotations

import os
import secrets
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from filelock import FileLock, Timeout

from ziggurat.base import durable

MAGIC = b"ziggurat inbox 1\n"
ENDING, LOCK, TORN = ".inbox", ".lock", ".torn"
HEAD = Struct(">II")  # length of the record, and checksum
LENGTH = Struct(">I")


class Record(NamedTuple):
    """One record. end: the place in the segment right behind it."""

    end: int
    content: bytes


def framed(content: bytes) -> bytes:
    """Return a record as it is written."""
    return HEAD.pack(len(content), checksum(content)) + content


def checksum(content: bytes) -> int:
    """Return the CRC-32 of a record's length and content: of zeros, which a crash leaves, it is not zero."""
    return zlib.crc32(content, zlib.crc32(LENGTH.pack(len(content))))


class Writer:
    """Writes one segment, in a folder that is there. Raises: OSError where the disk does not take it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{time.time_ns():020}-{secrets.token_hex(8)}{ENDING}"
        self.lock = FileLock(self.path.with_suffix(LOCK), thread_local=False)
        self.lock.acquire(blocking=False)  # first, so that whoever sees the file sees that it is live
        try:
            self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, durable.FILE_MODE)
        except OSError:
            self.let_go()
            raise
        self.size = 0  # bytes that are on the disk for good
        self.begun = time.monotonic()

    def append(self, records: Sequence[bytes]) -> None:
        """Write framed records, on the disk for good once this returns.

        Raises: OSError if that can't be done: then none of them counts, and this segment takes no more.
        """
        whole = b"".join(records) if self.size else b"".join([MAGIC, *records])
        try:
            rest = memoryview(whole)
            while rest:
                rest = rest[os.write(self.file, rest) :]
            os.fsync(self.file)
            if not self.size:
                durable.sync([self.path.parent])
        except OSError:
            self.give_up()
            raise
        self.size += len(whole)

    def give_up(self) -> None:
        """End a segment after a failure: what was not stored is cut off, as far as that can be done."""
        try:
            os.ftruncate(self.file, self.size)
            os.fsync(self.file)
        except OSError:
            pass  # nobody was told that it is kept, and a record that is torn is not read
        self.close()

    def close(self) -> None:
        """End the segment; it can then be dropped once it is taken up."""
        os.close(self.file)
        self.let_go()

    def let_go(self) -> None:
        """Release the lock, and drop its file."""
        self.lock.release()
        durable.drop([Path(self.lock.lock_file)])


def segments(folder: Path) -> list[Path]:
    """Return the segments of a folder, the oldest first."""
    return sorted(folder.glob(f"*{ENDING}"))


def is_live(segment: Path) -> bool:
    """Say whether somebody may still write to a segment."""
    lock = segment.with_suffix(LOCK)
    if not lock.exists():
        return False
    try:
        with FileLock(lock, blocking=False):
            return False
    except Timeout:
        return True


def end(segment: Path) -> int:
    """Return the place behind the last whole record of a segment, 0 where there is none."""
    place = 0
    for record in records(segment):
        place = record.end
    return place or (len(MAGIC) if segment.stat().st_size == len(MAGIC) else 0)


def records(segment: Path, start: int = 0) -> Iterator[Record]:
    """Yield the whole records of a segment from a place on, up to the first that is torn or not written yet."""
    try:
        with segment.open("rb") as file:
            file.seek(start)
            found = file.read()
    except FileNotFoundError:
        return  # another process has taken it up and dropped it
    place = 0
    if start == 0:
        if not found.startswith(MAGIC):
            return
        place = len(MAGIC)
    while place + HEAD.size <= len(found):
        length, check = HEAD.unpack_from(found, place)
        content = found[place + HEAD.size : place + HEAD.size + length]
        if len(content) < length or checksum(content) != check:
            return
        place += HEAD.size + length
        yield Record(start + place, content)
