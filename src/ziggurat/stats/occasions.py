"""How often and on how many days was each thing done, and when last?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.instant import DAY

Ints = npt.NDArray[np.int64]


class Occasions(NamedTuple):
    """One row for each distinct key, ascending."""

    key: Ints
    acts: Ints
    days: Ints  # distinct days, UTC
    latest: Ints  # µs


def occasions(key: Ints, at: Ints) -> Occasions:
    """Count what was done at some instants (µs) by key.

    >>> [found.tolist() for found in occasions(np.array([7, 5, 7]), np.array([1, 2, 3]))]
    [[5, 7], [1, 2], [1, 1], [2, 3]]
    """
    if not key.size:
        return Occasions(*(np.empty(0, np.int64) for _ in Occasions._fields))
    order = np.lexsort((at, key))
    key, at = key[order], at[order]
    changes = np.diff(key, prepend=key[0] - 1) != 0
    starts = np.flatnonzero(changes)
    ends = np.append(starts[1:], key.size)
    fresh = changes | (np.diff(at // DAY, prepend=0) != 0)
    return Occasions(key[starts], ends - starts, np.add.reduceat(fresh.astype(np.int64), starts), at[ends - 1])
