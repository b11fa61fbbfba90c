"""Who was touched by what, and how personal was it when it arrived?

A touch is one message from the organisation (direction `out`) that reaches one known person. It belongs to its
activity, or to its channel where it names none. The same message: the same activity on the same channel with the same
object, or, where it has no object, on the same day (UTC). An answer is a message of its own, and so is a call or a
meeting without an object.

Two passes over people's lives: the first counts how many people each message reached, the second reads each touch
among what its person did before and after it. Memory holds one row per message, and, in `touched`, one per person and
activity; `summed` keeps sums alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.channels import declared
from ziggurat.facts import population, threads
from ziggurat.facts.meanings import Meanings
from ziggurat.instant import DAY
from ziggurat.log.buckets import Buckets
from ziggurat.schema import DIRECTIONS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
READ = (
    *("person", "at", "kind", "channel", "activity", "direction"),
    *("source", "interaction_id", "object", "in_reply_to"),
)
PLACED = ("person", "activity", "channel")
MESSAGE = ("activity", "channel", "object", "day")
PAIRS = pa.schema(
    [
        ("person", pa.int64()),
        ("unit", pa.int64()),  # position in `Touched.units`
        ("touches", pa.float64()),
        ("addressing", pa.float64()),  # sum over touches
        ("responsiveness", pa.float64()),  # sum over touches
        ("interact", pa.float64()),  # touches in a two-way thread
        ("react", pa.float64()),  # touches tailored by feedback, but in no dialogue
        ("ripe", pa.float64()),  # 1 if the days to come back have passed since at least one touch
        ("back", pa.float64()),  # 1 if she came back on one of those
        ("followed", pa.float64()),  # 1 if an interaction of the outcome's kind followed one of her touches
    ]
)


@dataclass(frozen=True)
class Touched:
    """What reached whom.

    units: names of activities or channels. pairs: columns of PAIRS, one row a person and unit. spread: touches by
    activity (the last row: none) and channel. everyone: people known by the end of the window.
    """

    units: Sequence[str]
    pairs: pa.Table
    spread: Floats
    everyone: int

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of the pairs as an array."""
        found: npt.NDArray[Any] = self.pairs[name].combine_chunks().to_numpy()
        return found

    def sums(self, name: str) -> Floats:
        """Return the sum of a column of the pairs by unit."""
        return np.bincount(self.column("unit"), self.column(name), len(self.units)).astype(np.float64)

    def people(self) -> Ints:
        """Return the number of people touched by unit."""
        return np.bincount(self.column("unit"), minlength=len(self.units)).astype(np.int64)


@dataclass(frozen=True)
class Summed:
    """What reached how many, in sums alone. sums: by name of a column of PAIRS and unit; others as in `Touched`."""

    units: Sequence[str]
    columns: Mapping[str, Floats]
    reached: Ints
    spread: Floats
    everyone: int

    def sums(self, name: str) -> Floats:
        """Return the sum of a column of the pairs by unit."""
        return self.columns[name]

    def people(self) -> Ints:
        """Return the number of people touched by unit."""
        return self.reached


@dataclass(frozen=True)
class Codes:
    """What the fold must know of the coded columns: a flag per kind, and what is declared per activity."""

    answers: Flags
    returns: Flags
    spoken: Flags
    talk: Flags
    reacts: Flags
    declared: Floats
    activities: int
    channels: int
    outcome: int = -1  # kind, -1 for none


