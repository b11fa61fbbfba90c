"""When does each rule lapse if nothing more happens, and until when is its level held?

Parts of the loop of `levels.sweep`, which says how a rule keeps one number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.levels import lives as s
from ziggurat.levels.plan import AT_LEAST, FOREVER, MICRO, MOST, NEVER, STANDING
from ziggurat.stats.jit import inlined, jit


@inlined
def nth_latest(facts: Any, memory: Any, ring: Any, keys: Any, rule: int, key: int, at: int) -> Any:
    """Note one more interaction (day, channel) and return the instant of the n-th latest distinct one, or NEVER."""
    need, filled = facts[s.NEED, rule], memory[s.COUNT, rule]
    nth = NEVER
    if facts[s.TEST, rule] == AT_LEAST:  # every key is new: a plain ring does it without moving anything
        place = memory[s.TAIL, rule]
        ring[rule, place] = at
        place = 0 if place + 1 == need else place + 1
        memory[s.TAIL, rule] = place
        if filled < need:
            filled += 1
            memory[s.COUNT, rule] = filled
        if filled == need:
            nth = ring[rule, place]
    else:
        place = filled - 1
        while place >= 0 and keys[rule, place] != key:
            place -= 1
        if place < 0 and filled < need:
            place = filled
            filled += 1
            memory[s.COUNT, rule] = filled
        for later in range(max(place, 0), filled - 1):
            keys[rule, later] = keys[rule, later + 1]
            ring[rule, later] = ring[rule, later + 1]
        keys[rule, filled - 1] = key
        ring[rule, filled - 1] = at
        if filled == need:
            nth = ring[rule, 0]
    return nth


@inlined
def enough_since(facts: Any, memory: Any, paid_at: Any, paid: Any, rule: int, value: float, at: int) -> Any:
    """Note one more amount and return the latest instant from which on the sum suffices, or NEVER.

    Amounts of nothing or less don't count.
    """
    since = NEVER
    if value > 0:
        queue, end, tail = facts[s.QUEUE, rule], memory[s.COUNT, rule], memory[s.TAIL, rule]
        paid_at[queue, end] = at
        paid[queue, end] = np.int64(np.rint(min(value * MICRO, MOST)))
        total = memory[s.TOTAL, rule] + paid[queue, end]
        while total - paid[queue, tail] >= facts[s.NEED, rule]:
            total -= paid[queue, tail]
            tail += 1
        memory[s.COUNT, rule], memory[s.TAIL, rule], memory[s.TOTAL, rule] = end + 1, tail, total
        if total >= facts[s.NEED, rule]:
            since = paid_at[queue, tail]
    return since


@inlined
def switch(memory: Any, ends: bool, rule: int, row: int, at: int) -> None:
    """Note the start or the end of a standing; what it leads to is settled when the instant is over."""
    if memory[s.TOUCHED, rule] != at:
        memory[s.TOUCHED, rule] = at
        memory[s.BEGUN, rule] = -1
    if ends:
        memory[s.STARTED, rule] = 0
    elif memory[s.STARTED, rule] == 0:
        memory[s.STARTED, rule] = 1
        memory[s.BEGUN, rule] = row


@inlined
def hold(facts: Any, memory: Any, held: Any, rule: int, lapse: int, row: int, at: int) -> Any:
    """Note until when a rule holds, and whether it is this interaction that tipped it; return its level, -1 if not.

    lapse: of what it counts; one whose conditions end before that lapses then.
    """
    level = np.int64(-1)
    if facts[s.GATED, rule] != s.ALWAYS and lapse > at:
        memory[s.RAW, rule] = lapse
        lapse = min(lapse, memory[s.GATE, rule])
    if lapse > at:
        if memory[s.LAPSE, rule] <= at:
            memory[s.TIPPED, rule], memory[s.TIPPED_AT, rule] = row, at
        memory[s.LAPSE, rule] = lapse
        end = FOREVER if lapse == FOREVER else lapse + facts[s.GRACE, rule]
        level = facts[s.LEVEL, rule]
        held[level] = max(held[level], end)
    return level


@inlined
def shut(facts: Any, memory: Any, rule: int, at: int) -> Any:
    """Tell whether a standing that is prolonged must stay as it is, because its conditions are not met; note that it
    was."""
    closed = False
    if facts[s.GATED, rule] != s.ALWAYS and memory[s.GATE, rule] <= at and memory[s.RAW, rule] > at:
        memory[s.RAW, rule] = at + facts[s.WINDOW, rule]
        closed = True
    return closed


@inlined
def prolong(facts: Any, memory: Any, held: Any, windowed: Any, at: int) -> Any:
    """Prolong the standings that activity prolongs; False if one had lapsed before, which takes a closer look."""
    ready = True
    for place in range(windowed.size):
        rule = windowed[place]
        if memory[s.STARTED, rule] == 1:
            if memory[s.LAPSE, rule] <= at or facts[s.GATED, rule] != s.ALWAYS:
                ready = ready and shut(facts, memory, rule, at)
            else:
                memory[s.LAPSE, rule] = at + facts[s.WINDOW, rule]
                end = at + facts[s.WINDOW, rule] + facts[s.GRACE, rule]
                held[facts[s.LEVEL, rule]] = max(held[facts[s.LEVEL, rule]], end)
    return ready


@jit
def stand(facts: Any, memory: Any, held: Any, raised: Any, active: Any, at: int) -> None:
    """Settle the standing rules at the end of an instant, when all that happened at it is known.

    active: instant of the latest activity, of the one before this instant, and row of this instant's first, or -1.
    """
    last, last_before, active_row = active
    for rule in range(facts.shape[1]):
        if facts[s.TEST, rule] != STANDING:
            continue
        before, window = memory[s.LAPSE, rule], facts[s.WINDOW, rule]
        begun = memory[s.BEGUN, rule] if memory[s.TOUCHED, rule] == at else np.int64(-1)
        lapse = FOREVER if window == FOREVER else (last + window if last != NEVER else NEVER)
        if memory[s.STARTED, rule] == 1 and lapse > at:
            was_active = window == FOREVER or (last_before != NEVER and last_before + window > at)
            row = max(begun, np.int64(-1) if was_active else active_row)
            hold(facts, memory, held, rule, lapse, row, at)
        else:
            memory[s.RAW, rule] = min(memory[s.RAW, rule], at)
            if before > at:
                memory[s.LAPSE, rule] = at
                hold_again(facts, memory, held, raised, facts[s.LEVEL, rule], at)


@jit
def pass_gates(facts: Any, mind: Any, gates: Any, gate: int, person: int, at: int) -> Any:
    """Take note of what the conditions of a person's rules have become by an instant.

    Returns: the next gate, and the highest level that is held by one that opened, 0 for none.
    """
    memory, held, raised = mind[0], mind[5], mind[6]
    of, ats, rules, until, rows = gates
    top = np.int64(0)
    while gate < of.size and of[gate] == person and ats[gate] <= at:
        rule = rules[gate]
        memory[s.GATE, rule] = until[gate]
        lapse, before = min(memory[s.RAW, rule], until[gate]), memory[s.LAPSE, rule]
        if lapse > at:
            top = max(top, hold(facts, memory, held, rule, memory[s.RAW, rule], rows[gate], at))
        elif before > at:
            memory[s.LAPSE, rule] = at
        if before > at and lapse < before:
            hold_again(facts, memory, held, raised, facts[s.LEVEL, rule], at)
        gate += 1
    return gate, top


@jit
def hold_again(facts: Any, memory: Any, held: Any, raised: Any, level: int, at: int) -> None:
    """Work out anew until when a level is held, after one of its rules has ended before its time."""
    held[level] = raised[level] if raised[level] > at else NEVER
    for rule in range(facts.shape[1]):
        lapse = memory[s.LAPSE, rule]
        if facts[s.LEVEL, rule] == level and lapse != NEVER:
            held[level] = max(held[level], FOREVER if lapse == FOREVER else lapse + facts[s.GRACE, rule])
