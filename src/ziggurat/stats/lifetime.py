"""How many histories are alike, where is a likelihood highest, and how far may the truth be from there?

What the models of lifetime share. A history is (x, t_x, T): how often someone came back after the first time, when
she last did, and how long she has been known, both counted from the first time. Who has the same three numbers has the
same likelihood, so each is worked out once.

A likelihood is climbed in the logarithms of its parameters. What they may be otherwise is read from its curvature
there (Laplace), with a weak prior on each logarithm, normal around the estimate, which only matters where the data
say next to nothing of a parameter. Averages over what they may be are taken at a few points that have this spread.

Sources: Byrd, Lu, Nocedal & Zhu (1995), SIAM J. Sci. Comput. 16(5), 1190-1208 (the climb); Arasaratnam & Haykin (2009),
IEEE Trans. Autom. Control 54(6), 1254-1269 (cubature points).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import optimize, special
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Slope = Callable[[Floats], tuple[float, Floats]]

WIDEST = math.log(1e4)  # a parameter is sought within a factor of 10,000 either way of where the climb starts
PRIOR = 3.0  # standard deviation of a logarithm before anything is seen: a factor of 20 either way
CLOSE = 1e-6  # of a logarithm: a Newton step so small is the last
STEP = 1e-4  # of a logarithm, for the curvature
Z = 1.959963984540054  # of a normal distribution, 95 % within


class Histories(NamedTuple):
    """Different histories and how many people have each. place: of each person's among them."""

    x: Floats
    last: Floats  # t_x
    known: Floats  # T
    people: Floats
    place: Ints


class Ahead(NamedTuple):
    """What is to be expected of each history over a horizon, at given parameters.

    alive: probability, 0 to 1. mean, square: of the number of times ahead, and of its square; both count the chance
    of not being alive.
    """

    alive: Floats
    mean: Floats
    square: Floats


@dataclass(frozen=True)
class Fit:
    """A likelihood's maximum.

    names, values: of the parameters. log_likelihood: there. logs, spread: the logarithms in which it was climbed, and
    their covariance. low, high: 95 % bounds of the values. points: (2 K, K), parameter values that together have the
    mean and the spread of what the truth may be, all of the same weight.
    """

    names: tuple[str, ...]
    values: Floats
    log_likelihood: float
    logs: Floats
    spread: Floats
    low: Floats
    high: Floats
    points: Floats


