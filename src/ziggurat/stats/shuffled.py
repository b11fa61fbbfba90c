"""Is someone's mix of two sorts of thing odder than chance would make it, if sorts were dealt out anew?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import scipy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def dealt(ones: Ints, all_: Ints, group_ones: Ints, group_all: Ints) -> Floats:
    """Chance that dealing the sorts out anew within a group leaves a person with a mix at least as odd, one each.

    ones, all_: how many things of the first sort, and things (at least 1), a person has; group_ones, group_all: her
    group, herself included. Twice the smaller tail, at most 1: how exact a test is where sorts are shuffled among the
    things of a group. Source: Fisher (1935), The Design of Experiments; the hypergeometric tails of his exact test.

    >>> [round(float(p), 4) for p in dealt(*(np.array([n]) for n in (8, 8, 10, 20)))]
    [0.0007]
    """
    few = scipy.stats.hypergeom.cdf(ones, group_all, group_ones, all_)
    many = scipy.stats.hypergeom.sf(ones - 1, group_all, group_ones, all_)
    found: Floats = np.minimum(1.0, 2 * np.minimum(few, many))
    return found


def found_falsely(chances: Floats) -> Floats:
    """Return, for each chance, the share of false findings among those as rare or rarer, if all of them were taken.

    Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300.

    >>> found_falsely(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    size = chances.size
    order = np.argsort(-chances, kind="stable")
    scaled = chances[order] * size / np.arange(size, 0, -1)
    found = np.empty(size)
    found[order] = np.minimum.accumulate(np.minimum(scaled, 1.0))
    return found
