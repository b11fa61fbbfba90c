"""How does a page head and write a column that it has never seen: by its name, as the tables of Ziggurat use names?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ziggurat.base.schema import bounds, is_instant, is_share
from ziggurat.results.units import Column
from ziggurat.server.writing import brief, day, moment, number, share


def numeric(names: Iterable[str], rows: Collection[Mapping[str, Any]]) -> set[str]:
    """Return the columns that stand to the right, as numbers do."""
    return {name for name in names if not is_instant(name) and any(is_number(row[name]) for row in rows)}


def is_number(value: Any) -> bool:
    """Say whether a value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@dataclass(frozen=True)
class Shown:
    """One column of a table as a page shows it, with the columns that bound its estimate, if there are any."""

    name: str
    column: Column
    low: str = ""
    high: str = ""

    @property
    def head(self) -> str:
        """Return what stands above it."""
        return self.column.heading(self.name)

    def cell(self, row: Mapping[str, Any]) -> Markup | str:
        """Write its cell in one row."""
        return write_cell(self.unit(row), row[self.name])

    def bounds(self, row: Mapping[str, Any]) -> str:
        """Write the bounds of one row, as what they bound is written; nothing where there are none."""
        if not self.low or (row[self.low] is None and row[self.high] is None):
            return ""
        if row[self.low] == row[self.name] == row[self.high]:  # counted, not estimated
            return ""
        low, high = (write_cell(self.unit(row), row[name]) for name in (self.low, self.high))
        if low == high == self.cell(row):  # closer than it is written
            return ""
        return f"{low} to {'beyond what was seen' if row[self.high] is None else high}"

    def unit(self, row: Mapping[str, Any]) -> str:
        """Return the unit of its numbers, which is that of a share where the row says so itself."""
        return "share" if row.get("unit") == "share" and isinstance(row[self.name], float) else self.column.unit


def columns_shown(columns: Mapping[str, Column], rows: Collection[Mapping[str, Any]] = ()) -> list[Shown]:
    """Return the columns to show: bounds beside what they bound, and no number that has its name beside it.

    rows: if given, no column is shown either that is empty in all of them.

    >>> from ziggurat.results.units import LEVEL, SHARE, TEXT
    >>> made = {"level": LEVEL, "level_name": TEXT, "share": SHARE, "low": SHARE, "high": SHARE}
    >>> [column.name for column in columns_shown(made)]
    ['level_name', 'share']
    """
    pairs = bounds(columns)
    beside = {bound for pair in pairs.values() for bound in pair}
    return [
        Shown(name, column, *pairs.get(name, ("", "")))
        for name, column in columns.items()
        if name not in beside and not is_hidden(name, columns) and is_filled(rows, name, *pairs.get(name, ()))
    ]


def is_filled(rows: Collection[Mapping[str, Any]], *names: str) -> bool:
    """Say whether any of the columns holds anything; where there are no rows, any may."""
    return not rows or any(row[name] is not None for row in rows for name in names)


def is_hidden(name: str, names: Collection[str]) -> bool:
    """Say whether a column is left to another: a level number with its name beside it, or the id behind a link."""
    if name == "person_id" or (name == "host" and "name" in names):
        return True
    return name.endswith(("level", "peak")) and words_of(name, names) != name


def words_of(name: str, names: Collection[str]) -> str:
    """Return the column that holds the words of a column of numbers, or the column itself.

    >>> words_of("from_level", ["from_level", "from_name"])
    'from_name'
    """
    return next(
        (word for word in (f"{name}_name", name.replace("level", "name")) if word in names and word != name), name
    )


def cell(name: str, value: Any) -> Markup | str:
    """Write one cell of a table that is no study's, by the name of its column and the type of its value."""
    if value is not None and not isinstance(value, bool) and is_instant(name):
        return day(value)
    return write_cell("share" if is_share(name) else "", value)


def write_cell(unit: str, value: Any) -> Markup | str:
    """Write one cell, by its unit and the type of its value."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "year"):
        return day(value)
    if isinstance(value, (int, float)):
        return share(value) if unit == "share" else number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(brief(item, 80) for item in value)
    return brief(value)


def plain(name: str, value: Any) -> Any:
    """Return a value as a file holds it: instants as ISO 8601 text instead of microseconds."""
    at = moment(value) if is_instant(name) and isinstance(value, int) and not isinstance(value, bool) else None
    return value if at is None else at.isoformat()
