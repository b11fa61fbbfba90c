"""In which order do rows follow each other by whose they are, and then by when?

Sorting everything by comparison is slow; whose a row is, is a hash, and hashes are spread evenly, as times nearly are.
So rows are counted onto piles by the first bits of their times and then of the hashes (stable counting sorts, linear).
Then on each pile lie the rows of few people, nearly in order of time; a pile in which one row lies before another that
it should follow is sorted by insertion and merging.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.stats.jit import inlined, jit

FEW = 16  # rows that are sorted by insertion


@jit
def piled(keys: Any, shift: int, low: int, piles: int) -> Any:
    """Return the order that brings rows onto piles, and where each pile begins and the last one ends.

    keys: int64. A row's pile is (key - low) >> shift, which must be in [0, piles); rows of one pile stay in order.

    >>> order, edges = piled(np.array([6, 1, 7, 0]), 1, 0, 4)
    >>> order.tolist(), edges.tolist()
    ([1, 3, 0, 2], [0, 2, 2, 2, 4])
    """
    edges = np.zeros(piles + 1, np.int64)
    for row in range(keys.size):
        edges[((keys[row] - low) >> shift) + 1] += 1
    for pile in range(piles):
        edges[pile + 1] += edges[pile]
    free = edges[:-1].copy()
    order = np.empty(keys.size, np.int64)
    for row in range(keys.size):
        pile = (keys[row] - low) >> shift
        order[free[pile]] = row
        free[pile] += 1
    return order, edges


@jit
def evenly(keys: Any) -> Any:
    """Lay rows on about twice as many piles as there are rows.

    Returns: order and edges as from `piled`, and the low and the shift by which a key finds its pile.
    """
    low, shift = keys.min(), 0
    span = keys.max() - low
    while span >> shift >= 2 * keys.size:
        shift += 1
    order, edges = piled(keys, shift, low, (span >> shift) + 1)
    return order, edges, low, shift


@jit
def ordered(person: Any, at: Any) -> Any:
    """Return the order in which rows are sorted by (person, at), those equal in both as they came.

    person: int64, not negative. at: int64, of less than 2**63 from first to last. Linear where people are hashes and
    times are spread over the whole time; n log n at worst.

    >>> ordered(np.array([9, 2, 9, 2]), np.array([5, 4, 3, 4])).tolist()
    [1, 3, 2, 0]
    """
    if person.size == 0:
        return np.empty(0, np.int64)
    if np.any(at[1:] < at[:-1]):
        by_time = evenly(at)[0]
        places, edges, low, shift = evenly(person[by_time])
        order = by_time[places]
    else:
        order, edges, low, shift = evenly(person)
    spare = np.empty(person.size, np.int64)
    last, nth = order[0], 1
    while nth < order.size:
        if follows(person, at, last, order[nth]):
            pile = (person[order[nth]] - low) >> shift
            sort_pile(person, at, order, spare, edges[pile], edges[pile + 1])
            nth = edges[pile + 1] - 1
        last = order[nth]
        nth += 1
    return order


@jit
def sort_pile(person: Any, at: Any, order: Any, spare: Any, begin: int, end: int) -> None:
    """Sort the rows of one pile."""
    for start in range(begin, end, FEW):
        insert(person, at, order, start, min(start + FEW, end))
    width = FEW
    while width < end - begin:
        for start in range(begin, end - width, 2 * width):
            merge(person, at, order, spare, start, start + width, min(start + 2 * width, end))
        width *= 2


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
