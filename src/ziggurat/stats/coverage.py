"""How far do overlapping sets reach together, and which are worth their cost?"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

GUARANTEE = 1 - 1 / math.e


def patterns(person: Ints, sets: Ints, count: int) -> tuple[Flags, Ints, Ints]:
    """Group people by the sets that they are in.

    person, sets: who is in which set (0 to count - 1), each pair once, the rows of a person together.
    Returns: one row per pattern with a flag per set, most people first; how many people have each; and, for each
    person in order, her pattern. Patterns are told apart by 64-bit hashes: two of a million share one with a chance of
    3 in 100 million.
    """
    starts = np.flatnonzero(np.append(True, np.diff(person) != 0)) if person.size else np.empty(0, np.int64)
    if not starts.size:
        return np.zeros((0, count), np.bool_), np.empty(0, np.int64), np.empty(0, np.int64)
    marks = mixed(np.arange(1, count + 1, dtype=np.uint64))
    hashes = np.add.reduceat(marks[sets], starts)
    _, example, which, people = np.unique(hashes, return_index=True, return_inverse=True, return_counts=True)
    ends = np.append(starts[1:], person.size)
    covers = np.zeros((example.size, count), np.bool_)
    for row, first in enumerate(example):
        covers[row, sets[starts[first] : ends[first]]] = True
    order = np.lexsort((*(~covers[:, ::-1]).T, -people))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return covers[order], people[order].astype(np.int64), place[which].astype(np.int64)


def mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scatter integers over 64 bits. Source: Steele, Lea & Flood (2014), OOPSLA, the finaliser of SplitMix64."""
    found = values * np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def shapley(covers: Flags, weights: npt.ArrayLike) -> Floats:
    """Share the weight that all sets cover together fairly among them; the shares sum to it.

    Each covered element is shared equally by the sets that cover it. Source: Shapley (1953), by additivity: the
    game 'covered by any of k sets' is symmetric in those k, and the others are null players.

    >>> shapley(np.array([[True, False], [True, True]]), [2, 1]).tolist()
    [2.5, 0.5]
    """
    number = covers.sum(axis=1)
    each = np.asarray(weights, np.float64) / np.maximum(number, 1)
    found: Floats = each @ covers.astype(np.float64)
    return found


@dataclass(frozen=True)
class Pick:
    """One set chosen. gain: weight that it adds. reached, spent: so far, it included. at_most: what no choice of the
    same cost in all can exceed.
    """

    chosen: int
    gain: float
    reached: float
    spent: float
    at_most: float


def greedy(covers: Flags, weights: npt.ArrayLike, costs: npt.ArrayLike, budget: float = math.inf) -> list[Pick]:
    """Choose sets one by one, each time the one that adds most weight per unit of cost, within a budget.

    Sets that add nothing are never chosen. Once the sets that cost nothing are all chosen, `reached` is after each
    choice at least 1 - 1/e (63 %) of the best that can be had for what was spent: Nemhauser, Wolsey & Fisher (1978),
    Mathematical Programming 14, 265-294, for equal costs; Khuller, Moss & Naor (1999), Information Processing Letters
    70(1), 39-45, for unequal ones. Of a given budget some may be left unspent, for which that does not hold; the
    better of this choice and the best single set, see `within`, then has at least half of it (ibid.). Gains are worked
    out again only where they could matter: Minoux (1978). `at_most` is the smallest of all weight, `reached` /
    (1 - 1/e), and the bound of Leskovec et al. (2007), KDD, 420-429: the gains of the sets left, best per cost first,
    as far as the same money goes.
    """
    weight, cost = np.asarray(weights, np.float64), np.asarray(costs, np.float64)
    left = weight.copy()
    total = float(weight[covers.any(axis=1)].sum()) if covers.size else 0.0
    held = sparse.csr_array(covers.T, dtype=np.float64)  # most sets hold few of the patterns
    gains = held @ left
    heap = [(-ratio(gains[one], cost[one]), one, 0) for one in range(cost.size)]
    heapq.heapify(heap)
    picks: list[Pick] = []
    reached = spent = 0.0
    skipped = False
    while heap:
        _, one, seen = heapq.heappop(heap)
        if spent + cost[one] > budget:
            skipped = True  # from here on the 63 % are not guaranteed
            continue
        mine = held.indices[held.indptr[one] : held.indptr[one + 1]]
        gain = float(left[mine].sum())
        if gain <= 0:
            continue
        if seen < len(picks):
            heapq.heappush(heap, (-ratio(gain, cost[one]), one, len(picks)))
            continue
        left[mine] = 0
        reached, spent = reached + gain, spent + float(cost[one])
        rest = held @ left
        open_ended = skipped or bool(np.any((cost == 0) & (rest > 0)))  # for the same money there is more to come
        bound = min(total, reached + filled(rest, cost, spent), total if open_ended else reached / GUARANTEE)
        picks.append(Pick(one, gain, reached, spent, bound))
    return picks


def within(covers: Flags, weights: npt.ArrayLike, costs: npt.ArrayLike, budget: float) -> list[Pick]:
    """Choose within a budget: the greedy choice, or the best single set where that reaches further."""
    picks = greedy(covers, weights, costs, budget)
    weight, cost = np.asarray(weights, np.float64), np.asarray(costs, np.float64)
    alone = np.where(cost <= budget, weight @ covers.astype(np.float64), -1.0)
    best = int(np.argmax(alone)) if alone.size else -1
    if best < 0 or alone[best] <= (picks[-1].reached if picks else 0):
        return picks
    total = float(weight[covers.any(axis=1)].sum())
    return [Pick(best, float(alone[best]), float(alone[best]), float(cost[best]), total)]


def ratio(gain: float, cost: float) -> float:
    """Return gain per unit of cost; what costs nothing comes first."""
    return gain / cost if cost > 0 else math.inf if gain > 0 else 0.0


def filled(gains: Floats, costs: Floats, money: float) -> float:
    """Return the most that gains could add up to for so much money, if they did not overlap and could be cut."""
    found = 0.0
    for one in sorted(range(costs.size), key=lambda one: -ratio(float(gains[one]), float(costs[one]))):
        part = 1.0 if costs[one] <= money else money / costs[one]
        found += part * float(gains[one])
        money -= part * float(costs[one])
    return found
