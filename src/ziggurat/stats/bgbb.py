"""Who comes back on some of the occasions there are, until she is gone for good: on how many will she again?

The BG/BB model of repeat buying on discrete occasions (each year's appeal, each month). While someone is active she
comes on an occasion with a probability of her own, Beta(α, β) over people; before each occasion she is gone for good
with a probability of her own, Beta(γ, δ) over people; the two are independent. In a history x counts the occasions on
which she came, t_x is the last of these, and T the number of occasions there were since her first.

Source: Fader, Hardie & Shang (2010), Marketing Science 29(6), 1086-1108. Their expectation (equation 13) breaks down
near γ = 1; here it is summed occasion by occasion, in terms that are all positive.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ziggurat.base.heavy import special
from ziggurat.stats.jit import jit
from ziggurat.stats.lifetime import Ahead, Fit, Floats, Histories, climb

NAMES = ("alpha", "beta", "gamma", "delta")


def fit(histories: Histories) -> Fit:
    """Estimate α, β, γ and δ. Raises nothing: what the data can't tell comes with wide bounds."""

    def slope(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        logged, slopes, _ = likelihoods(histories, values)
        return float(histories.people @ logged), (histories.people @ slopes) * values

    return climb(NAMES, slope, np.log([1.0, 1.0, 1.0, 3.0]))


def likelihoods(histories: Histories, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return each history's log-likelihood, its derivatives (histories, 4), and the chance of being alive after T."""
    alpha, beta, gamma, delta = values
    x, last, known = histories.x, histories.last, histories.known
    came, stayed = special.betaln(alpha, beta), special.betaln(gamma, delta)
    whole = special.betaln(alpha + x, beta + known - x) - came + special.betaln(gamma, delta + known) - stayed
    first = special.betaln(alpha + x, beta + last - x) - came + special.betaln(gamma + 1, delta + last) - stayed
    logged, slopes, alive = np.empty(x.size), np.empty((x.size, 4)), np.empty(x.size)
    starts = (
        edges(x, known, values, 0.0),  # of the logarithm of `whole`
        edges(x, last, values, 1.0),  # of the logarithm of `first`
    )
    sum_kernel((x, last, known), values, (whole, first, *starts), (logged, slopes, alive))
    return logged, slopes, alive


def edges(x: Floats, until: Floats, values: Floats, gone: float) -> Floats:
    """Return the derivatives of ln B(α + x, β + until - x) / B(α, β) + ln B(γ + gone, δ + until) / B(γ, δ)."""
    alpha, beta, gamma, delta = values
    tries, stays = special.psi(alpha + beta) - special.psi(alpha + beta + until), special.psi(gamma + delta)
    stays = stays - special.psi(gamma + gone + delta + until)
    return np.stack(
        [
            special.psi(alpha + x) - special.psi(alpha) + tries,
            special.psi(beta + until - x) - special.psi(beta) + tries,
            special.psi(gamma + gone) - special.psi(gamma) + stays,
            special.psi(delta + until) - special.psi(delta) + stays,
        ],
        axis=1,
    )


@jit
def sum_kernel(histories: Any, values: Any, ends: Any, found: Any) -> None:
    """Add up, for each history, the chances of all the occasions at which she may have gone, or not.

    ends: the logarithms of the chances of never having gone, and of having gone at once, and their derivatives. found:
    see `likelihoods`, to be filled.
    """
    x, last, known = histories
    whole, first, whole_slopes, first_slopes = ends
    logged, slopes, alive = found
    alpha, beta, gamma, delta = values[0], values[1], values[2], values[3]
    slope = np.empty(4)
    for row in range(x.size):
        top, total = whole[row], 1.0  # Σ e^(term - top)
        for one in range(4):
            slopes[row, one] = whole_slopes[row, one]
            slope[one] = first_slopes[row, one]
        term = first[row]
        for step in range(int(known[row] - last[row])):
            if term > top:
                total *= math.exp(top - term)
                for one in range(4):
                    slopes[row, one] *= math.exp(top - term)
                top = term
            weight = math.exp(term - top)
            total += weight
            for one in range(4):
                slopes[row, one] += weight * slope[one]
            missed, tries = beta + last[row] - x[row] + step, alpha + beta + last[row] + step
            stayed, chances = delta + last[row] + step, gamma + 1.0 + delta + last[row] + step
            term += math.log(missed / tries * (stayed / chances))
            slope[0] -= 1.0 / tries
            slope[1] += 1.0 / missed - 1.0 / tries
            slope[2] -= 1.0 / chances
            slope[3] += 1.0 / stayed - 1.0 / chances
        logged[row] = top + math.log(total)
        alive[row] = math.exp(whole[row] - logged[row])
        for one in range(4):
            slopes[row, one] /= total


def ahead(histories: Histories, values: Floats, horizon: float) -> Ahead:
    """Return what is to be expected of each history over the next `horizon` occasions (a whole number of them)."""
    alpha, beta, gamma, delta = values
    alive = likelihoods(histories, values)[2]  # by the last occasion; she may go before the next one
    once = (alpha + histories.x) / (alpha + beta + histories.known)
    twice = once * (alpha + histories.x + 1) / (alpha + beta + histories.known + 1)
    stays = np.ones(histories.x.size)
    mean, square = np.zeros(histories.x.size), np.zeros(histories.x.size)
    for step in range(round(horizon)):
        stays = stays * (delta + histories.known + step) / (gamma + delta + histories.known + step)
        mean += stays * once
        square += stays * (once + 2 * step * twice)  # S² = Σ (2 step + 1) over the occasions she is there for
    stay = (delta + histories.known) / (gamma + delta + histories.known)
    return Ahead(alive * stay, alive * mean, alive * square)


def quantiles(histories: Histories, points: Floats, horizon: float, chances: Floats) -> tuple[Floats, Floats]:
    """Return the least number of occasions that is not exceeded with each chance, (histories, chances), and P(none).

    points: parameter values (points, 4) that may all be true, of equal weight.
    """
    size = round(horizon)
    found = np.zeros((histories.x.size, size + 1))
    for values in points:
        alive = likelihoods(histories, values)[2]
        spread_kernel(histories.x, histories.known, values, alive / len(points), found)
        found[:, 0] += (1 - alive) / len(points)
    reached = np.cumsum(found, axis=1)
    out = np.stack([(reached < chance - 1e-12).sum(axis=1) for chance in chances], axis=1).astype(np.float64)
    return np.minimum(out, size), found[:, 0]


@jit
def spread_kernel(x: Any, known: Any, values: Any, alive: Any, found: Any) -> None:
    """Add the chances of coming on 0, 1, 2 … occasions of those who are alive to each history's row."""
    alpha, beta, gamma, delta = values[0], values[1], values[2], values[3]
    size = found.shape[1]
    for row in range(x.size):
        p, q = alpha + x[row], beta + known[row] - x[row]
        stays, never = 1.0, 0.0  # the logarithm of coming on none of the occasions she is there for
        for there in range(size):
            goes = gamma / (gamma + delta + known[row] + there) if there < size - 1 else 1.0
            log = never
            for came in range(there + 1):
                found[row, came] += alive[row] * stays * goes * math.exp(log)
                if came < there:
                    log += math.log((there - came) / (came + 1.0) * ((p + came) / (q + there - came - 1.0)))
            stays *= (delta + known[row] + there) / (gamma + delta + known[row] + there)
            never += math.log((q + there) / (p + q + there))
