"""Is a graph more grouped than chance makes one with the same degrees?

Graphs are undirected and simple, as neighbours in rows: those of node v are `near[first[v]:first[v + 1]]`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import scipy, sparse
from ziggurat.stats.betweenness import neighbours
from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]

SWAPS = 10  # per tie; Milo et al. (2003) find 100 steps per tie to be more than enough, and fewer in sparse graphs


def shares(first: Ints, near: Ints, group: Ints) -> tuple[Floats, Floats]:
    """Return, by group, the share of all ties that are inside it, and the share that chance would put there.

    Modularity is the sum of the differences. Chance: ends of ties are joined at random, (ends in the group / ends)².
    Source: Newman & Girvan (2004), Finding and evaluating community structure, Physical Review E 69, 026113.

    >>> inside, chance = shares(np.array([0, 1, 2, 3, 4]), np.array([1, 0, 3, 2]), np.array([0, 0, 1, 1]))
    >>> float((inside - chance).sum())
    0.5
    """
    groups = int(group.max(initial=-1)) + 1
    ends = max(1, near.size)
    owner = np.repeat(np.arange(group.size), np.diff(first))
    within = group[owner] == group[near]
    inside = np.bincount(group[owner[within]], minlength=groups) / ends
    return inside, (np.bincount(group, np.diff(first), groups) / ends) ** 2


def participation(first: Ints, near: Ints, group: Ints) -> Floats:
    """How evenly the ties of each node are spread over groups: 1 - Σ (ties into a group / ties)².

    0 with all ties in one group, towards 1 with ties all over; nan without a tie.
    Source: Guimerà & Amaral (2005), Functional cartography of complex metabolic networks, Nature 433, 895-900.

    >>> participation(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]), np.array([0, 0, 1])).tolist()
    [0.5, 0.0, 0.0]
    """
    degree = np.diff(first)
    owner = np.repeat(np.arange(group.size), degree)
    groups = int(group.max(initial=0)) + 1
    pair, count = np.unique(owner * groups + group[near], return_counts=True)
    squares = np.bincount(pair // groups, count.astype(np.float64) ** 2, group.size)
    return np.where(degree > 0, 1 - squares / np.maximum(degree, 1) ** 2, np.nan)


def rewired(first: Ints, near: Ints, seed: int, swaps: int = SWAPS) -> tuple[Ints, Ints]:
    """Return a graph of the same degrees in which who is tied to whom is chance: ties exchange ends many times.

    A swap that would tie a node to itself, or two nodes twice, is not made, so the graph stays simple. swaps: for each
    tie; e^(-2 swaps) of them are in none and stay.
    Source: Maslov & Sneppen (2002), Specificity and stability in topology of protein networks, Science 296, 910-913;
    Milo et al. (2003), On the uniform generation of random graphs with prescribed degree sequences, cond-mat/0312028.
    """
    nodes = first.size - 1
    owner = np.repeat(np.arange(nodes), np.diff(first))
    # where each tie stands in the row of its other end: turning the matrix over is a sort in linear time
    other = sparse.csr_array((np.arange(near.size), near, first), shape=(nodes, nodes)).tocsc().data
    there = np.flatnonzero(owner < near)
    ties = np.stack([owner[there], near[there], there, other[there]], axis=1).astype(np.int32)
    rows = near.astype(np.int32)
    draw, size = np.random.default_rng(seed), there.size
    for _ in range(swaps if size > 1 else 0):  # ties are drawn a round at a time, which bounds what is held
        swap(first, rows, ties, draw.integers(0, size, (size, 2)), draw.random(size) < 0.5)
    return neighbours(owner, rows.astype(np.int64), nodes)


@jit
def swap(first: Ints, rows: Small, ties: Small, pairs: Ints, turned: npt.NDArray[np.bool_]) -> None:
    """Let pairs of ties exchange ends, in place.

    rows: neighbours, in any order within a row. ties: two nodes, and where in the row of each the other one stands.
    """
    for number in range(pairs.shape[0]):
        one, other = pairs[number, 0], pairs[number, 1]
        a, b, at_a, at_b = ties[one, 0], ties[one, 1], ties[one, 2], ties[one, 3]
        c, d, at_c, at_d = ties[other, 0], ties[other, 1], ties[other, 2], ties[other, 3]
        if turned[number]:
            c, d, at_c, at_d = d, c, at_d, at_c
        if one == other or a == d or c == b or tied(first, rows, a, d) or tied(first, rows, c, b):
            continue
        rows[at_a], rows[at_d], rows[at_c], rows[at_b] = d, a, b, c
        ties[one, 1], ties[one, 3] = d, at_d
        ties[other, 0], ties[other, 1], ties[other, 2], ties[other, 3] = c, b, at_c, at_b


@jit
def tied(first: Ints, rows: Small, one: int, other: int) -> bool:
    """Tell whether two nodes are tied, by the shorter of their rows."""
    if first[one + 1] - first[one] > first[other + 1] - first[other]:
        one, other = other, one
    place, end = first[one], first[one + 1]
    while place < end and rows[place] != other:
        place += 1
    return bool(place < end)


def expected(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return between which bounds one more value is to be expected, from some that were drawn alike.

    A prediction interval by Student's t: it takes the values as normal, and allows for how few they are.
    Source: Whitmore (1986), Prediction limits for a univariate normal observation, American Statistician 40, 141-143.

    >>> [round(bound, 2) for bound in expected(np.array([1.0, 2.0, 3.0]))]
    [-2.97, 6.97]
    """
    half = float(
        scipy.stats.t.ppf((1 + level) / 2, values.size - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / values.size)
    )
    return float(values.mean()) - half, float(values.mean()) + half
