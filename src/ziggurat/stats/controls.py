"""What would the days after something was sent have held more than the days before it, by the calendar alone?

What is sent to people is sent on days that hold a shock, a weekend, a launch. So each sending is compared with what
people did about the same hour: all who are there, or, where many get it at once, so that everyone's days hold what it
brought, those who got nothing of the sort in the two weeks before and the week after (clean controls). For events of
kind i about the hour h

    q_i(h) = Σ (F - B) / Σ (F + B)

F and B are the numbers of i within the window after and before h. Only people count who are seen for `STAY` before and
after h. What is said of the calendar rests on people too, so that its error is theirs: `Rates` keeps how much each of
them moved it.

Sources: clean controls: Callaway & Sant'Anna (2021), J. Econometrics 225(2), 200-230; influence functions for errors of
what is estimated in a first step: Newey & McFadden (1994), Handbook of Econometrics 4, ch. 36, section 6.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.stats.jit import jit
from ziggurat.stats.streams import HOUR, STAY, WEEK, Bools, Floats, Span, Streams, ends_of_stay

LEAST = 50  # events, before and after, that a calendar can be read from
WINDOWS = (WEEK, DAY)
NEAR = (HOUR, DAY)  # within which others got it too: at once, or on one day
AGAIN = (HOUR // 2, 3 * HOUR, 12 * HOUR)  # about a week later: the same hour each week
BUNCHED = 0.05  # share of those present who got it on one day, beyond the usual, from which on controls are clean
FLAT_FROM, FLAT_TO = 4 * DAY, 10 * DAY  # that it comes again at all


class Around(NamedTuple):
    """What is around every hour; adds up over people. C cells, J sent types, K types, W windows.

    held (J + 1, K, W, 2, C): events of a kind before (0) and after (1) a cell, by clean controls for the sent type; the
    last row is of everyone. present (C,): people. got (J, len(NEAR), C): of these, who got it nearby. sendings
    (J, C): that count; around (J, K, W, C): own events about these, before and after. again (J, len(AGAIN) + 1): how
    often the same type came again about a week earlier or later, last at any hour of FLAT_FROM to FLAT_TO away.
    """

    held: Floats
    present: Floats
    got: Floats
    sendings: Floats
    around: Floats
    again: Floats

    def __add__(self, other: tuple[Any, ...]) -> Around:
        """Add other people."""
        return Around(*(one + more for one, more in zip(self, other, strict=True)))


class Rates(NamedTuple):
    """What the calendar makes of each cell.

    q (J, K, W, C). pull (J, K, W, 2, 2, C + 1): how much the total of a pair moves by an event before or after the
    cells up to each, of a clean control (0) or of anyone (1). bunched (J,): how much
    more of those present got it within an hour of a sending than of any hour, 0 to 1. within_a_day (J,): likewise.
    weekly (J,): share of sendings that came again at the same hour of the week, beyond what comes at any hour.
    clean (J,): share of the sendings for which there were enough clean controls.
    """

    q: Floats
    pull: Floats
    bunched: Floats
    within_a_day: Floats
    weekly: Floats
    clean: Floats


def nothing(own: Bools, when: Span) -> Around:
    """Return the sums of nobody; they hold differences from cell to cell until `settle`."""
    sent, kinds, cells = int((~own).sum()), own.size, when.cells
    return Around(
        np.zeros((sent + 1, kinds, len(WINDOWS), 2, cells + 1)),
        np.zeros(cells + 1),
        np.zeros((sent, len(NEAR), cells + 1)),
        np.zeros((sent, cells)),
        np.zeros((sent, kinds, len(WINDOWS), cells)),
        np.zeros((sent, len(AGAIN) + 1)),
    )


def around(streams: Streams, own: Bools, when: Span) -> Around:
    """Read some people's lives."""
    found = nothing(own, when)
    first, last = ends_of_stay(streams, own)
    around_kernel(
        streams.start, streams.at, streams.type, own, np.cumsum(~own) - 1, first + STAY, last - STAY,
        np.array([when.begin, when.step]), np.array(WINDOWS), np.array(NEAR), np.array(AGAIN), *found,
    )  # fmt: skip
    return found


