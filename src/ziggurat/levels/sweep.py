"""One pass over the histories of many people: when did each stand on which level?

Between two instants at which something happens, every rule can only lapse, and when it will is already known.
So each rule keeps one number, the instant at which it lapses if nothing more happens:

- the n-th latest matching interaction (distinct day, distinct channel) plus the window;
- for worth, the latest interaction from which on the sum still suffices, plus the window;
- for standing, the latest activity plus the window, and the end when one comes.

A level is held until the latest lapse among its rules, plus its grace, or until a manual raise expires.
Nothing is searched, and no window is scanned twice: the pass is linear in the interactions.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from ziggurat.levels import lives as s
from ziggurat.levels.plan import AT_LEAST, DAY, FOREVER, MICRO, NEVER, ON_DAYS, STANDING, WORTH

OUT = 1  # position of 'out' in schema.DIRECTIONS


@nb.njit(nogil=True, cache=True, inline="always")
def looks_at(plan: Any, lives: Any, rule: int, row: int) -> bool:
    """Tell whether a rule's filters let an interaction through, kinds apart."""
    return (
        plan.channel[rule, lives.channel[row]]
        and plan.activity[rule, lives.activity[row]]
        and plan.direction[rule, lives.direction[row]]
        and (plan.min_amount[rule] == -np.inf or lives.amount[row] >= plan.min_amount[rule])
        and (plan.min_score[rule] == -np.inf or lives.score[row] >= plan.min_score[rule])
    )


@nb.njit(nogil=True, cache=True)
def expires(at: int, window: int) -> Any:
    """Return when something that happened at an instant leaves the window."""
    return FOREVER if window == FOREVER else at + window


@nb.njit(nogil=True, cache=True)
def holds_until(memory: Any, rule: int, lapse: int, at: int) -> None:
    """Note that a rule holds; enough interactions that are too far apart are not enough."""
    if lapse > at:
        memory.lapse[rule] = lapse


@nb.njit(nogil=True, cache=True)
def count_distinct(plan: Any, memory: Any, rule: int, key: int, at: int) -> None:
    """Note one more interaction (day, channel): the n latest distinct keys are kept, latest last."""
    need, filled = plan.need[rule], memory.count[rule]
    times, keys = memory.time[rule], memory.key[rule]
    if plan.test[rule] == AT_LEAST:  # every key is new: a plain ring does it without moving anything
        times[filled % need] = at
        memory.count[rule] = filled + 1
        if filled + 1 >= need:
            holds_until(memory, rule, expires(times[(filled + 1) % need], plan.window[rule]), at)
        return
    place = filled - 1
    while place >= 0 and keys[place] != key:
        place -= 1
    if place < 0 and filled == need:
        place = 0
    if place < 0:
        place = filled
        memory.count[rule] = filled = filled + 1
    for later in range(place, filled - 1):
        keys[later], times[later] = keys[later + 1], times[later + 1]
    keys[filled - 1], times[filled - 1] = key, at
    if filled == need:
        holds_until(memory, rule, expires(times[0], plan.window[rule]), at)


@nb.njit(nogil=True, cache=True)
def add_worth(plan: Any, memory: Any, rule: int, queue: int, value: float, at: int) -> None:
    """Note one more amount; amounts of nothing or less don't count."""
    if not value > 0:
        return
    paid_at, paid = memory.paid_at[queue], memory.paid[queue]
    end, tail = memory.count[rule], memory.tail[rule]
    paid_at[end], paid[end] = at, np.int64(np.rint(value * MICRO))
    total = memory.total[rule] + paid[end]
    while total - paid[tail] >= plan.need[rule]:
        total -= paid[tail]
        tail += 1
    memory.count[rule], memory.tail[rule], memory.total[rule] = end + 1, tail, total
    if total >= plan.need[rule]:
        holds_until(memory, rule, expires(paid_at[tail], plan.window[rule]), at)


