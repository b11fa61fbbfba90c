"""In which unit is a duration? Its heading says so; where it does not, its numbers tell by how large they are."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources.names import plain

UNITS = {
    "hours": "hours", "hrs": "hours", "stunden": "hours", "heures": "hours", "horas": "hours",
    "ore": "hours",
    "uren": "hours", "timer": "hours", "timmar": "hours", "godziny": "hours",
    "minutes": "minutes", "mins": "minutes", "min": "minutes", "minuten": "minutes", "minuti": "minutes",
    "minutos": "minutes", "seconds": "seconds", "secs": "seconds", "cents": "cents",
}  # fmt: skip
LONGEST = {"called": 600.0}  # minutes that anything of a kind lasts at most
USUAL = 1440.0  # likewise of any other: a day
ROUND = 5.0  # minutes to which people round what they write down
SHORT = 90.0  # minutes; what people measured in minutes and is longer is mostly rounded


def said_unit(heading: str) -> str:
    """Return the unit that a heading names; nothing where it names none.

    >>> said_unit("Duration (Minutes)"), said_unit("Hours worked"), said_unit("Duration")
    ('minutes', 'hours', '')
    """
    return next((UNITS[word] for word in plain(heading).split("_") if word in UNITS), "")


def unit_of(values: pa.Array, kind: str) -> str:
    """Return 'seconds' where numbers can't be minutes, or are of calls and seem to be read off a clock; else 'minutes'.

    values: float64, null where a cell is no plain number. kind: of what lasted.

    >>> unit_of(pa.array([312.0, 45.0, 0.0, 126.0]), "called"), unit_of(pa.array([30.0, 95.0, 10.0]), "called")
    ('seconds', 'minutes')
    >>> unit_of(pa.array([93.0, 41.0]), "attended"), unit_of(pa.array([3600.0, 5400.0]), "attended")
    ('minutes', 'seconds')
    """
    lasted = values.filter(pc.fill_null(pc.greater(values, 0.0), False))
    if not len(lasted):
        return "minutes"
    longest = pc.max(lasted).as_py()
    if longest > LONGEST.get(kind, USUAL):
        return "seconds"
    steps = pc.divide(lasted, ROUND)
    round_ones = pc.mean(pc.equal(steps, pc.floor(steps)).cast(pa.float64())).as_py()
    return "seconds" if kind == "called" and longest > SHORT and round_ones < 0.5 else "minutes"
