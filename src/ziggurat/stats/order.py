"""In which order do rows follow each other by whose they are, and then by when?

Sorting everything by comparison is slow; whose a row is, is a hash, and hashes are spread evenly. So rows are counted
onto piles by the first bits of the hash (a stable counting sort, linear), on which then lie the rows of a few people
each: mostly in order of time already, as logs are written, and sorted by merging where they are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.stats.jit import inlined, jit

FEW = 16  # rows that are sorted by insertion


@jit
def piled(person: Any, shift: int, low: int, piles: int) -> Any:
    """Return the order that brings rows onto piles, and where each pile begins and the last one ends.

    person: int64. A row's pile is (person - low) >> shift, which must be in [0, piles); rows of one pile stay in order.

    >>> order, edges = piled(np.array([6, 1, 7, 0]), 1, 0, 4)
    >>> order.tolist(), edges.tolist()
    ([1, 3, 0, 2], [0, 2, 2, 2, 4])
    """
    edges = np.zeros(piles + 1, np.int64)
    for row in range(person.size):
        edges[((person[row] - low) >> shift) + 1] += 1
    for pile in range(piles):
        edges[pile + 1] += edges[pile]
    free = edges[:-1].copy()
    order = np.empty(person.size, np.int64)
    for row in range(person.size):
        pile = (person[row] - low) >> shift
        order[free[pile]] = row
        free[pile] += 1
    return order, edges


@jit
def ordered(person: Any, at: Any) -> Any:
    """Return the order in which rows are sorted by (person, at), those equal in both as they came.

    person: int64, not negative. at: int64. Linear where people are hashes and rows come by time; n log n at worst.

    >>> ordered(np.array([9, 2, 9, 2]), np.array([5, 4, 3, 4])).tolist()
    [1, 3, 2, 0]
    """
    rows = person.size
    if rows == 0:
        return np.empty(0, np.int64)
    low, shift = person.min(), 0
    span = person.max() - low
    while span >> shift >= max(1, rows // 4):
        shift += 1
    order, edges = piled(person, shift, low, (span >> shift) + 1)
    spare = np.empty(rows, np.int64)
    for pile in range(edges.size - 1):
        begin, end = edges[pile], edges[pile + 1]
        for start in range(begin, end, FEW):
            insert(person, at, order, start, min(start + FEW, end))
        width = FEW
        while width < end - begin:
            for start in range(begin, end - width, 2 * width):
                merge(person, at, order, spare, start, start + width, min(start + 2 * width, end))
            width *= 2
    return order


@inlined
def follows(person: Any, at: Any, row: int, other: int) -> Any:
    """Tell whether a row belongs behind another."""
    return person[row] > person[other] or (person[row] == person[other] and at[row] > at[other])


@jit
def insert(person: Any, at: Any, order: Any, begin: int, end: int) -> None:
    """Sort a few rows; those that lie right cost one comparison each."""
    for nth in range(begin + 1, end):
        row, place = order[nth], nth
        while place > begin and follows(person, at, order[place - 1], row):
            order[place] = order[place - 1]
            place -= 1
        order[place] = row


@jit
def merge(person: Any, at: Any, order: Any, spare: Any, begin: int, middle: int, end: int) -> None:
    """Merge two sorted runs that lie next to each other."""
    if not follows(person, at, order[middle - 1], order[middle]):
        return
    spare[begin:middle] = order[begin:middle]
    a, b, place = begin, middle, begin
    while a < middle:
        if b < end and follows(person, at, spare[a], order[b]):
            order[place] = order[b]
            b += 1
        else:
            order[place] = spare[a]
            a += 1
        place += 1
