"""Does a fitted Hawkes process fit, and is its influence more than the habits of people?

Under the true model the time between events, measured by how many were to be expected, is exponential with mean 1
(time rescaling). And if the times of what each person did are drawn anew within her own periods, nothing can influence
anything any more: an estimate that does not vanish then was no influence in the first place.

Sources: Brown et al. (2002), Neural Computation 14(2), 325-346; Stephens (1970), JRSS B 32(1), 115-122 (small samples).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.stats.hawkes import Floats, Streams, plain
from ziggurat.stats.hawkes_kernels import FAST
from ziggurat.stats.hawkes_likelihood import Fit
from ziggurat.stats.jit import jit


def rescaled(streams: Streams, fit: Fit, half_lives: Floats) -> tuple[Floats, Floats]:
    """Return how many events of its type were expected before each event since the last one, and log-likelihoods.

    The first is (m,), one for each event within a window, in order; people are put end to end, so that nobody's last
    wait is lost. The second is (K,), by effect. What is known of a person's frailty at a time is what she did until
    then; it is held to be a Gamma distribution throughout (assumed-density filtering), so both are near approximations.
    """
    start, at, kind, begin, end, _ = plain(streams)
    inside = int((at > np.repeat(begin, np.diff(start))).sum())
    waits, values = np.zeros(inside), np.zeros(half_lives.size)
    betas = np.log(2) / half_lives
    rescale_kernel(start, at, kind, begin, end, betas, fit.baseline, fit.triggered, fit.shape, waits, values)
    return waits, values


def kolmogorov(waits: Floats) -> tuple[float, float]:
    """Return the largest distance between the waits' distribution and the exponential, and its p-value.

    A small p-value says that the model does not fit; a large one that these events do not show it. With many events
    any model is found wrong: look at the distance, in [0, 1].

    >>> waits = -np.log(1 - (np.arange(50) + 0.5) / 50)
    >>> [round(value, 3) for value in kolmogorov(waits)]
    [0.01, 1.0]
    """
    size = waits.size
    if not size:
        return math.nan, math.nan
    expected = -np.expm1(-np.sort(waits))
    steps = np.arange(size + 1) / size
    distance = float(max((steps[1:] - expected).max(), (expected - steps[:-1]).max()))
    scaled = (math.sqrt(size) + 0.12 + 0.11 / math.sqrt(size)) * distance
    if scaled < 0.2:
        return distance, 1.0
    tail = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * scaled * scaled) for k in range(1, 101))
    return distance, min(max(tail, 0.0), 1.0)


def shuffled(streams: Streams, person: npt.NDArray[np.int64], period: float, seed: int) -> Streams:
    """Draw the time of each event within a window anew, within the same period of `period` days of the same person.

    person: a number of each, by which her times are drawn, so that they don't depend on who else is there. Which things
    she did, and how many in each period, stays as it was; what came before the window does too.
    """
    start, at, kind, begin, end, group = plain(streams)
    whose = np.repeat(np.arange(begin.size), np.diff(start))
    first, last = begin[whose], end[whose]
    if not math.isinf(period):
        edge = streams.phase[whose] * period
        cell = np.floor((at - edge) / period) * period + edge
        first, last = np.maximum(first, cell), np.minimum(last, cell + period)
    order = np.lexsort((kind, at, whose))
    fresh = np.ones(at.size, np.bool_)
    fresh[1:] = (np.diff(whose[order]) != 0) | (np.diff(at[order]) != 0) | (np.diff(kind[order]) != 0)
    place, same = np.arange(at.size), np.empty(at.size, np.int64)  # same: counts what is alike in everything
    same[order] = place - np.maximum.accumulate(np.where(fresh, place, 0))
    drawn = uniform(np.int64(seed), person[whose], at.view(np.int64), kind, same)
    inside = at > begin[whose]
    moved = np.where(inside, first + np.maximum(drawn, 2.0**-53) * (last - first), at)
    moved = np.minimum(np.where(inside & (moved <= first), np.nextafter(first, np.inf), moved), np.maximum(last, at))
    order = np.lexsort((kind, moved, whose))
    return Streams(start, moved[order], kind[order], begin, end, group, streams.phase)


def uniform(*parts: npt.NDArray[np.int64] | np.int64) -> Floats:
    """Hash integers to numbers in [0, 1) that look drawn. Source: Steele, Lea & Flood (2014), OOPSLA (SplitMix64)."""
    state = np.zeros(1, np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            state = (state ^ np.asarray(part).astype(np.int64).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state ^= state >> np.uint64(31)
    found: Floats = (state >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return found


@jit(fastmath=FAST)
def rescale_kernel(
    start: Any, at: Any, kind: Any, begin: Any, end: Any, betas: Any, baseline: Any, triggered: Any, shape: float,
    waits: Any, values: Any,
) -> None:  # fmt: skip
    """Walk through every life once, with the intensity of each type and what is known of the frailty."""
    types = betas.size
    total = baseline.sum()
    now, waited = np.zeros(types), np.zeros(types)
    row_out = 0
    for person in range(begin.size):
        now[:] = 0.0
        row, stop = start[person], start[person + 1]
        first, last = begin[person], end[person]
        clock = min(first, at[row]) if row < stop else first
        alpha, rate, inside = shape, shape, False
        while True:
            time = at[row] if row < stop else last
            if time > first and not inside:
                for one in range(types):
                    now[one] *= math.exp(-betas[one] * (first - clock)) if first > clock else 1.0
                clock, inside = max(clock, first), True
            past = time - clock
            busy = past  # expected frailty, integrated
            if inside and shape != np.inf and past > 0.0:
                busy = alpha * math.log1p(total * past / rate) / total
                rate += total * past
            for one in range(types):
                fade = math.exp(-betas[one] * past)
                if inside:
                    more = baseline[one] * busy + now[one] * (1.0 - fade) / betas[one]
                    waited[one] += more
                    values[one] -= more
                now[one] *= fade
            clock = time
            if row >= stop:
                break
            ties = row
            while ties < stop and at[ties] == time:
                if inside:
                    mine = kind[ties]
                    mean = 1.0 if shape == np.inf else alpha / rate
                    own = baseline[mine] * mean
                    values[mine] += math.log(own + now[mine])
                    waits[row_out] = waited[mine]
                    waited[mine] = 0.0
                    row_out += 1
                    if shape != np.inf:
                        alpha, rate = learnt(alpha, rate, own / (own + now[mine]))
                ties += 1
            for tie in range(row, ties):
                cause = kind[tie]
                for one in range(types):
                    now[one] += triggered[one, cause] * betas[one]
            row = ties


@jit(fastmath=FAST)
def learnt(alpha: float, rate: float, own: float) -> Any:
    """Return the Gamma distribution of a frailty after an event that came of itself with probability `own`.

    It is a mixture of Gamma(alpha + 1) and Gamma(alpha), matched in mean and variance.
    """
    middle = alpha + own
    wide = middle + own * (1.0 - own)
    return middle * middle / wide, rate * middle / wide
