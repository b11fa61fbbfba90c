"""How is the value of an indicator written, so that it never looks like a threshold that it misses?"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ziggurat.scenario.criteria import Indicator

NARROW = "\u202f"  # narrow no-break space: between thousands, and before a unit
MOST = 17  # decimals: as many as tell any two values from 0 to 1 apart
NONE = Decimal("1e-12")  # below which a value is no more than what reckoning leaves over
WIDE = Context(prec=400)  # digits: those of any float
ENDS = {"share": (0.0, 1.0)}  # that are not reached by rounding either: all is all, and none is none


def said(unit: str, value: float | None, *needs: float) -> str:
    """Write a value in its unit; with as many digits as it takes to fall on the same side of every need as it does.

    unit: of the criteria. needs: thresholds that it is read beside. A value that is a need is written in full; a dash
    stands for none.

    >>> said("share", 0.596), said("share", 0.596, 0.6), said("share", 0.8996, 0.9), said("share", 0.6, 0.6)
    ('60\u202f%', '59.6\u202f%', '89.96\u202f%', '60\u202f%')
    >>> said("hours", 24.3), said("hours", 4.004, 4), said("count", 2.96, 3), said("score", -0.1996, -0.2)
    ('24.3\u202fh', '4.004\u202fh', '2.96', '−0.1996')
    >>> said("count", 12345), said("share", 0.0174), said("share", 0.125, 0.125), said("share", 0.997), said("", None)
    ('12\u202f345', '1.7\u202f%', '12.5\u202f%', '99.7\u202f%', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    exact = shown(unit, value)
    bounds = [shown(unit, need) for need in (*needs, *ENDS.get(unit, ()))]
    written = next(
        (short for places in range(usual(unit, exact), MOST) if same_side(short := cut(exact, places), exact, bounds)),
        exact,
    )
    sign = "−" if written < 0 else ""
    return f"{sign}{abs(written):,f}".replace(",", NARROW) + {"share": f"{NARROW}%", "hours": f"{NARROW}h"}.get(
        unit, ""
    )


def taken(one: Indicator, need: float) -> str:
    """Write what a step takes.

    >>> taken(Indicator("waited", "outside", "Waited", "Hours.", "hours", (72.0, 24.0, 4.0), less=True), 4.0)
    '4\u202fh or less'
    """
    return f"{said(one.unit, need, need)}{' or less' if one.less else ''}"


def shown(unit: str, value: float) -> Decimal:
    """Return a number as it is read, exactly: a share as a percentage."""
    exact = Decimal(repr(float(value)))
    return Decimal(0) if abs(exact) < NONE else exact * 100 if unit == "share" else exact


def usual(unit: str, exact: Decimal) -> int:
    """Return how many decimals are read where nothing asks for more: small numbers have two digits."""
    size = abs(exact)
    if size == size.to_integral_value() or size >= 10_000:
        return 0
    if unit == "share" and size >= 1:
        return 0 if size >= 10 else 1
    if size >= 10:
        return 1
    return 2 if size >= Decimal("0.1") else 1 - size.adjusted()


def cut(exact: Decimal, places: int) -> Decimal:
    """Return a number to so many decimals."""
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, WIDE)


def same_side(short: Decimal, exact: Decimal, bounds: list[Decimal]) -> bool:
    """Tell whether a number that is cut is still below, at or above every bound, as it was."""
    return all(short.compare(bound) == exact.compare(bound) for bound in bounds)
