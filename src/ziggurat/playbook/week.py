"""Which steps fill the week: the set that is expected to move most for the minutes that each owner has?

What a set is worth is the sum over people of the best step that it has for each; nobody gets two. That is monotone and
submodular, so of one owner's steps the better of two sets is at least ½ (1 − 1/e) of the best set that fits: the one
that takes, again and again, the step that adds most for its minutes, and the single step that adds most. Owners take
turns, each beside what those before have taken, which leaves α / (1 + α) with α = ½ (1 − 1/e): `GUARANTEE`. For the
week at hand there is more: no set can be worth more than `bound`, which fills each owner's minutes with their densest
steps, the last one in part.
Source: Leskovec et al. (2007), Cost-effective outbreak detection in networks, KDD, 420-429, theorem 3; Fisher,
Nemhauser & Wolsey (1978), An analysis of approximations for maximizing submodular set functions II, for owners.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ONE_OWNER = (1 - 1 / math.e) / 2
GUARANTEE = ONE_OWNER / (1 + ONE_OWNER)
SLACK = 1e-9  # minutes by which sums of minutes may be off


@dataclass(frozen=True)
class Step:
    """One step that could be taken.

    minutes: that it takes, on average over who is held out. value: what it is expected to move. tie: between steps that
    are alike, the lower first. first: whoever waits for an answer goes before everything else.
    """

    person: str
    play: str
    owner: str
    minutes: float
    value: float
    tie: float
    first: bool = False

    @property
    def rank(self) -> tuple[bool, float, float, str]:
        """Return by what steps are ordered: answers, then what they move a minute, then the tie."""
        return not self.first, -self.value / self.minutes, self.tie, self.play


@dataclass(frozen=True)
class Choice:
    """What fills the week. steps: in order. value: what they are expected to move. bound: what no set could exceed.

    Both leave answers out, which go first whatever they move.
    """

    steps: Sequence[Step]
    value: float
    bound: float

    @property
    def share(self) -> float:
        """Return the share of the best possible that is reached at least, 0 to 1."""
        return 1.0 if self.bound <= 0 else min(1.0, self.value / self.bound)


def choose(steps: Iterable[Step], minutes: Mapping[str, float]) -> Choice:
    """Choose steps. minutes: that each owner has; an owner who is not named has none."""
    ordered = sorted(steps, key=lambda step: step.rank)
    left = dict(minutes)
    answers: list[Step] = []
    for step in ordered:
        if step.first and fits(step, left) and all(step.person != one.person for one in answers):
            left[step.owner] -= step.minutes
            answers.append(step)
    waiting = {step.person for step in ordered if step.first}
    others = [step for step in ordered if step.person not in waiting]
    best: dict[str, Step] = {}
    for owner in sorted(left):
        own = [step for step in others if step.owner == owner]
        for step in of_owner(own, left[owner], best):
            if gain(step, best) > 0:
                best[step.person] = step
    remaining = dict(left)
    for step in best.values():
        remaining[step.owner] -= step.minutes
    for step in others:  # a step that gave way to a better one of the same person leaves minutes
        if step.person not in best and step.value > 0 and fits(step, remaining):
            remaining[step.owner] -= step.minutes
            best[step.person] = step
    chosen = sorted(best.values(), key=lambda step: step.rank)
    return Choice([*answers, *chosen], sum(step.value for step in chosen), bound(others, left))


def fits(step: Step, left: Mapping[str, float]) -> bool:
    """Tell whether a step fits into what is left of its owner's minutes."""
    return step.minutes <= left.get(step.owner, 0.0) + SLACK


def gain(step: Step, best: Mapping[str, Step]) -> float:
    """Return what a step adds to the best ones that people have."""
    return max(0.0, step.value - (best[step.person].value if step.person in best else 0.0))


def of_owner(steps: Sequence[Step], minutes: float, before: Mapping[str, Step]) -> list[Step]:
    """Return the better of what is taken greedily and the single best step, beside what others have taken."""
    best, taken, left = dict(before), [], minutes
    waiting = [step for step in steps if step.minutes <= minutes + SLACK]
    single = max(waiting, key=lambda step: (gain(step, before), -step.tie), default=None)
    while True:
        some = [step for step in waiting if step.minutes <= left + SLACK and gain(step, best) > 0]
        if not some:
            break
        step = min(some, key=lambda one: (-gain(one, best) / one.minutes, one.tie, one.play))
        taken.append(step)
        left -= step.minutes
        best[step.person] = step
        waiting.remove(step)
    reached = sum(step.value for step in best.values()) - sum(step.value for step in before.values())
    return [single] if single is not None and gain(single, before) > reached else taken


def bound(steps: Sequence[Step], minutes: Mapping[str, float]) -> float:
    """Return what no set of steps that fits can exceed: each owner's densest steps, the last one in part."""
    found = 0.0
    for owner, most in minutes.items():
        left = most
        for step in sorted(
            (one for one in steps if one.owner == owner and one.value > 0), key=lambda one: -one.value / one.minutes
        ):
            part = min(1.0, max(0.0, left) / step.minutes)
            found += part * step.value
            left -= part * step.minutes
    return found
