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

from ziggurat.result import Result
from ziggurat.words import days, numbers
from ziggurat.words.style import TERMINAL, Style
from ziggurat.words.texts import plain

FILE = Path(__file__).parents[1] / "defaults" / "guides.toml"
CELL = re.compile(r"\{(sum\.)?(\w+)\}")
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
    else about the first one, or the last; of those that have a `named`. pivot: rows, columns and cells of its short
    form.
    """

    when: str
    lead: str
    by: str = ""
    last: bool = False
    named: str = ""
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
    rows = [row for row in result.rows() if result.says(row)]
    found = guide(study)
    if result.blank or not rows or not found.lead:
        return ""
    row = chosen(found, [row for row in rows if not found.named or row[found.named] is not None] or rows)
    whole = dict(result.worded(row))
    if whole.get("name") is None and "person_id" in whole:
        whole["name"] = (names or {}).get(whole["person_id"], whole["person_id"])

    def cell(match: re.Match[str]) -> str:
        total, name = match.groups()
        if name == "rows":
            return numbers.number(len(rows), style)
        if total:
            return numbers.number(sum(one[name] or 0 for one in rows), style)
        return written(result, name, whole[name], style)

    said = CELL.sub(cell, found.lead)
    return said[:1].upper() + said[1:]


def chosen(found: Guide, rows: Sequence[Row]) -> Row:
    """Return the row that a sentence is about."""
    by = found.by
    if not by:
        return rows[-1 if found.last else 0]
    there = [row for row in rows if row[by] is not None]
    return max(there, key=lambda row: row[by]) if there else rows[0]


def written(result: Result, name: str, value: Any, style: Style) -> str:
    """Write a cell as the table does; a dash where there is none."""
    unit = result.columns[name].unit if name in result.columns else ""
    writers: Mapping[str, Callable[..., str]] = {"share": numbers.share}
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return writers.get(unit, numbers.number)(value, style)
    if isinstance(value, str):
        return plain(value, LONGEST)
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
