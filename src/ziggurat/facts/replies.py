"""Who was answered, when, and by whom?

What calls for an answer, and what is one, is said in docs/facts.md, *Question* and *Answer*: a question is by someone
who is not staff, and three ways lead from it to an answer by someone else, of which the earliest counts: `reply` by id,
`thread`, and `channel`. An answer is not a solution, and what came in the same thread may have been meant for another.

One pass over people's lives; memory holds one row per question and per possible answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.facts.directory import NOBODY, Directory
from ziggurat.facts.meanings import Meanings, codes_of
from ziggurat.log.buckets import Buckets
from ziggurat.log.settling import INSIDE, SETTLED
from ziggurat.stats.sequels import NONE, first_after

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT, WITHIN = SETTLED.index("out"), SETTLED.index(INSIDE)
MARK = r"[?？؟]['\"”’»)\]\s]*$"
DAYS = 14.0
NEVER = np.int64(2**62)

READ = (
    *("person", "at", "kind", "channel", "direction", "source", "interaction_id"),
    *("actor", "counterpart", "object", "in_reply_to", "text", "by_staff"),
)
REPLIES = pa.schema(
    [
        ("person", pa.int64()),  # who asked: hash of a known or anonymous person
        ("source", pa.int32()),  # code
        ("interaction_id", pa.string()),
        ("at", pa.int64()),  # µs
        ("channel", pa.int32()),  # code
        ("kind", pa.int16()),  # code
        ("object", pa.string()),
        ("text", pa.string()),  # null unless asked for
        ("answered_at", pa.int64()),  # first answer by anyone else, µs; null for none
        ("answerer", pa.string()),  # identity; null for none, and where the organisation does not say who
        ("answerer_person", pa.int64()),  # hash; -1 for none, and where nobody is known by that identity
        ("by", pa.string()),  # staff, member; null for none
        ("how", pa.string()),  # reply, thread, channel; null for none
        ("staff_at", pa.int64()),  # first answer by the organisation, µs; null for none
    ]
)
WAYS = ("reply", "thread", "thread", "channel")


def replies(
    buckets: Buckets,
    directory: Directory,
    *,
    since: int,
    until: int,
    days: float = DAYS,
    texts: bool = False,
) -> pa.Table:
    """Return what called for an answer within (since, until], instants in µs, and its first answer: columns REPLIES.

    days: how long a bare answer on the channel counts as one. texts: whether to return what
    was asked. Nothing after `until` is looked at. Rows are in order of person, instant and id.
    """
    wanted = Wanted.of(Meanings.of_log(buckets))
    staff = pa.array(buckets.staff)

    def read(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.not_equal(rows["direction"], WITHIN))
        ours = pc.is_in(rows["person"], value_set=staff)
        asked = rows.filter(pc.and_(wanted.calls(rows), pc.invert(ours)))
        return asked if texts else blank(asked), answering(rows, ours, wanted)

    parts = list(buckets.fold(read, READ, staff=True))
    if not parts:
        return REPLIES.empty_table()
    asked, given = (pa.concat_tables(some).combine_chunks() for some in zip(*parts, strict=True))
    return find_answers(asked, given, directory, round(days * DAY))


def blank(rows: pa.Table) -> pa.Table:
    """Return rows without their text."""
    return rows.set_column(rows.column_names.index("text"), "text", pa.nulls(rows.num_rows, pa.string()))


@dataclass(frozen=True)
class Wanted:
    """Which codes of kinds ask, and which answer in which way: docs/facts.md, *Question* and *Answer*."""

    asks: pa.Array
    may_ask: pa.Array
    sent: pa.Array  # reach somebody at all
    spoken: pa.Array  # answer by reply
    to_one: pa.Array  # answer in a person's own thread where we say it to them
    to_all: pa.Array  # answer all in a thread, whoever says it
    staff_to_all: pa.Array  # answer all in a thread where staff say it
    bare: pa.Array  # answer on the channel alone

    @classmethod
    def of(cls, means: Meanings) -> Wanted:
        """Read what the kinds of a log mean."""
        speaks, asks, begins, private, answers, meets = (
            means.flags(word) for word in ("speaks", "asks", "begins", "private", "answers", "meets")
        )
        goes_on = speaks & ~begins
        wanted = (asks, means.flags("may_ask"), means.flags("sent"), speaks & ~asks, goes_on, answers)
        return cls(*(codes_of(flags) for flags in (*wanted, goes_on & ~private, answers | (speaks & meets))))

    def calls(self, rows: pa.Table) -> pa.ChunkedArray:
        """Tell which rows call for an answer."""
        mark = pc.fill_null(pc.match_substring_regex(rows["text"], MARK), False)
        maybe = pc.and_(pc.is_in(rows["kind"], value_set=self.may_ask), mark)
        asks = pc.or_(pc.is_in(rows["kind"], value_set=self.asks), maybe)
        return pc.and_(asks, pc.not_equal(rows["direction"], OUT))


def answering(rows: pa.Table, ours: pa.ChunkedArray, wanted: Wanted) -> pa.Table:
    """Return the rows that may answer someone, with a flag for each way, and `ours` where the organisation speaks."""

    def of(codes: pa.Array) -> pa.ChunkedArray:
        return pc.is_in(rows["kind"], value_set=codes)

    acted = pc.and_(pc.fill_null(rows["by_staff"], False), pc.invert(ours))  # by staff, in the life of another
    ours = pc.or_(ours, acted)
    out = pc.and_(pc.equal(rows["direction"], OUT), pc.invert(ours))
    sent, done = pc.and_(out, of(wanted.sent)), pc.invert(out)
    theirs = pc.or_(sent, acted)  # towards the one in whose life it is
    named, aimed = pc.is_valid(rows["object"]), pc.is_valid(rows["in_reply_to"])
    shared = pc.or_(of(wanted.to_all), pc.and_(of(wanted.staff_to_all), ours))
    flags = {
        "reply": pc.and_(aimed, pc.or_(sent, pc.and_(done, of(wanted.spoken)))),
        "own_thread": pc.and_(pc.and_(sent, named), of(wanted.to_one)),
        "thread": pc.and_(pc.and_(done, named), shared),
        "bare": pc.and_(pc.and_(theirs, of(wanted.bare)), pc.invert(pc.or_(named, aimed))),
    }
    some = pc.or_(pc.or_(flags["reply"], flags["own_thread"]), pc.or_(flags["thread"], flags["bare"]))
    who = pc.if_else(theirs, rows["counterpart"], rows["actor"])
    names = ("person", "at", "channel", "source", "object", "in_reply_to")
    columns = {name: rows[name] for name in names} | {"who": who, "ours": pc.or_(ours, sent), "sent": theirs} | flags
    return pa.table(columns).filter(some)


def find_answers(asked: pa.Table, given: pa.Table, directory: Directory, span: int) -> pa.Table:
    """Find the first answer to each question, and the first one by the organisation."""
    ways = groups(asked, given)
    ours = flag(given, "ours")
    place, how = first(asked, given, ways, np.ones(given.num_rows, np.bool_), span)
    by_staff, _ = first(asked, given, ways, ours, span)
    found = given.select(["at", "who"]).take(pa.array(place, mask=place == NONE))
    staff_at = given["at"].take(pa.array(by_staff, mask=by_staff == NONE))
    organisation = np.append(ours, False)[place]
    own = np.append(np.where(flag(given, "sent"), NOBODY, ints(given, "person")), NOBODY)[place]
    who = found["who"].combine_chunks()
    by = pa.array(np.where(organisation, "staff", "member"), pa.string(), mask=place == NONE)
    columns = {name: asked[name] for name in REPLIES.names[:8]} | {
        "answered_at": found["at"],
        "answerer": who,
        "answerer_person": np.where(own != NOBODY, own, directory.persons(who)),
        "by": by,
        "how": pa.array(list(WAYS), pa.string()).take(pa.array(how, mask=place == NONE)),
        "staff_at": staff_at,
    }
    return pa.table(columns, schema=REPLIES)


def groups(asked: pa.Table, given: pa.Table) -> list[tuple[Ints, Ints]]:
    """Number, for each of WAYS, what must be the same of a question and its answer; negative where there is none."""
    keys = (
        (("source", "interaction_id"), ("source", "in_reply_to"), "reply"),
        (("person", "channel", "object"), ("person", "channel", "object"), "own_thread"),
        (("channel", "object"), ("channel", "object"), "thread"),
        (("person", "channel"), ("person", "channel"), "bare"),
    )
    found = []
    for of_question, of_answer, way in keys:
        one, other = key(asked, of_question), key(given, of_answer)
        values = pc.drop_null(pc.unique(one))
        numbers = [pc.fill_null(pc.index_in(side, value_set=values), NONE).to_numpy() for side in (one, other)]
        found.append((numbers[0].astype(np.int64), np.where(flag(given, way), numbers[1], NONE)))
    return found


def first(
    asked: pa.Table, given: pa.Table, ways: Sequence[tuple[Ints, Ints]], among: Flags, span: int
) -> tuple[Ints, Ints]:
    """Return the position of the first answer to each question among some, NONE for none, and which of WAYS it is."""
    at, person = ints(asked, "at"), ints(asked, "person")
    times = np.append(ints(given, "at"), NEVER)
    doer = np.where(flag(given, "sent"), NOBODY, ints(given, "person"))
    places = []
    for way, (group, later) in zip(WAYS, ways, strict=True):
        chosen = np.where(among, later, NONE)
        place = first_after(group, at, person, chosen, times[:-1], doer, strictly=way != "reply")
        late = times[place] - at > span if way == "channel" else np.zeros(at.size, np.bool_)
        places.append(np.where(late, NONE, place))
    every = np.stack(places)
    how = np.argmin(times[every], axis=0)
    return np.take_along_axis(every, how[None], axis=0)[0], how


def key(rows: pa.Table, names: Sequence[str]) -> pa.Array:
    """Return some columns as one text, null where one is null."""
    parts: list[Any] = [rows[name].cast(pa.string()) for name in names]
    joined = pc.binary_join_element_wise(*parts, " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def ints(rows: pa.Table, name: str) -> Ints:
    """Return a column of integers as an array."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def flag(rows: pa.Table, name: str) -> Flags:
    """Return a column of flags as an array."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.bool_)
