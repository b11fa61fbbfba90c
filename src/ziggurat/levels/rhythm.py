"""Who has gone quiet, and who is picking up, by their own rhythm?

Everyone is compared with their own year: the days on which they did something, all kinds of acts together and each
kind alone (`stats.rhythm`). *Gone quiet*: so long a silence would come at most once in twenty years of such a rhythm.
*Picking up*: so many active days within the last four weeks, or eight, would; eight tell of those who come once a week.
That this is looked at anew each day is allowed for: a chance is of it happening at least once within a year, and the
best of several kinds and spans has to be as much better as there are of them.

Days are counted as busy as everybody's days: a day on which hardly anybody is there, or after which a source brought
nothing more, is less than one. Nobody is judged by fewer than six active days, or picks up within
a span before which they were not known for as long. A rise is judged by the gaps before it, which it would make uneven.
It is of the rhythm, and says nothing of the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.kinds import VERBS
from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.buckets import Buckets
from ziggurat.stats import rhythm

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OUT = DIRECTIONS.index("out")
ALL = -1  # in place of a kind: all of them together
YEAR = 365  # days
SPANS = (28, 56)  # days within which somebody may pick up
LEAST, FEWEST = 6, 3  # active days, of all that are judged; of a span
FEW = 5.0  # people a day that are taken to be there besides, so that one person's holiday is no quiet time for all
UNSURE = 0.05  # what happens by chance at most so often a year is a signal
READ = ("person", "at", "kind", "direction")


class Days(NamedTuple):
    """On which days who did what: one row per person, kind (code) and day (since 1970), in that order."""

    person: Ints
    kind: Ints
    day: Ints


class Rhythm(NamedTuple):
    """The rhythm of each person and kind, ALL among them, by an instant; sorted by person and kind.

    Days are counted as busy as everybody's. gaps: between active days, within the year up to the last of them. total:
    their length. silent: since the last. now: active days within the last `span` days (of the calendar), which is the
    one of `SPANS` that is least likely; past, watched: in the year before them, and of how many days. quiet, rising:
    the chance of so long a silence, or so many active days, at least once within a year of this rhythm; 1 where nothing
    can be said.
    """

    person: Ints
    kind: Ints
    last: Ints  # day
    gaps: Ints
    total: Floats
    silent: Floats
    span: Ints
    now: Ints
    past: Ints
    watched: Floats
    quiet: Floats
    rising: Floats


def rhythms(buckets: Buckets, at: int) -> Rhythm:
    """Tell everyone's rhythm by an instant (µs); memory holds one row per person, kind and day of two years."""
    last = at // DAY
    parts = [Days(*(np.empty(0, np.int64) for _ in range(3))), *buckets.fold(lambda rows: days_of(rows, at), READ)]
    return judge_rhythms(Days(*(np.concatenate([part[place] for part in parts]) for place in range(3))), int(last))


