"""Which kind of thing do people do, given that they do something, on which day and how long after they came?

A log-linear model: of the own events of person p on day d, in bin g of the time since they were first known,

    π(i) = a[p, i] m[d, i] r[g, i] / Σ_k a[p, k] m[d, k] r[g, k]

a is each person's own taste, m the calendar of the kinds (a season, a launch), r their life cycle (people read at
first, and buy later). How much people do, and when, appears nowhere: it may be anything. a is held by person, so that
a change of who is there is no trend of the kinds. m and r are drawn towards 1 as if by KAPPA further events.

Source: iterative proportional fitting, Deming & Stephan (1940), Ann. Math. Statist. 11(4), 427-444; damped, and with
pseudo-counts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.stats.jit import jit
from ziggurat.stats.streams import Bools, Floats, Ints, Span, Streams

KAPPA = 10.0  # events
ROUNDS = 12
DAMPED = 0.7
TASTE = 0.05  # events, of a person's own mix
TENURES = np.concatenate([np.arange(0, 30, 3), np.arange(30, 121, 7), np.arange(150, 6000, 30)])  # days


class Choices(NamedTuple):
    """Own events, each person's together: person from 0, day of the span, tenure as a bin, and kind."""

    person: Ints
    day: Ints
    tenure: Ints
    kind: Ints


class Mix(NamedTuple):
    """The fitted calendar (D, K), life cycle (bins, K), and how many events of each kind a day holds (D, K).

    Both are 1 for kinds that are not people's own.
    """

    calendar: Floats
    cycle: Floats
    counts: Floats


def tenures(streams: Streams) -> Ints:
    """Return the bin of each event's time since its person was first known, the first bin for what was before."""
    since = np.maximum(streams.at - np.repeat(streams.known, np.diff(streams.start)), 0)
    return np.searchsorted(TENURES, since / DAY, side="right") - 1


def choices(streams: Streams, own: Bools, when: Span) -> Choices:
    """Return the own events."""
    mine = own[streams.type]
    whose = np.repeat(np.arange(streams.start.size - 1), np.diff(streams.start))
    return Choices(
        np.cumsum(np.diff(whose[mine], prepend=-1) != 0) - 1,
        (streams.at[mine] - when.begin) // DAY,
        tenures(streams)[mine],
        streams.type[mine],
    )


def joined(parts: list[Choices]) -> Choices:
    """Put people of several parts into one."""
    columns = [np.concatenate(column) if column else np.empty(0, np.int64) for column in zip(*parts, strict=True)]
    if not columns:
        return Choices(*(np.empty(0, np.int64) for _ in range(4)))
    person = np.cumsum(np.concatenate([np.diff(part.person, prepend=-1) != 0 for part in parts])) - 1
    return Choices(person, *columns[1:])


def fit(events: Choices, own: Bools, when: Span) -> Mix:
    """Fit the model to all own events of all people."""
    kinds = np.flatnonzero(own)
    place = np.full(own.size, -1)
    place[kinds] = np.arange(kinds.size)
    kind, size = place[events.kind], kinds.size

    def table(index: Ints, rows: int) -> Floats:
        return np.bincount(index * size + kind, minlength=rows * size).reshape(rows, size).astype(np.float64)

    people = int(events.person[-1]) + 1 if events.person.size else 0
    taste, calendar, cycle = (
        table(index, rows)
        for index, rows in ((events.person, people), (events.day, when.days), (events.tenure, TENURES.size))
    )
    shares = (taste + 0.5) / (taste.sum(axis=1, keepdims=True) + 0.5 * size)
    by_day, by_tenure = np.ones_like(calendar), np.ones_like(cycle)
    for _ in range(ROUNDS):
        expected = np.zeros_like(calendar)
        expected_kernel(events, events.day, shares, by_day, by_tenure, expected)
        by_day *= ((calendar + KAPPA) / (expected + KAPPA * by_day)) ** DAMPED
        expected = np.zeros_like(cycle)
        expected_kernel(events, events.tenure, shares, by_day, by_tenure, expected)
        by_tenure *= ((cycle + KAPPA) / (expected + KAPPA * by_tenure)) ** DAMPED
        expected = np.zeros_like(taste)
        expected_kernel(events, events.person, shares, by_day, by_tenure, expected)
        shares *= (taste + TASTE) / (expected + TASTE)
        shares /= shares.sum(axis=1, keepdims=True)

    def wide(some: Floats, filled: float) -> Floats:
        found = np.full((some.shape[0], own.size), filled)
        found[:, kinds] = some
        return found

    return Mix(wide(by_day, 1.0), wide(by_tenure, 1.0), wide(calendar, 0.0))


@jit
def expected_kernel(events: Any, cell: Any, shares: Any, by_day: Any, by_tenure: Any, found: Any) -> None:
    """Add up the chances of each kind over the events, by one of their cells."""
    size = shares.shape[1]
    chance = np.empty(size)
    person, day, tenure = events[0], events[1], events[2]
    for row in range(person.size):
        whole = 0.0
        for kind in range(size):
            chance[kind] = shares[person[row], kind] * by_day[day[row], kind] * by_tenure[tenure[row], kind]
            whole += chance[kind]
        for kind in range(size):
            found[cell[row], kind] += chance[kind] / whole
