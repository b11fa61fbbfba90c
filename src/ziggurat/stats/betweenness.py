"""Who lies on the shortest ways between the others, and how many are near?

Graphs are undirected and simple, as neighbours in rows: those of node v are `near[first[v]:first[v + 1]]`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import sparse, special
from ziggurat.stats.jit import inlined, jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ERROR = 0.05  # how often bounds may miss
AFFORDED = 2e8  # nodes times ends of ties: in so small a graph all sources are read, which takes a second or so


class Betweenness(NamedTuple):
    """Share of the shortest ways between two others that lead over each node (N,), with bounds, or exact."""

    share: Floats
    low: Floats
    high: Floats
    exact: bool


def neighbours(one: Ints, other: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Return (first, near) of an undirected simple graph from its ties, given in any direction and number.

    >>> first, near = neighbours(np.array([2, 0]), np.array([0, 2]), 3)
    >>> first.tolist(), near.tolist()
    ([0, 1, 1, 2], [2, 0])
    """
    apart = one != other
    ties = sparse.csr_array((np.ones(int(apart.sum()), np.bool_), (one[apart], other[apart])), shape=(nodes, nodes))
    both = ties + ties.T.tocsr()  # of flags the sum is `or`, and rows are in order: linear in the ties
    return both.indptr.astype(np.int64), both.indices.astype(np.int64)


def betweenness(first: Ints, near: Ints, *, ways: int, seed: int) -> Betweenness:
    """Betweenness of every node, from all nodes as sources in a small graph, else from so many ways that are drawn.

    A pair that no way joins has none, and counts among the pairs. In a large graph pairs of nodes are drawn, and one of
    the shortest ways between the two, all alike; a node's share is that of the ways that lead over it. So they are
    counts out of independent draws, and the bounds (95 %) are those of Clopper & Pearson, which hold for any graph and
    any number of ways. In a small graph the share is exact, and the bounds are the share itself.

    Returns: shares of ordered pairs of other nodes, 0 to 1; 0 in a graph of fewer than three nodes. seed: of the draw.
    Source: Brandes (2001), A faster algorithm for betweenness centrality, J. of Mathematical Sociology 25(2), 163-177;
    Riondato & Kornaropoulos (2016), Fast approximation of betweenness centrality through sampling, Data Mining and
    Knowledge Discovery 30, 438-475; searched from both ends as by Borassi & Natale (2019), KADABRA is an adaptive
    algorithm for betweenness via random approximation, ACM J. of Experimental Algorithmics 24, 1.2; Clopper & Pearson
    (1934), Biometrika 26(4), 404-413.

    >>> betweenness(*neighbours(np.array([0, 1]), np.array([1, 2]), 3), ways=9, seed=1).share.tolist()
    [0.0, 1.0, 0.0]
    """
    nodes = first.size - 1
    if nodes < 3:
        nothing = np.zeros(nodes)
        return Betweenness(nothing, nothing, nothing, exact=True)
    near = near.astype(np.int32)
    if nodes * near.size <= AFFORDED:
        share = dependencies(first, near) / (nodes - 1) / (nodes - 2)
        return Betweenness(share, share, share, exact=True)
    draw = np.random.default_rng(seed)
    one, other = draw.integers(0, nodes, ways), draw.integers(0, nodes - 1, ways)
    other += other >= one
    chance = draw.integers(0, 2**63 - 1, ways)
    parts = np.array_split(np.arange(ways), os.cpu_count() or 1)
    with ThreadPoolExecutor(len(parts)) as pool:
        counts = pool.map(lambda some: led_over(first, near, one[some], other[some], chance[some]), parts)
        count = np.sum(list(counts), axis=0)
    each, of = np.unique(count, return_inverse=True)
    low = np.where(each > 0, special.betaincinv(np.maximum(each, 1), ways - each + 1, ERROR / 2), 0.0)
    high = np.where(each < ways, special.betaincinv(each + 1, np.maximum(ways - each, 1), 1 - ERROR / 2), 1.0)
    scale = nodes / (nodes - 2)  # a pair that a node is one of says nothing of it, and is among those drawn
    share, low, high = (np.minimum(bound * scale, 1.0)[of] for bound in (each / ways, low, high))
    return Betweenness(share, low, high, exact=False)


