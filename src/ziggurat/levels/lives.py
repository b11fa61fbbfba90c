"""What the sweep reads, remembers and writes: arrays, and the names of their rows and columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FIRST, CLIMB, SLIP = range(3)  # how a stretch on a level began
NO_RULE, RAISED = -1, -2  # in place of a rule's number
# rows of `facts`, one column a rule
TEST, LEVEL, NEED, WINDOW, MINUTES, QUEUE, GRACE, PLAIN, GATED = range(9)
ALWAYS, SHUT, OPEN = range(3)  # GATED: has no conditions; has some that are not met, or are met, before any switch
# rows of `memory`, one column a rule: zero at first, from LAPSE on NEVER
COUNT, STARTED, BEGUN, TAIL, TOTAL, TIPPED, LAPSE, TIPPED_AT, TOUCHED, RAW, GATE = range(11)
# LAPSE is when a rule lapses; RAW is when what it counts does, GATE until when its conditions are met, of a gated one
# columns of the rows that the sweep writes, one a stretch on a level
ROW, LEVEL_NOW, SINCE, UNTIL, CHANGE, FROM, RULE, CAUSE = range(8)
# columns of the states that it writes, one a person
PERSON, NOW, NOW_SINCE, ORIGIN, FIRST_AT, LAST_AT, PEAK, PEAK_AT, LAPSED, SLIPS, NEXT_RULE, HAVE, LACKS = range(13)


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
    tone: npt.NDArray[np.int8]  # how its words sound, as `speech.tones` has it


class Gates(NamedTuple):
    """When the conditions of rules change, sorted by (person, at, rule); one row each."""

    person: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]  # µs
    rule: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]  # µs, until when they are met if nothing more happens; NEVER for not met
    row: npt.NDArray[np.int64]  # of the interaction that did it, -1 for none
    met: npt.NDArray[np.int64]  # by rule: 1 where its conditions, if any, are met before the first of these


class Raises(NamedTuple):
    """Manual raises, sorted by (person, since)."""

    person: npt.NDArray[np.int64]
    level: npt.NDArray[np.int64]
    since: npt.NDArray[np.int64]  # µs
    until: npt.NDArray[np.int64]  # µs, exclusive
