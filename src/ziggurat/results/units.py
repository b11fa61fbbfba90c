"""What is a column of a study's result: its type, the unit of its values, and what stands above it?

A study declares its columns once, each as one of the kinds below, called with a heading where its name alone does not
say enough:

    columns: ClassVar = {"channel": TEXT, "people": COUNT, "share": SHARE("Answered"), "median_hours": HOURS}

From it come the table's types, the headings and the writing of numbers on pages, and the description for programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

JSON = {"string": "string", "int64": "integer", "float64": "number", "bool": "boolean", "timestamp": "string"}


@dataclass(frozen=True)
class Column:
    """One column. type: of its values, a name in `tables.TYPES`. unit: what its numbers count. head: what stands above
    it, where that is not its name."""

    type: str
    unit: str = ""
    head: str = ""

    def __call__(self, head: str) -> Column:
        """Return the same with a heading of its own."""
        return replace(self, head=head)

    @property
    def numeric(self) -> bool:
        """Tell whether its values are numbers."""
        return self.type in ("int64", "float64")

    def heading(self, name: str) -> str:
        """Return what stands above it.

        >>> SHARE("Answered").heading("share"), DAYS.heading("median_days"), SHARE.heading("climbed_30")
        ('Answered', 'Median days', 'Climbed within 30 days')
        """
        return self.head or plain(name)

    def schema(self, name: str) -> Mapping[str, str]:
        """Describe it as JSON Schema."""
        found = {"type": JSON[self.type], "title": self.heading(name)}
        found |= {"format": "date-time"} if self.type == "timestamp" else {}
        return found | ({"x-unit": self.unit} if self.unit else {})


def interval(unit: Column, name: str = "") -> dict[str, Column]:
    """Return the columns of an estimate's bounds, which are of its own unit. name: its column, where there are several.

    >>> list(interval(SHARE)), list(interval(SHARE, "value"))
    (['low', 'high'], ['value_low', 'value_high'])
    """
    return {f"{name}_{end}" if name else end: unit for end in ("low", "high")}


def plain(name: str) -> str:
    """Return the name of a column as words.

    >>> plain("person_id"), plain("back_14")
    ('Person id', 'Back within 14 days')
    """
    within = re.fullmatch(r"(.+)_(\d+)", name)
    if within:
        return f"{plain(within[1])} within {within[2]} days"
    return name.replace("_", " ").strip().capitalize()


TEXT = Column("string")
FLAG = Column("bool")
INSTANT = Column("timestamp")
COUNT = Column("int64", "count")
MEAN = Column("float64", "count")  # expected, or for each of several
LEVEL = Column("int64", "level")
MEAN_LEVEL = Column("float64", "level")
STEP = Column("int64", "step")
NUMBER = Column("float64")
SHARE = Column("float64", "share")  # 0 to 1, or a difference of such, read as a percentage
CHANCE = Column("float64", "probability")  # 0 to 1, read as it is
POINTS = Column("float64", "points")
HOURS = Column("float64", "hours")
MINUTES = Column("float64", "minutes")
WHOLE_HOURS = Column("int64", "hours")
DAYS = Column("float64", "days")
WHOLE_DAYS = Column("int64", "days")
MONEY = Column("float64", "money")  # of the workspace's currency
