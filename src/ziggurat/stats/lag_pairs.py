"""How many events of each kind come before and after one of each other kind, person by person?

One pass over the pairs of events of each person. What a person adds to a figure is u; the figure is Σ u / Σ n, n being
how many of the cause are hers. Sums of powers of u and n are kept, which add up over people, and from which the figure,
its error and how many people it rests on follow (`net_excess`).

Own kinds j → i, events at s and t, weigh 2y / (x + y) each, y being how likely the two kinds would be the other way
round and x as they are, by `kind_mix`; so if each person's own kinds follow one drive of theirs, whatever it is, each
pair has its mirror image and u is 0 in the mean. Sent j → own i: F - B - (F + B) q, by `controls`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.stats import kind_mix
from ziggurat.stats.controls import WINDOWS, Rates
from ziggurat.stats.jit import jit
from ziggurat.stats.kind_mix import KAPPA, Mix
from ziggurat.stats.streams import HOUR, LONG_STAY, STAY, WEEK, Bools, Floats, Span, Streams, ends_of_stay

BINS = (3 * HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK)  # ends of the lags that `BY_LAG` tells apart
SCALES = (3 * HOUR, DAY, 3 * DAY)  # over which what comes just before, and just after, is looked at
NET, NET_DAY, BY_LAG, BEFORE, AFTER, FOLLOWING, SILENCE, EARLIER = 0, 1, 2, 7, 10, 13, 14, 15
FIGURES = 16
POWERS = ((1, 0), (2, 0), (1, 1), (4, 0), (3, 1), (2, 2), (1, 3))  # of u and n
WHOLE, STAYS, LONG = 0, 1, 2  # which n a figure has: all, or those with a stay about them
COUNTED = (1, 2, 4)  # powers of n


class Sums(NamedTuple):
    """What some people add up to; K types.

    power (FIGURES, K, K, len(POWERS)): of each figure, effect and cause. causes (3, K, len(COUNTED)): how many.
    people (3, K): who had such a cause. followed (K, K): people with the effect within a week after the cause.
    """

    power: Floats
    causes: Floats
    people: Floats
    followed: Floats

    def __add__(self, other: tuple[Any, ...]) -> Sums:
        """Add other people."""
        return Sums(*(one + more for one, more in zip(self, other, strict=True)))


class Frame(NamedTuple):
    """What all people together settled: own (K,), the span, the mix of kinds, and the calendar about sendings."""

    own: Bools
    when: Span
    mix: Mix
    rates: Rates


def nothing(types: int) -> Sums:
    """Return the sums of nobody."""
    return Sums(
        np.zeros((FIGURES, types, types, len(POWERS))),
        np.zeros((3, types, len(COUNTED))),
        np.zeros((3, types)),
        np.zeros((types, types)),
    )


def sums(streams: Streams, frame: Frame, without: int = -1) -> Sums:
    """Read some people's lives. without: a type; causes with one of it within a week are left out."""
    own, when = frame.own, frame.when
    found = nothing(own.size)
    first, last = ends_of_stay(streams, own)
    pairs_kernel(
        streams.start, streams.at, streams.type, own, first, last, apart(streams, without),
        (streams.at - when.begin) // DAY, kind_mix.tenures(streams), *frame.mix, np.cumsum(~own) - 1,
        np.array([when.begin, when.step]), frame.rates.q, frame.rates.pull, np.array(BINS), np.array(SCALES),
        np.array(WINDOWS), *found,
    )  # fmt: skip
    return found


def apart(streams: Streams, without: int) -> Bools:
    """Tell which events have none of a type within a week of them."""
    found = np.ones(streams.at.size, np.bool_)
    if without < 0:
        return found
    chosen = streams.type == without
    whose = np.repeat(np.arange(streams.start.size - 1), np.diff(streams.start))
    origin = int(streams.at.min(initial=0))
    wide = int(streams.at.max(initial=0)) - origin + 3 * WEEK
    key = whose * wide + (streams.at - origin) + WEEK
    some = key[chosen]
    alone: Bools = np.searchsorted(some, key + WEEK, side="right") == np.searchsorted(some, key - WEEK)
    return alone


