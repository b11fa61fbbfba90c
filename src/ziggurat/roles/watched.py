"""Which weekly series are watched, and which observations are they of?

Ratings, what people write, how much of what is heard detractors say, answers in time, active days by channel, and
arrivals by activity, of those who count. A week is seven days back from the instant that is looked at, so that every
week has each weekday once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.facts import arrivals
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.facts.replies import ints, replies
from ziggurat.log.buckets import Buckets
from ziggurat.people.patterns import first_fit
from ziggurat.results.tables import Frame
from ziggurat.roles.acts import OUT
from ziggurat.roles.heard import TO, heard
from ziggurat.speech import sentiment
from ziggurat.speech.texts import READ as SAID
from ziggurat.speech.texts import texts_of, utters
from ziggurat.stats.bands import BASE, LEAST, WINDOWS, Weekly

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WEEK = 7 * DAY
WEEKS = max(WINDOWS) + BASE
SETTLING = 4  # weeks from the beginning of a log in which those arrive who were there before
HOUR = 3_600_000_000  # µs
SCORED = ("person", "at", "kind", "direction", "score")
NEUTRAL = 0.05  # VADER: a text is positive from this score on, negative from its opposite down

SCORE, MOOD, HEARD, IN_TIME, ACTIVE, NEW = (
    "Net promoter score", "Sentiment", "Heard from detractors", "Answered in time", "Active days", "New people",
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """Observations, one entry each: person (hash), week (0 the last), value, and code of what it is part of."""

    person: Ints
    week: Ints
    value: Floats
    part: Ints

    def some(self, chosen: npt.NDArray[Any]) -> Spread:
        """Return some of them."""
        return Spread(self.person[chosen], self.week[chosen], self.value[chosen], self.part[chosen])

    @classmethod
    def of(cls, found: Ints, value: Floats | None = None) -> Spread:
        """Read columns person, week and part; each observation is 1 where no values are given."""
        return cls(found[0], found[1], np.ones(found.shape[1]) if value is None else value, found[2])


@dataclass(frozen=True)
class Watched:
    """One series. about: its channel or activity; None where it is of all. parts: names of its parts by code.

    least, span: of a mean, the least value that there can be, and how much more the greatest is. weeks: how many there
    are to look at. fresh: whether it may begin from nothing, as a new activity does.
    """

    measure: str
    about: str | None
    made: Spread
    parts: Sequence[str]
    least: float = 0.0
    span: float = 0.0
    weeks: int = WEEKS
    fresh: bool = False

    @property
    def weekly(self) -> Weekly:
        """The series itself."""
        week, value = self.made.week, self.made.value
        sums = (np.bincount(week, by, WEEKS)[: self.weeks] for by in (None, value, value**2))
        size, total, squares = (np.asarray(one, float) for one in sums)
        return Weekly(size, total, squares, self.span, self.measure if self.fresh else "")

    @property
    def values(self) -> tuple[float | None, ...]:
        """Each week's mean, null where there is none, or its count; the oldest first."""
        series = self.weekly
        found = series.value if self.span else series.size
        return tuple(None if np.isnan(one) else float(one) for one in found[::-1])


@dataclass(frozen=True)
class Watching:
    """From what series are made. at: the instant that is looked at (µs)."""

    buckets: Buckets
    people: Frame
    kinds: Frame
    languages: Frame
    targets: Frame
    at: int

    def week(self, at: Ints) -> Ints:
        """Return in which week something was, 0 the last."""
        return (self.at - at) // WEEK

    @property
    def since(self) -> int:
        """The instant after which anything is looked at."""
        return self.at - WEEKS * WEEK


def watch(given: Watching) -> list[Watched]:
    """Return every series that holds enough to say anything."""
    folk = Folk.of(given.people, given.at)
    families = (ratings, moods, voices, answers, active_days, new_people)
    found = [one for family in families for one in family(given, folk)]
    return [one for one in found if one.weeks > 0 and one.made.week.size >= LEAST]


def known(folk: Folk, made: Spread) -> Spread:
    """Return what those did who count."""
    return made.some(folk.places(made.person) >= 0)