def days_of(rows: pa.Table, at: int) -> Days:
    """Return on which days people did what themselves, in two years up to an instant, with ALL kinds together.

    Person, kind and day are sorted as one number, many times faster than as three columns.
    """
    person, instant, kind, direction = (rows[name].to_numpy() for name in READ)
    last = at // DAY
    own = np.flatnonzero((kind >= 0) & (direction != OUT) & (instant <= at) & (instant >= (last - 2 * YEAR + 1) * DAY))
    if not own.size:
        return Days(*(np.empty(0, np.int64) for _ in range(3)))
    people, place = np.unique(person[own], return_inverse=True)
    ago, what = last - instant[own] // DAY, kind[own].astype(np.int64)
    kinds, days = int(what.max()) + 2, 2 * YEAR  # ALL comes first, as 0
    key = (place * kinds + what + 1) * days + (days - 1 - ago)
    together = place * kinds * days + (days - 1 - ago)
    found = np.unique(np.concatenate((key, together)))
    pair = found // days
    return Days(people[pair // kinds].astype(np.int64), pair % kinds - 1, found % days + last - days + 1)


def busy(found: Days, last: int) -> tuple[int, Floats]:
    """Return the first day, and how many days as busy as the average one had passed by the end of each day."""
    together = found.day[found.kind == ALL]
    first = int(together.min()) if together.size else last
    people = np.bincount(together - first, minlength=last - first + 1).astype(np.float64)
    share = (people + FEW) / (people.mean() + FEW)
    return first, np.cumsum(share)


def judge_rhythms(found: Days, last: int) -> Rhythm:
    """Judge every person's rhythm in each kind and in all of them."""
    first, clock = busy(found, last)
    hour = clock[found.day - first]  # on the clock of busy days
    new = np.ones(found.day.size, np.bool_)
    new[1:] = (np.diff(found.person) != 0) | (np.diff(found.kind) != 0)
    group = np.cumsum(new) - 1
    size = int(group[-1]) + 1 if group.size else 0
    ends = np.flatnonzero(np.append(new[1:], True)) if size else np.empty(0, np.int64)
    latest = found.day[ends]
    gap = np.diff(hour, prepend=np.nan)
    counted = ~new & (found.day > latest[group] - YEAR)

    def total(weights: Floats) -> Floats:
        return np.asarray(np.bincount(group, weights, size), np.float64)

    gaps = total(counted.astype(np.float64))
    sums = total(np.where(counted, gap, 0.0))
    phi = rhythm.spread(gaps, sums, total(np.where(counted, gap**2, 0.0)))
    silent = clock[-1] - clock[latest - first]
    mean = np.divide(sums, gaps, out=np.full(size, np.inf), where=gaps > 0)
    a_year = clock[-1] - clock[max(0, clock.size - 1 - YEAR)] if clock.size > YEAR else float(YEAR)
    one = rhythm.silence(silent, gaps, sums, phi)
    lately = (gaps >= LEAST - 1) & (latest > last - YEAR)  # who left longer ago is no news
    quiet = np.where(lately, rhythm.ever(one, a_year / mean), 1.0)
    start = begun_of(found, group, size)
    risen = [rise(found, group, start, Clock(first, last, clock), span) for span in SPANS]
    best = np.argmin([one.chance for one in risen], axis=0)
    now, past, watched, rising = (np.choose(best, part) for part in zip(*risen, strict=True))
    return Rhythm(
        found.person[ends], found.kind[ends], latest, gaps.astype(np.int64), sums, silent, np.array(SPANS)[best],
        now.astype(np.int64), past.astype(np.int64), watched, quiet, np.minimum(1.0, rising * len(SPANS)),
    )  # fmt: skip


class Clock(NamedTuple):
    """How many days as busy as the average one had passed by the end of each day from the first to the last."""

    first: int
    last: int
    passed: Floats


class Rise(NamedTuple):
    """Of each group: active days within a span and in the year before it, how long that was watched, and the chance."""

    now: Floats
    past: Floats
    watched: Floats
    chance: Floats


def rise(found: Days, group: Ints, begun: Ints, clock: Clock, span: int) -> Rise:
    """Return how likely so many active days within the last `span` days are at least once within a year.

    begun: the day on which each group's person was first there.
    """
    edge_day = clock.last - span
    recent = found.day > edge_day
    inside = ~recent & (found.day > edge_day - YEAR)
    now, past = (np.bincount(group, one.astype(np.float64), begun.size).astype(np.float64) for one in (recent, inside))
    start = np.maximum(begun, edge_day - YEAR)
    edge = clock.passed[max(0, edge_day - clock.first)]
    watched = np.maximum(edge - clock.passed[np.clip(start - clock.first, 0, clock.passed.size - 1)], 1.0)
    gap = np.diff(clock.passed[found.day - clock.first], prepend=0.0)
    before = inside & (np.diff(group, prepend=-1) == 0)
    gaps, sums, squares = (np.bincount(group, np.where(before, one, 0.0), begun.size) for one in (1.0, gap, gap**2))
    phi = rhythm.spread(gaps, sums, squares)
    few = rhythm.burst(now, float(clock.passed[-1] - edge), past, watched, phi)
    judged = (start <= edge_day - span) & (now >= FEWEST)
    return Rise(now, past, watched, np.where(judged, rhythm.ever(few, YEAR / span), 1.0))


def begun_of(found: Days, group: Ints, size: int) -> Ints:
    """Return for each group the day on which its person was first there, of whatever kind."""
    people, place = np.unique(found.person, return_inverse=True)
    first = np.full(people.size, np.iinfo(np.int64).max)
    np.minimum.at(first, place, found.day)
    of = np.empty(size, np.int64)
    of[group] = first[place]
    return of


class Signal(NamedTuple):
    """The strongest signal of each person of one sort: place in the rhythms, and its chance, all kinds allowed for.

    whole: all their acts together give one, too.
    """

    person: Ints
    place: Ints
    chance: Floats
    whole: npt.NDArray[np.bool_]


def strongest(found: Rhythm, chance: Floats) -> Signal:
    """Return, for each person, the kind (or ALL) whose chance is least, times how many of them were looked at.

    Who does one kind of thing alone is looked at once: all of it together is the same.
    """
    order = np.lexsort((-found.kind, chance, found.person))  # of equals a kind, which says more than ALL
    person = found.person[order]
    first = np.flatnonzero(np.diff(person, prepend=-1) != 0)
    told = ((chance < 1) & ~is_all(found))[order].astype(np.int64)
    looked = np.maximum(1, np.add.reduceat(told, first) if first.size else first)
    together = np.flatnonzero(found.kind[order] == ALL)  # one row of each person, in the same order
    return Signal(
        person[first],
        order[first],
        np.minimum(1.0, chance[order][first] * looked),
        chance[order][together] * looked <= UNSURE,
    )


def is_all(found: Rhythm) -> npt.NDArray[np.bool_]:
    """Tell which kinds are all that a person did on the days that count: ALL of them together are no more."""
    whole = np.flatnonzero(found.kind == ALL)
    of = whole[np.searchsorted(found.person[whole], found.person)]
    same = [part == part[of] for part in (found.last, found.gaps, found.span, found.now, found.past)]
    found_all: npt.NDArray[np.bool_] = np.logical_and.reduce([found.kind != ALL, *same])
    return found_all


def silence_in_words(found: Rhythm, place: int, kinds: Sequence[str], day_words: Mapping[str, str]) -> str:
    """Say a silence: `posted every second day until 18 Sep; nothing for 72 days`.

    day_words: how the last day is said (until), and how many days of the calendar have passed since (days).
    """
    gaps = int(found.gaps[place])
    every = every_in_words(float(found.total[place]) / max(1, gaps))
    code = int(found.kind[place])
    what = "was here" if code == ALL else VERBS.get(kinds[code], kinds[code])
    return f"{what} {every} until {day_words['until']}; nothing for {day_words['days']} days"


def rise_in_words(found: Rhythm, place: int, kinds: Sequence[str]) -> str:
    """Say a rise: `posted on 20 of the last 28 days; before that every other week`."""
    code = int(found.kind[place])
    what = "was here" if code == ALL else VERBS.get(kinds[code], kinds[code])
    past = int(found.past[place])
    few = ("not in the year before", "before that only once")
    before = few[past] if past < len(few) else f"before that {every_in_words(float(found.watched[place]) / past)}"
    return f"{what} on {int(found.now[place])} of the last {int(found.span[place])} days; {before}"


def every_in_words(days: float) -> str:
    """Say how often something happens.

    >>> [every_in_words(days) for days in (1.1, 2.2, 7.3, 14, 45)]
    ['every day', 'every second day', 'every week', 'every other week', 'every 45 days']
    """
    for most, words in ((1.5, "every day"), (2.5, "every second day"), (3.5, "every third day")):
        if days < most:
            return words
    if days < 5.5:
        return f"every {round(days)} days"
    if days < 9:
        return "every week"
    return "every other week" if days < 18 else f"every {round(days)} days"
