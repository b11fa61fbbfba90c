"""How many people must an experiment have to find an effect of a given size?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from ziggurat.stats.sequential import half_width

NORMAL = NormalDist()


@dataclass(frozen=True)
class Baseline:
    """The outcome of people as they are. people: how many. mean, variance: of the outcome. error: standard error of
    the logarithm of variance / mean²."""

    people: float
    mean: float
    variance: float
    error: float


def baseline(people: float, powers: tuple[float, float, float, float]) -> Baseline:
    """Return the baseline of people whose outcomes have these sums of first to fourth powers.

    The error is by the delta method. Raises: ValueError where the outcomes are all equal, or fewer than two.

    >>> found = baseline(100, (20, 20, 20, 20))
    >>> round(found.mean, 3), round(found.variance, 3), round(found.error, 3)
    (0.2, 0.162, 0.25)
    """
    if people < 2:
        raise ValueError("a baseline needs two people")
    m, m2, m3, m4 = (power / people for power in powers)
    variance = m2 - m**2
    if variance <= 1e-12 * m2 or not m:
        raise ValueError("outcomes that are all equal give no baseline")
    third = m3 - 3 * m * m2 + 2 * m**3
    fourth = m4 - 4 * m * m3 + 6 * m**2 * m2 - 3 * m**4
    influence = fourth / variance**2 - 1 + 4 * variance / m**2 - 4 * third / (variance * m)
    return Baseline(people, m, variance * people / (people - 1), math.sqrt(max(0.0, influence) / people))


def people_needed(
    effect: float, variance: float, *, power: float = 0.8, alpha: float = 0.05, peeking: bool = True
) -> float:
    """Return the people needed in each of two variants of equal size.

    effect: difference of mean outcomes to be found. variance: of one person's outcome. power: chance of finding it.
    peeking: found means that the confidence sequence tuned to that number leaves 0 out when all have been seen (it may
    well do so earlier); else that the usual interval does, looked at once, then.
    Source: the normal approximation, n = 2 (c + z)² variance / effect², as in Cohen (1988), section 2.4; c is the
    sequence's half width in standard errors.

    >>> round(people_needed(0.5, 1, peeking=False)), round(people_needed(0.5, 1))
    (63, 120)
    """
    width = half_width(1, 1, 1, alpha) if peeking else NORMAL.inv_cdf(1 - alpha / 2)
    return 2 * (width + NORMAL.inv_cdf(power)) ** 2 * variance / effect**2
