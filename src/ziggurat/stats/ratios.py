"""By how much does one share of the same people's amounts differ from another?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Z = 1.959963984540054  # 95 %


def paired_difference(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[float, float, float] | None:
    """Return one share less another with 95 % bounds, in [-1, 1]; None where one of them is of nothing.

    one, other: parts and wholes, a value a person, of the same people in the same order. Both shares come from the same
    people, so the variance is that of their difference, linearised over people; bounds are normal, and too narrow where
    a few people hold most of a whole.
    Source: Cochran (1977), Sampling Techniques, section 6.3, and 6.14 for two ratios.

    >>> time, money, top = (np.array(row) for row in ([9, 8, 1, 2], [1, 2, 4, 3], [1, 1, 0, 0]))
    >>> [round(value, 2) for value in paired_difference((time * top, time), (money * top, money))]
    [0.55, 0.3, 0.8]
    """
    if one[1].sum() <= 0 or other[1].sum() <= 0:
        return None
    shares = [float(part.sum() / whole.sum()) for part, whole in (one, other)]
    parts = [(part - share * whole) / whole.sum() for (part, whole), share in zip((one, other), shares, strict=True)]
    size = one[0].size
    spread = float(np.square(parts[0] - parts[1]).sum()) * size / (size - 1) if size > 1 else 0.0
    gap, half = shares[0] - shares[1], Z * math.sqrt(spread)
    return gap, max(-1.0, gap - half), min(1.0, gap + half)
