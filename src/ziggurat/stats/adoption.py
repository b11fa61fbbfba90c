"""Do people do a thing soon after those they are tied to did it, more often than the times alone would bring about?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Shuffled(NamedTuple):
    """What was counted, and what was counted in each draw (draws,) after times were dealt out anew."""

    followed: int
    drawn: Ints

    @property
    def p_value(self) -> float:
        """How often chance alone brings about as many: never 0, so that it holds for any number of draws.

        Source: Phipson & Smyth (2010), Permutation p-values should never be zero, Stat. Appl. Genet. Mol. Biol. 9, 39.
        """
        return float((1 + (self.drawn >= self.followed).sum()) / (1 + self.drawn.size))

    def excess(self, level: float = 0.95) -> tuple[float, float, float]:
        """How many more there were than by chance, with bounds: the count less the mean, and quantiles, of the draws.

        Where influence adds to what chance brings, the count less one draw is what it added. The bounds
        cover chance in the times; they take who is tied to whom, and who did it at all, as given.
        """
        low, high = np.quantile(self.drawn, [(1 - level) / 2, (1 + level) / 2])
        return float(self.followed - self.drawn.mean()), float(self.followed - high), float(self.followed - low)


def shuffle_test(
    at: Floats, first: Ints, near: Ints, stratum: Ints, *, span: float, draws: int, seed: int
) -> Shuffled:  # fmt: skip
    """Count who did a thing within `span` after one of those she is tied to, and test it against shuffled times.

    at (N,): when each did it. first, near: to whom each is tied, as neighbours in rows. stratum (N,): times are dealt
    out anew among those of one stratum only, so that what makes a stratum early, such as being busy, can't pass for
    influence; below 0 for those whose times are kept, and who don't count themselves.
    Who did it is never changed: that friends are alike in whether they do a thing is no influence, and does not count.
    What would: something from outside that reaches people who are tied, at one time.

    Source: Anagnostopoulos, Kumar & Mahdian (2008), Influence and correlation in social networks, KDD 2008, 7-15
    (the shuffle test); La Fond & Neville (2010), Randomization tests for distinguishing social influence and homophily
    effects, WWW 2010, 601-610.
    """
    draw = np.random.default_rng(seed)
    drawn = np.empty(draws, np.int64)
    members = [np.flatnonzero(stratum == one) for one in np.unique(stratum) if one >= 0]
    counted, again = stratum >= 0, at.copy()
    for number in range(draws):
        for some in members:
            again[some] = at[draw.permutation(some)]
        drawn[number] = (leader(again, first, near, span)[counted] >= 0).sum()
    return Shuffled(int((leader(at, first, near, span)[counted] >= 0).sum()), drawn)


@jit
def leader(at: Floats, first: Ints, near: Ints, span: float) -> Ints:
    """Return, for each, the neighbour who did it last before her, at most `span` before; -1 for none.

    At the same instant is not before; of several at one instant it is the first by number.
    """
    found = np.full(at.size, -1)
    for node in range(at.size):
        soonest = span
        for place in range(first[node], first[node + 1]):
            since = at[node] - at[near[place]]
            if since > 0 and (since < soonest or (since == soonest and found[node] < 0)):
                found[node], soonest = near[place], since
    return found


def holm(p_values: Floats) -> Floats:
    """Adjust p-values of several tests so that all of them together are wrong as seldom as one.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. of Statistics 6(2), 65-70.

    >>> holm(np.array([0.01, 0.5, 0.04])).round(3).tolist()
    [0.03, 0.5, 0.08]
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(p_values.size, 0, -1)
    adjusted = np.empty(p_values.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
