"""How many does each one bring forth on average, beyond what comes in the same way by chance?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

Ints = npt.NDArray[np.int64]
Bounds = tuple[float, float, float]  # estimate, low, high


def mean_count(counts: Ints) -> Bounds:
    """Return the mean of some counts with 95 % bounds, at least one of them.

    In a branching process the offspring of each are independent of each other, whoever brought them forth, so each is
    a draw of its own. Bounds are those of a Poisson count, which hold where nothing was seen, too; where counts differ
    more than Poisson's do, of as many fewer.
    Source: Garwood (1936), Biometrika 28, 437-442; McCullagh & Nelder (1989), Generalized Linear Models, section 6.2.3
    (dispersion); Harris (1963), The Theory of Branching Processes, ch. 1.

    >>> [round(value, 3) for value in mean_count(np.array([0, 1, 0, 2, 1]))]
    [0.8, 0.218, 2.048]
    """
    size, total = counts.size, float(counts.sum())
    mean = total / size
    spread = float(counts.var(ddof=1)) / mean if total and size > 1 else 1.0
    spread = max(1.0, spread)
    seen = total / spread
    low = float(special.gammaincinv(seen, 0.025)) if seen else 0.0
    high = float(special.gammaincinv(seen + 1, 0.975))
    return mean, low * spread / size, high * spread / size


def reproduction(children: Ints, mirrored: Ints | None) -> Bounds:
    """Return the mean of what each brought forth, less what would be counted the same way by chance; not below 0.

    children: by each that could bring forth. mirrored: the same, counted the other way in time; None where nothing
    could be. Bounds (95 %) of the difference are made of theirs.
    Source: Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702.

    >>> [round(value, 3) for value in reproduction(np.array([0] * 40), None)]
    [0.0, 0.0, 0.092]
    """
    mean, low, high = mean_count(children)
    if mirrored is None:
        return mean, low, high
    chance, chance_low, chance_high = mean_count(mirrored)
    gap = mean - chance
    below, above = math.hypot(mean - low, chance_high - chance), math.hypot(high - mean, chance - chance_low)
    return max(0.0, gap), max(0.0, gap - below), max(0.0, gap + above)
