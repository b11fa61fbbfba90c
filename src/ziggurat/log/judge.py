"""What is new in an import, what is known, and what says something else than before?

Rows are told apart by hashes alone (see `tables.hashes`), range by range of them, so that memory does not grow with the
import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.log.keys import Entries, Index, Ints, Keys
from ziggurat.log.tables import Keyed

RANGE = 1 << 22  # rows that are judged at once
SAYS = np.uint64(0xFFFFFFFF)
SURE = np.uint64(32)
Flags = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[np.generic]]


@dataclass
class Judged:
    """What was found of a table's rows.

    keep: whether a row is to be written. nth: which of equal rows of one file it is, 0 for the first or only one.
    was: the import whose row it replaces, 0 for none. counts: of rows that are new, known and changed. again: of rows
    that are known, the key and the import that brought it.
    """

    keep: Flags
    nth: npt.NDArray[np.int32]
    was: Ints
    counts: Counter[str] = field(default_factory=Counter)
    again: list[pa.Table] = field(default_factory=list)


class Hashes:
    """The columns of `tables.hashes` on disk, in the order of the rows; made while they are laid."""

    columns: ClassVar[Columns] = {
        "key": np.empty(0, np.uint64), "mark": np.empty(0, np.uint64), "nth": np.empty(0, np.uint32),
        "made": np.empty(0, np.bool_), "brought": np.empty(0, np.int64),
    }  # fmt: skip

    def __init__(self, folder: Path, batches: Iterator[pa.RecordBatch]) -> None:
        """Lay down what a query of them gives."""
        self.folder, self.rows = folder, 0
        files = {name: (folder / f"hashes.{name}").open("wb") for name in self.columns}
        try:
            for batch in batches:
                got = {name: batch[name].to_numpy(zero_copy_only=False) for name in batch.schema.names}
                mark = marks(got.pop("sure"), got.pop("says"))
                for name, values in {**got, "mark": mark}.items():
                    files[name].write(np.ascontiguousarray(values, self.columns[name].dtype).data)
                self.rows += batch.num_rows
        finally:
            for file in files.values():
                file.close()

    def column(self, name: str) -> npt.NDArray[np.generic]:
        """Return a column as it lies."""
        if not self.rows:
            return self.columns[name]
        return np.memmap(self.folder / f"hashes.{name}", self.columns[name].dtype, "r", shape=(self.rows,))

    def ranges(self) -> Iterator[Ints]:
        """Yield the rows of one range of keys after another, in order of the ranges."""
        bits = max(0, int(np.ceil(np.log2(max(1, self.rows) / RANGE))))
        key = self.column("key")
        if not bits:
            yield np.arange(self.rows)
            return
        for number in range(1 << bits):
            parts = []
            for first in range(0, self.rows, RANGE):
                some = np.asarray(key[first : first + RANGE]) >> np.uint64(64 - bits)
                parts.append(np.flatnonzero(some == number) + first)
            yield np.concatenate(parts)


def marks(sure: npt.NDArray[np.generic], says: npt.NDArray[np.generic]) -> Keys:
    """Put 32 further bits of the hash of a key and 32 of what is said of it into one number."""
    found: Keys = (sure.astype(np.uint64) << SURE) | says.astype(np.uint64)
    return found


def judge(hashes: Hashes, table: str, keyed: Keyed, index: Index, *, first: bool = False) -> Judged:
    """Compare the rows of an import with what the log holds, and add what is new to the index.

    first: of interactions, what was told first of a key stands, whatever is told of it later.
    """
    shape = hashes.rows
    judged = Judged(np.ones(shape, np.bool_), np.zeros(shape, np.int32), np.zeros(shape, np.int64))
    rules = {
        "one": first_counts if first else last_counts,
        "each": each_is_kept,
        "set": each_counts_once,
        "bag": all_count,
    }

    def parts() -> Iterator[Entries]:
        for rows in hashes.ranges():
            key, mark = (np.asarray(hashes.column(name)[rows]) for name in ("key", "mark"))
            nth, made, brought = (np.asarray(hashes.column(name)[rows]) for name in ("nth", "made", "brought"))
            lot = Lot(rows, key, mark, nth.astype(np.uint64), made, brought)
            lot = lot.take(np.argsort(key, kind="stable")).numbered(judged)
            yield rules[keyed.rows](lot, index, table, judged)

    index.add(table, parts())
    return judged


@dataclass(frozen=True)
class Lot:
    """Rows of a range, sorted by key, those of one key in order of the file."""

    row: Ints
    key: Keys
    mark: Keys
    nth: Keys
    made: Flags
    brought: Ints

    def take(self, order: Ints) -> Lot:
        """Return the rows in another order."""
        return Lot(*(getattr(self, each.name)[order] for each in fields(self)))

    def numbered(self, judged: Judged) -> Lot:
        """Tell equal rows apart whose id was made from what they say: each counts, and has a key of its own."""
        begins = self.begins()
        first = np.flatnonzero(begins)
        place = np.arange(self.key.size) - np.repeat(first, np.diff(np.append(first, self.key.size)))
        nth = np.where(self.made, place.astype(np.uint64), self.nth)
        judged.nth[self.row] = np.where(self.made, place, 0)
        key = self.key + nth
        return replace(self, key=key, nth=nth).take(np.argsort(key, kind="stable"))

    def begins(self) -> Flags:
        """Tell which rows are the first of their key."""
        sure = self.mark >> SURE
        other = (self.key[1:] != self.key[:-1]) | (sure[1:] != sure[:-1])
        return np.append(True, other)[: self.key.size]


def last_counts(lot: Lot, index: Index, table: str, judged: Judged) -> Entries:
    """Judge rows of which the last of a key counts; return what the index is to hold of them."""
    begins = lot.begins()
    first = np.flatnonzero(begins)
    last = np.append(first[1:], lot.key.size)[: first.size] - 1
    mark, was = marks_held(index, table, lot, first)
    before = np.append(np.uint64(0), lot.mark[:-1])[: lot.key.size]
    before[first] = mark
    there = ~begins
    there[first] = was > 0
    count(judged, there, there & (before == lot.mark))
    as_it_was = (was > 0) & (mark == lot.mark[last])
    fresh = last[~as_it_was]
    judged.keep[lot.row] = False
    judged.keep[lot.row[fresh]] = True
    judged.was[lot.row[last]] = np.where(as_it_was, 0, was)
    judged.again.append(pa.table({"key": lot.key[last][as_it_was], "was": was[as_it_was]}))
    return Entries(lot.key[fresh], lot.mark[fresh], lot.brought[fresh])


def first_counts(lot: Lot, index: Index, table: str, judged: Judged) -> Entries:
    """Judge rows of which the first ever told of a key counts; return what the index is to hold of them."""
    first = np.flatnonzero(lot.begins())
    mark, was = marks_held(index, table, lot, first)
    told = np.where(was > 0, mark, lot.mark[first])
    size = np.diff(np.append(first, lot.key.size))
    return last_counts(replace(lot, mark=np.repeat(told, size)), index, table, judged)


def each_is_kept(lot: Lot, index: Index, table: str, judged: Judged) -> Entries:
    """Judge rows of which each counts, equal ones too; return what the index is to hold of them."""
    entries = last_counts(lot, index, table, judged)
    judged.keep[lot.row] = True
    return entries


def each_counts_once(lot: Lot, index: Index, table: str, judged: Judged) -> Entries:
    """Judge rows of which all of a key count together, equal ones once."""
    return all_count(lot, index, table, judged, once=True)


def all_count(lot: Lot, index: Index, table: str, judged: Judged, *, once: bool = False) -> Entries:
    """Judge rows of which all of a key count together; return what the index is to hold of them."""
    lot = lot.take(np.lexsort((lot.row, lot.mark, lot.key)))
    begins = lot.begins()
    first = np.flatnonzero(begins)
    twice = np.append(False, (lot.mark[1:] == lot.mark[:-1]) & ~begins[1:])[: lot.key.size] & once
    says = np.add.reduceat(np.where(twice, np.uint64(0), lot.mark & SAYS), first) if first.size else lot.mark
    together = (lot.mark[first] >> SURE << SURE) | (says & SAYS)
    mark, was = marks_held(index, table, lot, first)
    size = np.diff(np.append(first, lot.key.size))
    there, same = (np.repeat(flags, size) for flags in (was > 0, mark == together))
    count(judged, there | twice, (there & same) | twice)
    return Entries(lot.key[first], together, lot.brought[first])


def count(judged: Judged, there: Flags, same: Flags) -> None:
    """Count rows of which something is there already, and which say the same."""
    judged.counts += Counter(new=int((~there).sum()), known=int(same.sum()), changed=int((there & ~same).sum()))


def marks_held(index: Index, table: str, lot: Lot, first: Ints) -> tuple[Keys, Ints]:
    """Return mark and import of each key as the log holds it, 0 where it holds none."""
    mark, was = index.find(table, lot.key[first])
    was[mark >> SURE != lot.mark[first] >> SURE] = 0
    return mark, was
