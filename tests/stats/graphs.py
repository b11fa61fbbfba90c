"""Graphs for tests, and the obvious ways of reading them."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np

from ziggurat.stats.betweenness import neighbours


def drawn(seed: int, nodes: int, ties: int):
    """A graph by chance: its ties, and its neighbours in rows."""
    draw = np.random.default_rng(seed)
    one, other = draw.integers(0, nodes, (2, ties))
    return one, other, neighbours(one, other, nodes)


def planted(seed: int, groups: int, size: int, ties: int, inside: float):
    """A graph of people in groups: a share of the ties that everyone makes are in her own."""
    draw = np.random.default_rng(seed)
    one = draw.integers(0, groups * size, ties)
    within = one // size * size + draw.integers(0, size, ties)
    other = np.where(draw.random(ties) < inside, within, draw.integers(0, groups * size, ties))
    return neighbours(one, other, groups * size)


def near_of(first, near) -> list[list[int]]:
    return [near[low:high].tolist() for low, high in pairwise(first.tolist())]


def shortest(adjacent: list[list[int]], start: int) -> tuple[dict[int, int], dict[int, int]]:
    """How far everyone is from one node, and in how many shortest ways."""
    far, ways, queue = {start: 0}, {start: 1}, deque([start])
    while queue:
        at = queue.popleft()
        for other in adjacent[at]:
            if other not in far:
                far[other], ways[other] = far[at] + 1, 0
                queue.append(other)
            if far[other] == far[at] + 1:
                ways[other] += ways[at]
    return far, ways


def between(first, near) -> list[float]:
    """Betweenness by its definition: for all pairs, the share of shortest ways that lead over each."""
    adjacent = near_of(first, near)
    size, all_ = len(adjacent), [shortest(adjacent, node) for node in range(len(adjacent))]
    found = [0.0] * size
    for a in range(size):
        for b in all_[a][0]:
            for v in range(size):
                if len({a, b, v}) == 3 and v in all_[a][0] and all_[a][0][v] + all_[b][0][v] == all_[a][0][b]:
                    found[v] += all_[a][1][v] * all_[b][1][v] / all_[a][1][b]
    return [value / ((size - 1) * (size - 2)) for value in found]
