"""What does a play without a holdout seem to do, by others who were like those to whom it turned?

This is observational: who was turned to was chosen, and not drawn by lot. What is known of both is held even (see
`stats.doubly_robust`); what is not known may still explain it, and the E-value says how strong that would have to be.
So it is never said that such a play helps, only that it seems to, and none is stopped for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ziggurat.base.words.numbers import number, share
from ziggurat.playbook import proof
from ziggurat.playbook.proof import ALPHA, LEAST_EACH, LEAST_UNITS, PLANNED
from ziggurat.stats.doubly_robust import Adjusted, Flags, Floats, adjusted, e_value, e_value_of_bounds
from ziggurat.stats.sequential import half_width

HELPS, HARMS, NOTHING, OPEN, FEW = "seems to help", "seems to harm", "seems to do nothing", "not clear", "too few"
SEEMS = {proof.HELPS: HELPS, proof.HARMS: HARMS, proof.NOTHING: NOTHING, proof.OPEN: OPEN}


@dataclass(frozen=True)
class Observation:
    """How much more often those turned to succeeded than they would have, as others like them tell.

    treated, others: people who are compared. share, without: that succeeded, and would have, 0 to 1. effect: the
    difference, with bounds low and high that hold at every look as long as what is known is all that matters. e_value,
    e_low: of the effect, and of the bound that is nearer to none; at least 1. None where there are too few.
    """

    verdict: str
    treated: int
    others: int
    share: float | None = None
    without: float | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    e_value: float = 1.0
    e_low: float = 1.0


def read(x: Floats, treated: Flags, outcome: Floats, *, least: float) -> Observation:
    """Return the reading. x, treated, outcome: as of `stats.doubly_robust.adjusted`. least: the smallest effect that is
    worth it."""
    few = Observation(FEW, int(treated.sum()), int((~treated).sum()))
    if not all(ready(outcome[arm]) for arm in (treated, ~treated)):
        return few
    found = adjusted(x, treated, outcome)
    if found is None or found.alike < LEAST_UNITS or found.treated < LEAST_UNITS:
        return few
    half, log_half = (wide(found, variance) for variance in (found.variance, found.log_variance))
    low, high = found.effect - half, found.effect + half
    sure = e_value_of_bounds(found.ratio * math.exp(-log_half), found.ratio * math.exp(log_half))
    return Observation(
        verdict(low, high, least), found.treated, found.others, found.share, found.without, found.effect, low, high,
        e_value(found.ratio), sure if verdict(low, high, least) in (HELPS, HARMS) else 1.0,
    )  # fmt: skip


def ready(outcome: Floats) -> bool:
    """Tell whether there are so many, with and without success, that bounds may be trusted."""
    hits = float(outcome.sum())
    return len(outcome) >= LEAST_UNITS and min(hits, len(outcome) - hits) >= LEAST_EACH


def wide(found: Adjusted, variance: float) -> float:
    """Return half the width of bounds that hold at every look."""
    size = found.treated + found.others
    return half_width(variance, size, PLANNED, ALPHA)


def verdict(low: float, high: float, least: float) -> str:
    """Say what bounds seem to tell: as of a holdout, in words that are no proof."""
    return SEEMS[proof.verdict(low, high, least)]


def sentence(found: Observation, success: str) -> str:
    """Say what was seen. success: what it is, such as `climbed to Owning within 30 days`."""
    lead = "Nobody is held out, so what it brings is not known"
    if found.share is None or found.without is None or found.effect is None or found.low is None or found.high is None:
        return f"{lead}; there are too few, or too few others like them, to compare them with."
    bounds = f"{number(100 * found.effect, places=1)} points ({number(100 * found.low, places=1)} to "
    bounds += f"{number(100 * found.high, places=1)})"
    others = f"{number(found.others)} others like them"
    said = (
        f"{lead}. Observed: {share(found.share)} of {number(found.treated)} {success}, where by {others} "
        f"{share(found.without)} would have: it {words(found.verdict)}, {bounds}"
    )
    if found.e_low <= 1:
        return f"{said}."
    times = f"{number(found.e_value, places=1)} times ({number(found.e_low, places=1)} for the bounds)"
    return f"{said}. Something unknown that makes both being turned to and success {times} as likely would explain it."


def words(verdict: str) -> str:
    """Return a verdict as a sentence goes on."""
    return "is not clear" if verdict == OPEN else verdict
