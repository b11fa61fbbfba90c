"""Who was touched by what, and how personal was it when it arrived?

What a touch is, and what one message is, says `facts.messages`. A touch belongs to its activity, or to its channel
where it names none.

Two passes over people's lives: the first counts how many people each message reached, the second reads each touch among
what its person did before and after it. Memory holds one row per message, and, in `touched`, one per person and
activity; `summed` keeps sums alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.channels import declared
from ziggurat.facts import population
from ziggurat.facts.absence import Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.given import Contacts
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.messages import GETTING, HEARD, MEETING, READ, Touching, find_tailored, merge_audiences, messages
from ziggurat.facts.threads import Thread
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.study import Window

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PLACED = ("person", "activity", "channel")
HALF = 0.5  # responsiveness of what is tailored to some people, or hears them
PAIRS = pa.schema(
    [
        ("person", pa.int64()),
        ("unit", pa.int64()),  # position in `Touched.units`
        ("touches", pa.float64()),
        ("addressing", pa.float64()),  # sum over touches
        ("responsiveness", pa.float64()),  # sum over touches
        ("interact", pa.float64()),  # touches in a two-way thread, and meetings
        ("react", pa.float64()),  # touches tailored by feedback, or that hear people, but in no dialogue
        ("minutes", pa.float64()),  # of meetings
        ("ripe", pa.float64()),  # 1 if the days to come back have passed since at least one touch
        ("back", pa.float64()),  # 1 if she came back on one of those
        ("followed", pa.float64()),  # 1 if an interaction of the outcome's kind followed one of her touches
    ]
)


def reaches(rows: pa.Table, touching: Touching) -> Flags:
    """Tell which rows are touches."""
    return np.asarray(touching.ways(rows) >= 0, np.bool_)


def may_reach(given: Given) -> Keep:
    """Return what finds touches."""
    buckets = given["buckets"]
    said = declared.read_declared(given["activities"], buckets.codes.get("activity", []))
    return partial(reaches, touching=touching_of(Meanings.of_log(buckets), buckets.codes, said))


TOUCHES = Step(
    "reached anybody: none is a message of ours, a meeting, or an act with an activity that hears people",
    ("touch", "touches"),
    "Import what you send and where you meet people, messages with the direction `out`.",
    may_reach,
    ("kind", "channel", "activity", "direction"),
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
    """What the fold must know of the coded columns: flags per kind, and what is known per activity.

    touching: what makes a touch. answers, returns, talk, reacts: by kind. responds: by activity (the last: none), as
    declared, or as `tailored` infers it. activities, channels: how many there are. outcome: by kind, whether it is.
    """

    touching: Touching
    answers: Flags
    returns: Flags
    talk: Flags
    reacts: Flags
    responds: Floats
    activities: int
    channels: int
    outcome: Flags


@dataclass(frozen=True)
class Reading:
    """Everyone's touches, to be read bucket by bucket; options as `reading` takes them, instants in µs.

    units: names of activities or channels, in order. place: from the histories' code of a unit to its position.
    audiences: of all messages, as `messages.AUDIENCE`. span: µs in which people come back. inferred: activities of
    which nothing is declared, and whose tailoring is told by what they sent. means: of kinds.
    """

    buckets: Buckets
    codes: Codes
    units: Sequence[str]
    place: Ints
    audiences: pa.Table
    everyone: int
    since: int
    until: int
    span: int
    by: str
    means: Meanings
    inferred: tuple[str, ...] = ()

    def position(self, unit: Ints) -> Ints:
        """Return the position in `units` of activities, or of channels given as −1 − their code."""
        channel = np.where(unit < 0, -1 - unit, 0)
        return self.place[unit_of(np.where(unit < 0, -1, unit), channel, self.codes.activities, self.by)]

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
        touched_ = (self.codes.touching.ways(rows) >= 0) & (rows["at"].to_numpy() > self.since)
        people = pc.unique(rows["person"].filter(pa.array(touched_)))
        people = people.filter(pc.invert(pc.is_in(people, value_set=pa.array(self.buckets.anonymous))))
        return rows.filter(pc.is_in(rows["person"], value_set=people)).combine_chunks()

    def weigh(self, rows: pa.Table) -> tuple[pa.Table, Floats]:
        """Weigh the touches of one bucket: rows of PAIRS, and touches by activity and channel."""
        thread, codes = Thread.of(rows), self.codes
        found = messages(rows, thread, codes.touching, self.since)
        touch, size = found.row, found.sizes(self.audiences)
        kind, channel, activity = thread.kind[touch], thread.channel[touch], thread.activity[touch]
        addressing = 1 - np.log(size) / np.log(self.everyone) if self.everyone > 1 else np.ones(touch.size)
        met, heard = found.way == MEETING, found.way == HEARD
        answers = met | (~heard & (codes.returns[kind] | (thread.answered()[touch] >= 0)))
        responsiveness = np.where(answers, 1.0, np.maximum(codes.responds[activity], HALF * heard))
        dialogue = met | (~heard & (codes.answers[kind] | thread.two_way(touch, codes.talk, self.span)))
        ripe = thread.at[touch] + self.span <= self.until
        back = ripe & thread.came_back(touch, codes.reacts, self.span)
        unit = unit_of(activity, channel, codes.activities, self.by)
        react = ~dialogue & (responsiveness > 0)
        minutes = np.where(met, np.nan_to_num(rows["minutes"].to_numpy()[touch]), 0.0)
        followed = thread.followed(touch, codes.outcome, self.span)
        columns = (np.ones(touch.size), addressing, responsiveness, dialogue, react, minutes, ripe, back, followed)
        spread = np.zeros((codes.activities + 1, codes.channels))
        np.add.at(spread, (activity, channel), 1.0)  # activity -1, none, is the last row
        return sum_by_pair(thread.person[touch], self.place[unit], columns), spread


def reading(given: Contacts, window: Window, *, by: str, days: float, outcome: str | None = None) -> Reading:
    """Get ready to read all touches within a window: count how many people each message reached.

    by: activity or channel. days: within which people come back, or the outcome (a kind of interaction) follows.
    Nothing after the window is looked at.
    """
    buckets, kinds, since, until = given.buckets, given.kinds, window.since, window.until
    units, place = name_units(buckets.codes, by)
    names = buckets.codes.get("activity", [])
    said = declared.read_declared(given.activities, names)
    codes = read_codes(buckets.codes, kinds, said, outcome)
    found = Reading(
        *(
            buckets,
            codes,
            units,
            place,
            merge_audiences([]),
            population.size(given.people, until),
            since,
            until,
            round(days * DAY),
            by,
        ),
        Meanings.read(buckets.codes, kinds),
    )

    def reached(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        rows = found.chosen(rows)
        got = messages(rows, Thread.of(rows), codes.touching, since)
        return got.audience(), got.getting()

    parts = list(buckets.fold(reached, READ))
    audiences = merge_audiences([audience for audience, _ in parts])
    getting = pa.concat_tables([GETTING.empty_table(), *(getting for _, getting in parts)])
    guessed = find_tailored(audiences, getting)
    guessed = guessed[~said.said[guessed]]
    responds = codes.responds.copy()
    responds[guessed] = HALF
    inferred = tuple(sorted(names[code] for code in guessed.tolist()))
    return replace(found, audiences=audiences, codes=replace(codes, responds=responds), inferred=inferred)


def read_touches(found: Reading) -> Touched:
    """Read all touches, one row a person and unit."""
    parts = list(found.fold())
    pairs = pa.concat_tables([PAIRS.empty_table(), *(pair for pair, _ in parts)])
    return Touched(found.units, pairs, sum((counts for _, counts in parts), nowhere(found.codes)), found.everyone)


def read_contacts(buckets: Buckets, people: Frame, activities: Frame, *, since: int, until: int, by: str) -> Touched:
    """Read who got anything of what, as `touched` does, and no more: pairs are person and unit alone. One pass."""
    units, place = name_units(buckets.codes, by)
    count, channels = len(buckets.codes.get("activity", [])), len(buckets.codes.get("channel", []))
    said = declared.read_declared(activities, buckets.codes.get("activity", []))
    touching = touching_of(Meanings.of_log(buckets), buckets.codes, said)
    hidden = pa.array(buckets.anonymous)

    def kernel(rows: pa.Table) -> tuple[pa.Table, Floats]:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.invert(pc.is_in(rows["person"], hidden))).combine_chunks()
        rows = rows.filter(pa.array(touching.ways(rows) >= 0))
        person, activity, channel = (rows[name].to_numpy().astype(np.int64) for name in PLACED)
        # activity -1, none, is the last row
        spread = np.bincount(activity % (count + 1) * channels + channel, minlength=(count + 1) * channels)
        unit = place[unit_of(activity, channel, count, by)]
        order, starts = group_order(person, unit)
        pairs = pa.table({"person": person[order][starts], "unit": unit[order][starts]})
        return pairs, spread.reshape(count + 1, channels).astype(np.float64)

    parts = list(buckets.fold(kernel, (*PLACED, "at", "kind", "direction")))
    empty = pa.schema([PAIRS.field(name) for name in ("person", "unit")]).empty_table()
    spread = sum((counts for _, counts in parts), np.zeros((count + 1, channels)))
    everyone = population.size(people, until)
    return Touched(units, pa.concat_tables([empty, *(pair for pair, _ in parts)]), spread, everyone)


def name_units(codes: Mapping[str, Sequence[str]], by: str) -> tuple[list[str], Ints]:
    """Return the names of the units in order, and from the code of a unit to its place there."""
    channels = list(codes.get("channel", []))
    units = channels if by == "channel" else [*codes.get("activity", []), *(f"{one}, no activity" for one in channels)]
    order = sorted(range(len(units)), key=units.__getitem__)  # codes are in order of arrival, which is nothing
    return [units[code] for code in order], np.argsort(np.array(order, np.int64)).astype(np.int64)


def unit_of(activity: Ints, channel: Ints, activities: int, by: str) -> Ints:
    """Return the code of each row's unit: its channel, or its activity, of what names none its channel's own."""
    return channel if by == "channel" else np.where(activity >= 0, activity, activities + channel)


def sum_touches(found: Reading) -> Summed:
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


def touching_of(means: Meanings, codes: Mapping[str, Sequence[str]], said: declared.Stated) -> Touching:
    """Return what makes a touch in a log. said: of its activities, by code."""
    return Touching.of(means, said.hears, declared.listening(codes.get("channel", [])))


def read_codes(known: Mapping[str, Sequence[str]], kinds: Frame, said: declared.Stated, outcome: str | None) -> Codes:
    """Return what the fold must know of codes."""
    means = Meanings.read(known, kinds)
    wanted = means.named([] if outcome is None else [outcome])
    return Codes(
        touching_of(means, known, said),
        answers=means.flags("answers"),
        returns=means.flags("answers", "returns"),
        talk=means.flags("speaks"),
        reacts=means.flags("reacts"),
        responds=np.append(said.responsiveness, 0.0),
        activities=len(known.get("activity", [])),
        channels=len(known.get("channel", [])),
        outcome=wanted,
    )


def sum_by_pair(person: Ints, unit: Ints, columns: Sequence[npt.NDArray[Any]]) -> pa.Table:
    """Add up touches by person and unit."""
    order, starts = group_order(person, unit)
    if not starts.size:
        return PAIRS.empty_table()
    sums = [np.add.reduceat(column[order].astype(np.float64), starts) for column in columns]
    sums[-3:] = [np.minimum(flags, 1) for flags in sums[-3:]]
    return pa.table([person[order][starts], unit[order][starts], *sums], schema=PAIRS)


def group_order(person: Ints, unit: Ints) -> tuple[Ints, Ints]:
    """Return an order by person and unit, and where in it each pair of them begins."""
    order = np.lexsort((unit, person))
    person, unit = person[order], unit[order]
    first = np.ones(person.size, np.bool_)
    first[1:] = (np.diff(person) != 0) | (np.diff(unit) != 0)
    return order, np.flatnonzero(first)
