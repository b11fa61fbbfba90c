"""How unlikely is a silence, or a burst, by somebody's own rhythm?

Both ask the same of a process of days on which something was done, with n gaps of mean m between them: how often would
it do this if it went on as before? The gaps need not be memoryless: with φ the squared coefficient of variation of the
gaps, drawn towards that of everybody where there are few of them, a silence that is met at a random instant lasts
m (1 + φ) / 2 on average, and counts vary φ times as much as those of a Poisson process.

Chances are of the rhythm, not of the reasons: a holiday is no farewell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special

Floats = npt.NDArray[np.float64]
PULL = 10.0  # gaps that everybody's φ is worth


def spread(gaps: npt.ArrayLike, total: npt.ArrayLike, squares: npt.ArrayLike) -> Floats:
    """Return φ, from how many gaps there are, their sum and the sum of their squares; at least 1/4.

    Each one's own is the less believed the fewer gaps there are; what is common is the median of those with ten or
    more, and 1 where nobody has.
    Source: Cox (1962), Renewal Theory, section 5.2, for the mean residual life of a renewal process.
    """
    n, summed, squared = (np.asarray(one, np.float64) for one in (gaps, total, squares))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = summed / n
        own = np.where(n > 1, np.maximum(0.0, squared / n - mean**2) * n / np.maximum(n - 1, 1) / mean**2, np.nan)
    well = n >= PULL
    common = float(np.median(own[well])) if well.any() else 1.0
    pulled = (n * np.nan_to_num(own, nan=common) + PULL * common) / (n + PULL)
    found: Floats = np.maximum(0.25, pulled)
    return found


def silence(days: npt.ArrayLike, gaps: npt.ArrayLike, total: npt.ArrayLike, phi: npt.ArrayLike) -> Floats:
    """Probability that one gap is longer than some days, by n past ones of a total length.

    The rate of the gaps is unknown, with the Gamma distribution that the past ones leave (a shape of as many as they
    are worth): the next one then has a Pareto tail (Lomax), heavier than an exponential one.
    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.6.

    >>> silence([0, 10, 100], 20, 40, 1.0).round(4).tolist()
    [1.0, 0.0114, 0.0]
    """
    s, n, summed, spread = (np.asarray(one, np.float64) for one in (days, gaps, total, phi))
    shape = np.maximum(0.5, n / np.maximum(1.0, spread)) + 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = summed / n * (1 + spread) / 2
        found: Floats = np.exp(-shape * np.log1p(s / (shape * scale)))
    return np.where((n > 0) & (summed > 0), found, 1.0)


def burst(now: npt.ArrayLike, days: float, past: npt.ArrayLike, watched: npt.ArrayLike, phi: npt.ArrayLike) -> Floats:
    """Probability of so many active days or more within the last ones, by those in the days watched before.

    The rate is unknown, Gamma(past / φ + 1/2, watched): counts of the last days are then negative binomial, here with
    counts in units of φ.

    >>> burst([2, 8, 20], 28, 24, 336, 1.0).round(4).tolist()
    [0.5941, 0.0022, 0.0]
    """
    k, n, span, spread = (np.asarray(one, np.float64) for one in (now, past, watched, np.maximum(1.0, phi)))
    with np.errstate(invalid="ignore"):
        found: Floats = special.betainc(np.maximum(k / spread, 1e-9), n / spread + 0.5, days / (days + span))
    return np.where(k > 0, found, 1.0)


def ever(chance: npt.ArrayLike, looks: npt.ArrayLike) -> Floats:
    """Probability that at least one of so many independent looks shows what each does with a chance.

    >>> ever([0.0, 0.01], 100).round(3).tolist()
    [0.0, 0.634]
    """
    p, times = np.asarray(chance, np.float64), np.maximum(1.0, np.asarray(looks, np.float64))
    with np.errstate(divide="ignore"):
        found: Floats = -np.expm1(times * np.log1p(-np.minimum(p, 1.0)))
    return found
