"""Does the log hold a key? An index in which that costs the same, however long the log is.

Hashes of keys lie sorted in segments, each a file a column, and are found by bisection where they lie: a lookup touches
a few pages of each segment. An import adds one; segments of about the same size are put together, a range of keys at a
time, so there are few, and memory holds a few megabytes of them. The index follows from the log and may be dropped: one
that is missing, of another import than the log's last, or of another version, is made anew.

Source: O'Neil, Cheng, Gawlick and O'Neil (1996), Acta Informatica 33, 351-385, for merging by size.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt

from ziggurat.base import durable

FORM = f"2 {duckdb.__version__}"  # its hashes of what rows say may be others in another version
COLUMNS = {"key": np.dtype("<u8"), "mark": np.dtype("<u8"), "was": np.dtype("<i8")}
STEP = 1 << 21  # keys that are merged at once
RATIO = 4  # a segment is put together with one that is at most so many times as large
Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


class Entries(NamedTuple):
    """Keys, sorted, and what the log holds of each: mark (`judge.marks`) and the import that brought it, 0 for none."""

    key: Keys
    mark: Keys
    was: Ints


class Segment(msgspec.Struct, frozen=True):
    """A sorted list of entries on disk."""

    name: str
    rows: int


class Manifest(msgspec.Struct):
    """number: the last import of the log that the index stands for. made: segments so far, to name the next one."""

    number: int = 0
    form: str = FORM
    made: int = 0
    segments: dict[str, list[Segment]] = {}


class Index:
    """The keys of every table of a log. Call it with the log's lock held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "manifest.json"
        self.manifest = Manifest()

    def load(self, number: int) -> bool:
        """Read what there is; return whether it stands for the log's import of a number."""
        if not self.path.exists():
            return False
        try:
            found = msgspec.json.decode(self.path.read_bytes(), type=Manifest)
        except msgspec.DecodeError:
            return False  # it may be dropped, so it may be torn, too
        sound = found.form == FORM and found.number == number
        for segment in (one for some in found.segments.values() for one in some):
            for column, kind in COLUMNS.items():
                file = self.file(segment.name, column)
                sound = sound and file.exists() and file.stat().st_size == segment.rows * kind.itemsize
        if sound:
            self.manifest = found
        return sound

    def find(self, table: str, key: Keys) -> tuple[Keys, Ints]:
        """Return mark and import of each key, given sorted; import 0 where the log holds none."""
        mark, was = np.zeros(key.size, np.uint64), np.zeros(key.size, np.int64)
        sought = np.arange(key.size)
        for segment in reversed(self.manifest.segments.get(table, [])):
            if not sought.size:
                break
            held = self.column(segment, "key")
            place = np.searchsorted(held, key[sought])
            place[place == segment.rows] = segment.rows - 1
            hit = held[place] == key[sought]
            rows = sought[hit]
            mark[rows], was[rows] = (self.column(segment, name)[place[hit]] for name in ("mark", "was"))
            sought = sought[~hit]
        return mark, was

    def add(self, table: str, parts: Iterable[Entries]) -> None:
        """Add entries, which count more than those before. parts: sorted, one behind the other."""
        segment = self.write(parts)
        if not segment.rows:
            return
        held = [*self.manifest.segments.get(table, []), segment]
        while len(held) > 1 and held[-2].rows <= RATIO * held[-1].rows:
            newer, older = held.pop(), held.pop()
            held.append(self.write(self.merged(older, newer)))
        self.manifest.segments[table] = held

    def save(self, number: int) -> None:
        """Say that the index stands for an import, and drop files that are of no use any more."""
        self.manifest.number = number
        durable.folder(self.folder)
        durable.replace(self.path, msgspec.json.encode(self.manifest))
        named = {one.name for some in self.manifest.segments.values() for one in some}
        durable.drop(path for path in self.folder.glob("*.*") if path != self.path and path.stem not in named)

    def clear(self) -> None:
        """Forget everything."""
        self.manifest = Manifest(made=self.manifest.made)
        self.path.unlink(missing_ok=True)
        durable.drop(self.folder.glob("*.*"))

    def write(self, parts: Iterable[Entries]) -> Segment:
        """Write a segment."""
        durable.folder(self.folder)
        self.manifest.made += 1
        name, rows = f"{self.manifest.made:08}", 0
        files = [self.file(name, column).open("wb") for column in COLUMNS]
        try:
            for part in parts:
                rows += part.key.size
                for file, values, kind in zip(files, part, COLUMNS.values(), strict=True):
                    file.write(np.ascontiguousarray(values, kind).data)
        finally:
            for file in files:
                file.close()
        durable.sync([*(self.file(name, column) for column in COLUMNS), self.folder])
        return Segment(name, rows)

    def merged(self, older: Segment, newer: Segment) -> Iterable[Entries]:
        """Yield the entries of two segments in order; of a key that both have, that of the newer one."""
        one, other = self.entries(newer), self.entries(older)
        cuts = [other.key[row] for row in range(STEP, older.rows, STEP)]
        ends = [[*np.searchsorted(side.key, cuts), side.key.size] for side in (one, other)]
        first = [0, 0]
        for last in zip(*ends, strict=True):
            parts = [[column[a:b] for column in side] for side, a, b in zip((one, other), first, last, strict=True)]
            key, mark, was = (np.concatenate(pair) for pair in zip(*parts, strict=True))
            order = np.argsort(key, kind="stable")  # the newer ones stand first
            key = key[order]
            kept = np.append(True, key[1:] != key[:-1])[: key.size]
            yield Entries(key[kept], mark[order][kept], was[order][kept])
            first = list(last)

    def entries(self, segment: Segment) -> Entries:
        """Return a segment as it lies on disk."""
        return Entries(*(self.column(segment, name) for name in COLUMNS))

    def column(self, segment: Segment, name: str) -> npt.NDArray[Any]:
        """Return a column of a segment as it lies on disk."""
        return np.memmap(self.file(segment.name, name), COLUMNS[name], "r", shape=(segment.rows,))

    def file(self, segment: str, column: str) -> Path:
        """Return the file of a column."""
        return self.folder / f"{segment}.{column}"
