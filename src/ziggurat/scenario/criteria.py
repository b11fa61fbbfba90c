"""What makes a scenario? Indicators with a threshold for each step, declared in TOML, that a workspace may replace.

Published is only that there are four scenarios, what the first two are, and some of what leads from one to the next:
`four-scenarios` by Chess Media Group and Metz, 2010, and the comments of its readers. Every threshold, the third and
the fourth step, and the whole view from outside are Ziggurat's own; `ours` says so of each indicator.
"""

from __future__ import annotations

import functools
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError
from ziggurat.base.words import numbers

SHIPPED = Path(__file__).parent.parent / "defaults" / "scenarios.toml"
FILE = "scenarios.toml"  # in a workspace: it replaces the shipped one
STEPS = 4
SIDES = ("inside", "outside")

RANGES = {  # of a unit: what a value can be
    "share": (0.0, 1.0),
    "score": (-1.0, 1.0),
    "hours": (0.0, 1_000_000.0),
    "count": (0.0, 1_000_000.0),
    "answer": (1.0, float(STEPS)),
}

Side = Literal["inside", "outside"]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing to look at.

    name: as `scenario.measures` knows it, or of an answer's own. about: what is measured, in a sentence.
    unit: share (0 to 1), hours, count, score (-1 to 1), or answer, which is asked and not measured.
    thresholds: what the second, third and fourth step take. less: smaller is better.
    question, answers: what is asked, and what can be answered, from the first step to the fourth.
    least: cases below which no value is taken from the log. studies: that show what would move it.
    case: what its cases are called. move: what may move it, in a sentence.
    ours: false where the published text names it as a way from one scenario to the next. parts: of what it can be told
    beside the whole organisation.
    """

    name: str
    side: Side
    title: str
    about: str
    unit: Literal["share", "hours", "count", "score", "answer"]
    thresholds: tuple[float, float, float] = (2.0, 3.0, 4.0)
    less: bool = False
    question: str = ""
    answers: tuple[str, ...] = ()
    least: Annotated[int, msgspec.Meta(ge=1)] = 10
    studies: tuple[str, ...] = ()
    case: str = "cases"
    move: str = ""
    ours: bool = True
    parts: tuple[Literal["channel", "department"], ...] = ("channel", "department")

    @property
    def asked(self) -> bool:
        """Tell whether it is asked, because no log can hold it yet."""
        return self.unit == "answer"

    def fits(self, value: float) -> bool:
        """Tell whether it can have a value: one within its unit's range, and a step where it is asked."""
        low, high = RANGES[self.unit]
        return low <= value <= high and (not self.asked or float(value).is_integer())

    @property
    def range(self) -> str:
        """Say what it can be.

        >>> Indicator("answered", "inside", "Answered", "Share answered.", "share").range
        'a share, from 0 to 1'
        """
        low, high = RANGES[self.unit]
        words = {"share": "a share", "score": "a score", "hours": "hours", "count": "a count"}
        return f"{words.get(self.unit, 'a whole step')}, from {low:,g} to {numbers.number(high)}"

    def step(self, value: float) -> int:
        """Return the step that a value reaches: 1, and one more for each threshold that it meets."""
        return 1 + sum(value <= bound if self.less else value >= bound for bound in self.thresholds)


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All indicators, and how they make a step.

    version: is kept with every assessment. reached: an axis stands on the highest step that this share of its
    indicators reach. supported: where less than this share of an axis's indicators can be told, its step isn't told.
    inside, outside: the names of the four steps on each axis.
    """

    version: str
    inside: tuple[str, str, str, str]
    outside: tuple[str, str, str, str]
    indicators: tuple[Indicator, ...]
    reached: Share = 0.75
    supported: Share = 0.5

    def of(self, side: str) -> list[Indicator]:
        """Return the indicators of one axis, in order."""
        return [one for one in self.indicators if one.side == side]

    def narrowed(self, part: str) -> Criteria:
        """Return the criteria for a part of the organisation: the indicators that can be told of one."""
        return msgspec.structs.replace(self, indicators=tuple(one for one in self.indicators if part in one.parts))

    def names(self, side: str) -> tuple[str, str, str, str]:
        """Return what the steps of an axis are called."""
        return self.inside if side == "inside" else self.outside


def load(folder: Path | None = None) -> Criteria:
    """Return the criteria of a workspace's folder, or the shipped ones. Raises: DeclarationError if they are wrong."""
    own = None if folder is None else folder / FILE
    if own is None or not own.exists():
        return shipped()
    criteria = read(own)
    check_units(criteria, shipped())
    return criteria


@functools.cache
def shipped() -> Criteria:
    """Return the shipped criteria."""
    return read(SHIPPED)


def read(path: Path) -> Criteria:
    """Read a file of criteria, and check it by itself."""
    criteria = declare.convert(declare.read_toml(path), Criteria, FILE)
    check(criteria)
    return criteria


def check_units(criteria: Criteria, shipped: Criteria) -> None:
    """Raises: DeclarationError if an indicator that is shipped too has another unit, in which nothing measures it."""
    units = {one.name: one.unit for one in shipped.indicators}
    for number, one in enumerate(criteria.indicators, 1):
        unit = units.get(one.name, one.unit)
        if one.unit != unit:
            raise DeclarationError(
                f"{FILE}: indicator {number}, `{one.name}`: its unit is '{one.unit}', but it is told as '{unit}'; "
                f'write unit = "{unit}", or give the indicator another name.'
            )


def check(criteria: Criteria) -> None:
    """Raises: DeclarationError if names repeat, a question is missing, an axis is empty, or thresholds can't be met."""
    seen: set[str] = set()
    for number, one in enumerate(criteria.indicators, 1):
        where = f"{FILE}: indicator {number}, `{one.name}`"
        if one.name in seen:
            raise DeclarationError(f"{where}: there are two of this name; give the second another one.")
        seen.add(one.name)
        if not all(one.fits(bound) for bound in one.thresholds):
            raise DeclarationError(f"{where}: each threshold must be {one.range}.")
        if any((after > before if one.less else after < before) for before, after in pairwise(one.thresholds)):
            way = "fall" if one.less else "rise"
            raise DeclarationError(f"{where}: thresholds must {way} from the second step to the fourth.")
        if one.asked and (not one.question or len(one.answers) != STEPS):
            raise DeclarationError(f"{where}: what is asked needs a `question` and {STEPS} `answers`, worst first.")
    for side in SIDES:
        if not criteria.of(side):
            raise DeclarationError(f"{FILE}: there is no indicator with side = '{side}'; an axis needs at least one.")