@nb.njit(nogil=True, cache=True)
def note(plan: Any, lives: Any, memory: Any, queues: Any, first_rule: Any, rule_of: Any, row: int) -> None:
    """Take in one interaction, for the rules that look at its kind."""
    kind, at = lives.kind[row], lives.at[row]
    for place in range(first_rule[kind], first_rule[kind + 1]):
        rule = rule_of[place]
        if not looks_at(plan, lives, rule, row):
            continue
        test = plan.test[rule]
        if test == STANDING:
            if plan.ends[rule, kind]:
                memory.started[rule] = False
            elif not memory.started[rule]:
                memory.started[rule] = True
                memory.begun[rule] = row
            continue
        if test == WORTH:
            value = lives.minutes[row] if plan.minutes[rule] else lives.amount[row]
            add_worth(plan, memory, rule, queues[rule], value, at)
        elif test == ON_DAYS:
            count_distinct(plan, memory, rule, at // DAY, at)
        else:
            count_distinct(plan, memory, rule, np.int64(lives.channel[row]), at)
        if memory.tipped[rule] < 0 and memory.before[rule] <= at < memory.lapse[rule]:
            memory.tipped[rule] = row


@nb.njit(nogil=True, cache=True)
def stand(plan: Any, memory: Any, at: int, last: int, active_row: int, last_before: int) -> None:
    """Settle the standing rules at the end of an instant, when all that happened at it is known."""
    for rule in range(plan.test.size):
        if plan.test[rule] != STANDING:
            continue
        before, window = memory.before[rule], plan.window[rule]
        if not memory.started[rule]:
            memory.lapse[rule] = min(before, at)
            continue
        lapse = FOREVER if window == FOREVER else (last + window if last != NEVER else NEVER)
        memory.lapse[rule] = lapse if lapse > at else min(before, at)
        if before <= at < lapse:
            was_active = window == FOREVER or (last_before != NEVER and last_before + window > at)
            memory.tipped[rule] = max(memory.begun[rule], -1 if was_active else active_row)


@nb.njit(nogil=True, cache=True)
def held_until(plan: Any, memory: Any, held: Any, at: int) -> None:
    """Work out, for every level, until when it is held if nothing more happens."""
    held[:] = NEVER
    for rule in range(plan.test.size):
        level, lapse = plan.level[rule], memory.lapse[rule]
        if lapse != NEVER:
            end = FOREVER if lapse == FOREVER else lapse + plan.grace[level]
            held[level] = max(held[level], end)
    for level in range(1, held.size):
        if memory.raised[level] > at:
            held[level] = max(held[level], memory.raised[level])
    held[0] = FOREVER


@nb.njit(nogil=True, cache=True)
def highest(held: Any, at: int, below: int) -> int:
    """Return the highest level under `below` that is held at an instant."""
    level = below - 1
    while held[level] <= at:
        level -= 1
    return level


@nb.njit(nogil=True, cache=True)
def rule_that_tipped(plan: Any, memory: Any, level: int, at: int) -> int:
    """Return the rule of a level that has just begun to hold: the one tipped by the earliest interaction."""
    found = s.RAISED
    for rule in range(plan.test.size):
        tips = plan.level[rule] == level and memory.tipped[rule] >= 0 and memory.lapse[rule] > at
        if tips and (found == s.RAISED or memory.tipped[rule] < memory.tipped[found]):
            found = rule
    return found


@nb.njit(nogil=True, cache=True)
def rule_that_lapsed(plan: Any, memory: Any, level: int, at: int) -> int:
    """Return the rule of a level that held longest; RAISED if the level ended with a manual raise."""
    found, latest = s.NO_RULE, NEVER
    for rule in range(plan.test.size):
        if plan.level[rule] == level and memory.lapse[rule] > latest:
            found, latest = rule, memory.lapse[rule]
    end = NEVER if found == s.NO_RULE else latest + plan.grace[level]
    return s.RAISED if memory.raised[level] > end and memory.raised[level] <= at else found


@nb.njit(nogil=True, cache=True)
def progress(plan: Any, memory: Any, queues: Any, rule: int, at: int) -> Any:
    """Return how much of what a rule needs there is at an instant, in the rule's unit."""
    window = plan.window[rule]
    if plan.test[rule] == STANDING:
        return np.int64(memory.lapse[rule] > at)
    have = np.int64(0)
    if plan.test[rule] == WORTH:
        queue = queues[rule]
        entry = memory.count[rule] - 1
        while entry >= 0 and expires(memory.paid_at[queue, entry], window) > at:
            have += memory.paid[queue, entry]
            entry -= 1
        return have
    for place in range(min(memory.count[rule], plan.need[rule])):
        have += np.int64(expires(memory.time[rule, place], window) > at)
    return have


@nb.njit(nogil=True, cache=True)
def forget(memory: Any) -> None:
    """Start afresh with the next person."""
    memory.lapse[:] = NEVER
    memory.count[:] = 0
    memory.started[:] = False
    memory.tail[:] = 0
    memory.total[:] = 0
    memory.raised[:] = NEVER


@nb.njit(nogil=True, cache=True)
def grown(rows: Any) -> Any:
    """Return the same rows with room for as many more."""
    more = np.empty((2 * rows.shape[0], rows.shape[1]), np.int64)
    more[: rows.shape[0]] = rows
    return more


@nb.njit(nogil=True, cache=True)
def lives_swept(
    plan: Any, lives: Any, raises: Any, memory: Any, queues: Any, first_rule: Any, rule_of: Any, people: int, until: int
) -> Any:
    """Sweep every person; see `run`."""
    rows = np.empty((max(16, 2 * people), 8), np.int64)
    states = np.empty((people, 12), np.int64)
    held = np.empty(plan.grace.size, np.int64)
    written = known = raise_at = begin = 0
    size = lives.person.size
    while begin < size:
        end = begin + 1
        while end < size and lives.person[end] == lives.person[begin]:
            end += 1
        while raise_at < raises.person.size and raises.person[raise_at] < lives.person[begin]:
            raise_at += 1
        if lives.at[begin] <= until:
            watch = (queues, first_rule, rule_of)
            rows, written = life(plan, lives, raises, memory, watch, begin, end, raise_at, until, held, rows, written)
            state(plan, memory, queues, held, rows, written, until, states[known])
            last_row(lives, begin, end, until, states[known])
            known += 1
        begin = end
    return rows[:written], states[:known]


@nb.njit(nogil=True, cache=True)
def life(
    plan: Any,
    lives: Any,
    raises: Any,
    memory: Any,
    watch: Any,
    begin: int,
    end: int,
    raise_at: int,
    until: int,
    held: Any,
    rows: Any,
    written: int,
) -> Any:
    """Sweep one person's life, writing a row for every stretch on one level; return the rows and their number."""
    queues, first_rule, rule_of = watch
    forget(memory)
    person, born = lives.person[begin], written
    last, row, level = NEVER, begin, -1
    while True:
        raise_next = FOREVER
        if raise_at < raises.person.size and raises.person[raise_at] == person:
            raise_next = max(raises.since[raise_at], lives.at[begin])
        at = min(lives.at[row] if row < end else FOREVER, raise_next)
        now = min(at, until + 1 if until < FOREVER else FOREVER)
        while level > 0 and held[level] < now:  # what lapses before anything more happens
            rows, written = slip(plan, memory, held, rows, written, held[level], begin)
            level = rows[written - 1, s.LEVEL]
        if at > until or at == FOREVER:
            break
        memory.before[:] = memory.lapse
        memory.tipped[:] = -1
        memory.begun[:] = -1
        last_before, active_row = last, np.int64(-1)
        while raise_at < raises.person.size and raises.person[raise_at] == person and raises.since[raise_at] <= at:
            to = raises.level[raise_at]
            memory.raised[to] = max(memory.raised[to], raises.until[raise_at])
            raise_at += 1
        while row < end and lives.at[row] == at:
            if lives.kind[row] >= 0:
                note(plan, lives, memory, queues, first_rule, rule_of, row)
                if lives.direction[row] != OUT:
                    last = at
                    if active_row < 0:
                        active_row = np.int64(row)
            row += 1
        stand(plan, memory, at, last, active_row, last_before)
        held_until(plan, memory, held, at)
        now_on = highest(held, at, held.size)
        if level < 0 or now_on > level:
            rule, cause = s.NO_RULE, np.int64(begin)
            if now_on > 0:
                rule = rule_that_tipped(plan, memory, now_on, at)
                cause = memory.tipped[rule] if rule >= 0 else np.int64(-1)
            elif lives.kind[begin] < 0:
                cause = np.int64(-1)
            rows, written = turn(rows, written, begin, now_on, at, s.FIRST if written == born else s.CLIMB, rule, cause)
        elif now_on < level:
            rows, written = slip(plan, memory, held, rows, written, at, begin)
        level = now_on
    return rows, written


@nb.njit(nogil=True, cache=True)
def slip(plan: Any, memory: Any, held: Any, rows: Any, written: int, at: int, begin: int) -> Any:
    """Write the fall from the current level to the highest that is held at the instant."""
    level = rows[written - 1, s.LEVEL]
    rule = rule_that_lapsed(plan, memory, level, at)
    return turn(rows, written, begin, highest(held, at, level), at, s.SLIP, rule, np.int64(-1))


@nb.njit(nogil=True, cache=True)
def turn(rows: Any, written: int, begin: int, level: int, at: int, change: int, rule: int, cause: int) -> Any:
    """Close the person's open row, if there is one, and open the next; return the rows and their number."""
    if written == rows.shape[0]:
        rows = grown(rows)
    came_from = np.int64(-1)
    if change != s.FIRST:
        rows[written - 1, s.UNTIL] = at
        came_from = rows[written - 1, s.LEVEL]
    line = rows[written]
    line[s.ROW], line[s.LEVEL], line[s.SINCE], line[s.UNTIL] = begin, level, at, FOREVER
    line[s.CHANGE], line[s.FROM], line[s.RULE], line[s.CAUSE] = change, came_from, rule, cause
    return rows, written + 1


@nb.njit(nogil=True, cache=True)
def state(plan: Any, memory: Any, queues: Any, held: Any, rows: Any, written: int, until: int, out: Any) -> None:
    """Write where a person stands at the end of the sweep, and how near the next level is."""
    first = written - 1
    while rows[first, s.CHANGE] != s.FIRST:
        first -= 1
    now = rows[written - 1]
    level = now[s.LEVEL]
    out[s.PERSON], out[s.NOW], out[s.NOW_SINCE] = now[s.ROW], level, now[s.SINCE]
    out[s.ORIGIN], out[s.FIRST_AT] = rows[first, s.LEVEL], rows[first, s.SINCE]
    out[s.PEAK], out[s.PEAK_AT] = rows[first, s.LEVEL], rows[first, s.SINCE]
    for place in range(first, written):
        if rows[place, s.LEVEL] > out[s.PEAK]:
            out[s.PEAK], out[s.PEAK_AT] = rows[place, s.LEVEL], rows[place, s.SINCE]
    out[s.LAPSED], out[s.SLIPS] = FOREVER, held[level]
    lapse = memory.raised[level]
    for rule in range(plan.test.size):
        if plan.level[rule] == level:
            lapse = max(lapse, memory.lapse[rule])
    if level > 0 and lapse <= until:
        out[s.LAPSED] = lapse
    out[s.NEXT_RULE], out[s.HAVE] = s.NO_RULE, 0
    nearest = -1.0
    for rule in range(plan.test.size):
        if plan.level[rule] == level + 1:
            need = np.int64(1) if plan.test[rule] == STANDING else plan.need[rule]
            have = progress(plan, memory, queues, rule, until)
            if have / need > nearest:
                nearest = have / need
                out[s.NEXT_RULE], out[s.HAVE] = rule, have


@nb.njit(nogil=True, cache=True)
def last_row(lives: Any, begin: int, end: int, until: int, out: Any) -> None:
    """Write when the person last did anything, up to the instant; FOREVER if never."""
    out[s.LAST_AT] = FOREVER
    for row in range(end - 1, begin - 1, -1):
        if lives.at[row] <= until and lives.kind[row] >= 0 and lives.direction[row] != OUT:
            out[s.LAST_AT] = lives.at[row]
            return
