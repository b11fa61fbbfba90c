"""Which of several plays that compete for the same people gets whom?

Thompson sampling: for each person a chance of success is drawn for each play from what is known of it (a Beta
distribution, flat before anything is), and the play with the greatest gets them. A play that did well gets more, one of
which little is known still gets some, and each gets at least a floor. The draws follow from a hash of who it is, so the
same people get the same plays on every machine.
Source: Thompson (1933), Biometrika 25, 285-294; Agrawal & Goyal (2012), Analysis of Thompson sampling for the
multi-armed bandit problem, COLT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ziggurat.playbook.holdout import number

FLOOR = 0.1  # of people that each play gets at least, or an equal share where that is less


class Tried(NamedTuple):
    """How often a play was offered with its window over, and how often it succeeded."""

    offers: int = 0
    hits: int = 0


def draw(unit: str, tried: Mapping[str, Tried], seed: int = 0) -> str:
    """Return the play that gets somebody. tried: of each play that could. Raises: ValueError if there is none."""
    from scipy.special import betaincinv  # it takes longer to load than all the rest

    plays = sorted(tried)
    floor = min(FLOOR, 1 / len(plays))
    explored = number(unit, "explore", str(seed), *plays)
    if explored < floor * len(plays):
        return plays[min(int(explored / floor), len(plays) - 1)]
    chance = {
        play: float(
            betaincinv(1 + tried[play].hits, 1 + tried[play].offers - tried[play].hits, uniform(unit, play, seed))
        )
        for play in plays
    }
    return max(plays, key=lambda play: (chance[play], play))


def uniform(unit: str, play: str, seed: int) -> float:
    """Return a number in (0, 1) that follows from who it is, the play and the seed."""
    return min(max(number(unit, "chance", play, str(seed)), 1e-12), 1 - 1e-12)


def regret(tried: Sequence[Tried]) -> float:
    """Return how many successes fewer there were than if all had got the play that seems best by now, 0 or more.

    It is an estimate from the same figures that name the best, so it is too high where plays hardly differ.

    >>> regret([Tried(100, 30), Tried(20, 2)])
    4.0
    """
    best = max((one.hits / one.offers for one in tried if one.offers), default=0.0)
    return sum(one.offers * best - one.hits for one in tried)
