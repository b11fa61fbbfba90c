"""How well do chances that were told beforehand put first to whom it came, and do they say how many?

Cases with the same chance count as drawn in any order, so that no figure rests on how rows happen to lie.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def auc(told: Floats, came: Floats) -> float | None:
    """Return how likely one to whom it came was told a higher chance than one to whom it did not; ties count half.

    None where it came to all or to none. 0.5 is what chance gives.
    Source: Hanley & McNeil (1982), Radiology 143(1), 29-36.

    >>> auc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    hits = float(came.sum())
    misses = len(came) - hits
    if not hits or not misses:
        return None
    _, place, size = np.unique(told, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2)[place]
    return float((rank[came > 0].sum() - hits * (hits + 1) / 2) / (hits * misses))


def average_precision(told: Floats, came: Floats) -> float | None:
    """Return the mean, over those to whom it came, of the share of hits among all who were told as much or more.

    None where it came to none. The share of all to whom it came is what chance gives.
    Source: Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, chapter 8.

    >>> average_precision(np.array([0.1, 0.4, 0.5, 0.8]), np.array([0.0, 1.0, 0.0, 1.0])).__round__(3)
    0.833
    """
    hits = float(came.sum())
    if not hits:
        return None
    _, place = np.unique(-told, return_inverse=True)
    size, found = np.bincount(place), np.bincount(place, came)
    return float((np.cumsum(found) / np.cumsum(size) * found).sum() / hits)


def lift(told: Floats, came: Floats, share: float = 0.1) -> float | None:
    """Return how many times as often it came to the share who were told most as to all. None where it came to none.

    Those who tie at the edge count in part.

    >>> lift(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]), 0.5)
    1.5
    """
    if not came.sum():
        return None
    _, place = np.unique(-told, return_inverse=True)
    size, found = np.bincount(place).astype(np.float64), np.bincount(place, came)
    room = np.clip(share * len(came) - (np.cumsum(size) - size), 0, size)
    return float((found / size * room).sum() / (share * came.sum()))


def in_first(told: Floats, came: Floats, size: int) -> float:
    """Return to how many of the `size` who were told most it came. Those who tie at the edge count in part.

    >>> in_first(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 1.0]), 2)
    1.5
    """
    _, place = np.unique(-told, return_inverse=True)
    there, found = np.bincount(place).astype(np.float64), np.bincount(place, came)
    room = np.clip(size - (np.cumsum(there) - there), 0, there)
    return float((found / there * room).sum())


def brier(told: Floats, came: Floats) -> float:
    """Return the mean squared distance between what was told and what came: 0 is perfect.

    Source: Brier (1950), Monthly Weather Review 78(1), 1-3.

    >>> brier(np.array([0.5, 1.0]), np.array([1.0, 1.0]))
    0.125
    """
    return float(np.mean((told - came) ** 2))


def log_loss(told: Floats, came: Floats) -> Floats:
    """Return each case's surprise: minus the logarithm of the chance that was told of what came.

    >>> log_loss(np.array([0.5]), np.array([1.0])).round(3).tolist()
    [0.693]
    """
    p = np.clip(told, 1e-12, 1 - 1e-12)
    return np.asarray(-(came * np.log(p) + (1 - came) * np.log(1 - p)))