@jit
def pairs_kernel(
    start: Any, at: Any, type_: Any, own: Any, seen_from: Any, seen_to: Any, chosen: Any, day: Any, tenure: Any,
    calendar: Any, cycle: Any, counts: Any, place: Any, cells: Any, q: Any, pull: Any, bins: Any, scales: Any,
    windows: Any, power: Any, causes: Any, people: Any, followed: Any,
) -> None:  # fmt: skip
    """Fill the sums: see `Sums`; chosen: which events count as causes."""
    types = own.size
    value = np.zeros((FIGURES, types, types))
    mine = np.zeros((3, types))
    follows = np.zeros((types, types), np.bool_)
    stay = np.zeros(at.size, np.int64)
    for person in range(start.size - 1):
        first, stop = start[person], start[person + 1]
        for row in range(first, stop):
            kind, time = type_[row], at[row]
            if seen_from[person] <= time - STAY and time + STAY <= seen_to[person]:
                stay[row] = 1
            if seen_from[person] <= time - LONG_STAY and time + LONG_STAY <= seen_to[person]:
                stay[row] = 2
            if chosen[row]:
                mine[WHOLE, kind] += 1.0
                mine[STAYS, kind] += stay[row] >= 1
                mine[LONG, kind] += stay[row] == 2
        for row in range(first, stop):
            other = row + 1
            while other < stop and at[other] - at[row] <= 3 * WEEK:
                i, j = type_[other], type_[row]
                if i != j and at[other] > at[row]:
                    count_pair(
                        value, follows, at[other] - at[row], i, j, chosen[row], chosen[other], stay[row], stay[other],
                        own, bins, scales,
                        weight(i, j, day[other], day[row], tenure[other], tenure[row], own, calendar, cycle, counts),
                    )  # fmt: skip
                other += 1
        for row in range(first, stop):
            if chosen[row] and stay[row] and not own[type_[row]]:
                less_calendar(value, at, type_, own, first, stop, row, place, cells, q, bins, windows)
        count_controls(
            value, at, type_, own, first, stop, seen_from[person], seen_to[person], place, cells, pull, windows, bins
        )
        keep(value, mine, own, power, causes, people, follows, followed)


@jit
def weight(
    i: int, j: int, day_i: int, day_j: int, tenure_i: int, tenure_j: int, own: Any, calendar: Any, cycle: Any,
    counts: Any,
) -> Any:  # fmt: skip
    """Return how much a pair weighs, so that it and its mirror image weigh the same in all; 1 unless both are own."""
    if not (own[i] and own[j]):
        return 1.0
    there = cycle[tenure_i, i] * cycle[tenure_j, j]
    mirrored = cycle[tenure_j, i] * cycle[tenure_i, j]
    if day_i != day_j:
        there *= calendar[day_i, i] * calendar[day_j, j]
        # the two events are themselves among those that the calendar was read from
        there *= (counts[day_i, i] - 1.0 + KAPPA) / (counts[day_i, i] + KAPPA)
        there *= (counts[day_j, j] - 1.0 + KAPPA) / (counts[day_j, j] + KAPPA)
        mirrored *= calendar[day_j, i] * calendar[day_i, j]
    return 2.0 * mirrored / (there + mirrored)


@jit
def count_pair(
    value: Any, follows: Any, lag: int, i: int, j: int, by_first: bool, by_second: bool, stay_first: int,
    stay_second: int, own: Any, bins: Any, scales: Any, weighs: float,
) -> None:  # fmt: skip
    """Count a pair: one of j, and after the lag one of i; either may be the cause of the other."""
    if lag <= WEEK:
        follows[i, j] |= by_first
        number = int(np.searchsorted(bins, lag))
        if by_first and (own[j] or stay_first):
            value[BY_LAG + number, i, j] += weighs
        if by_second and (own[i] or stay_second):
            value[BY_LAG + number, j, i] -= weighs
        if by_first and stay_first:
            value[FOLLOWING, i, j] += 1.0
        if by_first and not own[j] and stay_first and lag <= DAY:
            value[NET_DAY, i, j] += 1.0
        if by_second and not own[i] and stay_second and lag <= DAY:
            value[NET_DAY, j, i] -= 1.0
    for number in range(scales.size):
        wide = scales[number]
        later = WEEK < lag <= WEEK + wide
        earlier = WEEK - wide <= lag < WEEK
        change = 1.0 if lag <= wide else 0.0
        if by_first and stay_first:
            value[AFTER + number, i, j] += change - 0.5 * later
            value[BEFORE + number, i, j] -= 0.5 * earlier
        if by_second and stay_second:
            value[BEFORE + number, j, i] += change - 0.5 * later
            value[AFTER + number, j, i] -= 0.5 * earlier
    if by_first and stay_first == 2 and 2 * WEEK <= lag < 3 * WEEK:
        value[SILENCE, i, j] -= 0.5
    if by_second and stay_second == 2 and (lag <= WEEK or lag > 2 * WEEK):
        value[SILENCE, j, i] += 1.0 if lag <= WEEK else -0.5
        value[EARLIER, j, i] += 1.0 if lag <= WEEK else -1.0


