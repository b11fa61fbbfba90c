"""How often does each of many possible things occur, in each block of people?

Counts are kept only for what occurs at all, so that a large space of things (histories of three labels, sets of
labels) costs no more than what was seen of it. Tallies of different people add up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]


class Tally(NamedTuple):
    """key: what occurs, ascending. amount: how much of it, by (key, block)."""

    key: Ints
    amount: npt.NDArray[np.float64]


@jit
def place(key: Any, seen: Any) -> None:
    """Mark the keys that occur."""
    for nth in range(key.size):
        if key[nth] >= 0:
            seen[key[nth]] = 0


@jit
def add(key: Any, block: Any, weight: Any, column: Any, out: Any) -> None:
    """Add each weight to its block and key."""
    for nth in range(key.size):
        if key[nth] >= 0:
            out[column[key[nth]], block[nth]] += weight[nth]


def tally(key: Ints, size: int, block: Ints, blocks: int, weight: npt.NDArray[np.float64]) -> Tally:
    """Add up weights by block and key; keys are from 0 to size - 1, and -1 is counted nowhere."""
    column = np.full(size, -1, np.int64)
    place(key, column)
    used = np.flatnonzero(column == 0)
    column[used] = np.arange(used.size)
    out = np.zeros((used.size, blocks))
    add(key, block, weight, column, out)
    return Tally(used, out)


def merge(one: Tally, other: Tally) -> Tally:
    """Add two tallies with the same blocks."""
    if np.array_equal(one.key, other.key):
        return Tally(one.key, one.amount + other.amount)
    more, less = (one, other) if one.key.size >= other.key.size else (other, one)
    place = np.searchsorted(more.key, less.key)
    if np.array_equal(more.key[np.minimum(place, more.key.size - 1)], less.key):
        amount = more.amount.copy()
        amount[place] += less.amount
        return Tally(more.key, amount)
    key = np.union1d(one.key, other.key)
    amount = np.zeros((key.size, one.amount.shape[1]))
    for part in (one, other):
        amount[np.searchsorted(key, part.key)] += part.amount
    return Tally(key, amount)


def nothing(blocks: int) -> Tally:
    """Return the tally of nobody."""
    return Tally(np.empty(0, np.int64), np.zeros((0, blocks)))
