"""One pass over the histories of many people: when did each stand on which level?

Between two instants at which something happens, every rule can only lapse, and when it will is already known.
So each rule keeps one number, the instant at which it lapses if nothing more happens:

- the n-th latest matching interaction (distinct day, distinct channel) plus the window;
- for worth, the latest interaction from which on the sum still suffices, plus the window;
- for standing, the latest activity plus the window, and the end when one comes.

A rule with conditions keeps both when that is and until when its conditions are met, and lapses at the earlier of the
two; how conditions change is known beforehand (`levels.conditions`), and comes in as a list of gates.

A level is held until the latest lapse among its rules, plus its grace, or until a manual raise expires.
Nothing is searched and no window is scanned twice: the pass is linear in the interactions, and an interaction that
no rule looks at costs a few comparisons. The small functions are inlined into one loop, because handing many arrays
to a function a hundred million times costs more than the work itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.levels import lives as s
from ziggurat.levels.plan import AT_LEAST, DAY, FOREVER, MICRO, MOST, NEVER, ON_DAYS, STANDING, WORTH
from ziggurat.levels.state import expires, state
from ziggurat.stats.jit import inlined, intrinsic, jit

OUT = 1  # position of 'out' in schema.DIRECTIONS


@intrinsic
def unowned(context: Any, array: Any) -> Any:
    """Return an array that is not reference-counted: counting in the inner loop took three quarters of its time.

    The caller of the compiled function owns the array for as long as the function runs.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        view.meminfo = view.meminfo.type(None)
        return view._getvalue()

    return array(array), code


@jit
def within(masks: Any, least: Any, lives: Any, rule: int, row: int) -> Any:
    """Tell whether the filters of a rule that has any, direction and kinds apart, let an interaction through."""
    channels, activities, saying = masks
    channel, activity, amount, score, says = lives
    return (
        channels[rule, channel[row]]
        and activities[rule, activity[row]]
        and (least[0, rule] == -np.inf or amount[row] >= least[0, rule])
        and (least[1, rule] == -np.inf or score[row] >= least[1, rule])
        and (says.size == 0 or saying[rule, says[row]])
    )


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
    turn(rows, written, rows[written - 1, s.ROW], highest(held, at, level), at, s.SLIP, found, np.int64(-1))


@inlined
def turn(rows: Any, written: int, begin: int, level: int, at: int, change: int, rule: int, cause: int) -> None:
    """Close the person's open row, if there is one, and open the next at `written`."""
    came_from = np.int64(-1)
    if change != s.FIRST:
        rows[written - 1, s.UNTIL] = at
        came_from = rows[written - 1, s.LEVEL_NOW]
    rows[written, s.ROW], rows[written, s.LEVEL_NOW] = begin, level
    rows[written, s.SINCE], rows[written, s.UNTIL] = at, FOREVER
    rows[written, s.CHANGE], rows[written, s.FROM] = change, came_from
    rows[written, s.RULE], rows[written, s.CAUSE] = rule, cause


@jit
def grown(rows: Any) -> Any:
    """Return the same rows with room for as many more."""
    more = np.empty((2 * rows.shape[0], rows.shape[1]), np.int64)
    more[: rows.shape[0]] = rows
    return more


@inlined
def climb(
    facts: Any, memory: Any, rows: Any, written: int, begin: int, at: int, level: int, to: int, known: int
) -> None:
    """Write the first level of a person (level -1 before), or a climb from one; `known` is her first row, or -1."""
    rule, cause = s.NO_RULE, np.int64(known)
    if to > 0:
        rule = rule_that_tipped(facts, memory, to, at)
        cause = memory[s.TIPPED, rule] if rule >= 0 else np.int64(-1)
    turn(rows, written, begin, to, at, s.FIRST if level < 0 else s.CLIMB, rule, cause)


@inlined
def notice(rules: Any, acts: Any, mind: Any, row: int, at: int, top: int, unsettled: bool) -> Any:
    """Let every rule look at one interaction.

    Returns: `top`, or the level that it holds up if that is higher; and whether a standing began or ended at `at`.
    """
    facts, ends, least, masks, first_rule, rule_of = rules
    kinds, direction, channel, activity, amount, minutes, score, says = acts
    memory, ring, keys, paid_at, paid, held, _, _ = mind
    act = 3 * (np.int64(kinds[row]) + 1) + direction[row]
    for place in range(first_rule[act], first_rule[act + 1]):
        rule = rule_of[place]
        if facts[s.PLAIN, rule] == 0 and not within(masks, least, (channel, activity, amount, score, says), rule, row):
            continue
        test, since = facts[s.TEST, rule], NEVER
        if test == STANDING:
            switch(memory, ends[rule, kinds[row]], rule, row, at)
            unsettled = True
        elif test == WORTH:
            value = minutes[row] if facts[s.MINUTES, rule] == 1 else amount[row]
            since = enough_since(facts, memory, paid_at, paid, rule, value, at)
        else:
            key = at // DAY if test == ON_DAYS else np.int64(channel[row])
            since = nth_latest(facts, memory, ring, keys, rule, key, at)
        if since != NEVER:
            top = max(top, hold(facts, memory, held, rule, expires(since, facts[s.WINDOW, rule]), row, at))
    return top, unsettled


@inlined
def lift_up(raises: Any, mind: Any, lift: int, person: int, at: int) -> Any:
    """Take note of the manual raises of a person up to an instant.

    Returns: the next raise, and the highest level that is held by one that was noted, 0 for none.
    """
    raise_person, raise_level, raise_since, raise_until = raises
    held, raised = mind[5], mind[6]
    top = np.int64(0)
    while lift < raise_person.size and raise_person[lift] == person and raise_since[lift] <= at:
        to = raise_level[lift]
        raised[to] = max(raised[to], raise_until[lift])
        if raised[to] > at:
            held[to] = max(held[to], raised[to])
            top = max(top, to)
        lift += 1
    return lift, top


