"""What leads to a study, and what does its answer say first?

Declared in `defaults/guides.toml`: when to use each study, with which studies a role or a path begins, and the sentence
with which an answer begins. That sentence is made of one row of the answer's own table, written as the table is
written, so that the two can't disagree; what it leaves out, the table has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base.words import days, numbers
from ziggurat.base.words.style import TERMINAL, Style
from ziggurat.base.words.texts import plain
from ziggurat.results.result import Result

FILE = Path(__file__).parents[1] / "defaults" / "guides.toml"
CELL = re.compile(r"\{(sum\.)?(\w+)\}")
ONE = re.compile(r"(?<![\w.,\u202f-])1 people\b")
LONGEST = 80  # characters of a cell in a sentence
SHOWN = 4  # options of a study; the others are under More
FIRST = (
    "first", "then", "experiment", "indicator", "level", "outcome", "since", "until", "at", "by", "compare_at",
    "survey", "answers", "channel", "department", "least", "thing", "days", "horizon_days", "period",
)  # fmt: skip
Row = Mapping[str, Any]


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With which studies somebody begins, in this order."""

    title: str
    studies: tuple[str, ...]


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What leads to a study.

    when: goes on from "Use it when …". lead: the first sentence of its answer, about the row that is greatest by `by`,
    else about the first one, or the last; of those that have a `named`. where: what its cells must be; there may be no
    such row. besides: what they must not be (`except` in the file). pivot: rows, columns and cells of its short form.
    """

    when: str
    lead: str
    by: str = ""
    last: bool = False
    named: str = ""
    where: Mapping[str, str | int] = {}
    besides: Mapping[str, str] = msgspec.field(default={}, name="except")
    pivot: tuple[str, ...] = ()


class Guides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is declared."""

    start: Mapping[str, Start]
    study: Mapping[str, Guide]


@cache
def guides() -> Guides:
    """Return what is declared."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Guides)


def guide(study: str) -> Guide:
    """Return what leads to a study; nothing leads to one that nobody has declared it of, as one of your own."""
    return guides().study.get(study, Guide("", ""))


def headline(study: str, result: Result, names: Mapping[str, str] | None = None, style: Style = TERMINAL) -> str:
    """Return the first sentence of an answer; nothing where it is blank.

    names: what to call people who have told no name, by person_id.
    """
    return sentence(guide(study), result, names, style)


def sentence(
    found: Guide,
    result: Result,
    names: Mapping[str, str] | None = None,
    style: Style = TERMINAL,
    longest: int = LONGEST,
) -> str:
    """Return what a guide says of an answer; nothing where it is blank, or has no row of that.

    names: as `headline`. longest: characters of a cell.
    """
    rows = spoken(found, result)
    if not rows or not found.lead:
        return ""
    row = chosen(found, rows)
    whole = dict(result.worded(row))
    if whole.get("name") is None and "person_id" in whole:
        whole["name"] = (names or {}).get(whole["person_id"], whole["person_id"])

    def cell(match: re.Match[str]) -> str:
        total, name = match.groups()
        if name == "rows":
            return numbers.number(len(rows), style)
        if total:
            return numbers.number(sum(one[name] or 0 for one in rows), style)
        return written(unit(result, name, row), whole[name], style, longest)

    said = ONE.sub("1 person", CELL.sub(cell, found.lead))
    return said[:1].upper() + said[1:]


def spoken(found: Guide, result: Result) -> list[Row]:
    """Return the rows of an answer that a sentence may be about: as the guide says, else all that say anything."""
    if result.blank:
        return []
    if not found.where:
        besides = found.besides.items()
        return [row for row in result.rows() if result.says(row) and all(row[key] != one for key, one in besides)]
    return [row for row in result.rows() if all(row[name] == value for name, value in found.where.items())]


def chosen(found: Guide, rows: Sequence[Row]) -> Row:
    """Return the row that a sentence is about."""
    by = found.by
    rows = [row for row in rows if not found.named or row[found.named] is not None] or rows
    if not by:
        return rows[-1 if found.last else 0]
    there = [row for row in rows if row[by] is not None]
    return max(there, key=lambda row: row[by]) if there else rows[0]


def unit(result: Result, name: str, row: Row) -> str:
    """Return the unit of a cell, which is that of a share where the row says so itself."""
    if row.get("unit") == "share" and isinstance(row[name], float):
        return "share"
    return result.columns[name].unit if name in result.columns else ""


def written(unit: str, value: Any, style: Style, longest: int = LONGEST) -> str:
    """Write a cell as the table does; a dash where there is none."""
    writers: Mapping[str, Callable[..., str]] = {"share": numbers.share}
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return writers.get(unit, numbers.number)(value, style)
    if isinstance(value, str):
        return plain(value, longest)
    return days.day(value)


def options_shown(names: Sequence[str]) -> list[str]:
    """Return which options of a study are shown at once, in their own order: at most four, as people ask of them.

    >>> options_shown(["at", "days", "half_life_days", "turning", "ways", "draws", "seed", "limit"])
    ['at', 'days']
    >>> options_shown(["since", "until", "outcome", "amount", "by", "touches"])
    ['since', 'until', 'outcome', 'by']
    """
    first = [name for name in FIRST if name in names][:SHOWN]
    return [name for name in names if name in first]
