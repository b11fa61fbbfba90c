"""How sure is an estimate that is looked at again and again while people arrive?

An interval made for one look at a number of people fixed before is wrong about the truth far more often than it says
once it is looked at until it pleases. A confidence sequence is a band that holds the truth at every look at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def half_width(variance: float, people: float, planned: float, alpha: float = 0.05) -> float:
    """Half the width of an asymptotic confidence sequence for a mean, at one of its times.

    variance: of one observation. people: observations so far. planned: observations at which the sequence is to be
    tightest, chosen before any is seen; the band holds at all other times too, only wider. alpha: the chance that the
    truth is ever outside, in the limit in which no look is taken before many have been seen.
    Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52(6), 2613-2640, theorem 2.2,
    with its parameter tuned as in their appendix B.2.

    >>> round(half_width(1, 1000, 1000) * math.sqrt(1000), 3)
    3.035
    """
    grown = people * tuning(planned, alpha)
    return math.sqrt(variance / people * 2 * (grown + 1) / grown * math.log(math.sqrt(grown + 1) / alpha))


def tuning(planned: float, alpha: float) -> float:
    """Return the square of the sequence's parameter that makes it tightest at so many observations."""
    spread = -2 * math.log(alpha)
    return (spread + math.log(spread + 1)) / planned


def mismatch(counts: Sequence[float], shares: Sequence[float], weight: float = 100.0) -> float:
    """Return how likely such counts are when people were assigned by these shares, whenever one looks.

    counts: people by variant. shares: those meant, each above 0, of sum 1. weight: of the prior around them
    (Dirichlet), in people; the larger, the keener on small deviations and the slower for large ones.
    Returns: a p-value that holds at every look, in (0, 1]: 1 over the Bayes factor against the shares.
    Source: Lindon & Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35.

    >>> mismatch([50, 50], [0.5, 0.5]) == 1.0, mismatch([600, 400], [0.5, 0.5]) < 1e-6
    (True, True)
    """
    total = sum(counts)
    meant = sum(count * math.log(share) for count, share in zip(counts, shares, strict=True))
    other = math.lgamma(weight) - math.lgamma(weight + total)
    for count, share in zip(counts, shares, strict=True):
        other += math.lgamma(weight * share + count) - math.lgamma(weight * share)
    return math.exp(min(0.0, meant - other))


def visible_skew(total: float, share: float, level: float, weight: float = 100.0) -> float | None:
    """Return how far a variant's share must be from what was meant for `mismatch` to fall below a level by now.

    total: people assigned. share: meant for the variant, between 0 and 1, all others taken together.
    Returns: the lesser of the two ways off, 0 to 1; None where not even everybody in one variant would be seen.

    >>> round(visible_skew(1000, 0.5, 0.001), 3), visible_skew(3, 0.5, 0.001)
    (0.067, None)
    """
    found = []
    for way, most in ((1, 1 - share), (-1, share)):
        low, high = 0.0, most
        if odds_of(total, share, way * most, weight) >= level:
            continue
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if odds_of(total, share, way * middle, weight) < level else (middle, high)
        found.append(high)
    return min(found, default=None)


def odds_of(total: float, share: float, skew: float, weight: float) -> float:
    """Return `mismatch` if a variant's share were off by so much."""
    some = total * (share + skew)
    return mismatch([some, total - some], [share, 1 - share], weight)