@dataclass(frozen=True)
class Reading:
    """Everyone's touches, to be read bucket by bucket; options as `reading` takes them, instants in µs.

    units: names of activities or channels, in order. place: from the histories' code of a unit to its position.
    audiences: what `merged` returns. sending: codes of the kinds that reach somebody. span: µs in
    which people come back.
    """

    buckets: Buckets
    codes: Codes
    units: Sequence[str]
    place: Ints
    audiences: pa.Table
    everyone: int
    sending: pa.Array
    since: int
    until: int
    span: int
    by: str

    def fold(self) -> Iterator[tuple[pa.Table, Floats]]:
        """Yield the rows of PAIRS of each bucket's people, and their touches by activity (the last: none) and channel.

        Nobody is in two buckets.
        """

        def kernel(rows: pa.Table) -> tuple[pa.Table, Floats]:
            return self.weigh(self.chosen(rows))

        return self.buckets.fold(kernel, READ)

    def chosen(self, rows: pa.Table) -> pa.Table:
        """Return the rows up to the end of the window of those known people who were touched within it."""
        rows = rows.filter(pc.and_(pc.less_equal(rows["at"], self.until), pc.greater_equal(rows["kind"], 0)))
        rows = rows.filter(pc.is_in(rows["kind"], value_set=self.sending))
        sent = rows.filter(pc.and_(pc.equal(rows["direction"], OUT), pc.greater(rows["at"], self.since)))
        people = pc.unique(sent["person"])
        people = people.filter(pc.invert(pc.is_in(people, value_set=pa.array(self.buckets.anonymous))))
        return rows.filter(pc.is_in(rows["person"], value_set=people)).combine_chunks()

    def weigh(self, rows: pa.Table) -> tuple[pa.Table, Floats]:
        """Weigh the touches of one bucket: rows of PAIRS, and touches by activity and channel."""
        thread = threads.Thread.of(rows)
        sent = messages(rows, thread, self.codes, self.since)
        joined = sent.join(self.audiences, list(MESSAGE), join_type="left outer", use_threads=False).sort_by("row")
        touch = joined["row"].to_numpy()
        size = np.where(joined["own"].to_numpy(), 1, pc.fill_null(joined["people"], 1).to_numpy())
        addressing = 1 - np.log(size) / np.log(self.everyone) if self.everyone > 1 else np.ones(touch.size)
        kind, channel, activity = thread.kind[touch], thread.channel[touch], thread.activity[touch]
        answers = self.codes.returns[kind] | (thread.answered()[touch] >= 0)
        responsiveness = np.where(answers, 1.0, self.codes.declared[activity])
        dialogue = (
            self.codes.answers[kind] | self.codes.spoken[kind] | thread.two_way(touch, self.codes.talk, self.span)
        )
        ripe = thread.at[touch] + self.span <= self.until
        back = ripe & thread.came_back(touch, self.codes.reacts, self.span)
        unit = unit_of(activity, channel, self.codes.activities, self.by)
        react = ~dialogue & (responsiveness > 0)
        followed = thread.followed(touch, self.codes.outcome, self.span)
        columns = (np.ones(touch.size), addressing, responsiveness, dialogue, react, ripe, back, followed)
        spread = np.zeros((self.codes.activities + 1, self.codes.channels))
        np.add.at(spread, (activity, channel), 1.0)  # activity -1, none, is the last row
        return paired(thread.person[touch], self.place[unit], columns), spread


def reading(
    buckets: Buckets,
    people: Any,
    kinds: Any,
    activities: Any,
    *,
    since: int,
    until: int,
    by: str,
    days: float,
    outcome: str | None = None,
) -> Reading:
    """Get ready to read all touches within (since, until], instants in µs: count how many people each message reached.

    people, kinds, activities: tables as `schema.PEOPLE`, `schema.KINDS` and `schema.ACTIVITIES`. by: activity or
    channel. days: within which she comes back, or the outcome (a kind of interaction) follows. Nothing after `until`
    is looked at.
    """
    units, place = named(buckets.codes, by)
    found = Reading(
        buckets,
        coded(buckets.codes, kinds, activities, outcome),
        units,
        place,
        merged([]),
        population.size(people, until),
        Meanings.of_log(buckets).codes("sent"),
        since,
        until,
        round(days * DAY),
        by,
    )

    def reached(rows: pa.Table) -> pa.Table:
        rows = found.chosen(rows)
        return audience(messages(rows, threads.Thread.of(rows), found.codes, since))

    return replace(found, audiences=merged(list(buckets.fold(reached, READ))))


def touched(found: Reading) -> Touched:
    """Read all touches, one row a person and unit."""
    parts = list(found.fold())
    pairs = pa.concat_tables([PAIRS.empty_table(), *(pair for pair, _ in parts)])
    return Touched(found.units, pairs, sum((counts for _, counts in parts), nowhere(found.codes)), found.everyone)


def met(buckets: Buckets, people: Any, *, since: int, until: int, by: str) -> Touched:
    """Read who got anything of what, as `touched` does, and no more: pairs are person and unit alone. One pass."""
    units, place = named(buckets.codes, by)
    activities, channels = len(buckets.codes.get("activity", [])), len(buckets.codes.get("channel", []))
    hidden, sending = pa.array(buckets.anonymous), Meanings.of_log(buckets).codes("sent")

    def kernel(rows: pa.Table) -> tuple[pa.Table, Floats]:
        rows = rows.filter(pc.and_(pc.equal(rows["direction"], OUT), pc.greater_equal(rows["kind"], 0)))
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(
            pc.and_(pc.is_in(rows["kind"], value_set=sending), pc.invert(pc.is_in(rows["person"], hidden)))
        )
        person, activity, channel = (rows[name].to_numpy().astype(np.int64) for name in PLACED)
        # activity -1, none, is the last row
        spread = np.bincount(activity % (activities + 1) * channels + channel, minlength=(activities + 1) * channels)
        unit = place[unit_of(activity, channel, activities, by)]
        order, starts = grouped(person, unit)
        pairs = pa.table({"person": person[order][starts], "unit": unit[order][starts]})
        return pairs, spread.reshape(activities + 1, channels).astype(np.float64)

    parts = list(buckets.fold(kernel, (*PLACED, "at", "kind", "direction")))
    empty = pa.schema([PAIRS.field(name) for name in ("person", "unit")]).empty_table()
    spread = sum((counts for _, counts in parts), np.zeros((activities + 1, channels)))
    return Touched(
        units, pa.concat_tables([empty, *(pair for pair, _ in parts)]), spread, population.size(people, until)
    )


