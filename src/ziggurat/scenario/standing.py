"""On which of four steps does an axis stand, how sure is that, and what holds it back?

An axis stands on the highest step that a stated share of its indicators reach. So one weak indicator does not decide,
nor does one strong one; and nothing is added up that has no common unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.scenario.criteria import SIDES, STEPS, Criteria, Indicator


@dataclass(frozen=True)
class Value:
    """What an indicator is found to be.

    value: in its unit, None where the data can't support one, and `reason` then says why. low, high: 95 % interval, the
    value itself where it is counted or answered. cases: what it rests on.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    cases: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Axis:
    """Where one side stands.

    step: 1 to 4, None where too few indicators can be told. low, high: the steps if every indicator were at the worse
    or the better end of its interval; that is wider than any one interval, since not all are off at once.
    supported, total: indicators that can be told, and all. steps: indicator → its step, of those that can be told.
    """

    side: str
    step: int | None
    low: int | None
    high: int | None
    supported: int
    total: int
    steps: Mapping[str, int]


@dataclass(frozen=True)
class Hold:
    """One indicator that holds an axis back: what it is, what the next step takes, and how far that is.

    distance: what is missing as a share of the way from one threshold to the next, so that indicators of different
    units can be put in order; it says nothing of how hard that way is. cases: what it rests on.
    """

    indicator: Indicator
    value: float
    need: float
    distance: float
    cases: int = 0

    @property
    def more(self) -> int | None:
        """Return how many cases would have to come out otherwise; None where it is no share.

        >>> one = Indicator("answered", "inside", "Answered", "Share answered.", "share")
        >>> Hold(one, 0.5, 0.6, 1.0, 80).more
        8
        """
        return math.ceil(abs(self.need - self.value) * self.cases - 1e-9) if self.indicator.unit == "share" else None

    @property
    def way(self) -> str:
        """Say whether the next step takes more of its cases, or fewer."""
        return "fewer" if self.indicator.less else "more"


def stand(steps: Sequence[int], reached: float) -> int:
    """Return the highest step that a share of at least `reached` of some indicators are on, or above.

    >>> stand([1, 2, 3, 4], 0.75), stand([2, 2, 2, 4], 0.75), stand([1], 0.75)
    (2, 2, 1)
    """
    enough = math.ceil(reached * len(steps) - 1e-9)
    return max(step for step in range(1, STEPS + 1) if step == 1 or sum(one >= step for one in steps) >= enough)


def axis(side: str, criteria: Criteria, values: Mapping[str, Value]) -> Axis:
    """Say where one side stands."""
    wanted = criteria.of(side)
    told = [(one, found) for one in wanted if (found := values.get(one.name)) is not None and found.value is not None]
    steps = {one.name: one.step(found.value) for one, found in told if found.value is not None}
    if not told or len(told) < criteria.supported * len(wanted):
        return Axis(side, None, None, None, len(told), len(wanted), steps)
    ends = [sorted(one.step(end) for end in ends_of(found)) for one, found in told]
    return Axis(
        side,
        stand(list(steps.values()), criteria.reached),
        stand([pair[0] for pair in ends], criteria.reached),
        stand([pair[1] for pair in ends], criteria.reached),
        len(told),
        len(wanted),
        steps,
    )


def ends_of(found: Value) -> tuple[float, float]:
    """Return both ends of a value's interval; the value itself where it has none."""
    value = found.value or 0.0
    return (value if found.low is None else found.low, value if found.high is None else found.high)


def holding(side: str, criteria: Criteria, values: Mapping[str, Value]) -> list[Hold]:
    """Return the indicators that keep an axis from its next step, those with the shortest way first.

    As many of them as `missing` must be moved; the list holds all that could be.
    """
    found = axis(side, criteria, values)
    if found.step is None or found.step == STEPS:
        return []
    held = []
    for one in criteria.of(side):
        value = values[one.name].value if one.name in found.steps else None
        if value is None or found.steps[one.name] > found.step:
            continue
        need = one.thresholds[found.step - 1]
        held.append(Hold(one, value, need, abs(need - value) / scale(one), values[one.name].cases))
    return sorted(held, key=lambda hold: (hold.distance, hold.indicator.name))


def missing(side: str, criteria: Criteria, values: Mapping[str, Value]) -> int:
    """Return how many more indicators must reach the next step for the axis to do so; 0 at the top, or if unknown."""
    found = axis(side, criteria, values)
    if found.step is None or found.step == STEPS:
        return 0
    enough = math.ceil(criteria.reached * found.supported - 1e-9)
    return enough - sum(step > found.step for step in found.steps.values())


def scale(indicator: Indicator) -> float:
    """Return the mean way from one threshold to the next; the last threshold where they are all one."""
    second, _, fourth = indicator.thresholds
    return abs(fourth - second) / 2 or abs(fourth) or 1.0


def what_if(criteria: Criteria, values: Mapping[str, Value], changes: Mapping[str, float]) -> dict[str, Value]:
    """Return the values with some of them set to what they might become.

    Raises: QuestionError if a change is of no indicator, or to what it can't be.
    """
    known = {one.name: one for one in criteria.indicators}
    for name, value in changes.items():
        if name not in known:
            raise QuestionError(
                f"no indicator named '{name}'{suggest(name, known) or '.'} There are: {', '.join(known)}."
            )
        if not known[name].fits(value):
            raise QuestionError(f"'{name}' can't be {value:g}; it is {known[name].range}.")
    return {**values, **{name: Value(value, value, value) for name, value in changes.items()}}


def disagreement(inside: Axis, outside: Axis) -> str:
    """Name what it means that the two axes differ by a step or more; nothing where they agree or can't be told."""
    if inside.step is None or outside.step is None or inside.step == outside.step:
        return ""
    if inside.step > outside.step:
        return "ready, but nobody engages back" if outside.step == 1 else "more ready than people engage"
    return "engaged, but nobody at home" if inside.step == 1 else "people engage more than we are ready for"


def both(criteria: Criteria, values: Mapping[str, Value]) -> tuple[Axis, Axis]:
    """Return the axes inside and outside."""
    inside, outside = (axis(side, criteria, values) for side in SIDES)
    return inside, outside
