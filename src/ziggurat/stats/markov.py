"""How much likelier is a conversion for a label being there: the removal effects of a Markov chain, exactly.

A journey is read as a walk from touch to touch that ends in a conversion or in nothing. The chance of the next step
depends on the last `order` touches (fewer at the beginning). Taking a label away means that every walk that would come
to it ends in nothing there; the removal effect is the share of conversions lost so:

    1 - P(convert, never touching the label) / P(convert)

With Q the chances of going from state to state, N = (I - Q)⁻¹ the expected visits, h = N r the chance to convert from
each state, s the start and S the states whose last touch is the label, the share lost is N_sS (N_SS)⁻¹ h_S / h_s. In
order 1, where S is one state i, that is N_si h_i / (N_ii h_s). Nothing is simulated.

Source: Anderl, Becker, von Wangenheim & Schumann (2016), Mapping the customer journey, IJRM 33(3), 457-474; Kemeny &
Snell (1960), Finite Markov Chains, ch. 3 (fundamental matrix, chance of ever reaching a state N_ij / N_jj).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit
from ziggurat.stats.journeys import CONVERTED, OPEN, Journeys
from ziggurat.stats.tally import Tally

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@jit
def follow(
    label: Any, begin: Any, end: Any, state: Any, block: Any, order: int, labels: int, column: Any, out: Any
) -> None:
    """Count the steps by block, each key in a row of its own, which `column` then names; see `steps`."""
    base, ways = labels + 1, labels + 2
    oldest = base ** (order - 1)
    used = 0
    for nth in range(begin.size):
        if begin[nth] == end[nth] or state[nth] == OPEN:
            continue
        past = np.int64(0)
        for touch in range(begin[nth], end[nth] + 1):
            to = label[touch] if touch < end[nth] else labels + (state[nth] != CONVERTED)
            key = past * ways + to
            if column[key] < 0:
                column[key] = used
                used += 1
            out[column[key], block[nth]] += 1.0
            if touch - begin[nth] >= order:
                past -= (label[touch - order] + 1) * oldest
            past = past * base + to + 1


def steps(journeys: Journeys, block: Ints, blocks: int, order: int, labels: int) -> Tally:
    """Count the steps of walks by key and block of the journey; journeys that are open or hold no touch are none.

    A key is past · (labels + 2) + next: past holds the last `order` labels as digits 1 to labels, to the base
    labels + 1, the latest last, 0 for none; next is a label, `labels` for a conversion, or `labels` + 1 for nothing.
    """
    column = np.full((labels + 1) ** order * (labels + 2), -1, np.int64)
    out = np.zeros((min(column.size, journeys.label.size + journeys.begin.size), blocks))  # no more memory than is used
    follow(
        journeys.label, journeys.begin, journeys.end, journeys.state, block, np.int64(order), np.int64(labels), column,
        out,
    )  # fmt: skip
    key = np.flatnonzero(column >= 0)
    return Tally(key, out[column[key]])


class Walk(NamedTuple):
    """The steps that occur, between states numbered from 0, the start; see `walk`."""

    come: Ints  # state that a step leaves
    go: Ints  # state that it enters; the number of states for a conversion, one more for nothing
    last: Ints  # label of each state's last touch, -1 at the start
    labels: int


def walk(key: Ints, labels: int, order: int) -> Walk:
    """Number the states between which the keys of `steps` lead."""
    base, ways = labels + 1, labels + 2
    past, to = key // ways, key % ways
    states = np.unique(np.append(past, 0))
    after = past % base ** (order - 1) * base + to + 1
    go = np.where(to < labels, np.searchsorted(states, after), states.size + to - labels)
    return Walk(np.searchsorted(states, past), go, states % base - 1, labels)


def removal(walk: Walk, count: Floats) -> tuple[float, Floats]:
    """Return the chance that a journey converts, 0 to 1, and the removal effect of each label, 0 to 1.

    count: of each step, at least 0; what enters a state must leave it, as is so wherever whole journeys are counted. A
    label that occurs nowhere has effect 0. Without any conversion the effects are nan, since there is nothing to lose.
    """
    states = walk.last.size
    chance = np.zeros((states, states + 2))
    np.add.at(chance, (walk.come, walk.go), count)
    leaving = chance.sum(axis=1, keepdims=True)
    np.divide(chance, leaving, out=chance, where=leaving > 0)
    visits = np.linalg.inv(np.eye(states) - chance[:, :states])
    converts = visits @ chance[:, states]
    effects = np.full(walk.labels, np.nan)
    if converts[0] > 0:
        for label in range(walk.labels):
            of = np.flatnonzero(walk.last == label)
            effects[label] = visits[0, of] @ np.linalg.solve(visits[np.ix_(of, of)], converts[of]) / converts[0]
    return float(converts[0]), effects
