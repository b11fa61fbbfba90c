"""Is a graph more grouped than chance makes one with the same degrees?

Graphs are undirected and simple, as neighbours in rows: those of node v are `near[first[v]:first[v + 1]]`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

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


def rewired(first: Ints, near: Ints, seed: int) -> tuple[Ints, Ints]:
    """Return a graph of the same degrees in which who is tied to whom is chance: ties exchange ends many times.

    A swap that would tie a node to itself, or two nodes twice, is not made, so the graph stays simple.
    Source: Maslov & Sneppen (2002), Specificity and stability in topology of protein networks, Science 296, 910-913;
    Milo et al. (2003), On the uniform generation of random graphs with prescribed degree sequences, cond-mat/0312028.
    """
    nodes = first.size - 1
    owner = np.repeat(np.arange(nodes), np.diff(first))
    one, other = owner[owner < near], near[owner < near]
    draw = np.random.default_rng(seed)
    for _ in range(SWAPS if one.size > 1 else 0):  # ties are drawn a round at a time, which bounds what is held
        pairs = draw.integers(0, one.size, (one.size, 2))
        swap(one, other, pairs, draw.random(one.size) < 0.5, nodes)
    keys = np.sort(np.concatenate([one * nodes + other, other * nodes + one]))
    return np.searchsorted(keys, np.arange(nodes + 1) * nodes).astype(np.int64), keys % max(1, nodes)


@jit
def swap(one: Ints, other: Ints, pairs: Ints, turned: npt.NDArray[np.bool_], nodes: int) -> None:
    """Let pairs of ties exchange ends, in place."""
    size = 8
    while size < 4 * one.size:
        size *= 2
    table = np.full(size, -1, np.int64)  # open addressing; -1 is free, -2 was taken once
    for tie in range(one.size):
        insert(table, min(one[tie], other[tie]) * nodes + max(one[tie], other[tie]))
    for number in range(pairs.shape[0]):
        first, second = pairs[number, 0], pairs[number, 1]
        a, b, c, d = one[first], other[first], one[second], other[second]
        if turned[number]:
            c, d = d, c
        if first == second or a == d or c == b:
            continue
        left, right = min(a, d) * nodes + max(a, d), min(c, b) * nodes + max(c, b)
        if left == right or find(table, left) >= 0 or find(table, right) >= 0:
            continue
        table[find(table, min(a, b) * nodes + max(a, b))] = -2
        table[find(table, min(c, d) * nodes + max(c, d))] = -2
        insert(table, left)
        insert(table, right)
        one[first], other[first], one[second], other[second] = a, d, c, b


@jit
def find(table: Ints, key: int) -> int:
    """Return the place of a key; -1 if it is not there."""
    place = ((key * 0x9E3779B97F4A7C1) >> 13) & (table.size - 1)
    while table[place] != -1:
        if table[place] == key:
            return int(place)
        place = (place + 1) & (table.size - 1)
    return -1


@jit
def insert(table: Ints, key: int) -> None:
    """Put a key in its place."""
    place = ((key * 0x9E3779B97F4A7C1) >> 13) & (table.size - 1)
    while table[place] >= 0:
        place = (place + 1) & (table.size - 1)
    table[place] = key


def expected(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return between which bounds one more value is to be expected, from some that were drawn alike.

    A prediction interval by Student's t: it takes the values as normal, and allows for how few they are.
    Source: Whitmore (1986), Prediction limits for a univariate normal observation, American Statistician 40, 141-143.

    >>> [round(bound, 2) for bound in expected(np.array([1.0, 2.0, 3.0]))]
    [-2.97, 6.97]
    """
    half = float(stats.t.ppf((1 + level) / 2, values.size - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / values.size))
    return float(values.mean()) - half, float(values.mean()) + half
