"""Where does a person stand when the sweep ends, and how near is the next level?"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.levels import lives as s
from ziggurat.levels.plan import FOREVER, MOST, STANDING, WORTH
from ziggurat.stats.jit import inlined, jit


@inlined
def expires(at: int, window: int) -> Any:
    """Return when something that happened at an instant leaves the window."""
    return FOREVER if window == FOREVER else at + window


@jit
def progress(facts: Any, memory: Any, ring: Any, paid_at: Any, paid: Any, rule: int, at: int) -> Any:
    """Return how much of what a rule needs there is at an instant, in the rule's unit."""
    window = facts[s.WINDOW, rule]
    if facts[s.TEST, rule] == STANDING:
        gated = facts[s.GATED, rule] != s.ALWAYS
        return np.int64((memory[s.RAW, rule] if gated else memory[s.LAPSE, rule]) > at)
    have = np.int64(0)
    if facts[s.TEST, rule] == WORTH:
        queue = facts[s.QUEUE, rule]
        entry = memory[s.COUNT, rule] - 1
        while entry >= 0 and expires(paid_at[queue, entry], window) > at:
            have = min(have + paid[queue, entry], 8 * np.int64(MOST))  # more would not fit
            entry -= 1
        return have
    for place in range(memory[s.COUNT, rule]):
        have += np.int64(expires(ring[rule, place], window) > at)
    return have


@jit
def state(facts: Any, mind: Any, rows: Any, until: int, out: Any) -> None:
    """Write where a person stands at the end of the sweep, and how near the next level is. mind: as in `sweep`."""
    memory, ring, _, paid_at, paid, held, raised, _ = mind
    now = rows[rows.shape[0] - 1]
    level = now[s.LEVEL_NOW]
    out[s.PERSON], out[s.NOW], out[s.NOW_SINCE] = now[s.ROW], level, now[s.SINCE]
    out[s.ORIGIN], out[s.FIRST_AT] = rows[0, s.LEVEL_NOW], rows[0, s.SINCE]
    out[s.PEAK], out[s.PEAK_AT] = rows[0, s.LEVEL_NOW], rows[0, s.SINCE]
    for place in range(rows.shape[0]):
        if rows[place, s.LEVEL_NOW] > out[s.PEAK]:
            out[s.PEAK], out[s.PEAK_AT] = rows[place, s.LEVEL_NOW], rows[place, s.SINCE]
    out[s.LAPSED], out[s.SLIPS] = FOREVER, held[level]
    lapse = raised[level]
    out[s.NEXT_RULE], out[s.HAVE], out[s.LACKS] = s.NO_RULE, 0, 0
    nearest = -1.0
    for rule in range(facts.shape[1]):
        if facts[s.LEVEL, rule] == level:
            lapse = max(lapse, memory[s.LAPSE, rule])
        if facts[s.LEVEL, rule] == level + 1:
            have = progress(facts, memory, ring, paid_at, paid, rule, until)
            lacks = np.int64(memory[s.GATE, rule] <= until)
            near = min(have / facts[s.NEED, rule], 1.0) / (1 + lacks)
            if near > nearest:
                nearest = near
                out[s.NEXT_RULE], out[s.HAVE], out[s.LACKS] = rule, have, lacks
    if level > 0 and lapse <= until:
        out[s.LAPSED] = lapse
