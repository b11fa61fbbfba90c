"""How does a result look in a notebook? Its chart, and its first rows, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ziggurat.base.schema import is_instant, is_share
from ziggurat.base.words import days, numbers
from ziggurat.base.words.style import PAGE

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, Any]
ROWS = 20  # of a table that are shown
LONGEST = 80  # characters of a cell


def to_html(
    title: str, chart: alt.TopLevelMixin | None, rows: Sequence[Mapping[str, Any]], notes: Sequence[str]
) -> str:
    """Write a chart, the first rows of a table and notes as HTML that needs no script and no network."""
    from ziggurat.results import rendering

    drawn = "" if chart is None else f"<div>{rendering.to_svg(chart)}</div>"
    more = f"<p>{numbers.number(len(rows) - ROWS, PAGE)} more rows.</p>" if len(rows) > ROWS else ""
    return f"<h4>{escape(title)}</h4>{drawn}{table(rows[:ROWS])}{more}" + "".join(
        f"<p>{escape(one)}</p>" for one in notes
    )


def table(rows: Sequence[Row]) -> str:
    """Write rows as an HTML table; columns in which nothing stands are left out."""
    names = [name for name in (rows[0] if rows else ()) if any(row[name] is not None for row in rows)]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell(name, row[name])}</td>' for name in names)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cell(name: str, value: Any) -> str:
    """Write one cell, by the name of its column and the type of its value.

    >>> cell("share", 0.5), cell("name", "<b>"), cell("people", None)
    ('50\\u202f%', '&lt;b&gt;', '–')
    """
    if value is None:
        return numbers.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_instant(name) and isinstance(value, int):
        return days.instant(value)
    if isinstance(value, (int, float)):
        return numbers.share(value, PAGE) if is_share(name) else numbers.number(value, PAGE)
    text = str(value)
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")
