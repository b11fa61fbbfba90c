"""What triggers what, when people have habits of their own?

A Hawkes process with exponential kernels: person p does things of type i at the rate

    λ_pi(t) = baseline_pi(t) + Σ_j α_ij Σ_{s < t, type j} β e^{-β (t - s)}

so α_ij is the number of events of type i that one event of type j directly triggers. The sums that least squares needs
add up over people: they are kept for groups of people, and updated, erased and resampled by adding and subtracting.
Nothing here knows of tables. Times are in days.

Sources: Hawkes (1971), Biometrika 58(1), 83-90; least squares: Reynaud-Bouret & Schbath (2010), Ann. Statist. 38(5),
2781-2822; forward deviations as instruments against baselines of one's own: Arellano & Bover (1995), J. Econometrics
68(1), 29-51; sandwich by group: Liang & Zeger (1986), Biometrika 73(1), 13-22.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.hawkes_kernels import common_kernel, own_kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Z = 1.959963984540054  # 95 %
GROUPS = 256  # of people; as many pieces as make a standard error that is itself known to 5 %
WHOLE = math.inf  # length of a period that is a whole life


class Streams(NamedTuple):
    """The events of P people, each person's in order of time.

    start: P + 1 positions; those of person p are start[p] to start[p + 1]. at: days since 1970-01-01. type: 0 to K - 1.
    begin, end: the window (begin, end] of each person, in days; events up to `begin` are her past: they may trigger,
    but are not asked what triggered them. No event is after `end`. group: of each person, for standard errors. phase:
    where in a period each person's own ones begin, 0 to 1; drawn by person, so that no season looks like an influence.
    """

    start: Ints
    at: Floats
    type: Ints
    begin: Floats
    end: Floats
    group: Ints
    phase: Floats


class Sums(NamedTuple):
    """What least squares needs of some people, by group; B half-lives, G groups, K types.

    product (B, G, D, D), response (B, G, K, D): the equations `product @ solution[i] = response[i]`; D is K with own
    baselines, K + 1 with a common one, which comes first. mass (B, G, K): event-equivalents of each type whose
    influence fell into the window. events (G, K): in the window. days (G,): watched.
    """

    product: Floats
    response: Floats
    mass: Floats
    events: Floats
    days: Floats

    def __add__(self, other: tuple[Any, ...]) -> Sums:
        """Add up the sums of other people."""
        return Sums(*(one + more for one, more in zip(self, other, strict=True)))

    def __sub__(self, other: tuple[Any, ...]) -> Sums:
        """Take the sums of some people out again."""
        return Sums(*(one - less for one, less in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Solution:
    """Estimates with what each group of people contributes to their error.

    triggered (K, K): α[i, j], events of type i directly triggered by one of type j; nan where j never happened.
    pieces (G, K, K): Σ_g pieces² is the variance. gain (K,): how much of each effect's contrast would be explained in
    other people, i.e. what is explained in these less twice what noise alone explains (Takeuchi 1976); comparable
    between half-lives, not between effects.
    """

    triggered: Floats
    pieces: Floats
    gain: Floats


def own_sums(streams: Streams, half_lives: Floats, types: int, period: float, groups: int = GROUPS) -> Sums:
    """Return the sums for baselines of one's own: each person's, of each type, in each period of `period` days.

    Any person may do any thing at any rate, another one in each period. What follows an event is compared with the rest
    of that same person's period after it. The weight of an event at s, β e^{-β (t - s)} less its mean until the period
    ends, knows nothing of the future and adds up to 0, so that a constant baseline drops out without being estimated,
    and without the bias that estimating one for each person would bring. A baseline that falls within a period still
    looks like influence. A period must be many half-lives long, or little is left of the weight.
    Periods follow each other every `period` days, from a day of each person's own; WHOLE: one's whole window.
    """
    sums = empty(half_lives.size, groups, types, types)
    edges = np.zeros(streams.begin.size) if math.isinf(period) else streams.phase * period
    own_kernel(*within(streams, types, groups), edges, np.log(2) / half_lives, float(period), sums)
    return sums


def common_sums(streams: Streams, half_lives: Floats, types: int, groups: int = GROUPS) -> Sums:
    """Return the sums for one baseline a type, the same for all people.

    Where people differ, the busy ones make everything look like the cause of everything: for one stream, or as the
    negative control.
    """
    sums = empty(half_lives.size, groups, types, types + 1)
    common_kernel(*within(streams, types, groups), np.log(2) / half_lives, sums)
    sums.product[:, :, 0, 0] = sums.days
    sums.product[:, :, 0, 1:] = sums.product[:, :, 1:, 0] = sums.mass
    sums.response[:, :, :, 0] = sums.events
    return sums


def empty(half_lives: int, groups: int, types: int, size: int) -> Sums:
    """Return sums over nobody."""
    return Sums(
        np.zeros((half_lives, groups, size, size)),
        np.zeros((half_lives, groups, types, size)),
        np.zeros((half_lives, groups, types)),
        np.zeros((groups, types)),
        np.zeros(groups),
    )


def plain(streams: Streams) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays as the kernels take them."""
    start, at, kind, begin, end, group, _ = streams
    return (
        np.ascontiguousarray(start, np.int64),
        np.ascontiguousarray(at, np.float64),
        np.ascontiguousarray(kind, np.int64),
        np.ascontiguousarray(begin, np.float64),
        np.ascontiguousarray(end, np.float64),
        np.ascontiguousarray(group, np.int64),
    )


