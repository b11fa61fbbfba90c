"""On which level did people stand, each at an instant of her own?

The level that had begun by then, the instant itself included: what tips a climb is done on the level that it leads to.
Nothing that begins later matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.errors import QuestionError
from ziggurat.people.ids import people_of

Ints = npt.NDArray[np.int64]
NOWHERE = -1  # the level of those who were not known yet, or sit on no ladder


@dataclass(frozen=True)
class Placed:
    """The changes of level on one ladder, sorted by (person, since).

    before: the level that each left; NOWHERE on a person's first.
    """

    person: Ints
    since: Ints  # µs
    level: Ints
    before: Ints

    @classmethod
    def of(cls, levels: Any, ladder: str, until: int, names: Sequence[str]) -> Placed:
        """Read a table as `schema.LEVELS`, up to an instant (µs). names: of the levels, level 0 first.

        Raises: QuestionError if the table holds a level without a name.
        """
        wanted = tables.frame(levels).filter(nw.col("ladder") == ladder, nw.col("since") <= until)
        rows = wanted.with_columns(nw.col("level", "since").cast(nw.Int64()))
        found = tables.collect(rows, "person_id", "since", "level")
        person = people_of(found["person_id"].combine_chunks().cast(pa.string()))
        since, level = (found[name].to_numpy() for name in ("since", "level"))
        if level.max(initial=0) >= len(names):
            raise QuestionError(
                f"The level history holds level {level.max()}, but this ladder ends at level {len(names) - 1}; "
                f"refresh the history or name every level."
            )
        order = np.lexsort((since, person))
        person, level = person[order], level[order]
        again = np.diff(person, prepend=-1) == 0
        return cls(person, since[order], level, np.where(again, np.roll(level, 1), NOWHERE))

    @cached_property
    def people(self) -> Ints:
        """Return everyone who ever stood on a level, sorted, each once."""
        return np.unique(self.person)

    @cached_property
    def ranks(self) -> tuple[Ints, Ints]:
        """Return the instants of all changes, and of each change its person and instant as one number."""
        times, rank = np.unique(self.since, return_inverse=True)
        return times, np.searchsorted(self.people, self.person) * (times.size + 1) + rank

    def at(self, person: Ints, at: Ints) -> Ints:
        """Return the level of each person (hash) at each instant (µs)."""
        if not self.person.size:
            return np.full(person.size, NOWHERE, np.int64)
        times, keys = self.ranks
        place = np.minimum(np.searchsorted(self.people, person), self.people.size - 1)
        latest = np.searchsorted(times, at, side="right") - 1
        found = np.searchsorted(keys, place * (times.size + 1) + latest, side="right") - 1
        right = (found >= 0) & (self.person[found] == person)
        return np.where(right, self.level[found], NOWHERE)
