"""How is the value of an indicator written, so that it never looks like a threshold that it misses?"""

from __future__ import annotations

import math
from decimal import Decimal

from ziggurat.base.words.numbers import cut, decimals, digits, exactly
from ziggurat.base.words.style import NARROW, PAGE
from ziggurat.scenario.criteria import Indicator

MOST = 17  # decimals: as many as tell any two values from 0 to 1 apart
ENDS = {"share": (0.0, 1.0)}  # that are not reached by rounding either: all is all, and none is none


def write_value(unit: str, value: float | None, *needs: float) -> str:
    """Write a value in its unit; with as many digits as it takes to fall on the same side of every need as it does.

    unit: of the criteria. needs: thresholds that it is read beside. A value that is a need is written in full; a dash
    stands for none.

    >>> [write_value("share", value, *need) for value, *need in ([0.596], [0.596, 0.6], [0.8996, 0.9], [0.6, 0.6])]
    ['59.6\u202f%', '59.6\u202f%', '89.96\u202f%', '60\u202f%']
    >>> write_value("hours", 24.3), write_value("hours", 4.004, 4), write_value("count", 2.96, 3)
    ('24.3\u202fh', '4.004\u202fh', '2.96')
    >>> write_value("score", -0.1996, -0.2), write_value("count", 12345), write_value("", None)
    ('−0.1996', '12\u202f345', '–')
    >>> write_value("share", 0.0174), write_value("share", 0.125, 0.125), write_value("share", 0.997)
    ('1.7\u202f%', '12.5\u202f%', '99.7\u202f%')
    """
    if value is None or not math.isfinite(value):
        return "–"
    exact = as_read(unit, value)
    bounds = [as_read(unit, need) for need in (*needs, *ENDS.get(unit, ()))]
    written = next(
        (short for places in range(usual(unit, exact), MOST) if same_side(short := cut(exact, places), exact, bounds)),
        exact,
    )
    return digits(written, PAGE) + {"share": f"{NARROW}%", "hours": f"{NARROW}h"}.get(unit, "")


def write_threshold(one: Indicator, need: float) -> str:
    """Write what a step takes.

    >>> write_threshold(Indicator("waited", "outside", "Waited", "Hours.", "hours", (72.0, 24.0, 4.0), less=True), 4.0)
    '4\u202fh or less'
    """
    return f"{write_value(one.unit, need, need)}{' or less' if one.less else ''}"


def as_read(unit: str, value: float) -> Decimal:
    """Return a number as it is read, exactly: a share as a percentage."""
    exact = exactly(value)
    return exact * 100 if unit == "share" else exact


def usual(unit: str, exact: Decimal) -> int:
    """Return how many digits after the point are read where nothing asks for more."""
    return 1 if unit == "share" and decimals(exact) == 2 else decimals(exact)


def same_side(short: Decimal, exact: Decimal, bounds: list[Decimal]) -> bool:
    """Tell whether a number that is cut is still below, at or above every bound, as it was."""
    return all(short.compare(bound) == exact.compare(bound) for bound in bounds)
