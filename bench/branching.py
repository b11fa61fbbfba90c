"""Lives in which it is known what triggers what: a Hawkes process with exponential kernels, drawn by branching.

Everyone's own events come first, then what each of them triggers, generation by generation.

Source: Hawkes & Oakes (1974), A cluster process representation of a self-exciting process, J. Appl. Prob. 11, 493-503.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ziggurat.stats.hawkes import Streams

GOLDEN = 0.6180339887498949  # spreads the phases of people evenly, however many they are
Floats = npt.NDArray[np.float64]


def simulate(
    draw: np.random.Generator,
    baseline: Floats,
    triggered: Floats,
    half_life: float,
    days: float,
    groups: int = 64,
    born: float = 0.0,
) -> Streams:
    """Draw everyone's events until a day.

    baseline: events a day of a person's own, by (person, type). triggered: by (effect, cause), how many events one
    triggers directly. half_life: of an effect, in days. groups: that people are put in. born: days
    over which people come in, evenly.
    """
    people, types = baseline.shape
    begin = draw.uniform(0, born, people) if born else np.zeros(people)
    counts = draw.poisson(baseline * (days - begin)[:, None])
    whose, kind = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices((people, types)))
    at = begin[whose] + draw.uniform(size=whose.size) * (days - begin[whose])
    found = [(whose, at, kind)]
    while whose.size:
        children = draw.poisson(triggered[:, kind].T)
        row, effect = (np.repeat(index.ravel(), children.ravel()) for index in np.indices(children.shape))
        later = at[row] + draw.exponential(half_life / math.log(2), row.size)
        inside = later <= days
        whose, at, kind = whose[row][inside], later[inside], effect[inside]
        found.append((whose, at, kind))
    whose, at, kind = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((at, whose))
    start = np.concatenate([[0], np.cumsum(np.bincount(whose, minlength=people))])
    number = np.arange(people)
    return Streams(
        start, at[order], kind[order].astype(np.int64), begin, np.full(people, float(days)), number % groups,
        number * GOLDEN % 1,
    )  # fmt: skip