@jit
def group_kernel(x: Any, last: Any, known: Any, slots: Any, first: Any, people: Any, place: Any) -> int:
    """Find equal rows by a hash table of open addresses; return how many differ."""
    mask = slots.size - 1
    found = 0
    for row in range(x.size):
        key = np.uint64(np.int64(x[row] * 1048576.0)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= np.uint64(np.int64(last[row] * 1048576.0)) * np.uint64(0xC2B2AE3D27D4EB4F)
        key ^= np.uint64(np.int64(known[row] * 1048576.0)) * np.uint64(0x165667B19E3779F9)
        key ^= key >> np.uint64(29)
        slot = np.int64((key * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(20)) & mask
        while True:
            one = slots[slot]
            if one < 0:
                slots[slot] = found
                first[found] = row
                people[found] = 1.0
                place[row] = found
                found += 1
                break
            same = first[one]
            if x[same] == x[row] and last[same] == last[row] and known[same] == known[row]:
                people[one] += 1.0
                place[row] = one
                break
            slot = (slot + 1) & mask
    return found


def grouped(x: Floats, last: Floats, known: Floats) -> Histories:
    """Return the different histories, in order of (x, t_x, T), and how many people have each.

    >>> grouped(np.array([1.0, 0, 1]), np.array([2.0, 0, 2]), np.array([9.0, 9, 9])).people.tolist()
    [1.0, 2.0]
    """
    x, last, known = (np.ascontiguousarray(column, np.float64) for column in (x, last, known))
    slots = np.full(1 << max(4, (2 * x.size - 1).bit_length() if x.size else 4), -1, np.int64)
    first, people, place = np.empty(x.size, np.int64), np.empty(x.size), np.empty(x.size, np.int64)
    count = group_kernel(x, last, known, slots, first, people, place)
    first, people = first[:count], people[:count]
    order = np.lexsort((known[first], last[first], x[first]))  # so that sums do not depend on the order of people
    back = np.empty(count, np.int64)
    back[order] = np.arange(count)
    rows = first[order]
    return Histories(x[rows], last[rows], known[rows], people[order], back[place])


def climb(names: Sequence[str], slope: Slope, start: Floats, offset: Floats | None = None) -> Fit:
    """Find the maximum of a log-likelihood in parameters offset + e^logs.

    slope: logs → log-likelihood and its derivatives. start: logs. offset: what each parameter is above; 0 if left out.
    """
    above = np.zeros(start.size) if offset is None else offset
    low, high = start - WIDEST, start + WIDEST
    size = max(1.0, abs(slope(start)[0]))

    def down(logs: Floats) -> tuple[float, Floats]:
        value, slopes = slope(logs)
        return -value / size, -slopes / size

    box = list(zip(low, high, strict=True))
    found = optimize.minimize(
        down, start, jac=True, method="L-BFGS-B", bounds=box, options={"ftol": 1e-15, "gtol": 1e-10}
    )
    logs = polished(slope, np.asarray(found.x), low, high)
    bend = curvature(slope, logs)
    spread: Floats = np.asarray(np.linalg.inv(bend + np.eye(start.size) / PRIOR**2), np.float64)
    error = np.sqrt(np.diag(spread))
    return Fit(
        tuple(names),
        above + np.exp(logs),
        slope(logs)[0],
        logs,
        spread,
        above + np.exp(logs - Z * error),
        above + np.exp(logs + Z * error),
        above + np.exp(cubature(logs, spread)),
    )


def polished(slope: Slope, logs: Floats, low: Floats, high: Floats) -> Floats:
    """Take Newton steps to the very top as long as they lead up, so that an estimate has all its digits."""
    for _ in range(8):
        value, slopes = slope(logs)
        free = (logs > low) & (logs < high)
        bend = curvature(slope, logs)[np.ix_(free, free)]
        ahead = logs.copy()
        ahead[free] += np.linalg.solve(bend + 1e-9 * np.eye(bend.shape[0]), slopes[free])
        ahead = np.clip(ahead, low, high)
        if not slope(ahead)[0] > value:
            break
        small = float(np.abs(ahead - logs).max()) < CLOSE
        logs = ahead
        if small:  # each step doubles the digits that are right
            break
    return logs


def curvature(slope: Slope, logs: Floats) -> Floats:
    """Return minus the second derivatives, made positive definite where rounding or a ridge leaves them otherwise."""
    bend = np.empty((logs.size, logs.size))
    for place in range(logs.size):
        near = np.zeros(logs.size)
        near[place] = STEP
        bend[place] = (slope(logs - near)[1] - slope(logs + near)[1]) / (2 * STEP)
    values, vectors = np.linalg.eigh((bend + bend.T) / 2)
    found: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return found


def cubature(mean: Floats, spread: Floats) -> Floats:
    """Return 2 K points of equal weight that have a mean and a covariance."""
    root = np.linalg.cholesky(spread) * math.sqrt(mean.size)
    return np.concatenate([mean + root.T, mean - root.T])


def sum_bounds(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return 95 % bounds of sums that can't be below 0, as those of the Gamma distribution of that mean and variance.

    >>> [round(float(bound), 1) for bound in sum_bounds(np.array(100.0), np.array(100.0))]
    [81.4, 120.5]
    """
    mean, variance = np.asarray(mean, np.float64), np.asarray(variance, np.float64)
    sure = ~((variance > 0) & (mean > 0))
    shape = np.where(sure, 1.0, mean**2 / np.where(sure, 1.0, variance))
    scale = np.where(sure, 0.0, variance / np.where(sure, 1.0, mean))
    low, high = (np.where(sure, mean, special.gammaincinv(shape, chance) * scale) for chance in (0.025, 0.975))
    return low, high