@inlined
def forget(facts: Any, mind: Any) -> None:
    """Begin with a person of whom nothing is known."""
    memory, _, _, _, _, held, raised, _ = mind
    memory[:] = 0
    memory[s.LAPSE :, :] = NEVER
    for rule in range(facts.shape[1]):
        if facts[s.GATED, rule] != s.SHUT:
            memory[s.GATE, rule] = FOREVER
    held[:] = NEVER
    held[0] = FOREVER
    raised[:] = NEVER


@inlined
def live(
    rules: Any, acts: Any, ats: Any, raises: Any, gates: Any, mind: Any, rows: Any, written: int, begin: int, end: int,
    person: int, lift: int, gate: int, until: int,
) -> Any:  # fmt: skip
    """Sweep one person's life.

    Returns: the rows, how many are written, the next raise, the next gate, and the last activity.
    """
    facts, kinds, direction, memory, held, raised = rules[0], acts[0], acts[1], mind[0], mind[5], mind[6]
    horizon = until + 1 if until < FOREVER else FOREVER
    row, last, level = begin, NEVER, np.int64(-1)
    lifted = lift < raises[0].size and raises[0][lift] == person
    gated = gate < gates[0].size and gates[0][gate] == person
    while True:
        if rows.shape[0] - written <= held.size:  # as many as one instant can write
            rows = grown(rows)
        at = ats[row] if row < end else FOREVER
        if lifted:
            at = min(at, max(raises[2][lift], ats[begin]))
        if gated:
            at = min(at, max(gates[1][gate], ats[begin]))
        while level > 0 and held[level] < min(at, horizon):  # what lapses before anything more happens
            slip(facts, memory, held, raised, rows, written, held[level])
            written += 1
            level = rows[written - 1, s.LEVEL_NOW]
        if at > until or at == FOREVER:
            break
        last_before, active_row, unsettled = last, np.int64(-1), False
        top: Any = max(level, 0)
        if lifted:
            lift, raised_to = lift_up(raises, mind, lift, person, at)
            lifted = lift < raises[0].size and raises[0][lift] == person
            top = max(top, raised_to)
        if gated:
            gate, opened = pass_gates(facts, mind, gates, gate, person, at)
            gated = gate < gates[0].size and gates[0][gate] == person
            top = max(top, opened)
        while row < end and ats[row] == at:
            top, unsettled = notice(rules, acts, mind, row, at, top, unsettled)
            if active_row < 0 and kinds[row] >= 0 and direction[row] != OUT:
                last, active_row = at, np.int64(row)
            row += 1
        if active_row >= 0 and not unsettled:
            unsettled = not prolong(facts, memory, held, mind[7], at)
        if unsettled:
            stand(facts, memory, held, raised, (last, last_before, active_row), at)
            top = highest(held, at, held.size)
        if top > level:
            begun = begin if kinds[begin] >= 0 else -1
            climb(facts, memory, rows, written, begin, at, level, top, begun)
            written, level = written + 1, np.int64(top)
        elif held[level] <= at:
            slip(facts, memory, held, raised, rows, written, at)
            written += 1
            level = rows[written - 1, s.LEVEL_NOW]
    return rows, written, lift, gate, last


@jit
def sweep(
    facts: Any, masks: Any, ends: Any, least: Any, watch: Any, lives: Any, starts: Any, raises: Any, gates: Any,
    room: Any, until: int,
) -> Any:  # fmt: skip
    """Sweep every person; see `run.run`. Arrays go on in bundles: rules, acts, and mind, what is kept of one person."""
    others = (unowned(masks[0]), unowned(masks[1]), unowned(masks[2]))
    rules = (unowned(facts), unowned(ends), unowned(least), others, unowned(watch[0]), unowned(watch[1]))
    person, ats, kinds = unowned(lives[0]), unowned(lives[1]), unowned(lives[2])
    channel, activity, direction = unowned(lives[3]), unowned(lives[4]), unowned(lives[5])
    amount, minutes, score, says = unowned(lives[6]), unowned(lives[7]), unowned(lives[8]), unowned(lives[9])
    acts = (kinds, direction, channel, activity, amount, minutes, score, says)
    memory, ring, keys, held = unowned(room[0]), unowned(room[1]), unowned(room[2]), unowned(room[5])
    paid_at, paid, raised, windowed = unowned(room[3]), unowned(room[4]), unowned(room[6]), unowned(room[7])
    mind = (memory, ring, keys, paid_at, paid, held, raised, windowed)
    begins, afters = unowned(starts[0]), unowned(starts[1])
    raise_person = raises[0]
    rows = np.empty((max(2 * held.size, 3 * begins.size), 8), np.int64)
    states = np.empty((begins.size, 13), np.int64)
    written, known, lift, gate = 0, 0, 0, 0
    for nth in range(begins.size):
        begin, born = begins[nth], written
        if ats[begin] > until:
            continue
        forget(rules[0], mind)
        while lift < raise_person.size and raise_person[lift] < person[begin]:
            lift += 1
        while gate < gates[0].size and gates[0][gate] < person[begin]:
            gate += 1
        rows, written, lift, gate, last = live(
            rules, acts, ats, raises, gates, mind, rows, written, begin, afters[nth], person[begin], lift, gate, until
        )
        if until < FOREVER:
            now = rows[born:written]
            state(rules[0], memory, ring, paid_at, paid, held, raised, now, until, states[known])
            states[known, s.LAST_AT] = FOREVER if last == NEVER else last
            known += 1
    return rows[:written], states[:known]
