"""Which lives are swept again and again? Those are kept in memory, as the sweep reads them.

How everyone stands on a day that nobody asked for takes a sweep of all lives up to it, of which reading them is half.
The first question reads the files, because most commands ask one and end; what is asked again is kept, unless it is
large: the memory of the machine is for folds and joins. Only the columns that some rule looks at are read at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy.typing as npt
import pyarrow as pa

from ziggurat.levels.history import arrays, fill_nulls, lives_of
from ziggurat.levels.lives import Lives
from ziggurat.log.histories import COLUMNS, Manifest

LARGEST = 384 * 2**20  # bytes: fourteen million interactions where rules look at kinds and amounts

Read = Callable[[int, Sequence[str]], pa.Table]


class Kept:
    """The columns in memory of one refresh; the next one begins anew. One question at a time."""

    def __init__(self) -> None:
        self.turn = (-1, -1)
        self.seen: set[str] = set()
        self.columns: dict[tuple[int, str], npt.NDArray[Any]] = {}

    def reader(self, manifest: Manifest, names: Sequence[str], read: Read) -> Callable[[int], Lives]:
        """Return a function that gives the lives of a bucket, of which the sweep looks at some columns.

        read: gives columns of a bucket from its files.
        """
        turn = (manifest.turn, manifest.number)
        if turn != self.turn:
            self.forget()
            self.turn = turn
        again = set(names) <= self.seen
        self.seen |= set(names)
        rows = sum(sum(some) for some in manifest.rows.values())
        size = rows * sum((COLUMNS.field(name).type.byte_width if name in COLUMNS.names else 1) for name in self.seen)
        if not again or size > LARGEST:
            return lambda bucket: arrays(read(bucket, names), names)

        def lives(bucket: int) -> Lives:
            missing = [name for name in names if (bucket, name) not in self.columns]
            if missing:
                found = read(bucket, missing)
                self.columns |= {(bucket, name): fill_nulls(found[name]) for name in missing}
            return lives_of({name: self.columns[bucket, name] for name in names})

        return lives

    def forget(self) -> None:
        """Drop everything."""
        self.turn, self.seen, self.columns = (-1, -1), set(), {}
