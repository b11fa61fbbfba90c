"""Sweep some people under a plan: makes room for what the kernel remembers, and calls it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.levels import lives as s
from ziggurat.levels.plan import FOREVER, STANDING, WORTH, Plan
from ziggurat.levels.sweep import sweep
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
NOBODY = np.empty(0, np.int64)


def run(
    plan: Plan,
    lives: s.Lives,
    raises: s.Raises,
    until: int = int(FOREVER),
    leave_out: Ints = NOBODY,
    *,
    gates: s.Gates,
    says: npt.NDArray[np.int8],
) -> tuple[Ints, Ints]:
    """Sweep some people's lives under a plan, up to and including an instant.

    leave_out: people who are passed over, sorted. gates: when the conditions of rules change. says: what each
    interaction says, as `speech.tones.sayings`; empty where no rule asks.
    Returns: rows, one per stretch on one level, and, unless `until` is FOREVER, states, one per person at `until`;
    columns as named in `lives`. Instants in µs; FOREVER where there is no end in sight. A row's CAUSE is the row of
    the interaction that tipped it, -1 for none; RULE counts the plan's rules, NO_RULE and RAISED apart.
    """
    edges = edges_of(lives.person)
    begins, ends = edges[:-1], edges[1:]
    if leave_out.size:
        kept = ~among(lives.person[begins], leave_out)
        begins, ends = begins[kept], ends[kept]
    longest = int((ends - begins).max(initial=1))
    masks = (plan.channel, plan.activity, plan.saying)
    least = np.stack([plan.min_amount, plan.min_score])
    watch = watched(plan)
    people, memory = (begins, ends), room(plan, longest)
    declared = (facts(plan, gates.met), masks, plan.ends, least, watch)
    rows, states = sweep(declared, (*lives[:9], says), people, tuple(raises), tuple(gates[:5]), memory, np.int64(until))
    return rows, states


@jit
def edges_of(person: Any) -> Any:
    """Return the row with which each person's life begins, and the end of the last one."""
    edges = np.empty(person.size + 1, np.int64)
    people = 0
    for row in range(person.size):
        if row == 0 or person[row] != person[row - 1]:
            edges[people] = row
            people += 1
    edges[people] = person.size
    return edges[: people + 1]


def among(people: Ints, listed: Ints) -> npt.NDArray[np.bool_]:
    """Tell which people are in a sorted list that is not empty."""
    found: npt.NDArray[np.bool_] = listed[np.minimum(np.searchsorted(listed, people), listed.size - 1)] == people
    return found


def facts(plan: Plan, met: Ints) -> Ints:
    """Return what the kernel needs to know of each rule, rows as named in `lives`. met: see `lives.Gates`."""
    unfiltered = plan.channel.all(axis=1) & plan.activity.all(axis=1)
    unfiltered &= np.isneginf(plan.min_amount) & np.isneginf(plan.min_score) & plan.saying.all(axis=1)
    gated = np.where(plan.gated, np.where(met == 1, s.OPEN, s.SHUT), s.ALWAYS)
    queue = np.cumsum(plan.test == WORTH) - 1
    return np.stack(
        [
            *(plan.test, plan.level, plan.need, plan.window, plan.minutes, queue, plan.grace[plan.level], unfiltered),
            gated,
        ]
    ).astype(np.int64)


def watched(plan: Plan) -> tuple[Ints, npt.NDArray[np.uint16]]:
    """Return, for each act (kind and direction, those of no kind first), where its rules begin in a list; the list."""
    watching = plan.kind | (plan.ends & (plan.test == STANDING)[:, None])
    acts = (watching[:, :, None] & plan.direction[:, None, :]).reshape(plan.test.size, -1)
    first = np.concatenate([[0, 0, 0, 0], np.cumsum(acts.sum(axis=0))]).astype(np.int64)
    return first, np.nonzero(acts.T)[1].astype(np.uint16)


def room(plan: Plan, longest: int) -> tuple[npt.NDArray[np.generic], ...]:
    """Return empty arrays for what is remembered of one person, whose life has at most `longest` interactions."""
    rules, levels = plan.test.size, plan.grace.size
    queues = max(1, int((plan.test == WORTH).sum()))
    rings = (plan.test != WORTH) & (plan.test != STANDING)
    widest = int(plan.need[rings].max(initial=1))
    return (
        np.empty((11, rules), np.int64),  # memory
        np.empty((rules, widest), np.int64),  # ring of instants
        np.empty((rules, widest), np.int64),  # and of what must be distinct: day or channel
        np.empty((queues, longest), np.int64),  # queue of instants
        np.empty((queues, longest), np.int64),  # and of amounts, millionths
        np.empty(levels, np.int64),  # until when each level is held
        np.empty(levels, np.int64),  # until when each is held by a manual raise
        np.flatnonzero((plan.test == STANDING) & (plan.window < FOREVER)),  # standings that activity prolongs
    )
