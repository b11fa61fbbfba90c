"""Which people belong together, by who turns to whom, and is that more than chance?

Two people are tied where one of them turned to the other at all, however often: that is the graph whose degrees chance
can keep. Groups are found in it and in graphs of the same degrees with ties by chance; they count as groups only where
the modularity found is above what one more such graph is expected to have at most (95 %).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ziggurat.base.engine import duckdb as engine
from ziggurat.facts.ties import Ties
from ziggurat.stats.betweenness import neighbours
from ziggurat.stats.leiden import leiden
from ziggurat.stats.modularity import SWAPS, expected, rewired, shares

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWS, LEAST, AFFORDED = 20, 3, 2_000_000  # rewired graphs; at least; ties of all of them together
MANY, FEW = 200_000, 3  # ties from which on each exchanges ends so few times, which leaves one in 300 as it was


@dataclass(frozen=True)
class Communities:
    """The groups of the people of some ties.

    first, near: with whom each is tied, as neighbours in rows. group (N,): by size from 0. inside, chance: by group,
    the share of ties in it, and how much of it the degrees alone explain. modularity: the sum of their differences.
    null_low, null_high: between which it would be by chance (95 %); nan where there are too few ties to tell. drawn:
    graphs that chance made. fewer: whether they are fewer than were asked for.
    """

    first: Ints
    near: Ints
    group: Ints
    inside: Floats
    chance: Floats
    null_low: float
    null_high: float
    drawn: int
    fewer: bool

    @property
    def modularity(self) -> float:
        """Return Newman & Girvan's modularity of the groups."""
        return float((self.inside - self.chance).sum())

    @property
    def real(self) -> bool:
        """Tell whether the groups are more than chance."""
        return self.modularity > self.null_high


def communities(ties: Ties, *, resolution: float = 1.0, draws: int = DRAWS, seed: int = 1) -> Communities:
    """Find groups, and what chance would find.

    draws: graphs that chance makes; fewer, but at least three, where they would have two million ties together, because
    modularity hardly varies in large graphs; the bounds allow for how few they are. In large graphs the ties exchange
    ends fewer times as well: what stays as it was makes chance look more grouped, by 1/300 of the modularity at most.
    """
    first, near = neighbours(ties.source, ties.target, ties.person.size)
    order = np.random.default_rng(seed).permutation(ties.person.size)
    count = max(LEAST, min(draws, 2 * AFFORDED // max(1, near.size)))
    swaps = SWAPS if near.size < 2 * MANY else FEW

    def found_in(number: int) -> tuple[Ints, Floats, Floats]:
        graph = rewired(first, near, seed + number, swaps) if number >= 0 else (first, near)
        group = leiden(*graph, resolution=resolution, order=order)
        return group if number < 0 else np.empty(0, np.int64), *shares(*graph, group)

    numbers = range(-1, count if near.size else 0)  # the first is the graph itself
    (group, inside, chance), *others = engine.fold(numbers, found_in)
    null = [float((found - by_chance).sum()) for _, found, by_chance in others]
    low, high = expected(np.array(null)) if null else (np.nan, np.nan)
    return Communities(first, near, group, inside, chance, low, high, len(null), 0 < len(null) < draws)
