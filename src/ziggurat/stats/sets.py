"""Which labels does each journey hold?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit
from ziggurat.stats.journeys import Journeys

Ints = npt.NDArray[np.int64]


@jit
def gather(label: Any, begin: Any, end: Any, out: Any) -> None:
    """Write the set of each journey."""
    for nth in range(begin.size):
        held = np.int64(0)
        for touch in range(begin[nth], end[nth]):
            held |= np.int64(1) << np.int64(label[touch])
        out[nth] = held


def sets(journeys: Journeys) -> Ints:
    """Return the set of labels of each journey as a bit mask; labels are from 0 to 61."""
    out = np.empty(journeys.begin.size, np.int64)
    gather(journeys.label, journeys.begin, journeys.end, out)
    return out


def holders(person: Ints, held: Ints, bits: int) -> Ints:
    """Return how many different people hold each bit in any of their sets; people are sorted."""
    if not person.size:
        return np.zeros(bits, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]]))
    ever = np.bitwise_or.reduceat(held, starts)
    return np.array([np.count_nonzero(ever >> bit & 1) for bit in range(bits)], np.int64)
