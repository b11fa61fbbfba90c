"""What came first after each of many instants, within its group, and not by the same one?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
NONE = -1


def first_after(
    group: Ints, at: Ints, doer: Ints, later_group: Ints, later_at: Ints, later_doer: Ints, *, strictly: bool
) -> Ints:
    """Return, for each instant, the position of the first later event of its group by another doer; NONE for none.

    group, later_group: numbers from 0; a negative one belongs to no group. strictly: an event at the same instant is
    not later. Among events of one group at one instant, the one that is given first comes first. Time grows as that of
    a sort, whatever is in one group: a doer's own events are passed over in one step.

    >>> one, other = np.array([0, 0]), np.array([5, 7])
    >>> first_after(one[:1], other[:1], np.array([3]), one, other, np.array([3, 4]), strictly=False).tolist()
    [1]
    """
    order = np.lexsort((later_at, later_group))
    order = order[later_group[order] >= 0]
    if not order.size:
        return np.full(group.size, NONE, np.int64)
    groups, doers = later_group[order], later_doer[order]
    times, rank = np.unique(later_at[order], return_inverse=True)
    side: Any = "right" if strictly else "left"
    base = times.size + 1
    place = np.searchsorted(groups * base + rank, group * base + np.searchsorted(times, at, side=side))
    inside = np.minimum(place, order.size - 1)
    own = (groups[inside] == group) & (doers[inside] == doer)
    place = np.where(own, after_runs(groups, doers)[inside], place)
    inside = np.minimum(place, order.size - 1)
    right = (place < order.size) & (groups[inside] == group) & (group >= 0)
    return np.where(right, order[inside], NONE)


def after_runs(groups: Ints, doers: Ints) -> Ints:
    """Return, for each event in order, the position after the run of events of its group and doer that it is in."""
    ends = np.flatnonzero(np.append((np.diff(groups) != 0) | (np.diff(doers) != 0), True))
    return ends[np.searchsorted(ends, np.arange(groups.size))] + 1
