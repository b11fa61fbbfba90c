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

from ziggurat.base.instant import DAY
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.threads import Thread
from ziggurat.log.buckets import Buckets
from ziggurat.log.settling import INSIDE, SETTLED
from ziggurat.results.tables import Frame
from ziggurat.stats.sequels import NONE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT, AMONG, WITHIN = (SETTLED.index(direction) for direction in ("out", "among", INSIDE))
READ = (
    *("person", "at", "kind", "channel", "activity", "direction"),
    *("source", "interaction_id", "counterpart", "object", "in_reply_to", "by_staff"),
)
BACK_DAYS = 14
ARM = 20  # people of a variant that can be read
EVER = ("spoken", "begun", "more", "given", "sent")
PEOPLE = pa.schema(
    [
        ("person", pa.int64()),
        ("channels", pa.int64()),  # on which she did anything
        ("spoke", pa.bool_()),
        ("began", pa.bool_()),  # a conversation, in reply to nothing
        ("more", pa.bool_()),  # than looking and buying
        ("got", pa.bool_()),  # something from us
        ("reached", pa.bool_()),  # by a message that was sent long enough ago to be reacted to
        ("reacted", pa.bool_()),  # on one of those
        ("record", pa.bool_()),  # a purchase, a donation … by the end of the window
    ]
)

