"""How does a page head and write a column that it has never seen: by its name, as the tables of Ziggurat use names?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ziggurat.schema import bounds, is_instant, is_share
from ziggurat.server.writing import brief, day, moment, number, share

HEADS = {
    "adjusted_p": "p, adjusted",
    "again": "Came again",
    "alive": "Still active",
    "anonymous": "Anonymous visitors",
    "at": "When",
    "back": "Came back",
    "begun": "Two-way, begun by us",
    "below_peak": "Levels below it",
    "between": "Betweenness",
    "breadth": "As if evenly on",
    "chance_high": "By chance, to",
    "chance_low": "By chance, from",
    "days": "Days of deeds",
    "earlier_hours": "Median hours earlier",
    "false_share": "List by chance up to here",
    "followed": "Followed someone",
    "from_level": "From",
    "from_name": "From",
    "gave": "Acts given",
    "got": "Acts got",
    "habitual": "With the habit",
    "have": "Has",
    "kind": "What",
    "last_at": "Last seen",
    "level": "Level no.",
    "level_name": "Level",
    "level_share": "Given, of all on her level",
    "median_level": "Median level no.",
    "missed": "Visits missed",
    "need": "Needs",
    "next_level_name": "Next level",
    "next_rule": "What the next level asks",
    "nps": "Net promoter score",
    "object": "About",
    "of": "Share of what",
    "on": "Most hangs on",
    "others": "Never came",
    "our_people": "People we reach",
    "ours": "Messages of ours",
    "overdue_hours": "Hours overdue",
    "p90_hours": "Nine in ten within hours",
    "p_value": "p",
    "peak": "Highest level",
    "peak_name": "Highest level",
    "person_id": "Person",
    "preferred": "People who prefer it",
    "scored": "Texts scored",
    "slips_at": "Slips on",
    "slower": "Slower than used to",
    "so_far": "Times so far",
    "then": "Before",
    "tied": "Tied to someone",
    "times_chance": "Times as dense as by chance",
    "title": "What is measured",
    "to_level": "To",
    "to_name": "To",
    "top": "On that level",
    "unmet": "People not met there",
    "unmet_share": "Share not met",
    "unscored": "Texts not scored",
    "why": "Why",
    "within": "In time",
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
    head: str
    low: str = ""
    high: str = ""

    def cell(self, row: Mapping[str, Any]) -> Markup | str:
        """Write its cell in one row."""
        return cell(self.read_as(row), row[self.name])

    def bounds(self, row: Mapping[str, Any]) -> str:
        """Write the bounds of one row, as what they bound is written; nothing where there are none."""
        if not self.low or (row[self.low] is None and row[self.high] is None):
            return ""
        if row[self.low] == row[self.name] == row[self.high]:  # counted, not estimated
            return ""
        low, high = (cell(self.read_as(row), row[name]) for name in (self.low, self.high))
        if low == high == self.cell(row):  # closer than it is written
            return ""
        return f"{low} to {'beyond what was seen' if row[self.high] is None else high}"

    def read_as(self, row: Mapping[str, Any]) -> str:
        """Return the name by which its numbers are read, which is that of a share where the row says so itself."""
        return "share" if row.get("unit") == "share" and isinstance(row[self.name], float) else self.name


def shown(
    names: Collection[str], rows: Collection[Mapping[str, Any]] = (), heads: Mapping[str, str] | None = None
) -> list[Shown]:
    """Return the columns to show: bounds beside what they bound, and no number that has its name beside it.

    rows: if given, no column is shown either that is empty in all of them. heads: of some columns, in this study.

    >>> [column.name for column in shown(["level", "level_name", "share", "low", "high"])]
    ['level_name', 'share']
    """
    pairs = bounds(names)
    beside = {bound for pair in pairs.values() for bound in pair}
    return [
        Shown(name, (heads or {}).get(name) or head(name), *pairs.get(name, ("", "")))
        for name in names
        if name not in beside and not hidden(name, names) and filled(rows, name, *pairs.get(name, ()))
    ]


def filled(rows: Collection[Mapping[str, Any]], *names: str) -> bool:
    """Say whether any of the columns holds anything; where there are no rows, any may."""
    return not rows or any(row[name] is not None for row in rows for name in names)


def hidden(name: str, names: Collection[str]) -> bool:
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
    """Write one cell, by the name of its column and the type of its value."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_instant(name) or hasattr(value, "year"):
        return day(value)
    if isinstance(value, (int, float)):
        return share(value) if is_share(name) else number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(brief(item, 80) for item in value)
    return brief(value)


def plain(name: str, value: Any) -> Any:
    """Return a value as a file holds it: instants as ISO 8601 text instead of microseconds."""
    at = moment(value) if is_instant(name) and isinstance(value, int) and not isinstance(value, bool) else None
    return value if at is None else at.isoformat()
