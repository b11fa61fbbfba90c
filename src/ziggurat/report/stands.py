"""Page 6: in which scenario does the organisation stand, and what is the road to the next?"""

from __future__ import annotations

from typing import Any

from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import count, listed, number, share
from ziggurat.scenario.criteria import SIDES, STEPS
from ziggurat.scenario.scenario import ASKED, MEASURED, NOT_SUPPORTED, PERIODS
from ziggurat.scenario.standing import Axis, disagreement, holding, missing
from ziggurat.scenario.wording import write_threshold, write_value

TITLE = "The scenario, and the road on"
SEEN = {"inside": "From inside, by what the organisation does,", "outside": "From outside, by what people do,"}
LISTED = 5  # indicators of one side
CAVEATS = (
    "A step says how an organisation and its people deal with each other as far as the log shows, and not whether that "
    "pays, nor that one should be on the fourth: many do well on the third.",
    "An indicator on the road names what would change the result, and not how to bring it about.",
)


def page(scope: Scope) -> Page:
    """Write the page."""
    found = scope.over("scenario", periods=scope.periods(PERIODS))
    told = [axis for axis in found.axes if axis.step is not None]
    ours = (
        "Published are only the four scenarios, what the first two are, and some ways on (Chess Media Group and Metz, "
        f"2010). All thresholds and the whole view from outside are Ziggurat's own (criteria {found.criteria.version})."
    )
    figures = (
        Figure(
            found.chart(),
            "Four by four scenarios, from inside across and from outside up, with the organisation's path over time",
            f"A dot is a period of {scope.length.days} days, the large one the last; dotted, the range of its steps. "
            "Within a cell a place means only the order of time.",
        ),
    )
    sentences = (*where(found), tell_measured(found.rows()))
    return Page(
        TITLE,
        headline(found),
        sentences,
        figures if len(told) == len(SIDES) else (),
        tuple(road(found)) if told else (list_measured(found.rows()),),
        (ours, *CAVEATS),
        missing=not told,
    )


def headline(found: Any) -> str:
    """Say where the organisation stands."""
    inside, outside = found.axes
    if inside.step is None and outside.step is None:
        return "The scenario can't be told: too few of its indicators can be read from the log, or were answered."
    words = disagreement(inside, outside)
    said = f"{tell_axis(found, inside)}; {tell_axis(found, outside).replace('From', 'from', 1)}"
    return f"{said}: {words}." if words else f"{said}."


def tell_axis(found: Any, axis: Axis) -> str:
    """Say where one axis stands, in few words."""
    name = "From inside" if axis.side == "inside" else "From outside"
    if axis.step is None:
        return f"{name} it can't be told"
    return f"{name} it is step {axis.step} of {STEPS}, {found.criteria.names(axis.side)[axis.step - 1]}"


def where(found: Any) -> list[str]:
    """Say of each axis how sure its step is, and how far the next one."""
    sentences = []
    for axis in found.axes:
        if axis.step is None:
            sentences.append(
                f"{SEEN[axis.side]} no step can be told: {axis.supported or 'none'} of {axis.total} indicators can, "
                f"and it takes {share(found.criteria.supported)} of them."
            )
            continue
        sure = f"step {axis.step} even" if axis.low == axis.high else f"step {axis.low} to {axis.high}"
        more = missing(axis.side, found.criteria, found.values)
        on = f"; {count(more, 'more indicator', 'more indicators')} must reach the next" if more else ""
        sentences.append(
            f"{SEEN[axis.side]} it is {sure} if every indicator were at the worse, or at the better, end of its "
            f"bounds{on}."
        )
    return sentences


def tell_measured(rows: list[dict[str, Any]]) -> str:
    """Say how many indicators are measured or asked, and which can't be told."""
    told = {way: [row["title"] for row in rows if row["told"] == way] for way in (MEASURED, ASKED, NOT_SUPPORTED)}
    asked = f"{len(told[ASKED])} answered by people" if told[ASKED] else "none was answered by people"
    said = f"Of {len(rows)} indicators {len(told[MEASURED])} are measured, {asked}"
    absent = [title[:1].lower() + title[1:] for title in told[NOT_SUPPORTED]]
    if not absent:
        return f"{said}."
    shown = absent if len(absent) <= 6 else [*absent[:5], f"{len(absent) - 5} more"]
    return f"{said}; the data can't support {len(absent)}: {listed(shown)}."


def road(found: Any) -> list[Table]:
    """List what holds each axis back, the nearest first."""
    tables = []
    for axis in found.axes:
        held = holding(axis.side, found.criteria, found.values)
        if not held or axis.step is None:
            continue
        rows = tuple(
            (
                hold.indicator.title,
                write_value(hold.indicator.unit, hold.value, *hold.indicator.thresholds),
                write_threshold(hold.indicator, hold.need),
                "–" if hold.more is None else f"{number(hold.more)} {hold.way} of {number(hold.cases)}",
                listed(hold.indicator.studies) or "–",
            )
            for hold in held[:LISTED]
        )
        more = missing(axis.side, found.criteria, found.values)
        caption = (
            f"From {axis.side} to step {axis.step + 1}, {found.criteria.names(axis.side)[axis.step]}: {more} of "
            f"{count(len(held), 'indicator', 'indicators')} must come this far"
            f"{f'; the nearest {len(rows)} are listed' if len(rows) < len(held) else ''}"
        )
        heads = ("Indicator", "Is", "Must be", "That is", "Studies that show it")
        tables.append(Table(caption, heads, rows, frozenset({1, 2, 3})))
    return tables


def list_measured(rows: list[dict[str, Any]]) -> Table:
    """List what can be told where no axis can."""
    told = [row for row in rows if row["told"] != NOT_SUPPORTED]
    cells = tuple(
        (
            row["title"],
            write_value(row["unit"], row["value"], *needs(row)),
            write_bounds(row),
            f"{row['step']} of {STEPS}",
            row["told"],
        )
        for row in told
    )
    heads = ("Indicator", "Is", "95\u00a0% bounds", "Step", "How it is known")
    return Table("What can be told", heads, cells, frozenset({1, 2, 3}))


def write_bounds(row: dict[str, Any]) -> str:
    """Write the bounds of an indicator; what is counted or answered has none."""
    if row["low"] is None or row["low"] == row["high"]:
        return "counted" if row["told"] == MEASURED else "–"
    low, high = (write_value(row["unit"], row[end], *needs(row)) for end in ("low", "high"))
    return f"{low} to {high}"


def needs(row: dict[str, Any]) -> tuple[float, ...]:
    """Return what the next step takes, where there is one."""
    return () if row["next"] is None else (row["next"],)
