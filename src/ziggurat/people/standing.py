"""Who is known at an instant, and on which level does each of them stand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.errors import QuestionError
from ziggurat.people.ids import people_of

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Standing:
    """Everyone known by an instant, neither staff nor anonymous, in order of person_id."""

    person_id: pa.Array
    person: Ints  # hashes
    name: pa.Array
    level: Ints

    @classmethod
    def of(cls, levels: Any, people: Any, *, ladder: str, names: Sequence[str], at: int) -> Standing:
        """Read tables as `schema.LEVELS` and `schema.PEOPLE`, whatever frames they are, as of an instant (µs).

        Raises: QuestionError if one stands on a level without a name.
        """
        rows = tables.frame(levels).filter(
            nw.col("ladder") == ladder, nw.col("since") <= at, nw.col("until").is_null() | (nw.col("until") > at)
        )
        placed = rows.select("person_id", nw.col("level").cast(nw.Int64())).join(tables.known(people), on="person_id")
        found = tables.collect(placed, "person_id", "name", "level").sort_by("person_id")
        ids = found["person_id"].combine_chunks().cast(pa.string())
        level = found["level"].combine_chunks().to_numpy()
        if level.size and not 0 <= level.min() <= level.max() < len(names):
            raise QuestionError(
                f"The level history holds level {level.max()}, but this ladder ends at level {len(names) - 1} "
                f"({names[-1] if names else 'none'}); refresh the history or name every level."
            )
        return cls(ids, people_of(ids), found["name"].combine_chunks(), np.asarray(level, np.int64))

    def places(self, person: Ints) -> Ints:
        """Return where each person (hash) is; -1 for one who is not known."""
        if not self.person.size:
            return np.full(person.size, -1, np.int64)
        place = np.minimum(np.searchsorted(self.person, person), self.person.size - 1)
        return np.where(self.person[place] == person, place, -1)

    def members(self, places: Ints) -> pa.Table:
        """Return person_id, name and level of some people."""
        index = pa.array(places)
        return pa.table(
            {"person_id": self.person_id.take(index), "name": self.name.take(index), "level": self.level[places]}
        )
