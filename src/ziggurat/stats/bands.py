"""Has a weekly series left the band in which its own past would have it?

The last weeks are compared with where a straight line through the BASE weeks before them would have them. How far they
may be off follows from how far those weeks were off the line, weeks that hang together counting for fewer; it is never
taken for less than what chance alone makes of so many observations. A window must also be further off than any window
of its length was before: what the series did in its own past is nothing new.

Means are weighed by how many observations they are of, and their spread in the last weeks counts where it is larger. A
count is drawn out by Anscombe's transformation, in which the variance of a Poisson count is 1.

Source: Draper & Smith (1998), Applied Regression Analysis, ch. 3, for the prediction; Anscombe (1948), Biometrika
35(3-4), 246-254; Kendall (1954), Biometrika 41(3-4), 403-404, for the bias of an autocorrelation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

Floats = npt.NDArray[np.float64]

WINDOWS = (1, 2, 3, 4, 5, 6, 8, 10, 13)  # weeks that may be off together
BASE = 26  # weeks before them
LEAST_BASE = 10  # of these that must hold anything
LEAST = 6  # observations that a window must hold to say anything
FURTHER = 1.25  # times as far off as ever before
MOST_HANGING = 0.8  # autocorrelation


@dataclass(frozen=True)
class Weekly:
    """A series by weeks, the last week first.

    size: observations of each week. total, squares: of their values, for a mean; for a count they are left out. span:
    the difference between the greatest and the least value there can be; 0 for a count. kin: those that may begin from
    nothing name what they are one of: they are out only where they are further off than any of their kin ever was, and
    that one of them ends is no news.
    """

    size: Floats
    total: Floats
    squares: Floats
    span: float = 0.0
    kin: str = ""

    @classmethod
    def of_counts(cls, counts: npt.ArrayLike, kin: str = "") -> Weekly:
        """Return the series of some counts."""
        size = np.asarray(counts, float)
        return cls(size, size, size, 0.0, kin)

    @property
    def value(self) -> Floats:
        """Each week's mean, or its count drawn out; nan where there is none."""
        if not self.span:
            return drawn_out(self.size)
        none = np.full(self.size.size, np.nan)
        return np.asarray(np.divide(self.total, self.size, out=none, where=self.size > 0), float)

    @property
    def weight(self) -> Floats:
        """How much each week tells."""
        return self.size if self.span else np.ones_like(self.size)

    def variance(self, first: int, last: int) -> float:
        """Return the variance of one observation of some weeks; two more, at both ends, keep it from being nothing."""
        if not self.span:
            return 1.0
        size, total, squares = (float(one[first:last].sum()) for one in (self.size, self.total, self.squares))
        return (max(0.0, squares - total * total / max(size, 1.0)) + self.span**2 / 2) / (size + 2)


class Judged(NamedTuple):
    """The last weeks of a series against its line.

    now, expected, error: of the value, the last that of their difference. freedom: degrees of freedom. chance: of so
    large a difference either way. gap: the difference, either way; furthest: that of any window of this length before,
    if the errors were the same.
    """

    weeks: int
    now: float
    expected: float
    error: float
    freedom: float
    chance: float
    gap: float
    furthest: float

    @property
    def off(self) -> float:
        """How many errors it is off."""
        return (self.now - self.expected) / self.error


class Verdict(NamedTuple):
    """What is found of a series: the window that is furthest off. out: whether it left its band. limit: how many errors
    it may be off."""

    judged: Judged
    out: bool
    limit: float


def verdicts(series: Sequence[Weekly], chance: float) -> list[Verdict | None]:
    """Return what is found of each of some series that are looked at together; None where one tells nothing.

    chance: how often, at most, any of them is found out of its band where nothing changed (Bonferroni's inequality,
    over all series and windows).
    """
    windows = [[one for weeks in WINDOWS if (one := judge(each, weeks)) is not None] for each in series]
    bars: dict[tuple[str, int], float] = {}
    for each in series:
        for weeks in WINDOWS if each.kin else ():
            bars[each.kin, weeks] = max(bars.get((each.kin, weeks), 0.0), jump(each, weeks))
    windows = [
        [one for one in some if not each.kin or each.size[: one.weeks].any()]
        for each, some in zip(series, windows, strict=True)
    ]
    share = chance / max(1, sum(len(some) for some in windows))
    found: list[Verdict | None] = []
    for each, some in zip(series, windows, strict=True):
        passing = [one for one in some if one.chance <= share and one.gap > FURTHER * highest(each, one, bars)]
        best = min(passing or some, key=lambda one: (one.chance, one.weeks), default=None)
        limit = 0.0 if best is None else float(-special.stdtrit(best.freedom, share / 2))
        found.append(None if best is None else Verdict(best, bool(passing), limit))
    return found


def jump(series: Weekly, weeks: int) -> float:
    """Return how far above its usual value a series ever was for so many weeks, before as many last ones."""
    value = series.value[weeks : weeks + BASE]
    if value.size < weeks:
        return 0.0
    windows = np.lib.stride_tricks.sliding_window_view(value - np.median(value), weeks)
    return max(0.0, float(windows.mean(axis=1).max()))


