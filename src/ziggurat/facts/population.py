"""Who counts by an instant, and how do results open to them?

A person counts from when they are first known, unless they are of one of the sorts in `schema.APART`: staff, agents,
and those whom nobody can contact. Every figure of people is of this population; whoever is left out may still be
counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.schema import APART
from ziggurat.people.ids import people_of
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Ints = npt.NDArray[np.int64]
NOBODY = -1  # place of someone who is not among them


def population(people: Frame, at: int | None = None) -> nw.LazyFrame[Any]:
    """Return the rows of a table as `schema.PEOPLE` of those who count by an instant (µs), or by the table's own.

    people: any frame that Narwhals takes, of DuckDB and Spark too.
    """
    some = tables.frame(people).filter(*(~holds(flag) for flag in APART))
    return some if at is None else some.filter(nw.col("first_at") <= at)


def holds(flag: str) -> nw.Expr:
    """Tell whether a flag holds; one that a frame leaves open does not."""
    return nw.col(flag).fill_null(False)


def known(people: Frame, at: int | None = None) -> nw.LazyFrame[Any]:
    """Return person_id and name of those who count, as `population` does."""
    return population(people, at).select("person_id", "name")


def visitors(people: Frame, at: int) -> nw.LazyFrame[Any]:
    """Return the rows of those seen by an instant (µs) whom nobody can contact: beneath every ladder, and apart."""
    return tables.frame(people).filter(holds("anonymous"), ~holds("staff"), ~holds("agent"), nw.col("first_at") <= at)


def size(people: Frame, at: int) -> int:
    """Return how many people count by an instant (µs)."""
    found = tables.collect(population(people, at).select(nw.len().alias("people")), "people")
    return int(found["people"][0].as_py())


@dataclass(frozen=True)
class Folk:
    """Everyone who counts by an instant: by hash of person, sorted."""

    person: Ints
    ids: pa.Array
    name: pa.Array
    first_at: Ints  # µs

    @classmethod
    def of(cls, people: Frame, at: int) -> Folk:
        """Read a table as `schema.PEOPLE`."""
        found = tables.collect(population(people, at), "person_id", "name", "first_at").sort_by("person_id")
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