def rates(found: Around) -> Rates:
    """Work out what the calendar makes of each cell."""
    held, got = (np.cumsum(some, axis=-1)[..., :-1] for some in (found.held, found.got))
    present = np.cumsum(found.present)[:-1]
    total = held.sum(axis=3)
    sendings = np.maximum(found.sendings.sum(axis=-1), 1)
    others = np.divide(got - 1, present - 1, out=np.zeros_like(got), where=present > 1)
    usual = got.sum(axis=-1) / max(present.sum(), 1)
    near = (others * found.sendings[:, None]).sum(axis=-1) / sendings[:, None]
    bunched = np.clip(near - usual, 0, 1)
    enough = total[:-1] >= LEAST
    alone = (enough.any(axis=1)[:, 0] * found.sendings).sum(axis=-1) / sendings
    clean = enough & (bunched[:, 1] >= BUNCHED)[:, None, None, None]
    counted = np.where(clean, total[:-1], np.broadcast_to(total[-1], clean.shape))
    enough = counted >= LEAST
    gap = np.where(clean, (held[:-1, :, :, 1] - held[:-1, :, :, 0]), held[-1, :, :, 1] - held[-1, :, :, 0])
    q = np.divide(gap, counted, out=np.zeros_like(counted), where=enough)
    weight = np.divide(found.around, counted, out=np.zeros_like(counted), where=enough)
    one = np.stack([weight * (1 + q), weight * (q - 1)], axis=3)  # before, after: what an event adds to the pair's sum
    pull = np.stack([np.where(clean[:, :, :, None], one, 0), np.where(clean[:, :, :, None], 0, one)], axis=4)
    pull = np.concatenate([np.zeros_like(pull[..., :1]), np.cumsum(pull, axis=-1)], axis=-1)
    flat = found.again[:, -1:] / (2 * (FLAT_TO - FLAT_FROM)) * 2 * np.array(AGAIN)
    weekly = ((found.again[:, :-1] / 2 - flat) / sendings[:, None]).max(axis=1, initial=0)
    return Rates(q, pull, bunched[:, 0], bunched[:, 1], np.clip(weekly, 0, 1), alone)


@jit
def add_span(found: Any, begin: int, end: int, origin: int, step: int) -> None:
    """Count one more in the cells from an instant to another."""
    if end >= begin:
        found[(begin - origin) // step] += 1.0
        found[(end - origin) // step + 1] -= 1.0


@jit
def around_kernel(
    start: Any, at: Any, type_: Any, own: Any, place: Any, stays_from: Any, stays_to: Any, cells: Any, windows: Any,
    near: Any, again: Any, held: Any, present: Any, got: Any, sendings: Any, around: Any, found_again: Any,
) -> None:  # fmt: skip
    """Fill the sums: see `Around`; place: of each sent type among these; held, present, got: as differences."""
    origin, step = cells[0], cells[1]
    sent = sendings.shape[0]
    for person in range(start.size - 1):
        low, high = stays_from[person], stays_to[person]
        first, stop = start[person], start[person + 1]
        if high < low:
            continue
        add_span(present, low, high, origin, step)
        count_own(at, type_, own, first, stop, low, high, cells, windows, held[sent])
        for kind in range(own.size):
            if own[kind]:
                continue
            mine = place[kind]
            times = at[first:stop][type_[first:stop] == kind]
            for number in range(near.size):
                until = low
                for time in times:
                    begin, end = max(time - near[number], until), min(time + near[number], high)
                    add_span(got[mine, number], begin, end, origin, step)
                    until = max(until, end + step - (end - origin) % step)
            count_sendings(at, type_, own, first, stop, low, high, cells, windows, times, sendings[mine], around[mine])
            count_again(times, low, high, again, found_again[mine])
            free = low
            for time in times:
                count_own(at, type_, own, first, stop, free, min(high, time - WEEK - 1), cells, windows, held[mine])
                free = max(free, time + 2 * WEEK + 1)
            count_own(at, type_, own, first, stop, free, high, cells, windows, held[mine])


@jit
def count_own(
    at: Any, type_: Any, own: Any, first: int, stop: int, low: int, high: int, cells: Any, windows: Any, held: Any
) -> None:
    """Count own events before and after each cell of a time in which somebody is a control."""
    if high < low:
        return
    widest = windows.max()
    row = first + np.searchsorted(at[first:stop], low - widest)
    while row < stop and at[row] <= high + widest:
        if own[type_[row]]:
            time = at[row]
            for number in range(windows.size):
                wide = windows[number]
                add_span(held[type_[row], number, 0], max(time, low), min(time + wide, high), cells[0], cells[1])
                add_span(held[type_[row], number, 1], max(time - wide, low), min(time, high), cells[0], cells[1])
        row += 1


@jit
def count_sendings(
    at: Any, type_: Any, own: Any, first: int, stop: int, low: int, high: int, cells: Any, windows: Any, times: Any,
    sendings: Any, around: Any,
) -> None:  # fmt: skip
    """Count the sendings within a stay, and own events about them."""
    widest = windows.max()
    for time in times:
        if not low <= time <= high:
            continue
        cell = (time - cells[0]) // cells[1]
        sendings[cell] += 1.0
        row = first + np.searchsorted(at[first:stop], time - widest)
        while row < stop and at[row] <= time + widest:
            if own[type_[row]] and at[row] != time:
                for number in range(windows.size):
                    if abs(at[row] - time) <= windows[number]:
                        around[type_[row], number, cell] += 1.0
            row += 1


@jit
def count_again(times: Any, low: int, high: int, again: Any, found: Any) -> None:
    """Count how often a sending comes again about a week away."""
    for time in times:
        if not low <= time <= high:
            continue
        for number in range(again.size):
            for way in (-1, 1):
                about = time + way * WEEK
                here = np.searchsorted(times, about - again[number])
                if here < times.size and times[here] <= about + again[number]:
                    found[number] += 1.0
        for way in (-1, 1):
            begin, end = (time + FLAT_FROM, time + FLAT_TO) if way > 0 else (time - FLAT_TO, time - FLAT_FROM)
            found[again.size] += np.searchsorted(times, end) - np.searchsorted(times, begin)