def highest(series: Weekly, judged: Judged, bars: dict[tuple[str, int], float]) -> float:
    """Return how far off a series ever was before, or, if it just began, any of its kin."""
    began = series.kin and not series.size[judged.weeks : judged.weeks + BASE].any()
    return bars[series.kin, judged.weeks] if began else judged.furthest


def drawn_out(counts: npt.ArrayLike) -> Floats:
    """Return counts on a scale on which the variance of a Poisson count is 1.

    >>> drawn_out([0, 100]).round(2).tolist()
    [1.22, 20.04]
    """
    return np.asarray(2 * np.sqrt(np.asarray(counts, float) + 0.375), float)


def drawn_in(value: float) -> float:
    """Return the count of such a value, at least 0.

    >>> round(drawn_in(20.037), 1), drawn_in(1.0)
    (100.0, 0.0)
    """
    return max(0.0, max(0.0, value) ** 2 / 4 - 0.375)


def judge(series: Weekly, weeks: int) -> Judged | None:
    """Compare the last weeks with the BASE weeks before them; None where either hold too little to say anything."""
    last = min(series.size.size, weeks + BASE)
    base = np.arange(weeks, last)
    base = base[series.weight[base] > 0]
    here = np.arange(weeks)
    if base.size < LEAST_BASE or (series.span and series.size[here].sum() < LEAST):
        return None
    value, weight = np.nan_to_num(series.value), series.weight
    size = float(weight[here].sum())
    now, when = (float((weight[here] * one[here]).sum() / size) for one in (value, -np.arange(last, dtype=float)))
    line = Line.through(-base.astype(float), value[base], weight[base], series.variance(weeks, last))
    grown = line.grown(weeks)
    spread = max(line.variance, series.variance(0, weeks))
    error = math.sqrt(spread * grown / size + line.variance * line.leverage(when))
    gap = abs(now - line.at(when))
    chance = float(2 * special.stdtr(line.freedom, -gap / error))
    return Judged(weeks, now, line.at(when), error, line.freedom, chance, gap, line.furthest(weeks, size))


@dataclass(frozen=True)
class Line:
    """A straight line through weeks, and how far they are off it.

    variance: of one unit of weight. hanging: autocorrelation of what is off, from week to week.
    """

    x: Floats
    weight: Floats
    rest: Floats
    level: float
    slope: float
    variance: float
    hanging: float
    freedom: float

    @classmethod
    def through(cls, x: Floats, y: Floats, weight: Floats, least: float) -> Line:
        """Fit it by weighted least squares. least: the variance of one unit of weight, at least."""
        middle = float((weight * x).sum() / weight.sum())
        wide = float((weight * (x - middle) ** 2).sum())
        level = float((weight * y).sum() / weight.sum())
        slope = float((weight * (x - middle) * y).sum() / wide)
        rest = y - level - slope * (x - middle)
        variance = max(least, float((weight * rest**2).sum()) / (x.size - 2))
        hanging = autocorrelation(x, np.sqrt(weight) * rest)
        freedom = max(3.0, (x.size - 2) * (1 - hanging**2) / (1 + hanging**2))
        return cls(x, weight, rest, level - slope * middle, slope, variance, hanging, freedom)

    def at(self, x: float) -> float:
        """Return its value."""
        return self.level + self.slope * x

    def leverage(self, x: float) -> float:
        """Return the variance of its value, in units of `variance`."""
        middle = float((self.weight * self.x).sum() / self.weight.sum())
        wide = float((self.weight * (self.x - middle) ** 2).sum())
        plain = 1 / float(self.weight.sum()) + (x - middle) ** 2 / wide
        return plain * (1 + self.hanging) / (1 - self.hanging)

    def grown(self, weeks: int) -> float:
        """Return by how much the variance of a mean of so many weeks is greater because they hang together."""
        return 1 + 2 * sum((1 - lag / weeks) * self.hanging**lag for lag in range(1, weeks))

    def furthest(self, weeks: int, size: float) -> float:
        """Return how far off the furthest window of so many weeks was, if it had been of as much weight as `size`."""
        some = [slice(first, first + weeks) for first in range(self.x.size - weeks + 1)]
        weight = np.array([self.weight[one].sum() for one in some])
        off = np.array([(self.weight[one] * self.rest[one]).sum() for one in some]) / weight
        return float(np.max(np.abs(off) * np.sqrt(weight / size), initial=0.0))


def autocorrelation(x: Floats, rest: Floats) -> float:
    """Return the autocorrelation of what is off a line from one week to the next, from 0 to MOST_HANGING.

    What a line through few weeks takes away of it is added again, and one standard error, since it is known from few.
    """
    near = np.flatnonzero(np.abs(np.diff(x)) == 1)
    total = float((rest**2).sum())
    if not near.size or total <= 1e-9:
        return 0.0
    found = float((rest[near] * rest[near + 1]).sum()) / total * x.size / near.size
    return min(MOST_HANGING, max(0.0, found + (2 + 4 * found) / x.size + 1 / math.sqrt(x.size)))
