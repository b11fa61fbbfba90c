"""What did a person do before and after each message that reached her?

A message and what she does belong together where one is in reply to the other (same source), or both are in the same
thread (same channel and object), or, for coming back, both name the same activity: docs/facts.md, *Came back*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS

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
        """Return, for each row, the instant of her first wanted reply to it, later than itself; FAR for none."""
        first = np.full(self.at.size, FAR)
        replies = np.flatnonzero(self.hers & wanted & (self.targets >= 0))
        replies = replies[self.at[replies] > self.at[self.targets[replies]]]
        np.minimum.at(first, self.targets[replies], self.at[replies])
        return first

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

    def came_back(self, touch: Ints, reacts: Flags, span: int) -> Flags:
        """Tell of some rows whether the person came back on it within `span` µs: docs/facts.md, *Came back*.

        reacts: by kind, whether doing it is coming back.
        """
        back = self.hers & reacts[self.kind]
        soonest = self.replied(back)[touch]
        for group in (self.activity_group, self.object_group):
            soonest = np.minimum(soonest, self.next_at(touch, group, back & (group >= 0)))
        found: Flags = soonest - self.at[touch] <= span
        return found

    def followed(self, touch: Ints, wanted: Flags, span: int) -> Flags:
        """Tell of some rows whether the person did something of the wanted kinds within `span` µs after it."""
        later = self.next_at(touch, dense(self.person), self.hers & wanted[self.kind])
        found: Flags = later - self.at[touch] <= span
        return found

    def spoke_before(self, touch: Ints, talk: Flags) -> Flags:
        """Tell of some rows whether the person had spoken in its thread by then. talk: by kind, whether it speaks."""
        own = self.hers & talk[self.kind] & (self.object_group >= 0)
        found: Flags = self.next_at(touch, self.object_group, own, np.full(touch.size, -FAR)) <= self.at[touch]
        return found

    def spoke_after(self, touch: Ints, talk: Flags, span: int) -> Flags:
        """Tell of some rows whether the person spoke within `span` µs after it, in reply to it or in its thread."""
        own = self.hers & talk[self.kind]
        group = self.object_group
        after = np.minimum(self.replied(own)[touch], self.next_at(touch, group, own & (group >= 0)))
        found: Flags = after - self.at[touch] <= span
        return found

    def two_way(self, touch: Ints, talk: Flags, span: int) -> Flags:
        """Tell of some rows whether they are in a dialogue: in reply to her words, or in a thread in which she spoke
        before, or speaks within `span` µs after, or answered by her words. talk: by kind, whether it speaks."""
        target = self.answered()[touch]
        answers = (target >= 0) & talk[self.kind[target]]
        found: Flags = answers | self.spoke_before(touch, talk) | self.spoke_after(touch, talk, span)
        return found

    def next_at(self, touch: Ints, group: Ints, marked: Flags, after: Ints | None = None) -> Ints:
        """Return, for some rows, the instant of the first marked row of their group that is later; FAR for none.

        after: than what it is to be later, their own instants if left out.
        """
        found = np.full(touch.size, FAR)
        rows = np.flatnonzero(marked)
        if not rows.size:
            return found
        rows = rows[np.lexsort((self.at[rows], group[rows]))]
        times, rank = np.unique(self.at[rows], return_inverse=True)
        base, wanted = times.size + 1, group[touch]
        place = np.searchsorted(
            group[rows] * base + rank,
            wanted * base + np.searchsorted(times, self.at[touch] if after is None else after, side="right"),
        )
        inside = np.minimum(place, rows.size - 1)
        right = (place < rows.size) & (group[rows[inside]] == wanted) & (wanted >= 0)
        found[right] = self.at[rows[inside[right]]]
        return found


def dense(values: Ints) -> Ints:
    """Number distinct values from 0."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
