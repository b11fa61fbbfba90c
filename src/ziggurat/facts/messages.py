"""What is one message, who was touched by it, and how many got it?

docs/facts.md, *Message* and *Touch*: a touch is what reached a known person: something sent to them, a meeting, or an
act of theirs with an activity that hears people. Touches of one sort with the same content, of one activity, are one
message to all who got it, whatever the day; what answers somebody is a message of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.threads import Thread
from ziggurat.stats.hashes import NONE, hashes

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

IN, OUT = (DIRECTIONS.index(way) for way in ("in", "out"))
SENT, MEETING, HEARD = range(3)
READ = (
    *("person", "at", "kind", "channel", "activity", "direction"),
    *("source", "interaction_id", "object", "in_reply_to", "text", "minutes"),
)
MESSAGE = ("way", "unit", "content")
AUDIENCE = pa.schema(
    [
        ("way", pa.int64()),  # SENT, MEETING or HEARD
        ("unit", pa.int64()),  # code of the activity; −1 − code of the channel where there is none
        ("content", pa.int64()),  # what was said: `contents`
        ("people", pa.int64()),  # who got it, each once
        ("first_at", pa.int64()),
        ("last_at", pa.int64()),
    ]
)

GETTING = pa.schema([("unit", pa.int64()), ("people", pa.int64())])


@dataclass(frozen=True)
class Touching:
    """What of each kind, activity and channel makes a touch, by code; a last place is that of code -1.

    sent: reaches somebody. assigns: into a variant. returns: comes of what that person did. meets: is a meeting;
    private: of one person. looks: is looking only, of which the text is what was sought. hears: is heard, of a kind;
    activities: 1 where it is declared that the activity hears
    people, 0 that it does not, -1 where nothing is said; channels: on which people are heard unless that is said.
    """

    sent: Flags
    assigns: Flags
    returns: Flags
    meets: Flags
    private: Flags
    hears: Flags
    looks: Flags
    activities: Ints
    channels: Flags

    @classmethod
    def of(cls, means: Meanings, activities: Ints, channels: Flags) -> Touching:
        """Read what kinds mean. activities, channels: see above, without the last place."""
        flags = {word: means.flags(word) for word in ("sent", "assigns", "meets", "private", "hears", "looks")}
        flags["returns"] = means.flags("answers", "returns")
        return cls(activities=np.append(activities, -1), channels=np.append(channels, False), **flags)

    def ways(self, rows: pa.Table) -> Ints:
        """Return as what each row touches the person in whose life it is; -1 for what is no touch."""
        kind, channel, activity, direction = (
            rows[name].to_numpy().astype(np.int64) for name in ("kind", "channel", "activity", "direction")
        )
        met = self.meets[kind] & (direction <= OUT)  # meetings of people among themselves are none with us
        declared = self.activities[activity]
        heard = (declared == 1) | ((declared == -1) & (self.hears[kind] | self.channels[channel]))
        heard &= (direction == IN) & (activity >= 0) & (kind >= 0)
        found = np.where(heard, HEARD, np.where((direction == OUT) & self.sent[kind], SENT, -1))
        return np.where(met, MEETING, found)


@dataclass(frozen=True)
class Messages:
    """Touches of some people, as arrays: row (position), way, own (whether it is a message of its own), unit and
    content, as AUDIENCE has them. person: who got each."""

    row: Ints
    person: Ints
    at: Ints
    way: Ints
    own: Flags
    unit: Ints
    content: Ints

    def audience(self) -> pa.Table:
        """Return how many got each message that is no one's own: columns AUDIENCE."""
        shared = ~self.own
        keys = {name: getattr(self, name)[shared] for name in MESSAGE}
        table = pa.table({**keys, "person": self.person[shared], "at": self.at[shared]})
        sums = [("person", "count_distinct"), ("at", "min"), ("at", "max")]
        return table.group_by(list(MESSAGE), use_threads=False).aggregate(sums).rename_columns(AUDIENCE.names)

    def getting(self) -> pa.Table:
        """Return how many people got anything whose content is known, by unit: unit and people."""
        told = ~self.own & (self.way == SENT) & (self.content != NONE)
        table = pa.table({"unit": self.unit[told], "person": self.person[told]})
        found = table.group_by("unit", use_threads=False).aggregate([("person", "count_distinct")])
        return found.rename_columns(GETTING.names).cast(GETTING)

    def sizes(self, audiences: pa.Table) -> Ints:
        """Return how many got the message of each touch; 1 for one of its own. audiences: of everyone, as AUDIENCE."""
        table = pa.table({name: getattr(self, name) for name in MESSAGE})
        table = table.append_column("place", pa.array(np.arange(self.row.size)))
        joined = table.join(audiences, list(MESSAGE), join_type="left outer", use_threads=False).sort_by("place")
        found = pc.fill_null(joined["people"], 1).to_numpy().astype(np.int64)
        return np.where(self.own, 1, found)


