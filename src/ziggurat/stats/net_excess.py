"""How much more follows something than precedes it, how surely, and does what comes before it forbid to say so?

A figure is Σ u / Σ n over people. Its error is that of clusters, one a person, and its bounds are Student's t with as
many degrees of freedom, less one, as the clusters are worth when few hold most of what is seen.

Sources: ratio of sums by cluster: Cochran (1977), Sampling Techniques, 3rd ed., ch. 6 and 9; clusters: Liang & Zeger
(1986), Biometrika 73(1), 13-22; what unequal clusters are worth: Satterthwaite (1946), Biometrics Bulletin 2(6),
110-114, as Carter, Schnepel & Steigerwald (2017), Rev. Econ. Stat. 99(4), 698-709 use it; alike: Cochran's Q (1954),
Biometrics 10(1), 101-129; what comes before: the pre-trend of difference in differences.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ziggurat.base.heavy import special
from ziggurat.stats.lag_pairs import (
    AFTER,
    BEFORE,
    BINS,
    BY_LAG,
    EARLIER,
    FIGURES,
    FOLLOWING,
    LONG,
    NET,
    NET_DAY,
    SCALES,
    SILENCE,
    STAYS,
    WHOLE,
    Sums,
)  # fmt: skip
from ziggurat.stats.streams import Bools, Floats

SURE = 2.4  # standard errors, of what comes before
SEEN = 1.645  # likewise where nothing is claimed, and a pair may only be told to be no different
PART = 0.3  # of what comes after, that may come before
WITHIN = 1  # of `SCALES`, over which it must be shown of what people do themselves that no more comes before
HINT, MOST = 1.3, 0.6  # likewise of a silence that makes up for most of what comes after
ALIKE = 0.01  # chance below which kinds do not rise alike
LEAST_PEOPLE = 10  # with a cause about which they are seen long enough
LEAST_WORTH = 4.0  # clusters that a figure must be worth


class Estimates(NamedTuple):
    """Figures by (figure, effect, cause): value, standard error, and how many people's they are worth."""

    value: Floats
    error: Floats
    worth: Floats


def estimate(found: Sums, own: Bools) -> Estimates:
    """Work out the figures; nan where there is no cause."""
    which = np.full((FIGURES, own.size), STAYS)
    which[:BEFORE, own], which[SILENCE:] = WHOLE, LONG
    n1, n2, n4 = (found.causes[which, np.arange(own.size)][:, None, :, power] for power in range(3))
    u1, u2, un, u4, u3n, u2n2, un3 = np.moveaxis(found.power, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = u1 / n1
        second = np.maximum(u2 - 2 * value * un + value**2 * n2, 0)
        fourth = u4 - 4 * value * u3n + 6 * value**2 * u2n2 - 4 * value**3 * un3 + value**4 * n4
        worth = np.where(second > 0, second**2 / np.maximum(fourth, 1e-12 * second**2), 0)
        return Estimates(
            value, np.sqrt(second) / n1, np.minimum(worth, found.people[which, np.arange(own.size)][:, None, :])
        )


def reach(worth: Floats, level: float) -> Floats:
    """Return how many standard errors a one-sided bound of this level is away."""
    found: Floats = special.stdtrit(np.maximum(worth - 1, 2), level)
    return found


def bounds(found: Estimates, figure: int, level: float = 0.975) -> tuple[Floats, Floats]:
    """Return the bounds of a figure, each of which is passed with a chance of 1 - level; nan where it has no error."""
    half = reach(found.worth[figure], level) * found.error[figure]
    half = np.where(found.error[figure] > 0, half, np.nan)
    return found.value[figure] - half, found.value[figure] + half


class Gates(NamedTuple):
    """Why a pair can't be told, by (effect, cause).

    before: the scale at which as many come before, -1 where none is. silence: whether people had been silent. alike:
    whether all own kinds rise alike. visible: the scale at which more come both before and after, which is enough not
    to say of a pair that it makes no difference; -1 where none is. unclear: whether it can't be shown that within a day
    less than `PART` of what comes after comes before, so that something that brings both is not excluded; only of what
    people do themselves.
    """

    before: Floats
    silence: Bools
    alike: Bools
    visible: Floats
    unclear: Bools


def gates(found: Estimates, own: Bools) -> Gates:
    """Look at what comes before."""
    before, visible = np.full((2, own.size, own.size), -1.0)
    with np.errstate(invalid="ignore"):
        for number in reversed(range(len(SCALES))):
            early, late = found.value[BEFORE + number], found.value[AFTER + number]
            wide = found.error[BEFORE + number]
            before[(early > SURE * wide) & (early > PART * np.maximum(late, 0))] = number
            visible[(early > SEEN * wide) & (late > SEEN * found.error[AFTER + number])] = number
        far, net = found.value[SILENCE], found.value[NET]
        wide, net = found.error[SILENCE], np.maximum(net, 0)
        silence = (far < -SURE * wide) & (-far > PART * net)
        silence |= (far < -HINT * wide) & (-far > MOST * net)
        # what comes for weeks after a cause is no silence before it
        silence &= found.value[EARLIER] < -found.error[EARLIER]
    alike = np.zeros((own.size, own.size), np.bool_)
    alike[:, ~own] = rises_alike(found, own)[~own]
    return Gates(before, silence, alike, visible, not_excluded(found) & own)


def not_excluded(found: Estimates) -> Bools:
    """Tell where it can't be shown that within a day less than `PART` of what comes after comes before.

    A cause that is not in the log and brings two things with unequal delays also has some of the later one come first.
    The errors are added as if before and after were independent, which is wider than they are together.
    """
    early, late = BEFORE + WITHIN, AFTER + WITHIN
    room = PART * found.value[late] - found.value[early]
    shown: Bools = room > SEEN * np.hypot(found.error[early], PART * found.error[late])
    return ~shown


def rises_alike(found: Estimates, own: Bools) -> Bools:
    """Tell which causes all own kinds rise after, surely and in one proportion, as when people become active anyway."""
    kinds = np.flatnonzero(own)
    alike = np.zeros(own.size, np.bool_)
    for cause in np.flatnonzero(~own) if kinds.size > 1 else []:
        for figure in (NET, NET_DAY):
            value, error = found.value[figure, kinds, cause], found.error[figure, kinds, cause]
            usual = np.maximum(found.value[FOLLOWING, kinds, cause] - found.value[NET, kinds, cause], 1e-9)
            usual = usual / 7 if figure == NET_DAY else usual
            if not (value > 1.96 * error).all() or not (error > 0).all():
                continue
            rise = np.log1p(value / usual)
            weight = ((usual + value) / error) ** 2
            spread = (weight * (rise - (weight * rise).sum() / weight.sum()) ** 2).sum()
            alike[cause] |= special.chdtrc(kinds.size - 1, spread) > ALIKE
    return alike


def common(before: Estimates, own: Bools) -> list[tuple[int, int, int]]:
    """Return (effect, cause, before both) where a third type is followed by both for sure."""
    low, _ = bounds(before, NET)
    with np.errstate(invalid="ignore"):
        surely = low > 0
    size = own.size
    return [
        (effect, cause, third)
        for third in range(size)
        for effect in np.flatnonzero(own & surely[:, third]).tolist()
        for cause in np.flatnonzero(surely[:, third]).tolist()
        if len({effect, cause, third}) == 3
    ]


def shape(found: Estimates) -> list[tuple[Floats, Floats, Floats]]:
    """Return value, low and high of each of the lags of `BINS`."""
    return [(found.value[BY_LAG + number], *bounds(found, BY_LAG + number)) for number in range(len(BINS))]
