"""Which nodes of a graph belong together?

Leiden with the greedy choice in its refinement: of the groups that a node may join it takes the best, the first by
number among equals, so the same graph always has the same groups. (The algorithm as published draws among them; that
of scikit-network can't be seeded, and gives other groups at every call.) What Leiden promises over Louvain holds for
any such choice: every group is connected, and no node would be better moved.

Graphs are undirected, as neighbours in rows with weights: those of node v are `near[first[v]:first[v + 1]]`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import sparse
from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]

ROUNDS = 2  # whole runs, the second from what the first found


def leiden(first: Ints, near: Ints, *, resolution: float = 1.0, order: Ints | None = None) -> Ints:
    """Group the nodes of a simple undirected graph so that modularity is high.

    resolution: higher gives more and smaller groups. order (N,): in which nodes are first visited; by number if left
    out. A node without a tie is a group of its own.

    Returns: (N,), the group of each node, numbered by size from 0, equal ones by their first node.
    Source: Traag, Waltman & van Eck (2019), From Louvain to Leiden, Scientific Reports 9, 5233.

    >>> one, other = np.array([0, 0, 1, 3, 3, 4, 2]), np.array([1, 2, 2, 4, 5, 5, 3])
    >>> from ziggurat.stats.betweenness import neighbours
    >>> leiden(*neighbours(one, other, 6)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    nodes = first.size - 1
    group = np.arange(nodes)
    visited = np.arange(nodes) if order is None else order
    if near.size:
        for _ in range(ROUNDS):
            group = one_run(first, near.astype(np.int32), resolution, group, visited)
    return by_size(group)


def one_run(first: Ints, near: Small, resolution: float, group: Ints, visited: Ints) -> Ints:
    """Improve a grouping by moving nodes, then ever larger parts of groups, until no move is better."""
    weight: Floats = np.ones(near.size)
    strength: Floats = np.diff(first).astype(np.float64)
    scale = resolution / near.size
    part_of = np.arange(first.size - 1)  # the node of the smaller graph in which each node is now
    while True:
        group = dense(moved(first, near, weight, strength, scale, group, visited))
        count = int(group.max()) + 1
        if count == group.size:
            return np.asarray(group[part_of])
        part = dense(refined(first, near, weight, strength, scale, group, visited))
        parts = int(part.max()) + 1
        if parts == group.size:  # nothing would be smaller: the groups themselves are the next nodes
            part, parts = group, count
        joined = sparse.csr_array((np.ones(part.size), (np.arange(part.size), part)), shape=(part.size, parts))
        graph = sparse.csr_array((weight, near, first), shape=(part.size, part.size))
        smaller = sparse.csr_array(joined.T @ graph @ joined)
        smaller.sort_indices()
        above = np.zeros(parts, np.int64)
        above[part] = group
        first, near, weight = smaller.indptr.astype(np.int64), smaller.indices, smaller.data
        strength = np.bincount(part, strength, parts).astype(np.float64)
        group, part_of, visited = above, part[part_of], np.arange(parts)


@jit
def moved(
    first: Ints, near: Small, weight: Floats, strength: Floats, scale: float, group: Ints, visited: Ints
) -> Small:  # fmt: skip
    """Move nodes to the group where they add most, until none would move."""
    nodes = strength.size
    found, total, held = group.astype(np.int32), np.zeros(nodes + 1), np.zeros(nodes + 1, np.int64)
    for node in range(nodes):
        total[found[node]] += strength[node]
        held[found[node]] += 1
    empty = [one for one in range(nodes - 1, -1, -1) if held[one] == 0]
    queue, waits = np.empty(nodes, np.int32), np.ones(nodes, np.bool_)
    queue[:] = visited
    head, waiting = 0, nodes
    towards, touched = np.zeros(nodes + 1), np.empty(nodes + 1, np.int64)
    while waiting > 0:
        node = queue[head]
        head, waiting, waits[node] = (head + 1) % nodes, waiting - 1, False
        own, count = found[node], 0
        for place in range(first[node], first[node + 1]):
            if near[place] != node:
                other = found[near[place]]
                if towards[other] == 0.0:
                    touched[count] = other
                    count += 1
                towards[other] += weight[place]
        total[own] -= strength[node]
        best, most = own, towards[own] - scale * strength[node] * total[own]
        for place in range(count):
            gain = towards[touched[place]] - scale * strength[node] * total[touched[place]]
            if gain > most + 1e-12 or (gain > most - 1e-12 and best != own and touched[place] < best):
                best, most = touched[place], max(gain, most)
        if most < -1e-12 and held[own] > 1:
            best = empty.pop()
        for place in range(count):
            towards[touched[place]] = 0.0
        total[best] += strength[node]
        if best == own:
            continue
        held[own], held[best], found[node] = held[own] - 1, held[best] + 1, best
        if held[own] == 0:
            empty.append(own)
        for place in range(first[node], first[node + 1]):
            other = near[place]
            if found[other] != best and not waits[other]:
                queue[(head + waiting) % nodes] = other
                waiting, waits[other] = waiting + 1, True
    return found


@jit
def refined(
    first: Ints, near: Small, weight: Floats, strength: Floats, scale: float, group: Ints, visited: Ints
) -> Small:  # fmt: skip
    """Part each group into well connected pieces, by merging nodes from single ones on."""
    nodes = strength.size
    part, whole = np.arange(nodes).astype(np.int32), np.zeros(nodes)
    for node in range(nodes):
        whole[group[node]] += strength[node]
    total, single = strength.copy(), np.ones(nodes, np.bool_)
    outward = np.zeros(nodes)  # of a piece, the weight of its ties to the rest of its group
    for node in range(nodes):
        for place in range(first[node], first[node + 1]):
            if near[place] != node and group[near[place]] == group[node]:
                outward[node] += weight[place]
    inside = outward.copy()
    towards, touched = np.zeros(nodes), np.empty(nodes, np.int64)
    for node in visited:
        mine, own = whole[group[node]], strength[node]
        if not single[node] or inside[node] < scale * own * (mine - own):
            continue
        count = 0
        for place in range(first[node], first[node + 1]):
            if near[place] != node and group[near[place]] == group[node]:
                other = part[near[place]]
                if towards[other] == 0.0:
                    touched[count] = other
                    count += 1
                towards[other] += weight[place]
        best, most = node, 0.0
        for place in range(count):
            other = touched[place]
            gain = towards[other] - scale * own * total[other]
            connected = outward[other] >= scale * total[other] * (mine - total[other])
            if connected and (gain > most + 1e-12 or (gain > most - 1e-12 and best != node and other < best)):
                best, most = other, max(gain, most)
        if best != node:
            part[node], single[node], single[best] = best, False, False
            outward[best] += inside[node] - 2 * towards[best]
            total[best] += own
            total[node], outward[node] = 0.0, 0.0
        for place in range(count):
            towards[touched[place]] = 0.0
    return part


def dense(values: Small) -> Ints:
    """Number distinct values from 0."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def by_size(group: Ints) -> Ints:
    """Number groups by size, the largest 0, equal ones by their first node."""
    _, begins, number, sizes = np.unique(group, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((begins, -sizes))
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    return np.asarray(place[number])