def messages(rows: pa.Table, thread: Thread, touching: Touching, since: int) -> Messages:
    """Return the touches after an instant (µs) of some people, of whose rows none is later than the window."""
    way = touching.ways(rows)
    chosen = np.flatnonzero((way >= 0) & (thread.at > since))
    some, way = rows.take(pa.array(chosen)), way[chosen]
    kind, channel, activity = (getattr(thread, name)[chosen] for name in ("kind", "channel", "activity"))
    bare = np.asarray(pc.is_null(some["object"]).to_numpy(), np.bool_)
    answers = touching.returns[kind] | (thread.answered()[chosen] >= 0)
    own = ((way == SENT) & answers) | ((way == MEETING) & touching.private[kind] & bare)
    unit = np.where(activity >= 0, activity, -1 - channel)
    told = (way == SENT) | touching.looks[kind]  # whose text is what reached them: other words are their own
    content = contents(some, variants(rows, thread, touching)[chosen], told)
    return Messages(chosen, thread.person[chosen], thread.at[chosen], way, own, unit, content)


def contents(rows: pa.Table, variant: Ints, told: Flags) -> Ints:
    """Return what each row says: a hash of its object, else its variant, else of its text; NONE where nothing is known.

    variant: hashes, NONE for none. told: whose text counts.
    """
    found = hashes(rows["object"])
    found = np.where(found == NONE, variant, found)
    unknown = np.flatnonzero(told & (found == NONE))
    if unknown.size:
        found[unknown] = hashes(rows["text"].take(pa.array(unknown)))
    return found


def variants(rows: pa.Table, thread: Thread, touching: Touching) -> Ints:
    """Return, for each row, the variant of its activity that the person was first assigned to; NONE for none."""
    found = np.full(thread.at.size, NONE, np.int64)
    given = np.flatnonzero(touching.assigns[thread.kind] & (thread.activity >= 0))
    if not given.size:
        return found
    group = thread.activity_group
    groups, first = np.unique(group[given], return_index=True)  # rows are in order of person and instant
    given = given[first]
    names = hashes(rows["object"].take(pa.array(given)))
    place = np.minimum(np.searchsorted(groups, group), groups.size - 1)
    right = (groups[place] == group) & (thread.at >= thread.at[given[place]])
    found[right] = names[place[right]]
    return found


def merge_audiences(parts: Sequence[pa.Table]) -> pa.Table:
    """Add up the audiences of several buckets; nobody is in two of them."""
    if not parts:
        return AUDIENCE.empty_table()
    sums = [("people", "sum"), ("first_at", "min"), ("last_at", "max")]
    found = pa.concat_tables(parts).group_by(list(MESSAGE), use_threads=False).aggregate(sums)
    return found.rename_columns(AUDIENCE.names).cast(AUDIENCE)


def find_tailored(audiences: pa.Table, getting: pa.Table) -> Ints:
    """Return the activities (codes) that sent different people different things: docs/facts.md, *Tailoring*.

    audiences: as AUDIENCE. getting: unit and people, as `Messages.getting`, of all buckets.
    """
    sent = (audiences["way"].to_numpy() == SENT) & (audiences["unit"].to_numpy() >= 0)
    sent &= (audiences["content"].to_numpy() != NONE) & (audiences["people"].to_numpy() >= 2)
    some = audiences.filter(pa.array(sent)).sort_by([("unit", "ascending"), ("first_at", "ascending")])
    people = getting.group_by("unit", use_threads=False).aggregate([("people", "sum")])
    each = dict(zip(people["unit"].to_pylist(), people["people_sum"].to_pylist(), strict=True))
    found = []
    for unit in np.unique(some["unit"].to_numpy()).tolist():
        mine = some.filter(pc.equal(some["unit"], unit))
        got, first, last = (mine[name].to_numpy() for name in ("people", "first_at", "last_at"))
        before = np.append(-1, np.maximum.accumulate(last)[:-1])  # the last sending of any that began earlier
        after = np.append(first[1:], np.iinfo(np.int64).max)  # the first sending of the next that began
        beside = (first <= before) | (after <= last)
        variants_ = got[beside]
        if variants_.size >= 2 and 2 * variants_.sum() >= got.sum() and got.sum() <= 1.1 * each[unit]:
            found.append(unit)
    return np.array(found, np.int64)
