"""Which sources have brought nothing for longer than chance would have it?

A source is silent since the last day of which it brought anything. Where the days on which it is silent fall as they
may, and `gaps` silences were seen before, the chance that one is `ratio` times as long as the longest of them is
gaps! Γ(ratio + 1) / Γ(gaps + ratio + 1): that of an exponential wait against the longest of so many others. Where it is
below MOST_CHANCE the source is said to have stopped. It does not say why: nothing may have happened there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import count, number
from ziggurat.base.words.texts import plain
from ziggurat.log.buckets import Buckets

LEAST_GAPS = 9  # silences that must have been seen to judge one
LEAST_DAYS = 7  # a shorter silence is none
MOST_CHANCE = 0.001
DAYS = pa.schema([("source", pa.string()), ("day", pa.int64())])  # day: since 1970, UTC
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stopped:
    """A source that has stopped.

    last: end of the last day of which it brought anything, µs. days: whole days since. longest: the longest silence
    before, in days without anything.
    """

    source: str
    last: int
    days: int
    longest: int

    def __str__(self) -> str:
        """Write it in a sentence.

        >>> str(Stopped("chat", 1_772_323_199_999_999, 35, 4))
        'chat has brought nothing since 28 Feb 2026, for 35 days; before, it was never silent for more than 4.'
        """
        silent = f"it was never silent for more than {number(self.longest)}" if self.longest else "something came daily"
        days = count(self.days, "day", "days")
        return f"{plain(self.source)} has brought nothing since {day(self.last)}, for {days}; before, {silent}."


def days_of(buckets: Buckets) -> pa.Table:
    """Return on which days each source brought what anybody did or got, as DAYS, sorted."""
    found = [np.empty(0, np.int64), *buckets.fold(distinct, ("person", "at", "kind", "source"), staff=True)]
    source, day = np.divmod(np.unique(np.concatenate(found)), 2**32)
    names = np.array(buckets.codes.get("source", []), object)
    kept = source < names.size
    table = pa.table([names[source[kept]].tolist(), day[kept]], schema=DAYS)
    return table.sort_by([("source", "ascending"), ("day", "ascending")])


def distinct(rows: pa.Table) -> Ints:
    """Return each source and day of a bucket's rows once, as one number."""
    source, at, kind = (rows[name].to_numpy().astype(np.int64) for name in ("source", "at", "kind"))
    kept = (source >= 0) & (kind >= 0) & (at >= 0)
    return np.unique(source[kept] * 2**32 + at[kept] // DAY)


def stopped(days: pa.Table, at: int) -> list[Stopped]:
    """Return the sources that have stopped as of an instant (µs), the one that did so last first.

    days: as `days_of` returns it; nothing after the instant is looked at.
    """
    today = at // DAY
    found = []
    for name in days["source"].unique().to_pylist():
        seen = days.filter(pa.array(np.array(days["source"].to_pylist(), object) == name))["day"].to_numpy()
        one = silence(seen[seen <= today], today)
        if one is not None:
            found.append(Stopped(name, int(one[0] + 1) * DAY - 1, one[1], one[2]))
    return sorted(found, key=lambda each: (-each.last, each.source))


def silence(seen: Ints, today: int) -> tuple[int, int, int] | None:
    """Return the last day, the days since and the longest silence before; None where that is nothing unusual.

    seen: days, ascending, none after today.
    """
    if seen.size <= LEAST_GAPS:
        return None
    steps = np.diff(seen)
    since, longest = int(today - seen[-1]), int(steps.max())
    if since < LEAST_DAYS or chance(steps.size, since / longest) > MOST_CHANCE:
        return None
    return int(seen[-1]), since, longest - 1


def chance(gaps: int, ratio: float) -> float:
    """Return the chance that a wait is so many times as long as the longest of `gaps` others, 0 to 1.

    Source: the Laplace transform of the largest of n exponentials; David & Nagaraja (2003), Order Statistics, ch. 2.

    >>> round(chance(1, 1.0), 3), round(chance(9, 4.0), 5)
    (0.5, 0.0014)
    """
    return math.exp(math.lgamma(gaps + 1) + math.lgamma(ratio + 1) - math.lgamma(gaps + ratio + 1))
