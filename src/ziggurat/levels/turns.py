"""How does the sweep write that a person climbed, or fell, and by which rule?"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.levels import lives as s
from ziggurat.levels.plan import FOREVER, NEVER
from ziggurat.stats.jit import inlined, jit


@inlined
def highest(held: Any, at: int, below: int) -> Any:
    """Return the highest level under `below` that is held at an instant; level 0 always is."""
    level = below - 1
    while held[level] <= at:
        level -= 1
    return level


@inlined
def rule_that_tipped(facts: Any, memory: Any, level: int, at: int) -> Any:
    """Return the rule of a level that has just begun to hold: the one tipped by the earliest interaction."""
    found = s.RAISED
    for rule in range(facts.shape[1]):
        tips = facts[s.LEVEL, rule] == level and memory[s.TIPPED_AT, rule] == at and memory[s.LAPSE, rule] > at
        if tips and (found == s.RAISED or memory[s.TIPPED, rule] < memory[s.TIPPED, found]):
            found = rule
    return found


@inlined
def slip(facts: Any, memory: Any, held: Any, raised: Any, rows: Any, written: int, at: int) -> None:
    """Write the fall from the current level to the highest that is held, with the rule that had held longest."""
    level = rows[written - 1, s.LEVEL_NOW]
    found, latest = s.NO_RULE, NEVER
    for rule in range(facts.shape[1]):
        if facts[s.LEVEL, rule] == level and memory[s.LAPSE, rule] > latest:
            found, latest = rule, memory[s.LAPSE, rule]
    end = NEVER if found == s.NO_RULE else latest + facts[s.GRACE, found]
    if raised[level] > end and raised[level] <= at:
        found = s.RAISED
    turn(rows, written, rows[written - 1, s.ROW], highest(held, at, level), at, s.SLIP, (found, np.int64(-1)))


@inlined
def turn(rows: Any, written: int, begin: int, level: int, at: int, change: int, why: Any) -> None:
    """Close the person's open row, if there is one, and open the next at `written`. why: rule and cause."""
    came_from = np.int64(-1)
    if change != s.FIRST:
        rows[written - 1, s.UNTIL] = at
        came_from = rows[written - 1, s.LEVEL_NOW]
    rows[written, s.ROW], rows[written, s.LEVEL_NOW] = begin, level
    rows[written, s.SINCE], rows[written, s.UNTIL] = at, FOREVER
    rows[written, s.CHANGE], rows[written, s.FROM] = change, came_from
    rows[written, s.RULE], rows[written, s.CAUSE] = why


@jit
def grown(rows: Any) -> Any:
    """Return the same rows with room for as many more."""
    more = np.empty((2 * rows.shape[0], rows.shape[1]), np.int64)
    more[: rows.shape[0]] = rows
    return more


@inlined
def climb(facts: Any, memory: Any, rows: Any, written: int, step: Any, at: int, known: int) -> None:
    """Write the first level of a person, or a climb from one.

    step: where her life begins, her level before (-1 for none) and the one that she comes to. known: her first row, or
    -1.
    """
    begin, level, to = step
    rule, cause = s.NO_RULE, np.int64(known)
    if to > 0:
        rule = rule_that_tipped(facts, memory, to, at)
        cause = memory[s.TIPPED, rule] if rule >= 0 else np.int64(-1)
    turn(rows, written, begin, to, at, s.FIRST if level < 0 else s.CLIMB, (rule, cause))
