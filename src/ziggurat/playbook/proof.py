"""Did a play work: do more of those to whom it turned succeed than of those who were held out by chance?

A unit (a person, or all of one household or organisation) counts once its window is over. The bounds hold at every look
(a confidence sequence), so one may look daily and stop when it is clear. It is the effect of being offered the step,
whether or not its owner took it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ziggurat.base.words.numbers import count, number, share
from ziggurat.playbook.holdout import HELD, OFFERED
from ziggurat.stats.sequential import half_width
from ziggurat.stats.trial import Moments, difference

ALPHA = 0.05
LEAST_UNITS, LEAST_EACH = 50, 5  # of each arm, and of them with and without success, before there are bounds
PLANNED = 500  # units at which bounds are tightest
HELPS, HARMS, NOTHING, OPEN, FEW = "helps", "harms", "does nothing", "not clear yet", "too few"


@dataclass(frozen=True)
class Case:
    """One assignment whose window is over. outcome: whether it succeeded."""

    unit: str
    arm: str
    level: str
    outcome: bool


@dataclass(frozen=True)
class Effect:
    """How much more of those offered succeeded. level: of whom; empty for all.

    offered, held: units that count; offered_hits, held_hits: people-weighted successes among them. effect: the
    difference of shares, -1 to 1; low, high: its bounds, None before there are any. needed: to how many one turns for
    one success more, with its own bounds, where the effect is surely above 0. verdict: helps, harms, does nothing (less
    than would be worth it), not clear yet, or too few.
    """

    level: str
    offered: int
    held: int
    offered_share: float | None
    held_share: float | None
    effect: float | None
    low: float | None
    high: float | None
    verdict: str

    @property
    def needed(self) -> tuple[float, float, float] | None:
        """Return the number needed to treat with its bounds, where the effect is surely above 0."""
        if self.verdict != HELPS or not self.effect or not self.low or not self.high:
            return None
        return 1 / self.effect, 1 / self.high, 1 / self.low


def prove(cases: Iterable[Case], least: float) -> list[Effect]:
    """Return the effect on all, then by level, which hold together. least: the smallest effect that is worth it."""
    known = list(cases)
    levels = sorted({case.level for case in known})
    found = [effect("", known, least, ALPHA)]
    if len(levels) > 1:
        some = ([case for case in known if case.level == level] for level in levels)
        found += [effect(level, part, least, ALPHA / len(levels)) for level, part in zip(levels, some, strict=True)]
    return found


def effect(level: str, cases: Sequence[Case], least: float, alpha: float) -> Effect:
    """Return the effect on some. alpha: how often its bounds may ever miss the truth."""
    arms = {arm: moments(units(cases, arm)) for arm in (OFFERED, HELD)}
    offered, held = arms[OFFERED], arms[HELD]
    means = [one.mean if one.people else None for one in (offered, held)]
    plain = (level, round(offered.people), round(held.people), means[0], means[1])
    if means[0] is None or means[1] is None:
        return Effect(*plain, None, None, None, FEW)
    if not ready(offered) or not ready(held):
        return Effect(*plain, means[0] - means[1], None, None, FEW)
    size = offered.people + held.people
    found = difference(offered, held)
    half = half_width(found.variance * size, size, PLANNED, alpha)
    low, high = found.effect - half, found.effect + half
    return Effect(*plain, found.effect, low, high, verdict(low, high, least))


def units(cases: Sequence[Case], arm: str) -> list[float]:
    """Return the mean outcome of each unit of an arm."""
    found: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if case.arm == arm:
            found[case.unit].append(case.outcome)
    return [sum(outcomes) / len(outcomes) for outcomes in found.values()]


def moments(outcomes: Sequence[float]) -> Moments:
    """Return the sums of outcomes."""
    return Moments(len(outcomes), sum(outcomes), sum(one * one for one in outcomes))


def ready(arm: Moments) -> bool:
    """Tell whether an arm has so many units, and so many with either outcome, that the bounds may be trusted."""
    return arm.people >= LEAST_UNITS and min(arm.y, arm.people - arm.y) >= LEAST_EACH


def verdict(low: float, high: float, least: float) -> str:
    """Say what bounds tell."""
    if low > 0:
        return HELPS
    if high < 0:
        return HARMS
    return NOTHING if high < least else OPEN


def ended(verdict: str | None, *, regardless: bool = False) -> str:
    """Say why a play turns to nobody any more by what its holdout told; nothing where it goes on. What harms is stopped
    for good; what does nothing is paused until its owner says that it is to go on regardless."""
    if verdict == HARMS:
        return "The play is stopped: it harms."
    if verdict == NOTHING and not regardless:
        return "The play is paused: it does nothing worth its minutes."
    return ""


def sentence(found: Effect, success: str) -> str:
    """Say what was learned. success: what it is, such as `climbed to Owning within 30 days`."""
    if found.offered_share is None or found.held_share is None or found.effect is None:
        return (
            f"Nothing to compare yet: the window is over for {count(found.offered, 'offer', 'offers')}, and for "
            f"{count(found.held, 'one', 'ones')} held out."
        )
    said = (
        f"{share(found.offered_share)} of {number(found.offered)} {success}, where {share(found.held_share)} of "
        f"{number(found.held)} held out did"
    )
    if found.low is None or found.high is None:
        return f"{said}: too few to say whether it works (each side needs {LEAST_UNITS}, {LEAST_EACH} either way)."
    bounds = f"{number(100 * found.effect, places=1)} points ({number(100 * found.low, places=1)} to "
    bounds += f"{number(100 * found.high, places=1)})"
    ends = {
        HELPS: f"it helps, by {bounds}",
        HARMS: f"it harms, by {bounds}: it is stopped",
        NOTHING: f"it does nothing worth its minutes, {bounds}: drop it, change it, or resume it",
        OPEN: f"not clear yet, {bounds}",
    }
    needed = found.needed
    tail = ""
    if needed:
        one, least, most = (number(value, places=0) for value in needed)
        tail = f"; one more for every {one} to whom one turns ({least} to {most})"
    return f"{said}: {ends[found.verdict]}{tail}."
