"""What was known of each person on several days, to foretell from?

Few numbers, all of them sums, counts and latest instants over what had happened by each day, so that nothing later can
be in them: `python -m pytest tests/levels/test_features.py` cuts the log off at each day and compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings
from ziggurat.log.buckets import Buckets

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "channel", "direction")
DEEDS = {
    "looks": "looked at something",
    "speaks": "spoke up",
    "endorses": "spoke for us",
    "exchanges": "bought or gave",
    "meets": "met us",
    "works": "helped",
}  # what people do, by what its kind means (docs/facts.md)
FADING = 0.5  # of a period, after which what somebody did counts half


class Acts(NamedTuple):
    """What some people had done by each day: people (rows) × days (columns), or × days × deeds.

    person: hashes, sorted. days: active days within the period that ends with the day. pace: active days, those a half
    period ago counting half, and so on. acts: all they ever did. last: the latest act (µs), 0 for none. channels:
    distinct ones so far. deeds: acts of each of DEEDS, fading as the pace. got: what we sent them, likewise.
    """

    person: Ints
    days: Floats
    pace: Floats
    acts: Floats
    last: Floats
    channels: Floats
    deeds: Floats
    got: Floats


@dataclass(frozen=True)
class Days:
    """The days on which features are wanted: ascending instants (µs), evenly apart by a period (µs)."""

    at: Ints
    period: int

    @classmethod
    def before(cls, at: int, period: int, count: int) -> Days:
        """Return a day and so many before it."""
        return cls(at - period * np.arange(count, -1, -1, dtype=np.int64), period)

    def faded(self, place: Ints, column: Ints, at: Ints, size: int) -> Floats:
        """Sum acts of people at places, each counting half as much with every half period that had passed by a day."""
        half = FADING * self.period
        sums = self.summed(place, column, size, np.exp2(-(self.at[column] - at) / half))
        keep = 0.5 ** (self.period / half)
        for day in range(1, len(self.at)):
            sums[:, day] += keep * sums[:, day - 1]
        return sums

    def summed(self, place: Ints, column: Ints, size: int, weights: Floats | None = None) -> Floats:
        """Sum within each period: people × days."""
        found = np.bincount(place * len(self.at) + column, weights, size * len(self.at))
        return np.asarray(found, np.float64).reshape(size, len(self.at))


def acts_by(buckets: Buckets, person: Ints, days: Days) -> Acts:
    """Read what people, by sorted hash, had done by each day; zeros for those who had done nothing."""
    meanings = Meanings.of_log(buckets)
    flags = [meanings.flags(word) for word in DEEDS]
    kernel = partial(acts_of, person=person, days=days, deeds=flags, sent=meanings.flags("sent"))
    parts = [part for part in buckets.fold(kernel, READ) if part.person.size]
    found = nothing(person, days)
    for part in parts:
        place = np.searchsorted(person, part.person)
        for name in Acts._fields[1:]:
            getattr(found, name)[place] = getattr(part, name)
    return found


def nothing(person: Ints, days: Days) -> Acts:
    """Return what people have done who did nothing."""
    shape = (person.size, len(days.at))
    five = [np.zeros(shape) for _ in range(5)]
    return Acts._make([person, *five, np.zeros((*shape, len(DEEDS))), np.zeros(shape)])


def acts_of(rows: pa.Table, *, person: Ints, days: Days, deeds: Sequence[Flags], sent: Flags) -> Acts:
    """Read one bucket's rows, which are sorted by (person, at)."""
    who, at, kind, channel, direction = (rows[name].to_numpy() for name in READ)
    wanted = np.isin(who, person) & (kind >= 0) & (at <= days.at[-1])
    rest = np.flatnonzero(wanted & (direction != OUT))
    people, place = np.unique(who[wanted], return_inverse=True)
    back = np.cumsum(wanted) - 1
    size = people.size
    got = np.flatnonzero(wanted & (direction == OUT) & sent[kind])
    column = np.searchsorted(days.at, at)  # the first of the days by which it had happened
    one, when, what, on = place[back[rest]], at[rest], kind[rest], column[rest]
    fresh = np.ones(rest.size, np.bool_)
    fresh[1:] = (np.diff(one) != 0) | (np.diff(when // DAY) != 0)
    lately = fresh & (when > days.at[0] - days.period)  # what is older is in no period
    _, first = np.unique(one * (int(channel.max(initial=0)) + 2) + channel[rest] + 1, return_index=True)
    latest = np.zeros((size, len(days.at)))
    np.maximum.at(latest, (one, on), when.astype(np.float64))
    parts = [days.faded(one[some], on[some], when[some], size) for some in (flag[what] for flag in deeds)]
    return Acts(
        people.astype(np.int64),
        days.summed(one[lately], on[lately], size),
        days.faded(one[fresh], on[fresh], when[fresh], size),
        np.cumsum(days.summed(one, on, size), axis=1),
        np.maximum.accumulate(latest, axis=1),
        np.cumsum(days.summed(one[first], on[first], size), axis=1),
        np.stack(parts, axis=-1),
        days.faded(place[back[got]], column[got], at[got], size),
    )
