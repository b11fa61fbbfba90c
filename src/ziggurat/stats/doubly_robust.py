"""How much more often do the treated succeed than they would have, where nobody drew lots who is treated?

Two models are fitted to what was known before: who is treated, and who of the others succeeds. The effect on the
treated is right if either of them is, and if nothing else that moves both is missing from what was known. The E-value
says how strong such a thing would have to be to explain all of it away.
Source: Hahn (1998), Econometrica 66(2), 315-331, for the estimator; Chernozhukov et al. (2018), Econometrics Journal
21(1), C1-C68, for fitting on others than those whose outcome is compared; Crump et al. (2009), Biometrika 96(1),
187-199, for leaving out whoever has hardly anybody to be compared with; VanderWeele & Ding (2017), Annals of Internal
Medicine 167(4), 268-274, for the E-value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ziggurat.stats import logistic

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
FOLDS = 5
FEWEST = 20  # others, and treated, from whom a model can be learnt
MOST = 0.9  # chance of being treated above which there is hardly anybody to compare with


@dataclass(frozen=True)
class Adjusted:
    """The effect on the treated. treated, others: cases that are compared. left_out: treated whom hardly anybody is
    like. alike: how many others the comparison rests on, once each weighs as much as they are like the treated. share:
    of the treated that succeeded; without: that would have, untreated, as the others tell. variance, log_variance: of
    one case's part in the effect (share less without), and in the logarithm of the ratio."""

    treated: int
    others: int
    left_out: int
    alike: float
    share: float
    without: float
    variance: float
    log_variance: float

    @property
    def effect(self) -> float:
        """Return the difference of shares, -1 to 1."""
        return self.share - self.without

    @property
    def ratio(self) -> float:
        """Return how many times as often the treated succeeded as they would have."""
        return self.share / self.without


def adjusted(x: Floats, treated: Flags, outcome: Floats) -> Adjusted | None:
    """Return the effect on the treated, or None where there are too few of either, or none succeeded or would have.

    x: cases by columns, known before. treated: of each case. outcome: 0 to 1. Cases are to be independent, and in an
    order that has nothing to do with any of these: every fifth one is foretold by models learnt from the others.
    """
    if min(treated.sum(), (~treated).sum()) < FEWEST:
        return None
    chance, expected = foretold(x, treated, outcome)
    some = chance <= MOST
    left_out = int((treated & ~some).sum())
    chance, expected, treated, outcome = chance[some], expected[some], treated[some], outcome[some]
    size, mine = len(treated), treated.astype(np.float64)
    if min(mine.sum(), size - mine.sum()) < FEWEST:
        return None
    weight = np.where(treated, 0.0, chance / (1 - chance))
    weight *= mine.sum() / weight.sum()
    rest = outcome - expected
    share = float(outcome[treated].mean())
    without = share - float((mine - weight) @ rest / mine.sum())
    if share <= 0 or not 0 < without <= 1:
        return None
    of_share = mine * (outcome - share) * size / mine.sum()
    of_without = (mine * (expected - without) + weight * rest) * size / mine.sum()
    return Adjusted(
        int(mine.sum()), int(size - mine.sum()), left_out, float(weight.sum() ** 2 / (weight @ weight)), share, without,
        float(np.var(of_share - of_without)), float(np.var(of_share / share - of_without / without)),
    )  # fmt: skip


def foretold(x: Floats, treated: Flags, outcome: Floats) -> tuple[Floats, Floats]:
    """Return of each case the chance of being treated, and of success untreated, by models learnt from other cases."""
    chance, expected = np.empty(len(x)), np.empty(len(x))
    fold = np.arange(len(x)) % FOLDS
    for one in range(FOLDS):
        here, there = fold == one, fold != one
        others = there & ~treated
        chance[here] = logistic.chance(logistic.fit(x[there], treated[there].astype(np.float64)).log_odds(x[here]))
        expected[here] = logistic.chance(logistic.fit(x[others], outcome[others]).log_odds(x[here]))
    return chance, expected


def e_value(ratio: float) -> float:
    """Return how many times as likely something unknown would have to make both being treated and success, beyond all
    that is known, to explain a ratio of chances away; 1 where there is nothing to explain.

    >>> round(e_value(3.9), 2), round(e_value(1 / 3.9), 2), e_value(1.0)
    (7.26, 7.26, 1.0)
    """
    more = max(ratio, 1 / ratio)
    return more + math.sqrt(more * (more - 1))


def e_value_of_bounds(low: float, high: float) -> float:
    """Return the E-value of the bound of a ratio that is nearer to 1; 1 where the bounds hold 1.

    >>> round(e_value_of_bounds(1.8, 8.7), 2), e_value_of_bounds(0.9, 3.0)
    (3.0, 1.0)
    """
    return 1.0 if low <= 1 <= high else e_value(low if low > 1 else high)
