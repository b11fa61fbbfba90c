"""Options of studies: those that must be refused, and those that lie within the ranges that the studies declare."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from typing import Any

from ziggurat.study import Option

NO_NUMBERS = (math.nan, math.inf, -math.inf, "nan", "inf", "-Infinity", "many", "", True, [], "9" * 400, 10**400, 1j)
NO_INSTANTS = ("0001-01-01", "9999-12-31", "2026-13-01", "nan", "1e9", 10**30, -(10**30), 1.5, math.nan, True, [])
NO_INSTANTS += (dt.date(9999, 12, 31), dt.datetime(1, 1, 1, tzinfo=dt.UTC))
NO_TEXTS = (True, [], 1.5, math.nan, b"text", "x" * 3000)
COSTLY = {
    "draws": 30,
    "periods": 24,
    "strata": 20,
    "things": 20,
    "sample": 20_000,
    "ways": 20_000,
}  # of what costs time


def refused(option: Option) -> Iterator[Any]:
    """Values that an option can't be: of another type, beyond its range, or of absurdly many digits."""
    if option.numeric:
        yield from NO_NUMBERS
        yield from (option.low - 1, math.nextafter(option.low, -math.inf), option.high + 1, f"{option.high * 2 + 1}")
        yield from (option.low + 0.5,) if option.kind.whole else ()
    elif option.kind.name == "instant":
        yield from NO_INSTANTS
    else:
        yield from NO_TEXTS
        yield from ("none of these", 7) if option.choices else (() if option.kind.name == "level" else (7,))


def within(option: Option, draw: random.Random) -> Any:
    """A value within the range of an option, its ends as likely as what is between; None to leave it out."""
    if option.choices:
        return draw.choice(option.choices)
    if not option.numeric:
        return None
    low, high = option.low, min(option.high, COSTLY.get(option.name, math.inf))
    between = math.exp(draw.uniform(math.log(max(low, 1e-3)), math.log(high)))
    value = draw.choice((low, high, min(max(between, low), high), option.default if option.default else low))
    return int(value) if option.kind.whole else value
