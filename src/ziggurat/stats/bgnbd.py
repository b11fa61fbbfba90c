"""Who comes back when she likes, until she is gone for good: how often will she come again?

The BG/NBD model of repeat buying in continuous time. While someone is active she comes at random at a rate of her own,
Gamma(r, α) over people; after each time she comes back she is gone for good with a probability of her own, Beta(a, b)
over people; the two are independent. So nobody is ever gone before her first return. Time may have any unit.

Source: Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284. The expectation there (equation 10) is a
hypergeometric function that breaks down near a = 1; here it is the same sum in terms that are all positive: with N the
number of times she would come within t, negative binomial (r + x, t / (α + T + t)), and B_j the chance of outliving j
returns, P(Y ≥ y) = P(alive) P(N ≥ y) B_{y-1}.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ziggurat.base.heavy import special
from ziggurat.stats.jit import inlined, jit
from ziggurat.stats.lifetime import Ahead, Fit, Floats, Histories, climb

NAMES = ("r", "alpha", "a", "b")
ENOUGH = 1e-14  # share of a sum that what is left of it may be
TINY = -600.0  # logarithm below which a probability is stepped in logarithms, as it would vanish


def fit(histories: Histories) -> Fit:
    """Estimate r, α (in units of time), a and b. Raises nothing: what the data can't tell comes with wide bounds."""
    counts, place = np.unique(histories.x, return_inverse=True)
    people = np.bincount(place, histories.people).astype(np.float64)

    def slope(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values = np.exp(logs)
        plain, slopes = by_count(counts, people, values)
        slopes = slopes.copy()
        plain += slope_kernel(
            (histories.x, histories.last, histories.known, histories.people), (r, alpha, a, b), slopes
        )
        return plain, slopes * values

    typical = float(np.average(histories.known, weights=histories.people))
    return climb(NAMES, slope, np.log([1.0, max(typical, 1e-9), 1.0, 2.0]))


def by_count(counts: Floats, people: Floats, values: Floats) -> tuple[float, Floats]:
    """Return the part of the log-likelihood that depends on x alone, and its derivatives."""
    r, alpha, a, b = values
    each = special.gammaln(r + counts) - special.gammaln(r) + r * math.log(alpha)
    each += special.gammaln(a + b) - special.gammaln(a + b + counts) + special.gammaln(b + counts) - special.gammaln(b)
    both = special.psi(a + b) - special.psi(a + b + counts)
    slopes = (
        special.psi(r + counts) - special.psi(r) + math.log(alpha),
        np.full(counts.size, r / alpha),
        both,
        both + special.psi(b + counts) - special.psi(b),
    )
    return float(people @ each), np.array([people @ one for one in slopes])


@jit
def slope_kernel(histories: Any, values: Any, slopes: Any) -> float:
    """Add the rest of the log-likelihood's derivatives in r, α, a and b, and return the rest of its value.

    histories: x, last, known and how many people.
    """
    x, last, known, people = histories
    r, alpha, a, b = values
    value = 0.0
    for row in range(x.size):
        weight, k = people[row], r + x[row]
        log_known, per_known = math.log(alpha + known[row]), 1.0 / (alpha + known[row])
        value -= weight * k * log_known
        slopes[0] -= weight * log_known
        slopes[1] -= weight * k * per_known
        if x[row] > 0:
            later = log_known - math.log(alpha + last[row])
            left = b + x[row] - 1.0
            odds = math.log(a / left) + k * later  # of being gone, as a logarithm
            gone = 1.0 / (1.0 + math.exp(-odds)) if odds > -700.0 else 0.0
            value += weight * (odds + math.log1p(math.exp(-odds)) if odds > 0 else math.log1p(math.exp(odds)))
            slopes[0] += weight * gone * later
            slopes[1] += weight * gone * k * (per_known - 1.0 / (alpha + last[row]))
            slopes[2] += weight * gone / a
            slopes[3] -= weight * gone / left
    return value


def ahead(histories: Histories, values: Floats, horizon: float) -> Ahead:
    """Return what is to be expected of each history over a horizon, in the model's unit of time, above 0."""
    found = [np.empty(histories.x.size) for _ in range(3)]
    ahead_kernel((histories.x, histories.last, histories.known), values, horizon, tuple(found))
    return Ahead(*found)


@inlined
def alive_of(x: float, last: float, known: float, r: float, alpha: float, a: float, b: float) -> float:
    """Return the probability of not being gone for good."""
    if x <= 0:
        return 1.0
    odds = math.log(a / (b + x - 1.0)) + (r + x) * math.log((alpha + known) / (alpha + last))
    return 1.0 / (1.0 + math.exp(odds)) if odds < 700.0 else 0.0


@jit
def ahead_kernel(histories: Any, values: Any, horizon: float, found: Any) -> None:
    """Sum up the moments of the number of times ahead of each history. found: alive, mean and square, to be filled."""
    x, last, known = histories
    alive, mean, square = found
    r, alpha, a, b = values[0], values[1], values[2], values[3]
    for row in range(x.size):
        alive[row] = alive_of(x[row], last[row], known[row], r, alpha, a, b)
        k, z = r + x[row], horizon / (alpha + known[row] + horizon)
        log_chance = k * math.log1p(-z)  # of N = n
        one, two, outlived = 0.0, 0.0, 1.0  # Σ B_j, Σ (2 j + 1) B_j over j < n, and B_n
        first, second, n = 0.0, 0.0, 0
        chance = math.exp(log_chance)
        while True:
            first += chance * one
            second += chance * two
            ratio = (k + n) / (n + 1.0) * z
            bound = max(ratio, z)
            if bound < 1.0 and log_chance > TINY:
                rest = chance * (two + 1.0) * (bound / (1.0 - bound)) * (1.0 + 2.0 / (1.0 - bound))
                if rest <= ENOUGH * second:
                    break
            elif bound < 1.0 and log_chance <= TINY:  # past the top, and nothing is left
                break
            one += outlived
            two += (2.0 * n + 1.0) * outlived
            outlived *= (b + x[row] + n) / (a + b + x[row] + n)
            if log_chance > TINY:
                chance *= ratio
                log_chance = math.log(chance) if chance > 0 else TINY
            else:
                log_chance += math.log(ratio)
                chance = math.exp(log_chance)
            n += 1
        mean[row] = alive[row] * first
        square[row] = alive[row] * second


def quantiles(histories: Histories, points: Floats, horizon: float, chances: Floats) -> tuple[Floats, Floats]:
    """Return the least number of times that is not exceeded with each chance, (histories, chances), and P(none).

    points: parameter values (points, 4) that may all be true, of equal weight. chances: ascending.
    """
    out, never = np.empty((histories.x.size, chances.size)), np.empty(histories.x.size)
    known = (histories.x, histories.last, histories.known)
    quantile_kernel(known, np.ascontiguousarray(points), horizon, chances, out, never)
    return out, never


@jit
def quantile_kernel(histories: Any, points: Any, horizon: float, chances: Any, out: Any, never: Any) -> None:
    """Step through P(Y > y), the mean of it over the points, until each chance is reached."""
    x, last, known = histories
    size = points.shape[0]
    reach, log_chance, beyond = np.empty(size), np.empty(size), np.empty(size)
    for row in range(x.size):
        for one in range(size):
            r, alpha, a, b = points[one, 0], points[one, 1], points[one, 2], points[one, 3]
            reach[one] = alive_of(x[row], last[row], known[row], r, alpha, a, b) / size
            log_chance[one] = (r + x[row]) * math.log1p(-horizon / (alpha + known[row] + horizon))
            beyond[one] = 1.0  # P(N ≥ y)
        y, nth = 0, 0
        while nth < chances.size:
            more = 0.0  # P(Y > y)
            for one in range(size):
                r, alpha, a, b = points[one, 0], points[one, 1], points[one, 2], points[one, 3]
                beyond[one] = max(0.0, beyond[one] - math.exp(log_chance[one]))
                more += reach[one] * beyond[one]
                log_chance[one] += math.log((r + x[row] + y) / (y + 1.0) * (horizon / (alpha + known[row] + horizon)))
                reach[one] *= (b + x[row] + y) / (a + b + x[row] + y)
            if y == 0:
                never[row] = 1.0 - more
            while nth < chances.size and 1.0 - more >= chances[nth]:
                out[row, nth] = y
                nth += 1
            y += 1
