"""Where does chance come from? A stream of its own for every subject, so that one never shifts another."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY, EPOCH
from ziggurat.simulate.community import Community

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = DAY // 24
SECOND = 1_000_000
PERIOD = 30  # days in which a person's level, and so what she does, stays the same
BY_HOUR = (1, 0.5, 0.3, 0.2, 0.3, 1, 2, 4, 5, 5, 5, 5, 6, 5, 5, 5, 6, 7, 9, 10, 9, 7, 4, 2)  # weight of each hour, UTC
QUIET = 0.35  # chance that what falls on a weekend is done on another day


def stream(community: Community, subject: str) -> np.random.Generator:
    """Return the generator of one subject."""
    return np.random.default_rng([community.seed, zlib.crc32(subject.encode())])


@dataclass(frozen=True)
class Clock:
    """The time that is simulated, in µs: from `start` to before `end`; `periods` of 30 days, the last cut short."""

    start: int
    end: int
    periods: int

    @classmethod
    def of(cls, community: Community) -> Clock:
        """Return the clock of a community."""
        start = (community.start.toordinal() - EPOCH.toordinal()) * DAY
        return cls(start, start + community.days * DAY, -(-community.days // PERIOD))

    def period(self, at: Ints) -> Ints:
        """Return the period of each instant; instants outside get the first or the last."""
        return np.clip((at - self.start) // (PERIOD * DAY), 0, self.periods - 1)

    def moments(self, draw: np.random.Generator, period: Ints, shift: Ints | int = 0) -> Ints:
        """Return an instant within each period, as people keep hours: fewer at night and at weekends.

        shift: hours by which a person's day is earlier.
        """
        first = self.start // DAY + period * PERIOD
        day, other = first + draw.integers(0, PERIOD, period.size), first + draw.integers(0, PERIOD, period.size)
        weekend = (day + 3) % 7 >= 5  # 1 January 1970 was a Thursday
        day = np.where(weekend & (draw.random(period.size) < QUIET), other, day)
        return day * DAY + daytime(draw, period.size, shift)

    def happen(self, draw: np.random.Generator, rates: Floats, shift: Ints) -> tuple[Ints, Ints]:
        """Return who did something when, given how often a person does it in a period: people × periods."""
        counts = draw.poisson(rates)
        who, period = np.nonzero(counts)
        times = counts[who, period]
        who, period = np.repeat(who, times), np.repeat(period, times)
        return who, self.moments(draw, period, shift[who])


def daytime(draw: np.random.Generator, size: int, shift: Ints | int = 0) -> Ints:
    """Return an instant of a day for each, in µs after midnight, to the second."""
    edges = np.cumsum(BY_HOUR) / np.sum(BY_HOUR)
    hour = (np.searchsorted(edges, draw.random(size), side="right") - shift) % 24
    found: Ints = hour * HOUR + draw.integers(0, 3600, size) * SECOND
    return found


def after(draw: np.random.Generator, at: Ints, hours: Any, spread: float) -> Ints:
    """Return an instant after each, the delay log-normal with a median in hours; to the second, at least one."""
    seconds = np.exp(draw.normal(np.log(np.broadcast_to(hours, at.shape)), spread)) * 3600
    found: Ints = at + np.maximum(1, np.rint(np.minimum(seconds, 1e9))).astype(np.int64) * SECOND
    return found


def after_delays(draw: np.random.Generator, at: Ints, half_life_days: float) -> Ints:
    """Return an instant after each, the delay exponential with a half-life; to the second, at least one."""
    seconds = draw.exponential(half_life_days * 86_400 / np.log(2), at.size)
    return at + np.maximum(1, np.rint(seconds)).astype(np.int64) * SECOND


def pick(draw: np.random.Generator, weights: Any, size: int) -> Ints:
    """Draw positions by their weights."""
    edges = np.cumsum(np.asarray(weights, np.float64))
    found: Ints = np.searchsorted(edges / edges[-1], draw.random(size), side="right").astype(np.int64)
    return found
