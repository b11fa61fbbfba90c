"""How much is there to each of something, and by how much does one share of the same people's amounts differ?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

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


def per_unit(amount: Floats, exposure: Floats) -> tuple[float, float | None, float | None] | None:
    """Return the sum of amounts by the sum of exposures, with 95 % bounds; None where nothing was exposed.

    amount, exposure: a value a person, such as money, and years in which it could be given. People are the sample: the
    variance is linearised over them, and the bounds are Student's, of as many as were exposed; none of fewer than two.
    They are not below 0 where no amount is. Where a few people hold most of the amounts, they are too narrow.
    Source: Cochran (1977), Sampling Techniques, section 6.3.

    >>> [round(value, 2) for value in per_unit(np.array([4.0, 8.0, 6.0]), np.array([1.0, 2.0, 1.0]))]
    [4.5, 2.04, 6.96]
    """
    total = float(exposure.sum())
    if total <= 0:
        return None
    rate, size = float(amount.sum()) / total, int((exposure > 0).sum())
    if size < 2:
        return rate, None, None
    spread = float(np.square(amount - rate * exposure).sum()) * size / (size - 1)
    half = float(special.stdtrit(size - 1, 0.975)) * math.sqrt(spread) / total
    low = rate - half
    return rate, max(0.0, low) if amount.min() >= 0 else low, rate + half