@jit
def led_over(first: Ints, near: Ints, ones: Ints, others: Ints, chances: Ints) -> Ints:
    """Return how often each node lies on one shortest way, drawn for each pair."""
    nodes = first.size - 1
    count = np.zeros(nodes, np.int64)
    far = np.full((2, nodes), -1, np.int32)
    ways, queue = np.zeros((2, nodes)), np.empty((2, nodes), np.int32)
    for number in range(ones.size):
        chance = np.uint64(chances[number])
        begin, end, due = np.zeros(2, np.int64), np.ones(2, np.int64), np.zeros(2, np.int64)
        for side, root in enumerate((ones[number], others[number])):
            far[side, root], ways[side, root], queue[side, 0] = 0, 1.0, root
            due[side] = first[root + 1] - first[root]
        met, here, there = 0.0, np.int64(-1), np.int64(-1)
        while met == 0.0 and begin[0] < end[0] and begin[1] < end[1]:
            side = 0 if due[0] <= due[1] else 1  # the one on which fewer ties lead on
            last, due[side] = end[side], 0
            for place in range(begin[side], last):
                at = queue[side, place]
                for tie in range(first[at], first[at + 1]):
                    next_ = near[tie]
                    if far[1 - side, next_] >= 0:  # one of the ties by which the two searches meet
                        many = ways[side, at] * ways[1 - side, next_]
                        met += many
                        chance = mixed(chance)
                        if unit(chance) * met < many:
                            here, there = (at, next_) if side == 0 else (next_, at)
                    elif far[side, next_] < 0:
                        far[side, next_] = far[side, at] + 1
                        queue[side, end[side]] = next_
                        end[side] += 1
                        due[side] += first[next_ + 1] - first[next_]
                        ways[side, next_] = ways[side, at]
                    elif far[side, next_] == far[side, at] + 1:
                        ways[side, next_] += ways[side, at]
            begin[side] = last
        if met > 0.0:
            for side, start in enumerate((here, there)):
                at = start
                while far[side, at] > 0:
                    count[at] += 1
                    all_, before = 0.0, at
                    for tie in range(first[at], first[at + 1]):
                        next_ = near[tie]
                        if far[side, next_] == far[side, at] - 1:
                            all_ += ways[side, next_]
                            chance = mixed(chance)
                            if unit(chance) * all_ < ways[side, next_]:
                                before = next_
                    at = before
        for side in range(2):
            for place in range(end[side]):
                far[side, queue[side, place]] = -1
    return count


@inlined
def mixed(chance: Any) -> Any:
    """Return the next of a sequence of which `unit` makes numbers by chance.

    Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA.
    """
    return chance + np.uint64(0x9E3779B97F4A7C15)


@inlined
def unit(chance: Any) -> Any:
    """Return a number from 0 to 1 for one of the sequence."""
    bits = chance ^ (chance >> np.uint64(30))
    bits = bits * np.uint64(0xBF58476D1CE4E5B9)
    bits = bits ^ (bits >> np.uint64(27))
    bits = bits * np.uint64(0x94D049BB133111EB)
    bits = bits ^ (bits >> np.uint64(31))
    return np.float64(bits >> np.uint64(11)) / 2.0**53


@jit
def dependencies(first: Ints, near: Ints) -> Floats:
    """Return, for every node, the sum over all sources of their dependencies on it."""
    nodes = first.size - 1
    total = np.zeros(nodes)
    far, queue = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    ways, owed = np.zeros(nodes), np.zeros(nodes)  # owed: a node's dependency by its number of shortest ways
    for source in range(nodes):
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
            far[at], ways[at], owed[at] = -1, 0.0, 0.0
        far[source], ways[source], owed[source] = -1, 0.0, 0.0
    return total


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
