"""Which journeys took the same way?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit
from ziggurat.stats.journeys import Journeys

Ints = npt.NDArray[np.int64]


@jit
def mix(label: Any, begin: Any, end: Any, longest: int, out: Any) -> None:
    """Write a hash of the last touches of each journey, and of whether there are more.

    Source: the finaliser of SplitMix64 (Steele, Lea & Flood 2014), over the labels one by one.
    """
    for nth in range(begin.size):
        first = max(begin[nth], end[nth] - longest)
        seen = np.uint64(first > begin[nth])
        for touch in range(first, end[nth]):
            seen = seen * np.uint64(0x9E3779B97F4A7C15) + np.uint64(label[touch] + 1)
            seen = (seen ^ (seen >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            seen = (seen ^ (seen >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            seen ^= seen >> np.uint64(31)
        out[nth] = seen


def routes(journeys: Journeys, longest: int) -> tuple[Ints, Ints]:
    """Tell which journeys end in the same `longest` touches; one that has more is told apart from one that has not.

    Returns: the number of one journey of each way, and the way of each journey. Two ways are taken for one with a
    chance of about w² / 2^65 among w different ones (10⁻⁸ for half a million in a bucket).
    """
    seen = np.empty(journeys.begin.size, np.uint64)
    mix(journeys.label, journeys.begin, journeys.end, np.int64(longest), seen)
    _, first, way = np.unique(seen, return_index=True, return_inverse=True)
    return first.astype(np.int64), way.astype(np.int64)
