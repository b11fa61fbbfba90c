"""How likely is a thing, given a few numbers of each case? A logistic model, fitted with a little shrinkage.

Columns are scaled to mean 0 and deviation 1 before they are shrunk, so that no unit weighs more than another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEPS, CLOSE, FAR = 60, 1e-9, 30.0  # of Newton's method; log odds beyond FAR are as good as certain


def chance(log_odds: npt.ArrayLike) -> Floats:
    """Return probabilities of log odds.

    >>> chance([0.0, 2.0]).round(3).tolist()
    [0.5, 0.881]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(np.asarray(log_odds, np.float64), -FAR, FAR))))


@dataclass(frozen=True)
class Logistic:
    """A fitted model. mean, scale: of each column, as learnt from. weight: per deviation. intercept: log odds at the
    means."""

    mean: Floats
    scale: Floats
    weight: Floats
    intercept: float

    def parts(self, x: Floats) -> Floats:
        """Return what each column adds to each case's log odds, beyond a case that is average in it."""
        return np.asarray((x - self.mean) / self.scale * self.weight)

    def log_odds(self, x: Floats) -> Floats:
        """Return each case's log odds."""
        return np.asarray(self.intercept + self.parts(x).sum(axis=1))

    def scaled(self, x: Floats) -> Floats:
        """Return cases as they are weighed, with a first column of ones."""
        return np.column_stack([np.ones(len(x)), (x - self.mean) / self.scale])


def fit(x: Floats, y: Floats, ridge: float = 1.0) -> Logistic:
    """Fit a logistic model by Newton's method.

    x: cases by columns. y: 0 or 1. ridge: half of it times the sum of squared weights is taken off the log likelihood;
    the intercept is not shrunk.
    Source: le Cessie & van Houwelingen (1992), Applied Statistics 41(1), 191-201.

    >>> x = np.array([[0.0], [1.0], [0.0], [1.0]]); y = np.array([0.0, 1.0, 1.0, 1.0])
    >>> model = fit(x, y); bool(model.weight[0] > 0), round(float(chance(model.log_odds(x)).sum()), 6)
    (True, 3.0)
    """
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    z = Logistic(mean, scale, np.empty(0), 0.0).scaled(x)
    shrink = shrinkage(z.shape[1], ridge)
    rate = np.clip(y.mean(), 0.5 / len(y), 1 - 0.5 / len(y))
    weight = np.zeros(z.shape[1])
    weight[0] = np.log(rate / (1 - rate))
    for _ in range(STEPS):
        p = chance(z @ weight)
        slope = z.T @ (y - p) - shrink * weight
        step = np.linalg.solve(curvature(z, p, shrink), slope)
        weight = weight + step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        if np.abs(step).max() < CLOSE:
            break
    return Logistic(mean, scale, weight[1:], float(weight[0]))


def covariance(model: Logistic, x: Floats, y: Floats, cluster: Ints, ridge: float = 1.0) -> Floats:
    """Return the covariance of the weights of a model that was fitted to these cases, without the intercept's.

    cluster: of each case, such as its person: cases of one are not independent.
    Source: Liang & Zeger (1986), Biometrika 73(1), 13-22.
    """
    z, p = model.scaled(x), chance(model.log_odds(x))
    inverse = np.linalg.inv(curvature(z, p, shrinkage(z.shape[1], ridge)))
    _, place = np.unique(cluster, return_inverse=True)
    score = np.column_stack([np.bincount(place, column * (y - p)) for column in z.T])
    return np.asarray(inverse @ (score.T @ score) @ inverse)[1:, 1:]


def shrinkage(columns: int, ridge: float) -> Floats:
    """Return how much each weight is shrunk, the intercept not at all."""
    return np.concatenate([[0.0], np.full(columns - 1, ridge)])


def curvature(z: Floats, p: Floats, shrink: Floats) -> Floats:
    """Return the second derivative of the shrunk log likelihood, negated; a trace of it keeps it invertible."""
    found = (z * (p * (1 - p))[:, None]).T @ z + np.diag(shrink)
    return np.asarray(found + 1e-9 * np.eye(len(found)))


def shift(log_odds: Floats, came: float) -> float:
    """Return what must be added to the log odds so that as many are expected as came; half a case if none or all did.

    >>> round(shift(np.zeros(4), 1.0), 3), round(shift(np.zeros(4), 0.0), 3)
    (-1.099, -1.946)
    """
    wanted = min(max(float(came), 0.5), len(log_odds) - 0.5)
    low, high, found = -2 * FAR, 2 * FAR, 0.0
    for _ in range(STEPS):  # Newton's method, kept between bounds that close in
        p = chance(log_odds + found)
        over = float(p.sum()) - wanted
        low, high = (low, found) if over > 0 else (found, high)
        if abs(over) < CLOSE * wanted:
            break
        found -= over / max(1e-12, float((p * (1 - p)).sum()))
        found = found if low < found < high else (low + high) / 2
    return found