def within(streams: Streams, types: int, groups: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays as the kernels take them, which don't look whether there is room for what they count.

    Raises: IndexError if there is a type or a group beyond their number.
    """
    for name, numbers, most in (("type", streams.type, types), ("group", streams.group, groups)):
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < most:
            raise IndexError(f"a {name} is not in 0 to {most - 1}; give as many as there are.")
    return plain(streams)


def solve(sums: Sums, chosen: int | Ints = 0) -> Solution:
    """Solve the equations. chosen: the position of the half-life, one for all or one for each effect."""
    types = sums.events.shape[1]
    which = np.broadcast_to(np.asarray(chosen), types)
    triggered, gain = np.full((types, types), np.nan), np.zeros(types)
    pieces = np.full((sums.days.size, types, types), np.nan)
    for number in np.unique(which):
        product, response = sums.product[number].sum(axis=0), sums.response[number].sum(axis=0)
        size = product.shape[0]
        there = np.flatnonzero(np.diag(product) > 0)
        causes = there[there >= size - types]
        inverse = np.linalg.pinv(product[np.ix_(there, there)], rcond=1e-12)
        found = inverse @ response[:, there].T
        left = sums.response[number][:, :, there] - (sums.product[number][:, there][:, :, there] @ found).swapaxes(1, 2)
        error = left @ inverse.T
        mine = np.flatnonzero(which == number)
        places, keep = causes - (size - types), there >= size - types
        triggered[np.ix_(mine, places)] = found.T[np.ix_(mine, np.flatnonzero(keep))]
        pieces[:, mine[:, None], places] = error[:, mine[:, None], np.flatnonzero(keep)]
        noise = np.einsum("gij,gij->i", left, error)
        gain[mine] = ((found.T * response[:, there]).sum(axis=1) - 2 * noise)[mine]
    return Solution(triggered, pieces * correction(sums.days), gain)


def best(sums: Sums) -> Ints:
    """Return, for each effect, the position of the half-life that explains most of it."""
    gains = np.stack([solve(sums, number).gain for number in range(sums.product.shape[0])])
    chosen: Ints = gains.argmax(axis=0)
    return chosen


def correction(days: Floats) -> float:
    """Return what makes up for few groups: √(G / (G - 1)); nan for a single one, which tells nothing of the error."""
    groups = int((days > 0).sum())
    return math.sqrt(groups / (groups - 1)) if groups > 1 else math.nan


def deviation(pieces: Floats) -> Floats:
    """Return the standard error of what the pieces (the first axis) belong to."""
    error: Floats = np.sqrt((pieces**2).sum(axis=0))
    return error


def reach(days: Floats) -> float:
    """Return how many standard errors a 95 % interval reaches: Student's t with one less than the groups.

    Source: Cornish-Fisher expansion, Abramowitz & Stegun (1964), 26.7.5; within 1 % from 4 degrees of freedom on.
    """
    free = max(int((days > 0).sum()) - 1, 1)
    first, second = (Z**3 + Z) / 4, (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / free + second / free**2 + third / free**3
