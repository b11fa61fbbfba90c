"""What did people and the organisation do in a window, as the indicators count it?

One pass over people's lives; memory holds one row per person who was there, and counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import tables
from ziggurat.instant import DAY
from ziggurat.log.buckets import Buckets
from ziggurat.people.directory import Directory
from ziggurat.schema import DIRECTIONS
from ziggurat.stats.sequels import NONE, first_after

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
READ = (
    *("person", "at", "kind", "channel", "activity", "direction"),
    *("source", "interaction_id", "counterpart", "object", "in_reply_to"),
)
VOICE = ("conversation", "endorsement")  # groups of kinds in which a person is heard
MORE = ("endorsement", "conversation", "effort", "ownership", "leadership")  # groups beyond looking and buying
BEGINS = ("posted", "asked", "complained", "contacted", "mentioned")
ANSWERS = ("responded", "resolved", "called", "met")  # by the organisation
REPLIES = ("replied", "answered")  # by people
RECEIVED = ("responded", "resolved", "rewarded", "invited", "taught", "thanked")
UNSENT = ("assigned", "responded", "resolved", "thanked")  # no messages that one could react to
BACK_DAYS = 14
ARM = 20  # people of a variant that can be read
PEOPLE = pa.schema(
    [
        ("person", pa.int64()),
        ("channels", pa.int64()),  # on which she did anything
        ("spoke", pa.bool_()),
        ("began", pa.bool_()),  # a conversation, in reply to nothing
        ("more", pa.bool_()),  # than looking and buying
        ("got", pa.bool_()),  # something of RECEIVED
        ("reached", pa.bool_()),  # by a message that was sent long enough ago to be reacted to
        ("reacted", pa.bool_()),  # on one of those
        ("record", pa.bool_()),  # a purchase, a donation … by the end of the window
    ]
)


@dataclass(frozen=True)
class Slice:
    """A part of the organisation's business; all of it by default.

    channel: only what happened there. people, staff: only these people, and answers of these staff (hashes, sorted).
    """

    channel: str = ""
    people: Ints | None = None
    staff: Ints | None = None

    def of(self, rows: pa.Table, channels: Sequence[str]) -> pa.Table:
        """Return the rows of histories that belong to it."""
        if self.channel:
            code = channels.index(self.channel) if self.channel in channels else NONE
            rows = rows.filter(pc.equal(rows["channel"], code))
        if self.people is not None:
            rows = rows.filter(pc.is_in(rows["person"], value_set=pa.array(self.people)))
        return rows


@dataclass(frozen=True)
class Seen:
    """What happened. people: columns of PEOPLE, known people who did something or were reached within the window.

    heard: channel → known people heard there. known, anonymous: interactions by them. by_people, by_staff: replies and
    answers that known people and staff gave; repliers: who of the people gave some. arms: experiment → variant →
    people. ever_spoken, ever_given: whether the log, by the end of the window, holds anything that people said, and
    anything of RECEIVED: where it does not, it can't tell whether there is none.
    """

    people: pa.Table
    heard: Mapping[str, Ints]
    known: int
    anonymous: int
    by_people: int
    by_staff: int
    repliers: Ints
    arms: Mapping[str, Mapping[str, Ints]]
    ever_spoken: bool = False
    ever_given: bool = False

    def who(self, column: str) -> Ints:
        """Return the people of whom a flag holds, or who did anything, for `channels`."""
        flag = pc.greater(self.people[column], 0) if column == "channels" else self.people[column]
        found: Ints = self.people.filter(flag)["person"].combine_chunks().to_numpy()
        return found


@dataclass(frozen=True)
class Kinds:
    """By code of a kind: what it is."""

    voice: Flags
    more: Flags
    exchange: Flags
    begins: Flags
    answers: Flags
    replies: Flags
    received: Flags
    unsent: Flags
    assigned: Flags

    @classmethod
    def of(cls, codes: Sequence[str], kinds: Any) -> Kinds:
        """Read the codes of a log, and a table as `schema.KINDS`."""
        rows = tables.collect(tables.frame(kinds), "kind", "group").to_pylist()
        group = {row["kind"]: row["group"] for row in rows}

        def flags(*, kinds: Sequence[str] = (), groups: Sequence[str] = ()) -> Flags:
            return np.array([kind in kinds or group.get(kind) in groups for kind in codes], np.bool_)

        named = (BEGINS, ANSWERS, REPLIES, RECEIVED, UNSENT, ("assigned",))
        first = (flags(groups=VOICE), flags(groups=MORE), flags(groups=("exchange",)))
        return cls(*first, *(flags(kinds=kinds) for kinds in named))


def seen(
    buckets: Buckets, directory: Directory, kinds: Any, *, since: int, until: int, part: Slice = Slice()
) -> Seen:  # fmt: skip
    """Read what happened within (since, until], instants in µs; of a part of the business only, if there is one.

    kinds: a table as `schema.KINDS`. Nothing after `until` is looked at.
    """
    codes = buckets.codes
    coded = Kinds.of(codes.get("kind", []), kinds)
    known, staff = pa.array(directory.known()), pa.array(buckets.staff)

    def read(rows: pa.Table) -> Part:
        rows = rows.filter(pc.and_(pc.greater_equal(rows["kind"], 0), pc.less_equal(rows["at"], until)))
        past = Lived.of(rows, known, staff)
        record = np.unique(past.person[past.hers & coded.exchange[past.kind]])
        ever = [bool(one.any()) for one in (past.hers & coded.voice[past.kind], past.sent & coded.received[past.kind])]
        rows = part.of(rows.filter(pc.greater(rows["at"], since)), codes.get("channel", []))
        return of_bucket(Lived.of(rows.combine_chunks(), known, staff), coded, directory, record, ever, until, part)

    return merged(list(buckets.fold(read, READ, staff=True)), codes)


@dataclass(frozen=True)
class Lived:
    """Rows of histories as arrays. hers: done by a known person; ours: by staff as actors; sent: to a known person."""

    rows: pa.Table
    person: Ints
    at: Ints
    kind: Ints
    channel: Ints
    activity: Ints
    hers: Flags
    ours: Flags
    sent: Flags
    anonymous: Flags

    @classmethod
    def of(cls, rows: pa.Table, known: pa.Array, staff: pa.Array) -> Lived:
        """Read a table of histories."""
        names = ("person", "at", "kind", "channel", "activity", "direction")
        person, at, kind, channel, activity, direction = (rows[name].to_numpy().astype(np.int64) for name in names)
        is_known, ours = (
            np.asarray(pc.is_in(rows["person"], value_set=some).to_numpy(), np.bool_) for some in (known, staff)
        )
        own = direction != OUT
        flags = (is_known & own, ours & own, is_known & ~own, ~is_known & ~ours & own)
        return cls(rows, person, at, kind, channel, activity, *flags)


@dataclass(frozen=True)
class Part:
    """What one bucket adds to `Seen`; heard and arms as tables, to be merged."""

    people: pa.Table
    heard: pa.Table
    counts: Ints  # known, anonymous, by_people, by_staff, ever_spoken, ever_given
    repliers: Ints
    arms: pa.Table


def of_bucket(
    lived: Lived, coded: Kinds, directory: Directory, record: Ints, ever: Sequence[bool], until: int, part: Slice
) -> Part:  # fmt: skip
    """Count one bucket."""
    kind, hers = lived.kind, lived.hers
    ids, place = np.unique(lived.person, return_inverse=True)
    away = np.asarray(pc.is_null(lived.rows["in_reply_to"]).to_numpy(), np.bool_)
    ripe, back = reactions(lived, coded, until)

    def some(wanted: Flags) -> Flags:
        return np.bincount(place[wanted], minlength=ids.size) > 0

    pairs = np.unique(np.stack([place[hers], lived.channel[hers]]), axis=1)
    columns = {
        "person": ids,
        "channels": np.bincount(pairs[0], minlength=ids.size),
        "spoke": some(hers & coded.voice[kind]),
        "began": some(hers & coded.begins[kind] & away),
        "more": some(hers & coded.more[kind]),
        "got": some(lived.sent & coded.received[kind]),
        "reached": some(ripe),
        "reacted": some(back),
        "record": np.isin(ids, record),
    }
    heard = hers & coded.voice[kind]
    replied = hers & coded.replies[kind]
    answered = ours(lived, coded, directory, part)
    arms = lived.sent & coded.assigned[kind]
    return Part(
        pa.table(columns, schema=PEOPLE).filter(some(hers | lived.sent)),
        pa.table({"channel": lived.channel[heard], "person": lived.person[heard]})
        .group_by(["channel", "person"])
        .aggregate([]),
        np.array([hers.sum(), lived.anonymous.sum(), replied.sum(), answered.sum(), *ever], np.int64),
        np.unique(lived.person[replied]),
        pa.table(
            {
                "activity": lived.activity[arms],
                "variant": lived.rows["object"].filter(pa.array(arms)),
                "person": lived.person[arms],
            }
        ),
    )


def ours(lived: Lived, coded: Kinds, directory: Directory, part: Slice) -> Flags:
    """Tell which rows are answers by staff; by those of the part, where it names some."""
    wanted = (lived.sent & coded.answers[lived.kind]) | (lived.ours & (coded.replies | coded.answers)[lived.kind])
    if part.staff is None:
        return wanted
    by = np.where(lived.ours, lived.person, directory.persons(lived.rows["counterpart"]))
    found: Flags = wanted & np.isin(by, part.staff)
    return found


def reactions(lived: Lived, coded: Kinds, until: int) -> tuple[Flags, Flags]:
    """Tell which rows are messages sent long enough ago to be reacted to, and to which of those she came back.

    She comes back on the same activity, in the same thread (channel and object), or in reply.
    """
    span = BACK_DAYS * DAY
    ripe = lived.sent & ~coded.unsent[lived.kind] & (lived.at + span <= until)
    touch, own = np.flatnonzero(ripe), np.flatnonzero(lived.hers)
    back = np.zeros(lived.at.size, np.bool_)
    if not touch.size or not own.size:
        return ripe, back
    for group, other in groups(lived):
        place = first_after(
            group[touch], lived.at[touch], np.full(touch.size, NONE), other[own], lived.at[own], lived.person[own],
            strictly=False,
        )  # fmt: skip
        soon = (place >= 0) & (lived.at[own[place]] - lived.at[touch] <= span)
        back[touch] |= soon
    return ripe, back


def groups(lived: Lived) -> list[tuple[Ints, Ints]]:
    """Number what a message and a reaction have in common, three ways: for messages, for what she did; -1 for none."""
    person, objects = dense(lived.person), codes_of(lived.rows["object"])
    activity = among(person, lived.activity)
    thread = among(among(person, lived.channel), objects)
    ids, replies = (key(lived.rows, name) for name in ("interaction_id", "in_reply_to"))
    words = pc.drop_null(pc.unique(replies))
    found = (pc.fill_null(pc.index_in(one, value_set=words), NONE) for one in (ids, replies))
    named, naming = (one.to_numpy().astype(np.int64) for one in found)
    return [(activity, activity), (thread, thread), (named, naming)]


def among(outer: Ints, inner: Ints) -> Ints:
    """Number distinct pairs; -1 where the second is none."""
    return np.where(inner >= 0, dense(outer * (inner.max(initial=0) + 2) + inner + 1), NONE)


def key(rows: pa.Table, name: str) -> pa.Array:
    """Return source and id as one text, null where there is no id."""
    joined = pc.binary_join_element_wise(rows["source"].cast(pa.string()), rows[name], " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def codes_of(column: pa.ChunkedArray) -> Ints:
    """Number distinct texts; -1 for none."""
    found: Ints = pc.fill_null(column.combine_chunks().dictionary_encode().indices, NONE).to_numpy().astype(np.int64)
    return found


def dense(values: Ints) -> Ints:
    """Number distinct values from 0."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def merged(parts: Sequence[Part], codes: Mapping[str, Sequence[str]]) -> Seen:
    """Put the parts of all buckets together; nobody is in two of them."""
    people = pa.concat_tables([PEOPLE.empty_table(), *(part.people for part in parts)])
    counts = sum((part.counts for part in parts), np.zeros(6, np.int64))
    repliers = np.concatenate([np.empty(0, np.int64), *(part.repliers for part in parts)])
    heard: dict[str, Ints] = {}
    arms: dict[str, dict[str, Ints]] = {}
    for row in gathered([part.heard for part in parts], ["channel"]):
        heard[codes["channel"][row["channel"]]] = np.array(row["person_distinct"], np.int64)
    for row in gathered([part.arms for part in parts], ["activity", "variant"]):
        if row["activity"] >= 0:
            arms.setdefault(codes["activity"][row["activity"]], {})[row["variant"] or ""] = np.array(
                row["person_distinct"]
            )
    known, anonymous, by_people, by_staff, spoken, given = (int(count) for count in counts)
    return Seen(people, heard, known, anonymous, by_people, by_staff, repliers, arms, spoken > 0, given > 0)


def gathered(parts: Sequence[pa.Table], by: Sequence[str]) -> list[dict[str, Any]]:
    """Return the distinct people by some columns."""
    if not parts:
        return []
    rows: list[dict[str, Any]] = (
        pa.concat_tables(parts).group_by(list(by)).aggregate([("person", "distinct")]).to_pylist()
    )
    return rows
