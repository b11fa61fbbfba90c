"""How are people's lives cut into journeys: the touches before an outcome, and those that led to none?

A journey that converted holds what touched a person less than the look-back window before the outcome, and after her
outcome before that. What is left over is cut into stretches no longer than the window, each of which led to nothing
once its window has closed, and is open until then. So every touch is in at most one journey, and journeys that
converted and journeys that did not are cut with the same measure.

Source of the look-back window and of paths that restart after each conversion: common practice; e.g. Anderl, Becker,
von Wangenheim & Schumann (2016), Mapping the customer journey, IJRM 33(3), 457-474.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import inlined, jit

CONVERTED, LOST, OPEN = range(3)
FOREVER = np.int64(2**62)  # µs; later than any instant
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Journeys(NamedTuple):
    """Journeys of some people: the touches of journey `n` are `label[begin[n]:end[n]]`, in order of time."""

    label: npt.NDArray[np.int32]
    at: Ints  # µs, of each touch; of the last one where repeats were counted once
    person: Ints  # of each journey, ascending
    begin: Ints
    end: Ints
    state: npt.NDArray[np.int8]  # CONVERTED, LOST or OPEN
    decided_at: Ints  # µs: of the outcome, or when the window closed or will close
    value: npt.NDArray[np.float64]  # of the outcome; 0 where there is none

    def of(self, chosen: npt.NDArray[np.bool_]) -> Journeys:
        """Return some of the journeys; the touches of the others stay where they are and belong to none."""
        return Journeys(
            self.label,
            self.at,
            self.person[chosen],
            self.begin[chosen],
            self.end[chosen],
            self.state[chosen],
            self.decided_at[chosen],
            self.value[chosen],
        )


@jit
def write(out: Any, state: Any, value: Any, nth: int, one: Any, how: int) -> None:
    """Write one journey. one: whose, where its touches begin and end, and when it was decided."""
    out[0, nth], out[1, nth], out[2, nth], out[3, nth] = one
    state[nth] = how
    value[nth] = 0.0


@inlined
def following(chosen: Any, row: int) -> Any:
    """Return the first chosen row from one on, or the end."""
    while row < chosen.size and not chosen[row]:
        row += 1
    return row


@jit
def sweep(touches: Any, wins: Any, window: int, gap: int, since: int, until: int) -> Any:
    """Cut the journeys; see `cut`."""
    who, at, label, touch, recode = touches
    won_who, won_at, won_value, won = wins
    rows, outcomes = np.count_nonzero(touch), np.count_nonzero(won)
    labels, times = np.empty(rows, np.int32), np.empty(rows, np.int64)
    size = rows + outcomes
    out, state, value = np.empty((4, size), np.int64), np.empty(size, np.int8), np.empty(size, np.float64)
    row, one, kept, written = following(touch, 0), following(won, 0), 0, 0
    while row < at.size or one < won_at.size:
        person = who[row] if row < at.size else won_who[one]
        if one < won_at.size:
            person = min(person, won_who[one])
        begin = kept
        while True:
            touched = at[row] if row < at.size and who[row] == person else FOREVER
            outcome = won_at[one] if one < won_at.size and won_who[one] == person else FOREVER
            if touched < outcome:
                code = recode[label[row]]
                if kept > begin and labels[kept - 1] == code and touched - times[kept - 1] < gap:
                    times[kept - 1] = touched
                else:
                    labels[kept], times[kept] = code, touched
                    kept += 1
                row = following(touch, row + 1)
                continue
            # an outcome, or the end: what is too old for it led to nothing
            while begin < kept and times[begin] + window <= outcome:
                closes, first = times[begin] + window, begin
                while begin < kept and times[begin] < closes and times[begin] + window <= outcome:
                    begin += 1
                if closes > since:
                    how = LOST if closes <= until else OPEN
                    write(out, state, value, written, (person, first, begin, closes), how)
                    written += 1
            if outcome == FOREVER:
                break
            worth = 0.0
            while one < won_at.size and won_who[one] == person and won_at[one] == outcome:
                worth += 0.0 if np.isnan(won_value[one]) else won_value[one]
                one = following(won, one + 1)
            if outcome > since:
                write(out, state, value, written, (person, begin, kept, outcome), CONVERTED)
                value[written] = worth
                written += 1
            begin = kept
    return labels[:kept], times[:kept], out[:, :written], state[:written], value[:written]


class Touches(NamedTuple):
    """Rows with who, at and label, of which `touch` says whether it is one.

    recode: from the labels of touches to those of the journeys.
    """

    who: Ints
    at: Ints
    label: npt.NDArray[np.int32]
    touch: Bools
    recode: npt.NDArray[np.int32]


class Wins(NamedTuple):
    """Rows, which may be the same as those of touches, of which `won` says whether it is an outcome.

    Those of a person at one instant are one, their values added, nan being none.
    """

    who: Ints
    at: Ints
    value: npt.NDArray[np.float64]
    won: Bools


def cut(touches: Touches, wins: Wins, *, window: int, gap: int, since: int, until: int) -> Journeys:
    """Cut touches and outcomes, each sorted by (person, instant) and none later than `until`, into journeys.

    A touch at the instant of an outcome comes after it.
    window: µs a touch reaches; at + window is the first instant it no longer does. gap: a touch with the same label as
    the one before it, less than this many µs after it, is the same touch, at the later instant.
    since, until: journeys that were decided within (since, until] are returned, and those open at `until`.

    Returns: journeys in order of (person, time). A journey that converted may have no touch; any other has one.
    """
    label_, at_, out, state, value = sweep(
        tuple(touches), tuple(wins), np.int64(window), np.int64(gap), np.int64(since), np.int64(until)
    )
    return Journeys(label_, at_, out[0], out[1], out[2], state, out[3], value)