DONE = pa.schema([("person", pa.int64()), ("known", pa.bool_()), ("interactions", pa.int64())])
REPLIED = pa.schema([("giver", pa.int64()), ("people", pa.bool_()), ("replies", pa.int64())])


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

    heard: channel → known people heard there. done: how much each person did, known or anonymous: person, known,
    interactions. replied: who gave how many replies and answers to people: giver (-1 unknown), people (true where it
    was one of them, and not of the staff), replies. arms: experiment → variant → people. ever: of EVER, what the log of
    this part holds by the end of the window: where it never held a thing, it can't tell whether there is none.
    """

    people: pa.Table
    heard: Mapping[str, Ints]
    done: pa.Table
    replied: pa.Table
    arms: Mapping[str, Mapping[str, Ints]]
    ever: frozenset[str] = frozenset()

    def who(self, column: str) -> Ints:
        """Return the people of whom a flag holds, or who did anything, for `channels`."""
        flag = pc.greater(self.people[column], 0) if column == "channels" else self.people[column]
        found: Ints = self.people.filter(flag)["person"].combine_chunks().to_numpy()
        return found


@dataclass(frozen=True)
class Kinds:
    """By code of a kind: what it is.

    voice: a person is heard. more: beyond looking and buying. exchange: makes a record of a customer. begins: a
    conversation, where it is in reply to nothing. answers: ours. replies: goes on with a talk. received: is got.
    sent: reaches somebody. reacts: is coming back. choice: what we choose to send, in answer to nobody. assigned: to a
    variant.
    """

    voice: Flags
    more: Flags
    exchange: Flags
    begins: Flags
    answers: Flags
    replies: Flags
    received: Flags
    sent: Flags
    reacts: Flags
    choice: Flags
    assigned: Flags

    @classmethod
    def of(cls, codes: Sequence[str], kinds: Frame) -> Kinds:
        """Read the codes of a log, and a table as `schema.KINDS`."""
        means = Meanings.read({"kind": codes}, kinds)
        voice, sent, answers = means.flags("speaks", "endorses"), means.flags("sent"), means.flags("answers")
        replies = means.flags("speaks") & ~means.flags("begins", "private")
        choice = sent & ~means.flags("answers", "returns")
        more = voice | means.flags("works")
        first = (voice, more, means.flags("exchanges"), means.flags("begins"), answers, replies)
        return cls(*first, means.flags("gets"), sent, means.flags("reacts"), choice, means.flags("assigns"))


def read_lives(
    buckets: Buckets, directory: Directory, kinds: Frame, *, since: int, until: int, part: Slice = Slice()
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
        rows = part.of(rows, codes.get("channel", []))
        ever = ever_flags(Lived.of(rows, known, staff), coded)
        rows = rows.filter(pc.greater(rows["at"], since))
        return of_bucket(Lived.of(rows.combine_chunks(), known, staff), coded, directory, record, ever, until, part)

    return merge_parts(list(buckets.fold(read, READ, staff=True)), codes)


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
        own, there = direction != OUT, direction != WITHIN
        acted = own | np.asarray(pc.fill_null(rows["by_staff"], False).to_numpy(), np.bool_)
        flags = (is_known & own, ours & there & acted, is_known & ~own, ~is_known & ~ours & own)
        return cls(rows, person, at, kind, channel, activity, *flags)


@dataclass(frozen=True)
class Part:
    """What one bucket adds to `Seen`; heard and arms as tables, to be merged."""

    people: pa.Table
    heard: pa.Table
    done: pa.Table
    replied: pa.Table
    arms: pa.Table
    ever: frozenset[str]


def ever_flags(past: Lived, coded: Kinds) -> frozenset[str]:
    """Return which of EVER there is in some rows."""
    hers, kind = past.hers, past.kind
    found = (
        hers & coded.voice[kind], hers & coded.begins[kind], hers & coded.more[kind], past.sent & coded.received[kind],
        past.sent,
    )  # fmt: skip
    return frozenset(name for name, flags in zip(EVER, found, strict=True) if flags.any())


def of_bucket(
    lived: Lived, coded: Kinds, directory: Directory, record: Ints, ever: frozenset[str], until: int, part: Slice
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
    did = hers | lived.anonymous
    arms = lived.sent & coded.assigned[kind]
    return Part(
        pa.table(columns, schema=PEOPLE).filter(some(hers | lived.sent)),
        pa.table({"channel": lived.channel[heard], "person": lived.person[heard]})
        .group_by(["channel", "person"])
        .aggregate([]),
        count_distinct({"person": lived.person[did], "known": hers[did]}, "interactions"),
        repliers(lived, coded, directory, part),
        pa.table(
            {
                "activity": lived.activity[arms],
                "variant": lived.rows["object"].filter(pa.array(arms)),
                "person": lived.person[arms],
            }
        ),
        ever,
    )


def count_distinct(columns: Mapping[str, npt.NDArray[Any]], name: str) -> pa.Table:
    """Return the distinct rows of some columns, and how many there are of each."""
    found = pa.table(columns).group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
    return found.rename_columns([*columns, name])


def to_people(lived: Lived, coded: Kinds) -> Flags:
    """Tell which rows are replies and answers that a known person gave to others, and not to the organisation."""
    among: Flags = np.asarray(lived.rows["direction"].to_numpy() == AMONG, np.bool_)
    return lived.hers & coded.replies[lived.kind] & among


def repliers(lived: Lived, coded: Kinds, directory: Directory, part: Slice) -> pa.Table:
    """Return who gave how many replies and answers to people, as `Seen.replied`."""
    theirs, own = to_people(lived, coded), ours(lived, coded, directory, part)
    either = theirs | own
    giver = np.where(
        lived.sent | (acted_of(lived) & ~lived.ours), directory.persons(lived.rows["counterpart"]), lived.person
    )
    return count_distinct({"giver": giver[either], "people": theirs[either]}, "replies")


def ours(lived: Lived, coded: Kinds, directory: Directory, part: Slice) -> Flags:
    """Tell which rows are answers by staff; by those of the part, where it names some."""
    either, kind = coded.replies | coded.answers, lived.kind
    wanted = (lived.sent & coded.answers[kind]) | ((lived.ours | acted_of(lived)) & either[kind])
    if part.staff is None:
        return wanted
    by = np.where(lived.ours, lived.person, directory.persons(lived.rows["counterpart"]))
    found: Flags = wanted & np.isin(by, part.staff)
    return found


def acted_of(lived: Lived) -> Flags:
    """Tell which rows staff did towards those in whose lives they are."""
    return np.asarray(pc.fill_null(lived.rows["by_staff"], False).to_numpy(), np.bool_)


def reactions(lived: Lived, coded: Kinds, until: int) -> tuple[Flags, Flags]:
    """Tell which rows are messages sent long enough ago to be come back on, and on which of those she came back."""
    span = BACK_DAYS * DAY
    ripe: Flags = lived.sent & coded.sent[lived.kind] & (lived.at + span <= until)
    touch, back = np.flatnonzero(ripe), np.zeros(lived.at.size, np.bool_)
    back[touch] = Thread.of(lived.rows).came_back(touch, coded.reacts, span)
    return ripe, back


def key(rows: pa.Table, name: str) -> pa.Array:
    """Return source and id as one text, null where there is no id."""
    joined = pc.binary_join_element_wise(rows["source"].cast(pa.string()), rows[name], " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def merge_parts(parts: Sequence[Part], codes: Mapping[str, Sequence[str]]) -> Seen:
    """Put the parts of all buckets together; nobody is in two of them."""
    people = pa.concat_tables([PEOPLE.empty_table(), *(part.people for part in parts)])
    done, replied = (
        pa.concat_tables([empty, *(getattr(part, name) for part in parts)])
        for name, empty in (("done", DONE.empty_table()), ("replied", REPLIED.empty_table()))
    )
    ever = frozenset[str]().union(*(part.ever for part in parts))
    heard: dict[str, Ints] = {}
    arms: dict[str, dict[str, Ints]] = {}
    for row in distinct_people([part.heard for part in parts], ["channel"]):
        heard[codes["channel"][row["channel"]]] = np.array(row["person_distinct"], np.int64)
    for row in distinct_people([part.arms for part in parts], ["activity", "variant"]):
        if row["activity"] >= 0:
            arms.setdefault(codes["activity"][row["activity"]], {})[row["variant"] or ""] = np.array(
                row["person_distinct"]
            )
    return Seen(people, heard, done, replied, arms, ever)


def distinct_people(parts: Sequence[pa.Table], by: Sequence[str]) -> list[dict[str, Any]]:
    """Return the distinct people by some columns."""
    if not parts:
        return []
    rows: list[dict[str, Any]] = (
        pa.concat_tables(parts).group_by(list(by)).aggregate([("person", "distinct")]).to_pylist()
    )
    return rows
