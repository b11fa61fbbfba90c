"""Is what a person does a habit of hers, and of how many people is it one?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

Floats = npt.NDArray[np.float64]


def sure(occasions: npt.ArrayLike, periods: npt.ArrayLike) -> Floats:
    """Probability that someone does a thing at least once a period on average.

    occasions: on how many she did it. periods: for how many of them she was watched; taken as one where it is less,
    because nobody shows within a week what she does each month. Occasions are taken to come as a Poisson process at a
    steady rate of her own, of which nothing is known beforehand (Jeffreys' prior): the rate is then distributed as
    Gamma(occasions + 1/2, periods), and this is the probability that it is 1 or more.
    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 2.6 and 2.8.

    >>> sure([0, 1, 3, 12], 3).round(2).tolist()
    [0.01, 0.11, 0.54, 1.0]
    """
    found: Floats = special.gammaincc(np.asarray(occasions, np.float64) + 0.5, np.maximum(1.0, periods))
    return found


def expected(chances: npt.ArrayLike, z: float = 1.959963984540054) -> tuple[float, float, float]:
    """How many of some people have a property that each has with a chance of her own, independently of the others.

    Returns: the expected number and its bounds, 95 % at the default z; the sum of independent trials of unlike chances
    (Poisson-binomial) as the normal distribution approximates it, within what is possible.
    Source: Le Cam (1960), Pacific Journal of Mathematics 10(4), 1181-1197.

    >>> [round(value, 2) for value in expected([0.5] * 100)]
    [50.0, 40.2, 59.8]
    """
    chance = np.asarray(chances, np.float64)
    mean, half = float(chance.sum()), z * float(np.sqrt(np.sum(chance * (1 - chance))))
    return mean, max(0.0, mean - half), min(float(chance.size), mean + half)
