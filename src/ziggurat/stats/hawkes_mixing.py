"""The passes over lives that the likelihood of a Hawkes process takes: see `hawkes_likelihood`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ziggurat.stats.hawkes_kernels import FAST
from ziggurat.stats.jit import jit


@jit(fastmath=FAST)
def rows_kernel(
    start: Any, at: Any, kind: Any, begin: Any, end: Any, group: Any, betas: Any, which: Any, fuel: Any, mass: Any
) -> None:
    """Fill the fuel and the masses in one pass over the events."""
    types = which.size
    now = np.empty((betas.size, types))
    row_out = 0
    for person in range(begin.size):
        now[:] = 0.0
        first, last = begin[person], end[person]
        row, stop = start[person], start[person + 1]
        clock = at[row] if row < stop else first
        while row < stop:
            time = at[row]
            for number in range(betas.size):
                fade = math.exp(-betas[number] * (time - clock))
                for one in range(types):
                    now[number, one] *= fade
            clock = time
            ties = row
            while ties < stop and at[ties] == time:
                if time > first:
                    number = which[kind[ties]]
                    for one in range(types):
                        fuel[row_out, one] = now[number, one]
                    row_out += 1
                ties += 1
            for number in range(betas.size):
                since = 1.0 if time >= first else math.exp(-betas[number] * (first - time))
                part = since - math.exp(-betas[number] * (last - time))
                for effect in range(types):
                    if which[effect] == number:
                        for tie in range(row, ties):
                            mass[group[person], effect, kind[tie]] += part
                for tie in range(row, ties):
                    now[number, kind[tie]] += betas[number]
            row = ties


@jit(fastmath=FAST)
def start_kernel(effect: Any, fuel: Any, triggered: Any, started: Any) -> None:
    """Fill in the rate at which earlier events trigger what each row is."""
    for row in range(effect.size):
        mine = effect[row]
        whole = 0.0
        for one in range(triggered.shape[1]):
            whole += triggered[mine, one] * fuel[row, one]
        started[row] = whole


@jit(fastmath=FAST)
def mix_kernel(
    first: Any, base: Any, started: Any, total: Any, shape: float, constant: float, nodes: Any, logs: Any, modes: Any,
    frailty: Any, weight: Any, slopes: Any,
) -> Any:  # fmt: skip
    """Return the log-likelihood but for the masses, and fill frailties, weights and slopes, person by person."""
    value = 0.0
    for person in range(total.size):
        begin, end = first[person], first[person + 1]
        plain_ = shape == np.inf
        if plain_:
            frailty[person, 0] = weight[person, 0] = 1.0
            for row in range(begin, end):
                value += math.log(base[row] + started[row])
            value -= total[person]
        else:
            value += spread(
                base[begin:end], started[begin:end], total[person], shape, constant, nodes, logs, modes, person,
                frailty[person], weight[person],
            )  # fmt: skip
        if plain_:
            for row in range(begin, end):
                one = 1.0 / (base[row] + started[row])
                slopes[0, row] = slopes[1, row] = one
                slopes[2, row] = slopes[3, row] = slopes[4, row] = one * one
            continue
        for row in range(begin, end):
            busy = other = busy2 = mixed = other2 = 0.0
            for node in range(nodes.size):
                f, w = frailty[person, node], weight[person, node]
                inverse = 1.0 / (f * base[row] + started[row])
                one = w * inverse
                two = one * inverse
                busy += f * one
                other += one
                busy2 += f * f * two
                mixed += f * two
                other2 += two
            slopes[0, row], slopes[1, row], slopes[2, row] = busy, other, busy2
            slopes[3, row], slopes[4, row] = mixed, other2
    return value


@jit(fastmath=FAST)
def spread(
    base: Any, started: Any, total: float, shape: float, constant: float, nodes: Any, logs: Any, modes: Any,
    person: int, frailty: Any, weight: Any,
) -> Any:  # fmt: skip
    """Return one person's log-likelihood, log f integrated out about its mode; fill her frailties and weights."""
    mode = modes[person]
    bend = 1.0
    for _ in range(50):
        f = math.exp(mode)
        bend = (total + shape) * f
        slope = shape - bend
        for row in range(base.size):
            part = f * base[row] / (f * base[row] + started[row])
            slope += part
            bend -= part * (1.0 - part)
        bend = max(bend, 0.1 * (total + shape) * f)
        step = min(max(slope / bend, -1.5), 1.5)
        mode += step
        if abs(step) < 1e-7:
            break
    modes[person] = mode
    wide = math.sqrt(2.0 / bend)
    most = -np.inf
    for node in range(nodes.size):
        log_f = mode + wide * nodes[node]
        f = math.exp(log_f)
        found = constant + shape * log_f - (shape + total) * f + logs[node]
        for row in range(base.size):
            found += math.log(f * base[row] + started[row])
        frailty[node], weight[node] = f, found
        most = max(most, found)
    whole = 0.0
    for node in range(nodes.size):
        weight[node] = math.exp(weight[node] - most)
        whole += weight[node]
    for node in range(nodes.size):
        weight[node] /= whole
    return most + math.log(whole * wide)


@jit(fastmath=FAST)
def bounded_kernel(place: Any, slope: Any, bend: Any) -> None:
    """Move to the maximum of a concave quadratic over what is at least 0, one coordinate after the other.

    slope: at the place; it is kept up to date. Each move climbs, so that the way there climbs too.
    """
    for _ in range(2000):
        most = 0.0
        for one in range(place.size):
            if bend[one, one] > 0.0:
                step = max(slope[one] / bend[one, one], -place[one])
                if step != 0.0:
                    place[one] += step
                    for other in range(place.size):
                        slope[other] -= step * bend[one, other]
                    most = max(most, abs(step) * math.sqrt(bend[one, one]))
        if most < 1e-9:
            break


@jit(fastmath=FAST)
def scores_kernel(first: Any, effect: Any, fuel: Any, baseline: Any, triggered: Any, frailty: Any, found: Any) -> None:
    """Add each row's part of the scores at each node."""
    types = baseline.size
    for person in range(frailty.shape[0]):
        for row in range(first[person], first[person + 1]):
            mine = effect[row]
            started = 0.0
            for one in range(types):
                started += triggered[mine, one] * fuel[row, one]
            for node in range(frailty.shape[1]):
                f = frailty[person, node]
                inverse = 1.0 / (f * baseline[mine] + started)
                place = mine * (types + 1)
                found[person, node, place] += f * inverse
                for one in range(types):
                    found[person, node, place + 1 + one] += fuel[row, one] * inverse
