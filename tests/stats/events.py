"""A few ragged lives, and the arithmetic of Hawkes processes done pair by pair."""

import math

import numpy as np
from bench.branching import GOLDEN, simulate

from ziggurat.stats.hawkes import Streams


def ragged(draw, people=6, types=3):
    """A few people with ties, events before the window and at its edges, and one who did nothing."""
    streams = simulate(draw, np.full((people, types), 0.2), np.full((types, types), 0.1), 1.0, 20, groups=3)
    at = np.where(draw.random(streams.at.size) < 0.4, np.round(streams.at), streams.at)
    empty = np.concatenate([streams.start, streams.start[-1:]])
    order = np.lexsort((at, np.repeat(np.arange(people), np.diff(streams.start))))
    ends = np.full(people + 1, 20.0)
    begin = np.concatenate([draw.integers(0, 6, people), [0]]).astype(float)
    group, phase = np.arange(people + 1) % 3, np.arange(people + 1) * GOLDEN % 1
    return Streams(empty, at[order], streams.type[order], begin, ends, group, phase)


def lives(streams):
    """Each person's (instant, type) pairs with her window."""
    for person in range(streams.begin.size):
        rows = range(streams.start[person], streams.start[person + 1])
        events = [(float(streams.at[row]), int(streams.type[row])) for row in rows]
        yield person, events, float(streams.begin[person]), float(streams.end[person])


def kernel_integral(beta, since, begin, end):
    """∫ β e^{-β (t - since)} over what of (begin, end] is after `since`."""
    begin = max(begin, since)
    return math.exp(-beta * (begin - since)) - math.exp(-beta * (end - since)) if end > begin else 0.0


def product_integral(beta, one, other, begin, end):
    """∫ of the product of two kernels."""
    begin = max(begin, one, other)
    if end <= begin:
        return 0.0
    return beta / 2 * (math.exp(-beta * (2 * begin - one - other)) - math.exp(-beta * (2 * end - one - other)))


def naive_own(streams, half_life, types, period):
    """`hawkes.own_sums`, every pair of events by itself."""
    beta = math.log(2) / half_life
    product, response, mass = np.zeros((types, types)), np.zeros((types, types)), np.zeros(types)
    for person, events, begin, end in lives(streams):
        for time, cause in events:
            mass[cause] += kernel_integral(beta, time, begin, end)
            edge = 0 if math.isinf(period) else streams.phase[person] * period
            last = end if math.isinf(period) else min(end, (math.floor((time - edge) / period) + 1) * period + edge)
            if time < begin or last <= time:
                continue
            mean = kernel_integral(beta, time, time, last) / (last - time)
            for other, effect in events:
                if time < other < last or time < other == last == end:
                    response[effect, cause] += beta * math.exp(-beta * (other - time)) - mean
                product[cause, effect] += product_integral(beta, time, other, time, last)
                product[cause, effect] -= mean * kernel_integral(beta, other, time, last)
    return product, response, mass


def naive_common(streams, half_life, types):
    """`hawkes.common_sums` without its first row and column."""
    beta = math.log(2) / half_life
    product, response = np.zeros((types, types)), np.zeros((types, types))
    for _, events, begin, end in lives(streams):
        for one, cause in events:
            for other, effect in events:
                product[cause, effect] += product_integral(beta, one, other, begin, end)
                if one < other and other > begin:
                    response[effect, cause] += beta * math.exp(-beta * (other - one))
    return product, response


def naive_log_likelihood(streams, baseline, triggered, half_lives, frailty):
    """The log-likelihood by the formula; frailty: each person's, known."""
    beta = np.log(2) / half_lives
    value = 0.0
    for person, events, begin, end in lives(streams):
        for time, effect in events:
            if time > begin:
                value += math.log(intensity(events, time, effect, baseline * frailty[person], triggered, beta))
        value -= baseline.sum() * frailty[person] * (end - begin)
        for time, cause in events:
            for effect in range(baseline.size):
                value -= triggered[effect, cause] * kernel_integral(beta[effect], time, begin, end)
    return value


def intensity(events, time, effect, baseline, triggered, beta):
    """λ of one type at a time."""
    started = sum(
        triggered[effect, cause] * beta[effect] * math.exp(-beta[effect] * (time - other))
        for other, cause in events
        if other < time
    )
    return baseline[effect] + started
