"""How often and on how many days was each thing done, and when last?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY

Ints = npt.NDArray[np.int64]


class Occasions(NamedTuple):
    """One row for each distinct key, ascending."""

    key: Ints
    acts: Ints
    days: Ints  # distinct days
    latest: Ints  # µs


def occasions(key: Ints, at: Ints, day: Ints | None = None) -> Occasions:
    """Count what was done at some instants (µs) by key. day: of each instant; that of UTC if left out.

    >>> [found.tolist() for found in occasions(np.array([7, 5, 7]), np.array([1, 2, 3]))]
    [[5, 7], [1, 2], [1, 1], [2, 3]]
    """
    if not key.size:
        return Occasions(*(np.empty(0, np.int64) for _ in Occasions._fields))
    day = at // DAY if day is None else day
    order = np.lexsort((day, key))
    key, at, day = key[order], at[order], day[order]
    changes = np.diff(key, prepend=key[0] - 1) != 0
    starts = np.flatnonzero(changes)
    ends = np.append(starts[1:], key.size)
    fresh = changes | (np.diff(day, prepend=0) != 0)
    days = np.add.reduceat(fresh.astype(np.int64), starts)
    return Occasions(key[starts], ends - starts, days, np.maximum.reduceat(at, starts))
