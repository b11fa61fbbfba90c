"""By how much do groups differ together, among people who are alike otherwise?

A contrast adds means of groups up with signs: one group minus another, or what two things do together beyond what each
does alone (both − first − second + neither). Means are taken stratum by stratum and weighed by how many of one group
are in each, so that all groups are made up as that one is.

Source: direct standardization, Rothman, Greenland & Lash (2008), Modern Epidemiology, 3rd ed., ch. 15; interaction on
the additive scale, VanderWeele & Knol (2014), A tutorial on interaction, Epidemiologic Methods 3(1), 33-72.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Z = 1.959963984540054  # 95 %


class Contrast(NamedTuple):
    """value: the contrast, with its bounds (95 %) and two-sided p. means, people (G,): by group, in the strata that
    hold people of every group. All but people are nan where no stratum does."""

    value: float
    low: float
    high: float
    p_value: float
    means: Floats
    people: Ints


def contrast(value: Floats, group: Ints, stratum: Ints, signs: Sequence[float], onto: int) -> Contrast:
    """Return the contrast of groups, standardized onto the strata of one of them.

    value (N,): of each person. group (N,): 0 to G - 1, each with its sign. stratum (N,): 0 or more. People are taken as
    independent. How much values vary is taken from each group and stratum, with as much weight as one more person for
    how much those of the group vary in all; where few or none do, as if one half of a value did.

    >>> group, stratum = np.repeat([0, 1, 2, 3], 50), np.zeros(200, np.int64)
    >>> value = np.where(group == 3, np.arange(200) % 2, 0).astype(float)  # only who got both did it, every other one
    >>> found = contrast(value, group, stratum, (1, -1, -1, 1), onto=3)
    >>> round(found.value, 2), found.p_value < 0.001
    (0.5, True)
    """
    size, strata = len(signs), int(stratum.max(initial=-1)) + 1
    sign = np.asarray(signs, np.float64)
    cell = stratum * size + group
    people = np.bincount(cell, minlength=strata * size).reshape(strata, size)
    sums = np.bincount(cell, value, strata * size).reshape(strata, size)
    whole = np.asarray((people > 0).all(axis=1))
    people, sums = people[whole], sums[whole]
    reached: Ints = people.sum(axis=0)
    if not people.size:
        return Contrast(math.nan, math.nan, math.nan, math.nan, np.full(size, math.nan), reached)
    mean: Floats = sums / people
    here = whole[stratum]
    place = np.cumsum(whole) - 1
    row = place[stratum[here]]
    left = np.bincount(row * size + group[here], (value[here] - mean[row, group[here]]) ** 2, people.size)
    left = left.reshape(people.shape)
    spread = (left + (left.sum(axis=0) + 0.5) / np.maximum(1, reached - len(people) + 1)) / people
    weight = people[:, onto] / reached[onto]
    means = weight @ mean
    found = float(means @ sign)
    error = math.sqrt(float(weight**2 @ (sign**2 * spread / people).sum(axis=1)))
    chance = math.erfc(abs(found) / error / math.sqrt(2))
    return Contrast(found, found - Z * error, found + Z * error, chance, means, reached)
