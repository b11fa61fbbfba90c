"""How sure is a proportion?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special


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
    """Interval for the mean of a Poisson count, that of Garwood as Byar approximates it; 95 % at the default z.

    Returns: (low, high), low at least 0; it covers the mean in 95 of 100 or more, and counts events that come
    independently of one another.
    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, page 69.

    >>> [round(v, 2) for v in poisson(10)]
    [4.79, 18.39]
    """
    above = count + 1
    low = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3 if count > 0 else 0.0
    return max(0.0, low), above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3


def independent(hits: npt.NDArray[np.bool_], whose: npt.NDArray[np.int64]) -> float:
    """Return how many independent cases would tell a proportion as surely as these, some of which are one person's.

    hits: whether each case is one. whose: the person of each. It is at most the number of cases, and the number of
    people where all cases are alike. Given to `wilson` as trials, with the same proportion, it makes bounds that
    people's own ways don't narrow.
    Source: effective sample size by the linearised variance of a ratio, less what few people leave unknown of it
    (`few`), Korn & Graubard (1998), Survey Methodology 24(2), 193-201.

    >>> round(independent(np.array([True, True, False, False] * 4), np.arange(16) // 2), 3)
    5.688
    """
    place = np.unique(whose, return_inverse=True)[1]
    cases = np.bincount(place).astype(float)
    return independent_of(np.bincount(place, hits), cases)


def independent_of(hits: npt.ArrayLike, cases: npt.ArrayLike) -> float:
    """Return the same from how many hits, of how many cases, each person has."""
    some, each = np.asarray(hits, float), np.asarray(cases, float)
    total = each.sum()
    if not total:
        return 0.0
    share = some.sum() / total
    people = int((each > 0).sum())
    spread = float(((some - share * each) ** 2).sum()) * people / max(people - 1, 1)
    alike = share * (1 - share)
    if spread <= 0 or alike <= 0 or people < 2:
        return float(people)
    return float(min(total, alike * total**2 / spread * few(people, total)))


def few(people: int, cases: float) -> float:
    """Return by how much a variance that is estimated from so few people counts for less: (t of cases / t of people)².

    Source: Korn & Graubard (1998), Survey Methodology 24(2), 193-201.

    >>> round(few(8, 400), 3), few(50, 50.0)
    (0.691, 1.0)
    """
    wide, known = special.stdtrit([max(cases - 1, people - 1), people - 1], 0.975)
    return float((wide / known) ** 2)
