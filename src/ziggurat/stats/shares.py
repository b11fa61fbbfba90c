"""How sure is a share when a few people make up much of it, and how sure is the difference of two?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.stats.intervals import few, wilson

Share = tuple[float, float, float]  # estimate, low, high


def of_people(hits: npt.NDArray[Any], trials: npt.NDArray[Any]) -> Share | None:
    """Return the sum of hits as a share of the sum of trials with 95 % bounds; None without any trial.

    hits, trials: by person, 0 <= hits <= trials; neither must be whole. One person's trials are not independent, so
    people are the sample: the variance of the ratio is linearised over people, and Wilson's interval is drawn for as
    many independent trials as would have it. Where all are alike, so that the variance is 0, that is the number of
    people.
    Source: Cochran (1977), Sampling Techniques, section 6.3 (the variance); Korn & Graubard (1998), Survey Methodology
    24(2), 193-201 (the effective number of trials, and what few people leave unknown of it).

    >>> [round(v, 3) for v in of_people(np.array([1, 1, 0, 0]), np.array([1, 1, 1, 1]))]
    [0.5, 0.125, 0.875]
    """
    took = trials > 0
    people, total = int(took.sum()), float(trials.sum())
    if not people:
        return None
    share = min(1.0, float(hits.sum()) / total)
    spread = float(np.square((hits - share * trials)[took]).sum()) / total**2
    variance = spread * people / (people - 1) if people > 1 else 0.0
    effective = share * (1 - share) / variance * few(people, total) if variance > 1e-12 else float(people)
    return share, *wilson(share * effective, effective)


def difference(one: Share, other: Share) -> Share:
    """Return one share less another, with bounds made of theirs; in [-1, 1].

    The shares are taken as independent; where the same people are behind both, the bounds are too wide rather than too
    narrow as long as the two go together.
    Source: Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.

    >>> [round(v, 4) for v in difference((56 / 70, *wilson(56, 70)), (48 / 80, *wilson(48, 80)))]
    [0.2, 0.0524, 0.3339]
    """
    (first, first_low, first_high), (second, second_low, second_high) = one, other
    below = np.hypot(first - first_low, second_high - second)
    above = np.hypot(first_high - first, second - second_low)
    gap = first - second
    return gap, max(-1.0, float(gap - below)), min(1.0, float(gap + above))