@jit
def less_calendar(
    value: Any, at: Any, type_: Any, own: Any, first: int, stop: int, row: int, place: Any, cells: Any, q: Any,
    bins: Any, windows: Any,
) -> None:  # fmt: skip
    """Take from what is about a sending what the calendar makes of it."""
    time, j = at[row], type_[row]
    cell = (time - cells[0]) // cells[1]
    other = first + np.searchsorted(at[first:stop], time - WEEK)
    while other < stop and at[other] <= time + WEEK:
        i, lag = type_[other], abs(at[other] - time)
        if own[i] and lag > 0:
            value[BY_LAG + np.searchsorted(bins, lag), i, j] -= q[place[j], i, 0, cell]
            if lag <= windows[1]:
                value[NET_DAY, i, j] -= q[place[j], i, 1, cell]
        other += 1


@jit
def summed(pull: Any, begin: int, end: int, cells: Any) -> Any:
    """Return the sum over the cells from one instant to another."""
    if end < begin:
        return 0.0
    return pull[(end - cells[0]) // cells[1] + 1] - pull[(begin - cells[0]) // cells[1]]


@jit
def count_controls(
    value: Any, at: Any, type_: Any, own: Any, first: int, stop: int, seen_from: int, seen_to: int, place: Any,
    cells: Any, pull: Any, windows: Any, bins: Any,
) -> None:  # fmt: skip
    """Add what a person's own events, as those of a control, change in the calendar that others are compared with."""
    low, high = seen_from + STAY, seen_to - STAY
    if high < low:
        return
    for j in range(own.size):
        if own[j]:
            continue
        times = at[first:stop][type_[first:stop] == j]
        for row in range(first, stop):
            i = type_[row]
            if not own[i]:
                continue
            for number in range(windows.size):
                moved = 0.0
                for group in range(2):
                    free = low
                    for part in range(times.size + 1 if group == 0 else 1):
                        last = part == times.size or group == 1
                        until = high if last else min(high, times[part] - WEEK - 1)
                        if until >= free:
                            moved += held_by(
                                pull[place[j], i, number], group, at[row], windows[number], free, until, cells
                            )
                        if not last:
                            free = max(free, times[part] + 2 * WEEK + 1)
                if number == 1:
                    value[NET_DAY, i, j] += moved
                else:
                    begin = 0
                    for bin_ in range(bins.size):
                        value[BY_LAG + bin_, i, j] += moved * (bins[bin_] - begin) / WEEK
                        begin = bins[bin_]


@jit
def held_by(pull: Any, group: int, time: int, wide: int, low: int, high: int, cells: Any) -> Any:
    """Return what one event moves, before and after which there are cells from `low` to `high`."""
    before = summed(pull[0, group], max(time, low), min(time + wide, high), cells)
    return before + summed(pull[1, group], max(time - wide, low), min(time, high), cells)


@jit
def keep(value: Any, mine: Any, own: Any, power: Any, causes: Any, people: Any, follows: Any, followed: Any) -> None:
    """Add a person's figures to the sums, and clear them."""
    for j in range(own.size):
        for which in range(3):
            n = mine[which, j]
            if n > 0.0:
                people[which, j] += 1.0
                causes[which, j, 0] += n
                causes[which, j, 1] += n * n
                causes[which, j, 2] += n * n * n * n
        for i in range(own.size):
            for bin_ in range(BY_LAG, BEFORE):
                value[NET, i, j] += value[bin_, i, j]
            for figure in range(FIGURES):
                u = value[figure, i, j]
                if u != 0.0:
                    which = STAYS
                    if figure < BEFORE and own[j]:
                        which = WHOLE
                    elif figure >= SILENCE:
                        which = LONG
                    n = mine[which, j]
                    power[figure, i, j, 0] += u
                    power[figure, i, j, 1] += u * u
                    power[figure, i, j, 2] += u * n
                    power[figure, i, j, 3] += u * u * u * u
                    power[figure, i, j, 4] += u * u * u * n
                    power[figure, i, j, 5] += u * u * n * n
                    power[figure, i, j, 6] += u * n * n * n
                    value[figure, i, j] = 0.0
            followed[i, j] += follows[i, j]
            follows[i, j] = False
    mine[:] = 0.0


def followed(streams: Streams, types: int) -> Bools:
    """Tell, by (person, effect, cause), who had an effect of another type within a week after the cause."""
    found = np.zeros((streams.start.size - 1, types, types), np.bool_)
    followed_kernel(streams.start, streams.at, streams.type, found)
    return found


@jit
def followed_kernel(start: Any, at: Any, type_: Any, found: Any) -> None:
    """Mark who had what within a week after what."""
    for person in range(start.size - 1):
        for row in range(start[person], start[person + 1]):
            other = row + 1
            while other < start[person + 1] and at[other] - at[row] <= WEEK:
                if type_[other] != type_[row] and at[other] > at[row]:
                    found[person, type_[other], type_[row]] = True
                other += 1
