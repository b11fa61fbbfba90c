"""How sure is a mean of few values, and how sure a net promoter score?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

LIKELY = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


def student(values: npt.ArrayLike, least: float, most: float) -> tuple[float | None, float | None, float | None]:
    """Mean and its 95 % bounds, within what is possible.

    Returns: (mean, low, high); no mean without a value, no bounds of fewer than two, nor where all are alike, because
    nothing is known then of how they vary.
    Source: Student (1908), Biometrika 6(1), 1-25.

    >>> [round(value, 2) for value in student([0.1, 0.3, 0.5], -1, 1)]
    [0.3, -0.2, 0.8]
    """
    value = np.asarray(values, np.float64)
    if not value.size:
        return None, None, None
    mean = float(value.mean())
    if value.size < 2 or np.ptp(value) == 0:
        return mean, None, None
    half = float(special.stdtrit(value.size - 1, 0.975) * value.std(ddof=1) / math.sqrt(value.size))
    return mean, max(least, mean - half), min(most, mean + half)


def net(promoters: int, passives: int, detractors: int) -> tuple[float | None, float | None, float | None]:
    """Net promoter score and its 95 % bounds, in points from -100 to 100.

    Returns: (score, low, high); nothing without an answer. The bounds are the adjusted Wald interval, about the score
    that three more answers would give: three quarters of one from a promoter, as much from a detractor, and the rest
    from passives; widened to take in the score itself where few answered, and all alike.
    Source: Reichheld (2003), Harvard Business Review 81(12), 46-54, for the score; Rocks (2016), The American
    Statistician 70(4), 365-372, for the interval.

    >>> [round(points) for points in net(50, 30, 20)]
    [30, 14, 44]
    """
    answers = promoters + passives + detractors
    if not answers:
        return None, None, None
    size = answers + 3
    up, down = (promoters + 0.75) / size, (detractors + 0.75) / size
    half = LIKELY * math.sqrt((up + down - (up - down) ** 2) / size)
    score = (promoters - detractors) / answers
    return 100 * score, 100 * max(-1.0, min(score, up - down - half)), 100 * min(1.0, max(score, up - down + half))
