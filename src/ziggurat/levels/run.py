"""Sweep some people under a plan: makes room for what the kernel remembers, and calls it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.levels import lives as s
from ziggurat.levels.plan import AT_LEAST, FOREVER, ON_CHANNELS, ON_DAYS, STANDING, WORTH, Plan
from ziggurat.levels.sweep import lives_swept

Ints = npt.NDArray[np.int64]


def run(plan: Plan, lives: s.Lives, raises: s.Raises, until: int = int(FOREVER)) -> tuple[Ints, Ints]:
    """Sweep some people's lives under a plan, up to and including an instant.

    Returns: rows, one per stretch on one level, and states, one per person at `until`; columns as named in
    `lives`. Instants in µs; FOREVER where there is no end in sight. A row's CAUSE is the row of the interaction
    that tipped it, -1 for none; RULE counts the plan's rules, NO_RULE and RAISED apart.
    """
    people = int(np.count_nonzero(np.diff(lives.person)) + 1) if lives.person.size else 0
    longest = longest_life(lives.person)
    queues = np.cumsum(plan.test == WORTH) - 1
    rings = np.isin(plan.test, (AT_LEAST, ON_DAYS, ON_CHANNELS))
    widest = int(plan.need[rings].max(initial=1))
    rules, kinds = plan.kind.shape
    memory = s.Memory(
        lapse=np.empty(rules, np.int64),
        before=np.empty(rules, np.int64),
        tipped=np.empty(rules, np.int64),
        count=np.empty(rules, np.int64),
        time=np.empty((rules, widest), np.int64),
        key=np.empty((rules, widest), np.int64),
        started=np.empty(rules, np.bool_),
        begun=np.empty(rules, np.int64),
        tail=np.empty(rules, np.int64),
        total=np.empty(rules, np.int64),
        paid_at=np.empty((max(1, int((plan.test == WORTH).sum())), longest), np.int64),
        paid=np.empty((max(1, int((plan.test == WORTH).sum())), longest), np.int64),
        raised=np.empty(plan.grace.size, np.int64),
    )
    watching = plan.kind | (plan.ends & (plan.test == STANDING)[:, None])
    first_rule = np.concatenate([[0], np.cumsum(watching.sum(axis=0))]).astype(np.int64)
    rule_of = np.concatenate([np.flatnonzero(watching[:, kind]) for kind in range(kinds)]).astype(np.int64)
    rows, states = lives_swept(plan, lives, raises, memory, queues, first_rule, rule_of, people, np.int64(until))
    return rows, states


def longest_life(person: Ints) -> int:
    """Return the most interactions that one person has."""
    ends = np.flatnonzero(np.diff(person)) + 1
    return int(np.diff(np.concatenate([[0], ends, [person.size]])).max(initial=1))
