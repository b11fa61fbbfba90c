"""Who comes back more regularly than by chance, until gone for good: how often will they come again?

The BG/CNBD-k model. While someone is active, phases go by at random at a rate of their own, Gamma(r, α) over people,
and at every k-th they come: times between are Erlang-k, more alike the larger k is. After each return they are gone for
good with a probability of their own, Beta(a, b) over people. With k = 1 it is BG/NBD (`stats.bgnbd`). Time may have any
unit.

Source: Platzer & Reutterer (2016), Ticking away the moments, Marketing Science 35(5), 779-799, and Reutterer, Platzer &
Schröder (2021), Leveraging purchase regularity, International Journal of Research in Marketing 38(1), 194-215
(MBG/CNBD-k; here nobody is gone before a first return, as in BG/NBD). What is ahead is exact: with j phases gone by
since the last time, and N phases within the horizon, negative binomial, P(Y ≥ y) = P(alive) Σ_j P(j) P(N ≥ k y - j)
B_{y-1}, where B_y is the chance of outliving y returns.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ziggurat.base.heavy import special
from ziggurat.stats.lifetime import Ahead, Fit, Floats, Histories, climb

NAMES = ("r", "alpha", "a", "b")
MOST = 6  # k: beyond, what is foretold hardly differs
GAIN = 5.0  # of log-likelihood, by which a larger k must fit better: odds of 150 to 1
ENOUGH = 1e-13  # probability that what is left out may have


class Phases(NamedTuple):
    """Where people are. alive (H,): probability. weight (H, k): that j phases have gone by, of those alive. shape
    (H, k): of the Gamma distribution of their rate then."""

    alive: Floats
    weight: Floats
    shape: Floats


def terms(histories: Histories, values: Floats, k: int) -> tuple[Floats, Floats]:
    """Return logarithms of likelihoods by history: alive with j phases gone by in (H, k), and one of being gone; and
    the shapes of the first."""
    r, alpha, a, b = values
    x, last, known = histories.x, histories.last, histories.known
    j = np.arange(k)
    shape = r + k * x[:, None] + j
    alive = special.xlogy(j, (known - last)[:, None]) - special.gammaln(j + 1) + special.gammaln(shape)
    alive += special.betaln(a, b + x)[:, None] - shape * np.log(alpha + known)[:, None]
    gone = special.gammaln(shape[:, 0]) - shape[:, 0] * np.log(alpha + last)
    gone += special.betaln(a + 1, np.where(x > 0, b + x - 1, 1.0))
    return np.column_stack([alive, np.where(x > 0, gone, -np.inf)]), shape


def fit(histories: Histories, k: int) -> Fit:
    """Estimate r, α (in units of time, of phases), a and b. The log-likelihood lacks what depends on k and the times
    between alone, see `constant`."""
    x, last, known, people = histories.x, histories.last, histories.known, histories.people
    later = np.where(x > 0, x - 1, 1.0)

    def slope(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values = np.exp(logs)
        logged, shape = terms(histories, values, k)
        whole = special.logsumexp(logged, axis=1)
        weight = np.exp(logged - whole[:, None])
        alive, gone, total = weight[:, :k], weight[:, k], special.psi(a + b + x)
        each = whole + r * math.log(alpha) - special.gammaln(r) - special.betaln(a, b)
        by_r = (alive * (special.psi(shape) - np.log(alpha + known)[:, None])).sum(axis=1)
        by_r += gone * (special.psi(shape[:, 0]) - np.log(alpha + last)) + math.log(alpha) - special.psi(r)
        by_alpha = r / alpha - (alive * shape).sum(axis=1) / (alpha + known) - gone * shape[:, 0] / (alpha + last)
        left, lost = 1 - gone, special.psi(a + b)
        by_a = left * special.psi(a) + gone * special.psi(a + 1) - total - special.psi(a) + lost
        by_b = left * special.psi(b + x) + gone * special.psi(b + later) - total - special.psi(b) + lost
        return float(people @ each), np.array([people @ one for one in (by_r, by_alpha, by_a, by_b)]) * values

    typical = float(np.average(known, weights=people)) / k
    return climb(NAMES, slope, np.log([1.0, max(typical, 1e-9), 1.0, 2.0]))


def constant(returns: float, gaps: float, k: int) -> float:
    """Return what of the log-likelihood depends on k and the times between returns: gaps is the sum of their logs."""
    return (k - 1) * gaps - returns * math.lgamma(k)


def regularity(histories: Histories, gaps: float, random: Fit) -> tuple[int, Fit]:
    """Return the k that fits best, with its fit; 1 where none is surely better than coming at random.

    gaps: sum of the logarithms of times between returns, nan where unknown. random: the fit of k = 1, by `bgnbd.fit`.
    """
    best, found, most = 1, random, random.log_likelihood
    returns = float(histories.x @ histories.people)
    for k in range(2, MOST + 1):
        tried = fit(histories, k)
        whole = tried.log_likelihood + constant(returns, gaps, k)
        if not whole > most + GAIN:  # so of times that are not known, too
            break
        best, found, most = k, tried, whole
    return best, found


def phases(histories: Histories, values: Floats, k: int) -> Phases:
    """Return where people are at given parameters."""
    logged, shape = terms(histories, values, k)
    alive = special.logsumexp(logged[:, :k], axis=1)
    return Phases(np.exp(alive - special.logsumexp(logged, axis=1)), np.exp(logged[:, :k] - alive[:, None]), shape)


class Tail:
    """P(Y ≥ y) of each history, for y = 1, 2, …, at given parameters."""

    def __init__(self, histories: Histories, values: Floats, horizon: float, k: int) -> None:
        self.k, self.a, self.b = k, values[2], values[3] + histories.x
        self.at = phases(histories, values, k)
        self.share = (horizon / (values[1] + histories.known + horizon))[:, None]
        self.outlived = self.at.alive.copy()

    def next(self, y: int, rows: np.ndarray) -> Floats:
        """Return it for some rows; y goes up by one from 1 on, and rows only become fewer."""
        steps = self.k * y - np.arange(self.k)
        reached = special.betainc(steps, self.at.shape[rows], self.share[rows])  # P(N ≥ steps)
        found = (self.at.weight[rows] * reached).sum(axis=1) * self.outlived[rows]
        self.outlived[rows] *= (self.b[rows] + y - 1) / (self.a + self.b[rows] + y - 1)
        return np.asarray(found)


def ahead(histories: Histories, values: Floats, horizon: float, k: int) -> Ahead:
    """Return what is to be expected of each history over a horizon, in the model's unit of time, above 0."""
    tail, size = Tail(histories, values, horizon, k), histories.x.size
    mean, square, rows, y = np.zeros(size), np.zeros(size), np.arange(size), 0
    while rows.size:
        y += 1
        chance = tail.next(y, rows)
        mean[rows] += chance
        square[rows] += (2 * y - 1) * chance
        rows = rows[chance > ENOUGH]
    return Ahead(tail.at.alive, mean, square)


def quantiles(
    histories: Histories, points: Floats, horizon: float, chances: Floats, k: int
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the least number of times that is not exceeded with each chance, (histories, chances), and P(none).

    points: parameter values (points, 4) that may all be true, of equal weight. chances: ascending.
    """
    tails, size = [Tail(histories, values, horizon, k) for values in points], histories.x.size
    out, never, rows, y = np.full((size, chances.size), -1.0), np.empty(size), np.arange(size), 0
    while rows.size:
        more = np.mean([tail.next(y + 1, rows) for tail in tails], axis=0)
        if y == 0:
            never[:] = 1 - more
        reached = (1 - more[:, None] >= chances) & (out[rows] < 0)
        out[rows] = np.where(reached, y, out[rows])
        rows, y = rows[out[rows, -1] < 0], y + 1
    return out, never
