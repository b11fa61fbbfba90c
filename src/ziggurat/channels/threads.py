"""What did a person do before and after each message that reached her?

A message and what she does belong together where one is in reply to the other (same source), or both are in the same
thread (same channel and object), or, for coming back, both name the same activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.schema import DIRECTIONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
FAR = np.int64(2**62)  # later than any instant, in µs


@dataclass(frozen=True)
class Thread:
    """The interactions of some people, as arrays; `rows` is the table that they come from."""

    rows: pa.Table
    person: Ints
    at: Ints
    kind: Ints
    channel: Ints
    activity: Ints
    direction: Ints

    @classmethod
    def of(cls, rows: pa.Table) -> Thread:
        """Read a table of histories."""
        names = ("person", "at", "kind", "channel", "activity", "direction")
        return cls(rows, *(rows[name].to_numpy().astype(np.int64) for name in names))

    @cached_property
    def hers(self) -> Flags:
        """Tell which rows the person did herself, towards the organisation or among people."""
        found: Flags = self.direction != OUT
        return found

    @cached_property
    def targets(self) -> Ints:
        """Return, for each row, which row of the same person it is in reply to; -1 for none."""
        found = np.full(self.at.size, -1, np.int64)
        asking = np.flatnonzero(pc.is_valid(self.rows["in_reply_to"]).to_numpy())
        wanted = self.rows["in_reply_to"].take(pa.array(asking))
        asked = np.flatnonzero(pc.is_in(self.rows["interaction_id"], value_set=pc.unique(wanted)).to_numpy())
        place = pc.index_in(self.keys("in_reply_to", asking), value_set=self.keys("interaction_id", asked))
        place = pc.fill_null(place, -1).to_numpy()
        found[asking[place >= 0]] = asked[place[place >= 0]]
        return found

    def keys(self, column: str, rows: Ints) -> pa.Array:
        """Return person, source and id of some rows as one text."""
        some = self.rows.take(pa.array(rows))
        parts = [some["person"].cast(pa.string()), some["source"].cast(pa.string()), some[column]]
        keys = pc.binary_join_element_wise(*parts, " ")
        return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys

    def answered(self) -> Ints:
        """Return, for each row, which earlier one of the person's own it is in reply to; -1 for none."""
        target = self.targets
        right = (target >= 0) & self.hers[target] & (self.at[target] <= self.at)
        return np.where(right, target, -1)

    def replied(self, wanted: Flags) -> Ints:
        """Return, for each row, the instant of her first reply to it among the wanted rows; FAR for none."""
        first = np.full(self.at.size, FAR)
        replies = np.flatnonzero(self.hers & wanted & (self.targets >= 0))
        np.minimum.at(first, self.targets[replies], self.at[replies])
        return np.where(first >= self.at, first, FAR)

    @cached_property
    def object_group(self) -> Ints:
        """Return a number for each person, channel and object; -1 where there is no object."""
        objects = pc.fill_null(self.rows["object"].combine_chunks().dictionary_encode().indices, -1).to_numpy()
        people = dense(self.person)
        group = dense(dense(people * (self.channel.max(initial=0) + 1) + self.channel) * (self.at.size + 1) + objects)
        return np.where(objects >= 0, group, -1)

    @cached_property
    def activity_group(self) -> Ints:
        """Return a number for each person and activity; -1 where there is none."""
        group = dense(self.person) * (self.activity.max(initial=0) + 1) + self.activity
        return np.where(self.activity >= 0, group, -1)

    def came_back(self, span: int) -> Flags:
        """Tell on which rows the person came back within `span` µs: in reply, in the thread, or on the activity."""
        everything = np.ones(self.at.size, np.bool_)
        later = [
            next_at(group, self.at, self.hers & (group >= 0)) for group in (self.activity_group, self.object_group)
        ]
        soonest = np.minimum(self.replied(everything), np.minimum(*later))
        found: Flags = soonest - self.at <= span
        return found

    def followed(self, kind: int, span: int) -> Flags:
        """Tell after which rows the person did something of a kind within `span` µs."""
        later = next_at(dense(self.person), self.at, self.hers & (self.kind == kind))
        found: Flags = later - self.at <= span
        return found

    def two_way(self, talk: Flags, span: int) -> Flags:
        """Tell which rows stand in a thread in which the person speaks too: before, or within `span` µs after.

        talk: by kind, whether it is conversation.
        """
        spoken = talk[self.kind]
        target = self.answered()
        before = (target >= 0) & spoken[target]
        group = self.object_group
        own = self.hers & spoken & (group >= 0)
        first = next_at(group, np.full(self.at.size, -FAR), own, self.at)
        after = np.minimum(self.replied(spoken), next_at(group, self.at, own))
        found: Flags = before | (first <= self.at) | (after - self.at <= span)
        return found


def dense(values: Ints) -> Ints:
    """Number distinct values from 0."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def next_at(group: Ints, after: Ints, marked: Flags, at: Ints | None = None) -> Ints:
    """Return, for each row, the instant of the first marked row of its group later than `after`; FAR for none.

    at: instants of the rows, the same as `after` if left out.
    """
    instants = after if at is None else at
    found = np.full(group.size, FAR)
    rows = np.flatnonzero(marked)
    if not rows.size:
        return found
    rows = rows[np.lexsort((instants[rows], group[rows]))]
    times, rank = np.unique(instants[rows], return_inverse=True)
    base = times.size + 1
    keys = group[rows] * base + rank
    place = np.searchsorted(keys, group * base + np.searchsorted(times, after, side="right"))
    inside = np.minimum(place, rows.size - 1)
    right = (place < rows.size) & (group[rows[inside]] == group) & (group >= 0)
    found[right] = instants[rows[inside[right]]]
    return found
