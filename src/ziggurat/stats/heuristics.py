"""What is each label credited with under the rules that need no estimate?

For each journey that converted, the rules share out one weight (a conversion, or its worth) among its touches:

- first, last: all to that touch.
- last non-direct: all to the last touch whose label is not direct; where all are, to the last.
- linear: equal parts to every touch.
- position: 40 % to the first, 40 % to the last, 20 % shared by those between; halves of two, all of one.
- time decay: in proportion to 2^(-age / half-life), age counted back from the outcome.
- Shapley: equal parts to every different label. This is the exact Shapley value of the game in which a group of labels
  is worth the conversions of the journeys that hold no other label, since each journey is a unanimity game of its own
  labels and the value is additive.

Source: rules as in PyPI `ChannelAttribution` and `marketing-attribution-models`; Zhao, Mahboobi & Bagheri (2018),
Shapley Value Methods for Attribution Modeling in Online Advertising, arXiv:1804.05327 (simplified method);
Shapley (1953), A value for n-person games.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit
from ziggurat.stats.journeys import CONVERTED, Journeys

MODELS = ("first", "last", "last non-direct", "linear", "position", "time decay", "shapley")
FIRST, LAST, INDIRECT, LINEAR, POSITION, DECAY, SHAPLEY = range(7)
ENDS, BETWEEN = 0.4, 0.2  # of the position rule
Floats = npt.NDArray[np.float64]


@jit
def share_out(
    label: Any, at: Any, begin: Any, end: Any, state: Any, weight: Any, block: Any, direct: Any, half_life: float,
    out: Any,
) -> None:  # fmt: skip
    """Add the credit of every journey to `out`; see `credit`."""
    seen = np.full(direct.size, np.int64(-1))
    for nth in range(begin.size):
        first, stop = begin[nth], end[nth]
        touches = stop - first
        if touches == 0 or state[nth] != CONVERTED:
            continue
        whole, into = weight[nth], out[block[nth]]
        last = stop - 1
        into[FIRST, label[first]] += whole
        into[LAST, label[last]] += whole
        place = last
        while place > first and direct[label[place]]:
            place -= 1
        into[INDIRECT, label[last if direct[label[place]] else place]] += whole
        total, different = 0.0, 0
        for touch in range(first, stop):
            total += np.exp2((at[touch] - at[last]) / half_life)
            if seen[label[touch]] != nth:
                seen[label[touch]] = nth
                different += 1
        each, between = whole / touches, whole * BETWEEN / max(touches - 2, 1)
        for touch in range(first, stop):
            to = label[touch]
            into[LINEAR, to] += each
            into[DECAY, to] += whole * np.exp2((at[touch] - at[last]) / half_life) / total
            if touches < 3:
                into[POSITION, to] += each
            elif touch in (first, last):
                into[POSITION, to] += whole * ENDS
            else:
                into[POSITION, to] += between
            if seen[to] == nth:
                seen[to] = -1
                into[SHAPLEY, to] += whole / different


def credit(
    journeys: Journeys,
    weight: Floats,
    block: npt.NDArray[np.int64],
    blocks: int,
    direct: npt.NDArray[np.bool_],
    half_life: float,
) -> Floats:
    """Credit labels under every model of `MODELS`.

    weight, block: of each journey; one that did not convert, or has no touch, credits nobody.
    direct: label → whether it is direct; its size is the number of labels. half_life: µs, more than 0.

    Returns: credit by (block, model, label), in the unit of the weights. Under each model a block's credit sums to the
    weight of its journeys that converted and hold a touch.
    """
    out = np.zeros((blocks, len(MODELS), direct.size))
    share_out(
        journeys.label, journeys.at, journeys.begin, journeys.end, journeys.state, weight, block, direct,
        np.float64(half_life), out,
    )  # fmt: skip
    return out
