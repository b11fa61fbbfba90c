"""Who is known by an instant, and how do results open to them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.people.ids import people_of

Ints = npt.NDArray[np.int64]
NOBODY = -1  # place of someone who is not among them


@dataclass(frozen=True)
class Folk:
    """Everyone who sits on a ladder, neither staff nor anonymous, known by an instant: by hash of person, sorted."""

    person: Ints
    ids: pa.Array
    name: pa.Array
    first_at: Ints  # µs

    @classmethod
    def of(cls, people: Any, at: int) -> Folk:
        """Read a table as `schema.PEOPLE`."""
        here = tables.frame(people).filter(~nw.col("staff"), ~nw.col("anonymous"), nw.col("first_at") <= at)
        found = tables.collect(here, "person_id", "name", "first_at").sort_by("person_id")
        ids, name = (found[column].cast(pa.string()).combine_chunks() for column in ("person_id", "name"))
        return cls(people_of(ids), ids, name, found["first_at"].to_numpy().astype(np.int64))

    def __len__(self) -> int:
        return int(self.person.size)

    def places(self, person: Ints) -> Ints:
        """Return the place of each person, NOBODY for those who are not among them."""
        if not len(self):
            return np.full(person.size, NOBODY, np.int64)
        place = np.minimum(np.searchsorted(self.person, person), len(self) - 1)
        return np.where(self.person[place] == person, place, NOBODY)

    def members(self, place: Ints, columns: Mapping[str, Any]) -> nw.LazyFrame[Any]:
        """Return person_id, name and further columns of those in some places, in order of people and columns."""
        at = pa.array(place)
        table = pa.table({"person_id": self.ids.take(at), "name": self.name.take(at), **columns})
        return tables.frame(table.sort_by([(name, "ascending") for name in ("person_id", *columns)]))
