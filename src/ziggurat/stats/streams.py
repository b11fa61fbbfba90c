"""What are people's lives, as the kernels of influence read them?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY

HOUR = DAY // 24
WEEK = 7 * DAY
STAY = 10 * DAY  # that people are seen before and after an event, for what is around it to be compared
LONG_STAY = 22 * DAY  # likewise for what is three weeks away

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Streams(NamedTuple):
    """The events of P people, each person's in order of time; K types.

    start: P + 1 positions; those of person p are start[p] to start[p + 1]. at: µs. type: 0 to K - 1. known: since when
    each person is known (µs), at or before their first event here.
    """

    start: Ints
    at: Ints
    type: Ints
    known: Ints


class Span(NamedTuple):
    """The time that is read, in cells of equal length. begin: µs, at a midnight; step: µs of a cell."""

    begin: int
    step: int
    cells: int

    @property
    def days(self) -> int:
        """Return how many days it touches."""
        return -(-self.cells * self.step // DAY)


MOST_CELLS = 30_000  # a bit more than three years of hours
MOST_FIGURES = 4_000_000  # kept by cell, sent type and type


def span(first: int, last: int, pairs: int = 1) -> Span:
    """Return the cells from the midnight before the first event to the last one: hours, or more in a long log.

    pairs: of a sent type and a type; of many the cells are wider.

    >>> span(DAY + 5, 3 * DAY)
    Span(begin=86400000000, step=3600000000, cells=49)
    """
    begin = first // DAY * DAY
    hours = (last - begin) // HOUR + 1
    most = max(min(MOST_CELLS, MOST_FIGURES // max(pairs, 1)), 1)
    step = next(some for some in (1, 2, 3, 4, 6, 8, 12, 24, hours) if hours <= some * most) * HOUR
    return Span(begin, step, int((last - begin) // step + 1))


def ends_of_stay(streams: Streams, own: Bools) -> tuple[Ints, Ints]:
    """Return each person's first and last own event (µs); last before first for one who did nothing.

    own (K,): whether people do what is of this type themselves; what is sent to them does not show that they are there.
    """
    people = streams.start.size - 1
    first, last = np.full(people, np.iinfo(np.int64).max // 4), np.full(people, np.iinfo(np.int64).min // 4)
    whose = np.repeat(np.arange(people), np.diff(streams.start))
    mine = own[streams.type]
    np.minimum.at(first, whose[mine], streams.at[mine])
    np.maximum.at(last, whose[mine], streams.at[mine])
    return first, last
