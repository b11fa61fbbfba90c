"""Would the same forecast, made half-way through the log, have come true?

The models are fitted to what was known half-way between the first occasion and now, and what they foretold of everyone
for the second half is laid beside what came. Bounds take the model as right; where it was further off than they allow,
they are widened in proportion, so that they would just have held. That is one trial on one log: it shows that a model
does not fit people, such as those who come like a clock or all at a season, and can't show that it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import number
from ziggurat.value import outlook
from ziggurat.value.occasions import Occasions
from ziggurat.value.outlook import Bounds, Fitted

LEAST = 10.0  # times foretold, below which a trial says nothing
TRIED = ("times", "money")


@dataclass(frozen=True)
class Trial:
    """What was foretold half-way of all together, with 95 % bounds, and what came. days: in the second half."""

    days: float
    low: float
    mean: float
    high: float
    came: float

    @property
    def held(self) -> bool:
        """Tell whether what came is within the bounds."""
        return self.low <= self.came <= self.high

    @property
    def widening(self) -> float:
        """Return by how much the bounds must be further from the mean to hold what came; 1 if they do."""
        room = self.high - self.mean if self.came > self.mean else self.mean - self.low
        return max(1.0, abs(self.came - self.mean) / room) if room > 0 else 1.0


def trials(known: Occasions, fitted: Fitted, earlier: Callable[[int], Occasions], longest: float) -> dict[str, Trial]:
    """Foretell the second half of a log from its first.

    known: occasions by `fitted.at`. earlier: reads the occasions by another instant (µs). longest: spans that a
    forecast may reach. Returns: by TRIED; without what can't be foretold half-way, or of which less than ten times are.
    """
    half = int(min(known.known.max(initial=0.0) / 2, longest))
    if fitted.coming is None or half < 1:
        return {}
    at = fitted.at - half * round(fitted.span_days * DAY)  # in whole spans, so that occasions are the same ones
    before = earlier(at)
    before = before.take(np.isin(before.person, known.person))
    then = outlook.learn(
        before, fitted.words, at=at, span_days=fitted.span_days, model=fitted.model, horizon=float(half)
    )
    found = outlook.totals(before, then, np.zeros(before.person.size, np.int64), 1)
    if not found or found["times"].mean[0] < LEAST:
        return {}
    after = known.take(np.isin(known.person, before.person))
    # exact sums: the same in whichever order people are
    money = math.fsum(after.money) - math.fsum(before.money)
    came = {"times": float(after.x.sum() - before.x.sum()), "money": money}
    days = half * fitted.span_days
    return {what: trial(days, found[what], came[what]) for what in TRIED if what in found}


def trial(days: float, bounds: Bounds, came: float) -> Trial:
    """Return one trial of a forecast for all together."""
    return Trial(days, float(bounds.low[0]), float(bounds.mean[0]), float(bounds.high[0]), came)


def widened(found: Mapping[str, Bounds], tried: Mapping[str, Trial]) -> dict[str, Bounds]:
    """Return bounds as wide as the trials ask for, none below 0."""
    return {what: spread(bounds, tried[what].widening) if what in tried else bounds for what, bounds in found.items()}


def spread(bounds: Bounds, factor: float) -> Bounds:
    """Return bounds that are further from the mean by a factor; one of the mean's own side alone (of few) stays."""
    mean, low, high = bounds
    below, above = mean - factor * (mean - low), mean + factor * (high - mean)
    return Bounds(mean, np.maximum(0.0, np.minimum(low, below)), np.maximum(high, above))


def notes(tried: Mapping[str, Trial], fitted: Fitted) -> tuple[str, ...]:
    """Say what the trials showed, a sentence each."""
    if fitted.coming is None:
        return ()
    if not tried:
        return ("This log is too short to try the forecast on its own past: the bounds take the model as right.",)
    return tuple(note(what, one) for what, one in tried.items())


def note(what: str, one: Trial) -> str:
    """Say what one trial showed."""
    noun = "times" if what == "times" else "of money"
    begin = (
        f"Made {number(one.days)} days ago, this forecast expected {number(one.mean)} {noun} since "
        f"({number(one.low)} to {number(one.high)}), and {number(one.came)} came"
    )
    if one.held:
        return f"{begin}: it held."
    return f"{begin}: it was off. The bounds are {number(one.widening)} times as wide as the model alone has them."
