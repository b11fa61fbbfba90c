"""Who is behind an identity at the other end of an interaction?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import APART
from ziggurat.people.ids import people_of, person_ids
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1


@dataclass(frozen=True)
class Directory:
    """Everyone known, by hash of person, sorted; what else is told of them is aligned with `person`."""

    person: Ints
    name: pa.Array
    identities: pa.ListArray
    staff: Flags
    anonymous: Flags
    counts: Flags  # whether they are of the population: `facts.population`
    traits: pa.Array  # JSON objects, or null

    @classmethod
    def of(cls, people: Frame) -> Directory:
        """Read a table as `schema.PEOPLE`, whatever frame it is."""
        columns = ("person_id", "name", "identities", "traits", *APART)
        found = tables.collect(tables.frame(people), *columns).sort_by("person_id")
        ids = found["person_id"].combine_chunks()
        words = [found[name].combine_chunks() for name in ("name", "identities", "traits")]
        flags = {
            name: np.asarray(pc.fill_null(found[name], False).combine_chunks().to_numpy(zero_copy_only=False), np.bool_)
            for name in APART
        }
        counts = ~np.any(list(flags.values()), axis=0)
        person = people_of(ids.cast(pa.string()))
        return cls(person, words[0], words[1], flags["staff"], flags["anonymous"], counts, words[2])

    @cached_property
    def owners(self) -> tuple[pa.Array, Ints]:
        """Return every identity, and the place of its person."""
        places = pc.list_parent_indices(self.identities)
        return pc.list_flatten(self.identities), places.to_numpy().astype(np.int64)

    def places(self, identities: pa.Array | pa.ChunkedArray) -> Ints:
        """Return the place of the person behind each identity; NOBODY where none is known by it."""
        whole = identities.combine_chunks() if isinstance(identities, pa.ChunkedArray) else identities
        known, owner = self.owners
        found = pc.fill_null(pc.index_in(whole.cast(known.type), value_set=known), NOBODY).to_numpy()
        return np.where(found >= 0, owner[found], NOBODY) if owner.size else np.full(len(whole), NOBODY, np.int64)

    def persons(self, identities: pa.Array | pa.ChunkedArray) -> Ints:
        """Return the hash of the person behind each identity; NOBODY where none is known by it."""
        found = self.places(identities)
        return np.where(found >= 0, self.person[found], NOBODY) if self.person.size else found

    def called(self, person: Ints) -> dict[str, pa.Array]:
        """Return person_id and name (null for none) of each of some people who are here, given by hash."""
        place = pa.array(np.searchsorted(self.person, person))
        return {"person_id": person_ids(person), "name": self.name.take(place).cast(pa.string())}

    def known(self) -> Ints:
        """Return the hashes of those who count."""
        return self.person[self.counts]
