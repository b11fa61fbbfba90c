"""How much more often does a thing happen to one group than to another, among those who are alike otherwise?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

Floats = npt.NDArray[np.float64]
Z = 1.959963984540054  # 95 %


class Difference(NamedTuple):
    """A difference of shares, -1 to 1, with its bounds; nan where no stratum holds people of both groups."""

    value: float
    low: float
    high: float


def risk_difference(hits: Floats, people: Floats, other_hits: Floats, others: Floats) -> Difference:
    """Mantel-Haenszel difference of shares over strata: people of one stratum are compared with each other only.

    hits, people, other_hits, others (S,): by stratum, how many it happened to and how many there are, of either group.
    The bounds (95 %) hold for few large strata and for many small ones; they take people as independent.

    Source: Greenland & Robins (1985), Estimation of a common effect parameter from sparse follow-up data, Biometrics
    41(1), 55-68; the variance is that of Sato (1989), Biometrics 45(4), 1323-1324.

    >>> found = risk_difference(np.array([8.0]), np.array([10.0]), np.array([5.0]), np.array([10.0]))
    >>> [round(part, 2) for part in found]
    [0.3, -0.1, 0.7]
    """
    total = people + others
    both = (people > 0) & (others > 0)
    if not both.any():
        return Difference(math.nan, math.nan, math.nan)
    a, n, b, m, total = hits[both], people[both], other_hits[both], others[both], total[both]
    weight = n * m / total
    value = float((a * m / total - b * n / total).sum() / weight.sum())
    p = (n**2 * b - m**2 * a + n * m * (m - n) / 2) / total**2
    q = (a * (m - b) + b * (n - a)) / (2 * total)
    half = Z * math.sqrt(max(0.0, float(value * p.sum() + q.sum()))) / float(weight.sum())
    return Difference(value, max(-1.0, value - half), min(1.0, value + half))


def slope(x: Floats, hit: Floats, stratum: npt.NDArray[np.int64]) -> Difference:
    """Return by how much a share rises with each unit of x among those who are alike otherwise, with its bounds.

    x, hit (0 or 1), stratum (from 0): one each a person. Least squares with a level for each stratum, which leaves each
    share as it is and asks for no model of it; the bounds (95 %, by Student's t) hold though the variance of a share
    changes with it. nan where no stratum holds two different x, or what is left tells of no error.

    Source: White (1980), A heteroskedasticity-consistent covariance matrix estimator, Econometrica 48(4), 817-838, as
    MacKinnon & White (1985), J. of Econometrics 29(3), 305-325, have it for few cases (HC3).

    >>> found = slope(np.arange(8.0), np.array([0, 0, 0, 1, 0, 1, 1, 1.0]), np.zeros(8, np.int64))
    >>> [round(part, 3) for part in found]
    [0.167, 0.1, 0.233]
    """
    size = np.maximum(np.bincount(stratum), 1)
    apart = x - (np.bincount(stratum, x) / size)[stratum]
    rest = hit - (np.bincount(stratum, hit) / size)[stratum]
    spread, left = float((apart**2).sum()), x.size - np.unique(stratum).size - 1
    if spread < 1e-9 or left < 1:
        return Difference(math.nan, math.nan, math.nan)
    alone = 1 - 1 / size[stratum] - apart**2 / spread  # how much the fit leaves each case to itself
    here = apart != 0
    if (alone[here] < 1e-9).any():
        return Difference(math.nan, math.nan, math.nan)
    value = float((apart * rest).sum()) / spread
    off = (rest - value * apart)[here] / alone[here]
    wide = float(special.stdtrit(left, 0.975)) * math.sqrt(float((apart[here] ** 2 * off**2).sum())) / spread
    return Difference(value, value - wide, value + wide)
