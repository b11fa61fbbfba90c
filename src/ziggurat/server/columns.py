"""How does a page head and write a column that it has never seen: by its name, as the tables of Ziggurat use names?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ziggurat.server.writing import brief, day, moment, number, share

TIMES = ("at", "since", "until", "starts")  # and whatever ends in _at
# fractions: shares and their bounds, and the share who climbed within so many days
SHARES = re.compile(r"share|low|high|nearness|share_.*|.*_share|(climbed_\d+|removal_effect)(_low|_high)?")
HEADS = {
    "at": "When",
    "from_level": "From",
    "from_name": "From",
    "to_level": "To",
    "to_name": "To",
    "have": "Has",
    "need": "Needs",
    "kind": "What",
    "why": "Why",
    "then": "Before",
    "slips_at": "Slips on",
    "last_at": "Last seen",
    "peak": "Highest level",
    "peak_name": "Highest level",
    "below_peak": "Levels below it",
    "level": "Level no.",
    "level_name": "Level",
    "next_level_name": "Next level",
    "next_rule": "What the next level asks",
    "person_id": "Person",
}


def head(name: str) -> str:
    """Return the heading of a column.

    >>> head("median_days"), head("to_name"), head("climbed_30")
    ('Median days', 'To', 'Climbed within 30 days')
    """
    within = re.fullmatch(r"(.+)_(\d+)", name)
    if within:
        return f"{head(within[1])} within {within[2]} days"
    return HEADS.get(name) or name.replace("_", " ").strip().capitalize()


def is_time(name: str) -> bool:
    """Say whether a column holds instants (µs since 1970 when they are numbers)."""
    return name in TIMES or name.endswith("_at")


def is_share(name: str) -> bool:
    """Say whether a column holds fractions."""
    return SHARES.fullmatch(name) is not None


def numeric(names: Iterable[str], rows: Collection[Mapping[str, Any]]) -> set[str]:
    """Return the columns that stand to the right, as numbers do."""
    return {name for name in names if not is_time(name) and any(is_number(row[name]) for row in rows)}


def is_number(value: Any) -> bool:
    """Say whether a value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@dataclass(frozen=True)
class Shown:
    """One column of a table as a page shows it, with the columns that bound its estimate, if there are any."""

    name: str
    low: str = ""
    high: str = ""

    @property
    def head(self) -> str:
        """Return its heading."""
        return head(self.name)

    def bounds(self, row: Mapping[str, Any]) -> str:
        """Write the bounds of one row; nothing where there are none."""
        if not self.low or (row[self.low] is None and row[self.high] is None):
            return ""
        low, high = (cell(name, row[name]) for name in (self.low, self.high))
        return f"{low} to {'beyond what was seen' if row[self.high] is None else high}"


def shown(names: Collection[str]) -> list[Shown]:
    """Return the columns to show: bounds beside what they bound, and no number that has its name beside it.

    >>> [column.name for column in shown(["level", "level_name", "share", "low", "high"])]
    ['level_name', 'share']
    """
    found = []
    for name in names:
        stems = [stem for stem in (name, name.removesuffix("_days")) if f"{stem}_low" in names]
        pair = (f"{stems[0]}_low", f"{stems[0]}_high") if stems else ("low", "high") if name == "share" else ("", "")
        found.append(Shown(name, *(pair if pair[0] in names else ("", ""))))
    bounds = {name for column in found for name in (column.low, column.high)}
    return [column for column in found if column.name not in bounds and not hidden(column.name, names)]


def hidden(name: str, names: Collection[str]) -> bool:
    """Say whether a column is left to another: a level number with its name beside it, or the id behind a link."""
    if name == "person_id":
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
    """Write one cell, by the name of its column and the type of its value."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_time(name) or hasattr(value, "year"):
        return day(value)
    if isinstance(value, (int, float)):
        return share(value) if is_share(name) else number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(brief(item, 80) for item in value)
    return brief(value)


def plain(name: str, value: Any) -> Any:
    """Return a value as a file holds it: instants as ISO 8601 text instead of microseconds."""
    at = moment(value) if is_time(name) and isinstance(value, int) and not isinstance(value, bool) else None
    return value if at is None else at.isoformat()
