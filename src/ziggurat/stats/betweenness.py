"""Who lies on the shortest ways between the others, and how many are near?

Graphs are undirected and simple, as neighbours in rows: those of node v are `near[first[v]:first[v + 1]]`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ERROR = 0.05  # how often bounds may miss
AFFORDED = 2e8  # nodes times ends of ties: in so small a graph all sources are read, which takes a second or so


class Betweenness(NamedTuple):
    """Share of the shortest ways between two others that lead over each node (N,), with bounds; sources read."""

    share: Floats
    low: Floats
    high: Floats
    sources: int


def neighbours(one: Ints, other: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Return (first, near) of an undirected simple graph from its ties, given in any direction and number.

    >>> first, near = neighbours(np.array([2, 0]), np.array([0, 2]), 3)
    >>> first.tolist(), near.tolist()
    ([0, 1, 1, 2], [2, 0])
    """
    apart = one != other
    both = np.concatenate([one[apart] * nodes + other[apart], other[apart] * nodes + one[apart]])
    both = np.unique(both)
    return np.searchsorted(both, np.arange(nodes + 1) * nodes).astype(np.int64), both % max(1, nodes)


def betweenness(first: Ints, near: Ints, *, sources: int, seed: int) -> Betweenness:
    """Betweenness of every node, from all nodes as sources in a small graph, else from so many that are drawn.

    A pair that no way joins has none, and counts among the pairs. With fewer sources than nodes, drawn with
    replacement, a node's share is the mean of what each source says, and its bounds (95 %) are the empirical Bernstein
    ones: they hold for any graph and any number of sources, and are wide where these are few, by at least
    10 / sources. Where all nodes are sources the share is exact, and the bounds are the share itself.

    Returns: shares of ordered pairs of other nodes, 0 to 1; 0 in a graph of fewer than three nodes. seed: of the draw.
    Source: Brandes (2001), A faster algorithm for betweenness centrality, J. of Mathematical Sociology 25(2), 163-177;
    Brandes & Pich (2007), Centrality estimation in large networks, Int. J. of Bifurcation and Chaos 17(7), 2303-2318;
    Maurer & Pontil (2009), Empirical Bernstein bounds and sample variance penalization, COLT, theorem 4.

    >>> betweenness(*neighbours(np.array([0, 1]), np.array([1, 2]), 3), sources=9, seed=1).share.tolist()
    [0.0, 1.0, 0.0]
    """
    nodes = first.size - 1
    if nodes < 3:
        nothing = np.zeros(nodes)
        return Betweenness(nothing, nothing, nothing, nodes)
    if sources >= nodes or nodes * near.size <= AFFORDED:
        total, _ = dependencies(first, near.astype(np.int32), np.arange(nodes))
        share = total / (nodes - 1) / (nodes - 2)
        return Betweenness(share, share, share, nodes)
    chosen = np.sort(np.random.default_rng(seed).integers(0, nodes, sources))
    total, square = dependencies(first, near.astype(np.int32), chosen)
    mean = total / sources / (nodes - 2)  # of what lies between 0 and 1; a node says nothing of itself
    spread = np.maximum(square / (nodes - 2) ** 2 - sources * mean**2, 0) / (sources - 1)
    doubt = np.log(4 / ERROR)
    half = np.sqrt(2 * spread * doubt / sources) + 7 * doubt / (3 * (sources - 1))
    low, high = (np.clip(bound * nodes / (nodes - 1), 0, 1) for bound in (mean - half, mean + half))
    return Betweenness(mean * nodes / (nodes - 1), low, high, sources)


@jit
def dependencies(first: Ints, near: Ints, sources: Ints) -> tuple[Floats, Floats]:
    """Return, for every node, the sum over sources of their dependencies on it, and the sum of the squares."""
    nodes = first.size - 1
    total, square = np.zeros(nodes), np.zeros(nodes)
    far, queue = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    ways, owed = np.zeros(nodes), np.zeros(nodes)  # owed: a node's dependency by its number of shortest ways
    for source in sources:
        far[source], ways[source], queue[0] = 0, 1.0, source
        head, tail = 0, 1
        while head < tail:  # breadth first: how far, and in how many shortest ways
            at = queue[head]
            head += 1
            for place in range(first[at], first[at + 1]):
                other = near[place]
                if far[other] < 0:
                    far[other] = far[at] + 1
                    queue[tail] = other
                    tail += 1
                if far[other] == far[at] + 1:
                    ways[other] += ways[at]
        for head in range(tail - 1, 0, -1):  # and back, from the farthest
            at = queue[head]
            due = 1 / ways[at] + owed[at]
            for place in range(first[at], first[at + 1]):
                if far[near[place]] == far[at] - 1:
                    owed[near[place]] += due
            total[at] += owed[at] * ways[at]
            square[at] += (owed[at] * ways[at]) ** 2
            far[at], ways[at], owed[at] = -1, 0.0, 0.0
        far[source], ways[source], owed[source] = -1, 0.0, 0.0
    return total, square


@jit
def within_two(first: Ints, near: Ints, chosen: Ints) -> Ints:
    """Return how many other nodes are one or two steps from each of the chosen ones, along `near`."""
    nodes = first.size - 1
    seen = np.full(nodes, -1)
    found = np.zeros(chosen.size, np.int64)
    for number in range(chosen.size):
        middle = chosen[number]
        seen[middle] = number
        for place in range(first[middle], first[middle + 1]):
            if seen[near[place]] != number:
                seen[near[place]] = number
                found[number] += 1
            for step in range(first[near[place]], first[near[place] + 1]):
                if seen[near[step]] != number:
                    seen[near[step]] = number
                    found[number] += 1
    return found
