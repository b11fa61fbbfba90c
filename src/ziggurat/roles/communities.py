"""Which people belong together, by who turns to whom, and is that more than chance?

Two people are tied where one of them turned to the other at all, however often: that is the graph whose degrees chance
can keep. Groups are found in it and in graphs of the same degrees with ties by chance; they count as groups only where
the modularity found is above what one more such graph is expected to have at most (95 %).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ziggurat.roles.ties import Ties
from ziggurat.stats.betweenness import neighbours
from ziggurat.stats.leiden import leiden
from ziggurat.stats.modularity import expected, rewired, shares

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWS, LEAST, AFFORDED = 20, 5, 2_000_000  # rewired graphs; at least; ties of all of them together


@dataclass(frozen=True)
class Communities:
    """The groups of the people of some ties.

    first, near: with whom each is tied, as neighbours in rows. group (N,): by size from 0. inside, chance: by group,
    the share of ties in it, and how much of it the degrees alone explain. modularity: the sum of their differences.
    null_low, null_high: between which it would be by chance (95 %); nan where there are too few ties to tell.
    """

    first: Ints
    near: Ints
    group: Ints
    inside: Floats
    chance: Floats
    null_low: float
    null_high: float

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

    draws: graphs that chance makes; fewer, but at least five, where they would have two million ties together, because
    modularity hardly varies in large graphs.
    """
    first, near = neighbours(ties.source, ties.target, ties.person.size)
    order = np.random.default_rng(seed).permutation(ties.person.size)
    group = leiden(first, near, resolution=resolution, order=order)
    inside, chance = shares(first, near, group)
    null = []
    count = max(LEAST, min(draws, 2 * AFFORDED // max(1, near.size)))
    for number in range(count if near.size else 0):
        again = rewired(first, near, seed + number)
        found, by_chance = shares(*again, leiden(*again, resolution=resolution, order=order))
        null.append(float((found - by_chance).sum()))
    low, high = expected(np.array(null)) if null else (np.nan, np.nan)
    return Communities(first, near, group, inside, chance, low, high)