def ratings(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield the net promoter score: each person's latest answer of a week, 100 for a promoter, -100 for a detractor."""
    rated = Meanings.of_log(given.buckets).having("evidence", "rating")
    found = joined(given.buckets.fold(partial(scores_of, rated=rated, since=given.since, at=given.at), SCORED))
    part = np.where(found[2] >= 9, 2, np.where(found[2] >= 7, 1, 0))
    made = Spread(found[0], found[1], (part - 1) * 100.0, part)
    yield Watched(SCORE, None, known(folk, made), ("detractors", "passives", "promoters"), -100.0, 200.0)


def scores_of(rows: pa.Table, rated: Any, since: int, at: int) -> Ints:
    """Return each person's latest rating of a week: person, week and score."""
    person, when, kind, direction, score = (rows[name].to_numpy() for name in SCORED)
    valid = (score >= 0) & (score <= 10) & (score == np.round(score))
    row = np.flatnonzero((when > since) & (when <= at) & (direction != OUT) & rated[kind] & valid)
    week = (at - when[row]) // WEEK
    last = np.flatnonzero((np.diff(person[row], append=-1) != 0) | (np.diff(week, append=-1) != 0))
    return np.stack([person[row][last].astype(np.int64), week[last], score[row][last].astype(np.int64)])


def moods(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield the sentiment of what people write: the mean of each person's texts of a week."""
    reader = sentiment.Reader.of(sentiment.VADER, given.buckets.codes["channel"], given.languages)
    speaks = utters(given.buckets.codes["kind"], given.kinds)
    read = partial(moods_of, speaks=speaks, reader=reader, since=given.since, at=given.at)
    found = joined(given.buckets.fold(read, SAID))
    mean = found[2] / 1e9
    part = np.where(mean >= NEUTRAL, 2, np.where(mean <= -NEUTRAL, 0, 1))
    made = Spread(found[0], found[1], mean, part)
    yield Watched(MOOD, None, known(folk, made), ("negative", "neutral", "positive"), -1.0, 2.0)


def moods_of(rows: pa.Table, speaks: Any, reader: sentiment.Reader, since: int, at: int) -> Ints:
    """Return the mean score of each person's texts of a week: person, week, and the mean in billionths."""
    texts = texts_of(rows, speaks, reader, since, at)
    row, score = texts.row[~np.isnan(texts.score)], texts.score[~np.isnan(texts.score)]
    person, when = (rows[name].to_numpy()[row].astype(np.int64) for name in ("person", "at"))
    keys, which = np.unique(np.stack([person, (at - when) // WEEK]), axis=1, return_inverse=True)
    mean = np.bincount(which, score, keys.shape[1]) / np.bincount(which, minlength=keys.shape[1])
    return np.stack([keys[0], keys[1], np.round(mean * 1e9).astype(np.int64)])


def voices(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield how much of what people turn to is said by detractors: the mean of each person's turns of a week."""
    found = heard(given.buckets, given.people, given.kinds, given.languages, given.since, given.at, given.week)
    made = Spread(found.person, found.week, found.share, found.most)
    yield Watched(HEARD, None, known(folk, made), TO, 0.0, 1.0)


def answers(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield how many questions were answered in time, on channels for which a time is declared.

    A question is of the week in which its time was over: before, nobody knows.
    """
    channels = list(given.buckets.codes.get("channel", []))
    hours = np.array([*(np.nan if one is None else one for one in first_fit(given.targets, "hours", channels)), np.nan])
    if not np.isfinite(hours).any():
        return
    longest = int(np.nanmax(hours) * HOUR)
    table = replies(given.buckets, Directory.of(given.people), since=given.since - longest, until=given.at)
    channel, at = ints(table, "channel"), ints(table, "at")
    due = at + np.nan_to_num(hours[channel] * HOUR, nan=2.0**62).astype(np.int64)
    answered = np.asarray(table["answered_at"].fill_null(2**62).to_numpy(), np.int64)
    late = answered > due
    some = (due > given.since) & (due <= given.at)
    part = channel * 2 + late
    made = Spread(ints(table, "person")[some], given.week(due[some]), (~late[some]).astype(float), part[some])
    names = [f"{words} on {name}" for name in channels for words in ("in time", "late")]
    yield Watched(IN_TIME, None, known(folk, made), names, 0.0, 1.0)


def active_days(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield, by channel, on how many days people did anything there, each person's days counted."""
    read = partial(days_of, since=given.since, at=given.at)
    found = joined(given.buckets.fold(read, ("person", "at", "kind", "direction", "channel")), 4)
    found = found[:, folk.places(found[0]) >= 0]
    for code in np.unique(found[3]).tolist():
        made = Spread.of(found[:3, found[3] == code])
        yield Watched(
            ACTIVE, given.buckets.codes["channel"][code], made, given.buckets.codes["kind"], weeks=lasting(made.week, 1)
        )


def days_of(rows: pa.Table, since: int, at: int) -> Ints:
    """Return each person's days on each channel once: person, week, codes of its first kind and of the channel."""
    names = ("person", "at", "kind", "direction", "channel")
    person, when, kind, direction, channel = (rows[name].to_numpy().astype(np.int64) for name in names)
    row = np.flatnonzero((when > since) & (when <= at) & (kind >= 0) & (direction != OUT) & (channel >= 0))
    keys = np.stack([person[row], channel[row], (at - when[row]) // DAY])
    keys, first = np.unique(keys, axis=1, return_index=True)
    return np.stack([keys[0], keys[2] // 7, kind[row][first], keys[1]])


def new_people(given: Watching, folk: Folk) -> Iterator[Watched]:
    """Yield how many people arrived by each activity."""
    came = arrivals.arrivals(given.buckets, given.since, given.at)
    here = folk.places(came.person) >= 0
    weeks = lasting(given.week(came.at[here]), SETTLING)
    found = np.stack([came.person, given.week(came.at), came.channel, came.activity])[:, here & (came.activity >= 0)]
    for code in np.unique(found[3]).tolist():
        made = Spread.of(found[:3, found[3] == code])
        name = given.buckets.codes["activity"][code]
        yield Watched(NEW, name, made, given.buckets.codes["channel"], weeks=weeks, fresh=True)


def lasting(week: Ints, first: int) -> int:
    """Return how many weeks a series has, if it has not begun before all that are looked at: all but its first ones."""
    oldest = int(week.max(initial=-1))
    return WEEKS if oldest >= WEEKS - 1 else oldest + 1 - first


def joined(parts: Iterator[Any], columns: int = 3) -> Ints:
    """Return the columns that buckets found, together."""
    return np.concatenate([np.empty((columns, 0), np.int64), *parts], axis=1)
