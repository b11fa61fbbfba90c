"""Which of a few classes does the evidence about someone speak for, and how surely?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def decayed(age_days: npt.ArrayLike, half_life_days: float) -> Floats:
    """Return what is left of a weight after some days, 1 at first and half as much after each half-life.

    >>> decayed([0, 90, 180], 90).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.asarray(np.exp2(-np.asarray(age_days, np.float64) / half_life_days), np.float64)


def chances(votes: npt.ArrayLike) -> Floats:
    """Probability that the next piece of evidence about each person speaks for each class.

    votes (n, classes): the weight of the evidence for each. The shares of the classes in what one says and does are
    taken as unknown beforehand, spread as Dirichlet(1/classes, …), worth one piece of evidence together; this is their
    mean once the votes are known. Without any evidence it is the same for all classes.
    Source: Perks (1947), Journal of the Institute of Actuaries 73, 285-334, for the prior; Gelman et al. (2013),
    Bayesian Data Analysis, 3rd ed., section 3.4.

    >>> chances([[2, 0, 0], [0, 0, 0]]).round(2).tolist()
    [[0.78, 0.11, 0.11], [0.33, 0.33, 0.33]]
    """
    vote = np.asarray(votes, np.float64)
    classes = vote.shape[1]
    found: Floats = (vote + 1 / classes) / (vote.sum(axis=1, keepdims=True) + 1)
    return found
