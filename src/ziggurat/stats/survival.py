"""How long until something happens, when for some it has not happened yet?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ziggurat.stats.intervals import wilson

Floats = NDArray[np.float64]
Z = 1.959963984540054  # 95 %
ROUNDING = 1e-12  # a curve at exactly half may come out a hair above it


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve at every distinct time seen, ascending; all arrays have that length.

    at_risk: followed until just before the time. events: at the time. survival: share to whom it has not happened by
    the time (inclusive), in [0, 1], with its bounds `low` and `high`.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    low: Floats
    high: Floats

    def at(self, time: float) -> tuple[float, float, float] | None:
        """Return survival, low and high at a time; None beyond the longest time seen, where nothing is known.

        Once it has happened to all, it stays so: survival is then 0 at any later time.
        """
        if not len(self.times) or (time > self.times[-1] and self.survival[-1] > 0):
            return None
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        if index >= 0:
            return float(self.survival[index]), float(self.low[index]), float(self.high[index])
        followed = float(self.at_risk[0])
        return 1.0, wilson(followed, followed)[0], 1.0

    def median(self) -> tuple[float | None, float | None, float | None]:
        """Return the time by which it has happened to half, and its bounds; None for what the curve does not reach."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> tuple[float | None, float | None, float | None]:
        """Return the time by which it has happened to a share, and its bounds; None for what the curve does not reach.

        Source: Brookmeyer & Crowley (1982), Biometrics 38(1), 29-41: the times at which the curve's bounds cross it.
        """
        begun, left = self.survival < 1, 1 - share + ROUNDING
        crossings = (self.survival <= left, (self.low <= left) & begun, self.high <= left)
        found = [float(self.times[np.argmax(past)]) if past.any() else None for past in crossings]
        return found[0], found[1], found[2]


def kaplan_meier(times: ArrayLike, events: ArrayLike, weights: ArrayLike | None = None) -> Survival:
    """Estimate the share to whom an event has not happened yet, with right-censored times.

    times: when each one's event happened or follow-up ended, at least 0. events: true where it happened. weights: how
    many people each entry stands for. An event comes before a censoring at the same time.
    Bounds: 95 %, Greenwood's variance on the log(-log) scale, so that they stay within [0, 1]. Where the curve is 1 or
    0 that scale is undefined; Wilson's bounds for as many people as were then at risk stand in.
    Sources: Kaplan & Meier (1958), JASA 53(282), 457-481; Greenwood (1926); Kalbfleisch & Prentice (1980), section 1.3.

    >>> curve = kaplan_meier([1, 2, 3, 4], [True, False, True, False])
    >>> curve.survival.tolist()
    [0.75, 0.75, 0.375, 0.375]
    """
    moments, place = np.unique(np.asarray(times, dtype=float), return_inverse=True)
    counts = np.ones(len(place)) if weights is None else np.asarray(weights, dtype=float)
    happened = np.bincount(place, counts * np.asarray(events, dtype=float), len(moments)).astype(float)
    left = np.bincount(place, counts, len(moments)).astype(float)
    at_risk = left[::-1].cumsum()[::-1]
    survival = np.cumprod((at_risk - happened) / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(happened / (at_risk * (at_risk - happened)))
        spread = np.exp(Z * np.sqrt(greenwood) / np.abs(np.log(survival)))
        low, high = survival**spread, survival ** (1 / spread)
    for index in np.flatnonzero((survival == 0) | (survival == 1)):
        low[index], high[index] = wilson(survival[index] * at_risk[index], at_risk[index])
    return Survival(moments, at_risk, happened, survival, low, high)
