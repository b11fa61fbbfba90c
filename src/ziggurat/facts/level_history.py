"""On which level did people stand, each at an instant of her own, or all of them at one?

The level that had begun by then, the instant itself included: what tips a climb is done on the level that it leads to.
Nothing that begins later matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.facts.population import known
from ziggurat.people.ids import people_of
from ziggurat.results import tables
from ziggurat.results.tables import Frame

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
    def of(cls, levels: Frame, ladder: str, until: int, names: Sequence[str]) -> Placed:
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
        row = self.row_at(person, at)
        return np.where(row >= 0, np.append(self.level, NOWHERE)[row], NOWHERE)

    def row_at(self, person: Ints, at: Ints) -> Ints:
        """Return which change put each person (hash) where they stood at each instant (µs); -1 for none."""
        if not self.person.size:
            return np.full(person.size, -1, np.int64)
        times, keys = self.ranks
        place = np.minimum(np.searchsorted(self.people, person), self.people.size - 1)
        latest = np.searchsorted(times, at, side="right") - 1
        found = np.searchsorted(keys, place * (times.size + 1) + latest, side="right") - 1
        right = (found >= 0) & (self.person[found] == person)
        return np.where(right, found, -1)


@dataclass(frozen=True)
class Standing:
    """Everyone known by an instant, neither staff, agent nor anonymous, in order of person_id."""

    person_id: pa.Array
    person: Ints  # hashes
    name: pa.Array
    level: Ints

    @classmethod
    def of(cls, levels: Frame, people: Frame, *, ladder: str, names: Sequence[str], at: int) -> Standing:
        """Read tables as `schema.LEVELS` and `schema.PEOPLE`, whatever frames they are, as of an instant (µs).

        Raises: QuestionError if one stands on a level without a name.
        """
        rows = tables.frame(levels).filter(
            nw.col("ladder") == ladder, nw.col("since") <= at, nw.col("until").is_null() | (nw.col("until") > at)
        )
        placed = rows.select("person_id", nw.col("level").cast(nw.Int64())).join(known(people), on="person_id")
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
