"""How sure is a figure that is worked out of counts of people?

People are put into blocks at random, by what they did and not by their names (`stats.nameless.spread`); counts are kept
by block, and blocks are drawn with replacement. A person's counts stay together, so that one who does much is not taken
for many. Any figure follows from the counts as redrawn, and the log is read once, however many draws there are. With
256 blocks a standard error is itself known to about 4.5 % (1 / √512).

Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 6 and 13 (percentile interval); Field & Welsh
(2007), Bootstrapping clustered data, JRSS B 69(3), 369-390 (whole clusters are drawn).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BLOCKS = 256
Floats = npt.NDArray[np.float64]


def draws(count: int, seed: int, blocks: int = BLOCKS) -> Floats:
    """Return how often each block is drawn, by (draw, block): multinomial, as many in each draw as there are blocks."""
    return np.random.default_rng(seed).multinomial(blocks, np.full(blocks, 1 / blocks), count).astype(np.float64)


def bounds(drawn: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the percentile bounds of figures by (draw, figure); draws in which a figure has no value don't count.

    Returns: (low, high), nan for a figure that has a value in no draw.
    """
    some = np.isfinite(drawn).any(axis=0)
    low, high = np.full((2, drawn.shape[1]), np.nan)
    if some.any():
        tail = 100 * (1 - level) / 2
        low[some], high[some] = np.nanpercentile(drawn[:, some], [tail, 100 - tail], axis=0)
    return low, high
