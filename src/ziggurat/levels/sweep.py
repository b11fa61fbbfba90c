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
from ziggurat.levels.lapse import enough_since, hold, nth_latest, pass_gates, prolong, stand, switch
from ziggurat.levels.plan import DAY, FOREVER, NEVER, ON_DAYS, STANDING, WORTH
from ziggurat.levels.state import expires, state
from ziggurat.levels.turns import climb, grown, highest, slip
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
def live(rules: Any, acts: Any, ats: Any, others: Any, mind: Any, out: Any, whose: Any) -> Any:
    """Sweep one person's life.

    others: raises and gates. out: the rows, and how many are written. whose: where her life begins and ends, her hash,
    her first raise and gate, and until when to sweep.
    Returns: the rows, how many are written, the next raise, the next gate, and the last activity.
    """
    raises, gates = others
    rows, written = out
    begin, end, person, lift, gate, until = whose
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
            climb(facts, memory, rows, written, (begin, level, np.int64(top)), at, begun)
            written, level = written + 1, np.int64(top)
        elif held[level] <= at:
            slip(facts, memory, held, raised, rows, written, at)
            written += 1
            level = rows[written - 1, s.LEVEL_NOW]
    return rows, written, lift, gate, last


@jit
def sweep(declared: Any, lives: Any, starts: Any, raises: Any, gates: Any, room: Any, until: int) -> Any:
    """Sweep every person; see `run.run`. Arrays go on in bundles: rules, acts, and mind, what is kept of one person."""
    facts, masks, ends, least, watch = declared
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
        whose = (begin, afters[nth], person[begin], lift, gate, until)
        rows, written, lift, gate, last = live(rules, acts, ats, (raises, gates), mind, (rows, written), whose)
        if until < FOREVER:
            now = rows[born:written]
            state(rules[0], mind, now, until, states[known])
            states[known, s.LAST_AT] = FOREVER if last == NEVER else last
            known += 1
    return rows[:written], states[:known]
