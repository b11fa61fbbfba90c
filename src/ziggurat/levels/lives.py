"""What the sweep reads, remembers and writes, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FIRST, CLIMB, SLIP = range(3)
NO_RULE, RAISED = -1, -2
# columns of the rows that `sweep` returns
ROW, LEVEL, SINCE, UNTIL, CHANGE, FROM, RULE, CAUSE = range(8)
# columns of the states that `sweep` returns
PERSON, NOW, NOW_SINCE, ORIGIN, FIRST_AT, LAST_AT, PEAK, PEAK_AT, LAPSED, SLIPS, NEXT_RULE, HAVE = range(12)


class Lives(NamedTuple):
    """The coded interactions of some people, sorted by (person, at, interaction_id, source)."""

    person: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]  # µs
    kind: npt.NDArray[np.int16]  # -1: nothing happened, the person merely became known
    channel: npt.NDArray[np.int32]
    activity: npt.NDArray[np.int32]  # -1 for none
    direction: npt.NDArray[np.int8]  # as in schema.DIRECTIONS
    amount: npt.NDArray[np.float64]  # nan for none
    minutes: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]


class Raises(NamedTuple):
    """Manual raises, sorted by (person, since)."""

    person: npt.NDArray[np.int64]
    level: npt.NDArray[np.int64]
    since: npt.NDArray[np.int64]  # µs
    until: npt.NDArray[np.int64]  # µs, exclusive


class Memory(NamedTuple):
    """What is remembered of one person, per rule."""

    lapse: npt.NDArray[np.int64]  # (R,) when the rule lapses, or lapsed
    before: npt.NDArray[np.int64]  # (R,) the same, as it was before the current instant
    tipped: npt.NDArray[np.int64]  # (R,) row that made it hold, if that was at the current instant, else -1
    count: npt.NDArray[np.int64]  # (R,) entries in the ring or queue so far
    time: npt.NDArray[np.int64]  # (R, widest need) ring of instants
    key: npt.NDArray[np.int64]  # (R, widest need) what must be distinct: row, day or channel
    started: npt.NDArray[np.bool_]  # (R,) standing
    begun: npt.NDArray[np.int64]  # (R,) row that started it, if at the current instant, else -1
    tail: npt.NDArray[np.int64]  # (R,) latest queue entry from which on the sum suffices
    total: npt.NDArray[np.int64]  # (R,) sum from there on, millionths
    paid_at: npt.NDArray[np.int64]  # (worth rules, most interactions of a person) queue of instants
    paid: npt.NDArray[np.int64]  # (worth rules, most interactions of a person) millionths
    raised: npt.NDArray[np.int64]  # (L + 1,) until when a manual raise holds