def named(codes: Mapping[str, Sequence[str]], by: str) -> tuple[list[str], Ints]:
    """Return the names of the units in order, and from the code of a unit to its place there."""
    channels = list(codes.get("channel", []))
    units = channels if by == "channel" else [*codes.get("activity", []), *(f"{one}, no activity" for one in channels)]
    order = sorted(range(len(units)), key=units.__getitem__)  # codes are in order of arrival, which is nothing
    return [units[code] for code in order], np.argsort(np.array(order, np.int64)).astype(np.int64)


def unit_of(activity: Ints, channel: Ints, activities: int, by: str) -> Ints:
    """Return the code of each row's unit: its channel, or its activity, of what names none its channel's own."""
    return channel if by == "channel" else np.where(activity >= 0, activity, activities + channel)


def summed(found: Reading) -> Summed:
    """Read all touches and keep their sums: memory does not grow with the number of people."""
    size, spread = len(found.units), nowhere(found.codes)
    columns, people = {name: np.zeros(size) for name in PAIRS.names[2:]}, np.zeros(size, np.int64)
    for pairs, counts in found.fold():
        unit = pairs["unit"].to_numpy()
        people += np.bincount(unit, minlength=size)
        spread += counts
        for name in columns:
            columns[name] += np.bincount(unit, pairs[name].to_numpy(), size)
    return Summed(found.units, columns, people, spread, found.everyone)


def nowhere(codes: Codes) -> Floats:
    """Return no touches by activity and channel."""
    return np.zeros((codes.activities + 1, codes.channels))


def coded(known: Mapping[str, Sequence[str]], kinds: Any, activities: Any, outcome: str | None) -> Codes:
    """Return what the fold must know of codes."""
    words, names, means = known.get("kind", []), known.get("activity", []), Meanings.read(known, kinds)
    answers, returns, spoken, talks, reacts = (
        means.flags(*some) for some in (("answers",), ("answers", "returns"), ("meets",), ("speaks",), ("reacts",))
    )
    responsive = np.append(declared.responsiveness(activities, names), 0.0)
    wanted = words.index(outcome) if outcome is not None and outcome in words else -1
    return Codes(answers, returns, spoken, talks, reacts, responsive, len(names), len(known.get("channel", [])), wanted)


def messages(rows: pa.Table, thread: threads.Thread, codes: Codes, since: int) -> pa.Table:
    """Return the touches: row (position), person, own (a message of its own) and the columns of MESSAGE."""
    chosen = np.flatnonzero((thread.direction == OUT) & (thread.at > since))
    some = rows.take(pa.array(chosen))
    bare = np.asarray(pc.is_null(some["object"]).to_numpy(), np.bool_)
    kind = thread.kind[chosen]
    own = codes.returns[kind] | (thread.answered()[chosen] >= 0) | (codes.spoken[kind] & bare)
    day = np.where(bare, thread.at[chosen] // DAY, -1)  # a message with an object is told by that
    return pa.table(
        {
            "row": chosen,
            "person": some["person"],
            "own": own,
            "activity": some["activity"],
            "channel": some["channel"],
            "object": pc.fill_null(some["object"], ""),
            "day": day,
        }
    )


def audience(sent: pa.Table) -> pa.Table:
    """Return how many people each message reached that is not someone's own: MESSAGE and people."""
    shared = sent.filter(pc.invert(sent["own"]))
    counts = shared.group_by(list(MESSAGE), use_threads=False).aggregate([("person", "count_distinct")])
    return counts.rename_columns([*MESSAGE, "people"])


def merged(parts: Sequence[pa.Table]) -> pa.Table:
    """Add up the audiences of several buckets; nobody is in two of them."""
    if not parts:
        return pa.table({name: pa.array([], pa.int64()) for name in (*MESSAGE, "people")})
    counts = pa.concat_tables(parts).group_by(list(MESSAGE), use_threads=False).aggregate([("people", "sum")])
    return counts.rename_columns([*MESSAGE, "people"])


def paired(person: Ints, unit: Ints, columns: Sequence[npt.NDArray[Any]]) -> pa.Table:
    """Add up touches by person and unit."""
    order, starts = grouped(person, unit)
    if not starts.size:
        return PAIRS.empty_table()
    sums = [np.add.reduceat(column[order].astype(np.float64), starts) for column in columns]
    sums[-3:] = [np.minimum(flags, 1) for flags in sums[-3:]]
    return pa.table([person[order][starts], unit[order][starts], *sums], schema=PAIRS)


def grouped(person: Ints, unit: Ints) -> tuple[Ints, Ints]:
    """Return an order by person and unit, and where in it each pair of them begins."""
    order = np.lexsort((unit, person))
    person, unit = person[order], unit[order]
    first = np.ones(person.size, np.bool_)
    first[1:] = (np.diff(person) != 0) | (np.diff(unit) != 0)
    return order, np.flatnonzero(first)
