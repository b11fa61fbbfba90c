"""How sure is a proportion?"""

from __future__ import annotations

import math


def wilson(hits: float, trials: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Score interval for a proportion; 95 % at the default z.

    Returns: (low, high), both in [0, 1]; (0, 1) without any trial, since nothing is known.
    Source: Wilson (1927), JASA 22(158), 209-212.

    >>> [round(v, 3) for v in wilson(5, 10)]
    [0.237, 0.763]
    """
    if trials <= 0:
        return 0.0, 1.0
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson(count: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Score interval for the mean of a Poisson count; 95 % at the default z.

    Returns: (low, high), low at least 0; it counts events that come independently of one another.
    Source: Rao's score method, as in Patil & Kulkarni (2012), REVSTAT 10(2), 211-227.

    >>> [round(v, 2) for v in poisson(10)]
    [5.43, 18.41]
    """
    middle, half = count + z * z / 2, z * math.sqrt(count + z * z / 4)
    return max(0.0, middle - half), middle + half
