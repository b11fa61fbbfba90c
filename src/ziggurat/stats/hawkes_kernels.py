"""The passes over lives that least squares for a Hawkes process takes: see `hawkes` for what they add up.

Both follow from how products of exponentials change: between events ∫ is known, at an event of type j only row and
column j jump. So a pass costs a few operations a type for each event, however long ago the others were.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ziggurat.stats.jit import jit

FAST = {"contract", "reassoc", "nsz", "arcp"}  # sums may be reordered; NaN and infinities stay what they are


@jit(fastmath=FAST)
def own_kernel(
    start: Any, at: Any, kind: Any, begin: Any, end: Any, group: Any, edges: Any, betas: Any, period: float, sums: Any
) -> None:
    """Add the sums of all people: one pass a half-life, a few operations a type for each event."""
    products, responses, masses, events, days = sums
    for person in range(begin.size):
        mine, first, last = group[person], begin[person], end[person]
        whole = slice(start[person], start[person + 1])
        days[mine] += max(last - first, 0.0)
        for row in range(start[person], start[person + 1]):
            if at[row] > first:
                events[mine, kind[row]] += 1
        for number in range(betas.size):
            own_life(
                at[whole], kind[whole], first, last, betas[number], edges[person], period,
                products[number, mine], responses[number, mine], masses[number, mine],
            )  # fmt: skip


@jit(fastmath=FAST)
def own_life(
    at: Any,
    kind: Any,
    first: float,
    last: float,
    beta: float,
    edge: float,
    period: float,
    product: Any,
    response: Any,
    mass: Any,
) -> None:
    """Add one person's sums for one half-life; ties do not trigger each other."""
    types = mass.size
    now, follow, mean = np.zeros(types), np.zeros(types), np.zeros(types)  # all that happened; the instruments alone
    clock, until = first, first  # the period's end; the first one begins with the window
    row, stop = 0, at.size
    if row < stop:
        clock = at[row]
    while row < stop:
        time = at[row]
        if time >= first and time >= until and not (until == last and last > first):
            if until > first:
                close(product, now, follow, mean, beta, until - clock)
                clock = max(until, clock)
            follow[:] = 0.0
            mean[:] = 0.0
            until = min(last, (math.floor((time - edge) / period) + 1) * period + edge)
        fade = math.exp(-beta * (time - clock))
        for one in range(types):
            now[one] *= fade
            follow[one] *= fade
        clock = time
        ties = row
        while ties < stop and at[ties] == time:
            if time > first:
                effect = kind[ties]
                for one in range(types):
                    response[effect, one] += follow[one] - mean[one]
            ties += 1
        gone = math.exp(-beta * (last - time))
        rest = until - time
        level = 0.0
        if rest > 0.0:
            level = (1.0 - (gone if until == last else math.exp(-beta * rest))) / rest
        for tie in range(row, ties):
            cause = kind[tie]
            if time < first:
                mass[cause] += math.exp(-beta * (first - time)) - gone
                now[cause] += beta
                continue
            mass[cause] += 1.0 - gone
            jump(product, now, follow, mean, cause, beta, level)
        row = ties
    if until > first:
        close(product, now, follow, mean, beta, until - clock)


@jit(fastmath=FAST)
def jump(product: Any, now: Any, follow: Any, mean: Any, cause: int, beta: float, level: float) -> None:
    """Let one more event happen. level: the mean of its weight, 0 where its period is over."""
    share = 0.5 - level / beta if level > 0.0 else 0.0
    for one in range(now.size):
        product[cause, one] += now[one] * share
    for one in range(now.size):
        product[one, cause] += 0.5 * follow[one] - mean[one]
    now[cause] += beta
    if level > 0.0:
        product[cause, cause] += 0.5 * beta - level
        follow[cause] += beta
        mean[cause] += level


@jit(fastmath=FAST)
def close(product: Any, now: Any, follow: Any, mean: Any, beta: float, days: float) -> None:
    """Let a period end `days` later: take off the part of the products' integrals beyond it."""
    fade = math.exp(-beta * days)
    for one in range(now.size):
        now[one] *= fade
    for cause in range(now.size):
        if mean[cause] != 0.0:
            factor = (0.5 * follow[cause] * fade - mean[cause]) / beta
            for one in range(now.size):
                product[cause, one] -= now[one] * factor


@jit(fastmath=FAST)
def common_kernel(start: Any, at: Any, kind: Any, begin: Any, end: Any, group: Any, betas: Any, sums: Any) -> None:
    """Add the sums of all people under one baseline a type; the first row and column are left to the caller."""
    products, responses, masses, events, days = sums
    types = events.shape[1]
    now = np.empty(types)
    for person in range(begin.size):
        mine, first, last = group[person], begin[person], end[person]
        days[mine] += max(last - first, 0.0)
        for row in range(start[person], start[person + 1]):
            if at[row] > first:
                events[mine, kind[row]] += 1
        for number in range(betas.size):
            beta = betas[number]
            product, response, mass = products[number, mine], responses[number, mine], masses[number, mine]
            now[:] = 0.0
            clock, inside = first, False
            row, stop = start[person], start[person + 1]
            if row < stop:
                clock = min(first, at[row])
            while row < stop:
                time = at[row]
                if time > first and not inside:
                    square(product, now, math.exp(-beta * (first - clock)), 0.5 / beta)
                    inside = True
                fade = math.exp(-beta * (time - clock))
                for one in range(types):
                    now[one] *= fade
                clock = time
                ties = row
                while ties < stop and at[ties] == time:
                    if inside:
                        effect = kind[ties]
                        for one in range(types):
                            response[effect, one + 1] += now[one]
                    ties += 1
                gone = math.exp(-beta * (last - time))
                for tie in range(row, ties):
                    cause = kind[tie]
                    mass[cause] += (1.0 if time >= first else math.exp(-beta * (first - time))) - gone
                    if inside:
                        for one in range(types):
                            product[cause + 1, one + 1] += 0.5 * now[one]
                        for one in range(types):
                            product[one + 1, cause + 1] += 0.5 * now[one]
                        product[cause + 1, cause + 1] += 0.5 * beta
                    now[cause] += beta
                row = ties
            if not inside:
                square(product, now, math.exp(-beta * (first - clock)), 0.5 / beta)
                clock = first
            square(product, now, math.exp(-beta * (last - clock)), -0.5 / beta)


@jit(fastmath=FAST)
def square(product: Any, now: Any, fade: float, factor: float) -> None:
    """Add `factor` times the square of what is left of the excitation after it has faded."""
    for one in range(now.size):
        for other in range(now.size):
            product[one + 1, other + 1] += now[one] * now[other] * fade * fade * factor


@jit(fastmath=FAST)
def followed(start: Any, at: Any, kind: Any, begin: Any, within: Any, found: Any) -> None:
    """Mark who had which effect within so many days after which cause."""
    types = within.size
    last = np.empty(types)
    for person in range(begin.size):
        last[:] = -np.inf
        row, stop = start[person], start[person + 1]
        while row < stop:
            time, ties = at[row], row
            while ties < stop and at[ties] == time:
                if time > begin[person]:
                    for cause in range(types):
                        if time - last[cause] <= within[kind[ties]]:
                            found[person, kind[ties], cause] = True
                ties += 1
            for tie in range(row, ties):
                last[kind[tie]] = time
            row = ties
