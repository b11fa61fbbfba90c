"""How much does each of many people spend at a time, when some have shown it only once or never?

The gamma-gamma model: what someone spends at a time is Gamma(p, ν) of her own ν, which is Gamma(q, γ) over people, and
does not depend on how often she comes. The mean of someone never seen is p γ / (q - 1); everyone else's lies between
that and her own average, the nearer to the latter the oftener she was seen. q is sought above 1, where that mean is
finite.

Source: Fader & Hardie (2013), The gamma-gamma model of monetary value (http://www.brucehardie.com/notes/025/).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ziggurat.base.heavy import special
from ziggurat.stats.lifetime import Fit, Floats, climb

NAMES = ("p", "q", "gamma")
ABOVE = np.array([0.0, 1.0, 0.0])  # what each parameter must be above
THINNEST = 0.1  # of q + p x - 2: below, the variance of what someone spends has no finite value, and this is taken


class Spending(NamedTuple):
    """What is to be expected of each person. mean: of ν's μ = p / ν, money a time. square: of μ². scatter: of the
    variance at a time, p / ν²."""

    mean: Floats
    square: Floats
    scatter: Floats


def fit(times: Floats, average: Floats) -> Fit:
    """Estimate p, q and γ (money) from how often each person was seen, at least once, and her average, above 0.

    Raises: ValueError if all averages are the same, as then there is nothing to be spread.
    """
    if np.ptp(average) <= 1e-9 * average.max():
        raise ValueError("all averages are the same")
    counts, place = np.unique(times, return_inverse=True)
    people = np.bincount(place).astype(np.float64)
    logged = np.log(average)
    weighed = np.bincount(place, logged)  # Σ ln z of those seen so often

    def slope(logs: Floats) -> tuple[float, Floats]:
        p, q, gamma = ABOVE + np.exp(logs)
        seen = p * counts
        scale = np.log(gamma + times * average)
        scales = np.bincount(place, scale)
        shrunk = np.bincount(place, 1.0 / (gamma + times * average))
        value = people @ (
            special.gammaln(seen + q)
            - special.gammaln(seen)
            - special.gammaln(q)
            + q * math.log(gamma)
            + seen * np.log(counts)
        )
        value += (seen - 1) @ weighed - (seen + q) @ scales
        both = special.psi(seen + q)
        slopes = np.array(
            [
                people @ (counts * (both - special.psi(seen) + np.log(counts))) + counts @ (weighed - scales),
                people @ (both - special.psi(q) + math.log(gamma)) - scales.sum(),
                people.sum() * q / gamma - (seen + q) @ shrunk,
            ]
        )
        return float(value), slopes * np.exp(logs)

    return climb(NAMES, slope, np.log([1.0, 2.0, float(average.mean())]), ABOVE)


def expected(times: Floats, average: Floats, values: Floats) -> Spending:
    """Return what is to be expected of people seen so often, 0 times included, at so much on average."""
    p, q, gamma = values
    rate, shape = gamma + times * average, q + p * times
    mean = p * rate / (shape - 1)
    square = rate**2 / ((shape - 1) * np.maximum(shape - 2, THINNEST))
    return Spending(mean, p * p * square, p * square)


def logged(times: Floats, total: Floats, found: Fit) -> Floats:
    """Return the logarithm of what each spends at a time, rid of what a small number of times alone takes off it.

    The average of few varies more, and the logarithm of what varies is less on average: by ln(p x) - ψ(p x).
    """
    seen = found.values[0] * times
    return np.asarray(np.log(total / times) + np.log(seen) - special.psi(seen), np.float64)
