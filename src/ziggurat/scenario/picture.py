"""Four by four scenarios as one picture: inside-out across, outside-in up, and the organisation's path through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ziggurat.base.heavy import alt
from ziggurat.results import charts
from ziggurat.scenario.criteria import STEPS, Criteria
from ziggurat.scenario.standing import Axis

INSIDE, OUTSIDE = "Inside-out: what the organisation does", "Outside-in: what people do"
EDGES = [0.5, STEPS + 0.5]
SPREAD = 0.24  # how far apart in one cell the points of a path are drawn


@dataclass(frozen=True)
class Point:
    """Where the organisation stood at the end of one window."""

    at: datetime
    inside: Axis
    outside: Axis

    @property
    def told(self) -> bool:
        """Tell whether both axes have a step."""
        return self.inside.step is not None and self.outside.step is not None


def picture(criteria: Criteria, path: Sequence[Point]) -> alt.TopLevelMixin:
    """Draw the path over windows, oldest first, its last point large with the range of its steps.

    Points of one cell are drawn apart, in order of time, from its lower left to its upper right; a place within a cell
    means nothing else. Windows in which an axis has no step are left out, and the title says how many.
    """
    told = [point for point in path if point.told]
    x, y = Place("X", INSIDE, criteria.inside), Place("Y", OUTSIDE, criteria.outside)
    layers = [cells(x, y), *draw_path(place_points(told), x, y)]
    left_out = len(path) - len(told)
    title = f"{left_out} of {len(path)} windows can't be told" if left_out else ""
    return charts.fitted(alt.LayerChart(layer=layers), 12, title)


@dataclass(frozen=True)
class Place:
    """One axis of the picture: `X` or `Y`, its title, and the names of its steps."""

    channel: Literal["X", "Y"]
    title: str
    names: Sequence[str]

    def by(self, field: str) -> Any:
        """Encode a field on it."""
        axis = alt.Axis(
            values=list(range(1, STEPS + 1)),
            grid=False,
            ticks=False,
            domain=False,
            labelOverlap=False,
            labelExpr=labels(self.names),
        )
        scale = alt.Scale(domain=EDGES, nice=False)
        made = alt.X if self.channel == "X" else alt.Y
        return made(f"{field}:Q", title=self.title, scale=scale, axis=axis)


def labels(names: Sequence[str]) -> str:
    """Write the expression that names the steps of an axis, its words one beneath another; where narrow, the first."""
    words = [f"'{step} {name}'" for step, name in enumerate(names, 1)]
    chosen = "".join(f"datum.value == {step} ? split({word}, ' ') : " for step, word in enumerate(words, 1))
    return f"slice({chosen}[''], 0, width < 360 ? 2 : 9)"


def cells(x: Place, y: Place) -> alt.Chart:
    """Draw the sixteen cells; those in which both axes agree stand out."""
    rows = [
        {"_left": inside - 0.47, "_right": inside + 0.47, "_low": outside - 0.47, "_high": outside + 0.47,
         "_agree": inside == outside}
        for inside in range(1, STEPS + 1)
        for outside in range(1, STEPS + 1)
    ]  # fmt: skip
    drawn: alt.Chart = (
        alt.Chart(charts.data(rows))
        .mark_rect(cornerRadius=4, color=charts.BLUE)
        .encode(
            x=x.by("_left"),
            x2="_right:Q",
            y=y.by("_low"),
            y2="_high:Q",
            opacity=alt.condition("datum._agree", alt.value(0.22), alt.value(0.08)),
        )
    )
    return drawn


def place_points(path: Sequence[Point]) -> list[dict[str, Any]]:
    """Return the points with their places, those of one cell apart."""
    cell = [(point.inside.step or 0, point.outside.step or 0) for point in path]
    rows = []
    for number, (point, (inside, outside)) in enumerate(zip(path, cell, strict=True)):
        alike = [place for place, one in enumerate(cell) if one == cell[number]]
        shift = 0.0 if len(alike) == 1 else SPREAD * (2 * alike.index(number) / (len(alike) - 1) - 1)
        rows.append(
            {
                "at": f"{point.at:%Y-%m-%d}", "inside": inside, "outside": outside,
                "_inside": inside + shift, "_outside": outside + shift, "_order": number,
                "_low": low(point.inside, inside) + shift, "_high": high(point.inside, inside) + shift,
                "_bottom": low(point.outside, outside) + shift, "_top": high(point.outside, outside) + shift,
                "_last": number == len(path) - 1,
            }
        )  # fmt: skip
    return rows


def low(axis: Axis, step: int) -> int:
    """Return the lower end of an axis's range."""
    return step if axis.low is None else axis.low


def high(axis: Axis, step: int) -> int:
    """Return the upper end of an axis's range."""
    return step if axis.high is None else axis.high


def draw_path(rows: list[dict[str, Any]], x: Place, y: Place) -> list[alt.Chart]:
    """Draw the path: a line, small points with their dates in tooltips, and the last one with its range and date."""
    if not rows:
        return []
    tips = [alt.Tooltip("at:N", title="until"), alt.Tooltip("inside:Q"), alt.Tooltip("outside:Q")]
    whole, last = alt.Chart(charts.data(rows)), alt.Chart(charts.data(rows[-1:]))
    place = {"x": x.by("_inside"), "y": y.by("_outside")}
    rule = last.mark_rule(color=charts.ORANGE, strokeWidth=2, strokeDash=[3, 3])
    return [
        rule.encode(x=x.by("_low"), x2="_high:Q", y=place["y"]),
        rule.encode(x=place["x"], y=y.by("_bottom"), y2="_top:Q"),
        whole.mark_line(color=charts.ORANGE, strokeWidth=2, opacity=0.8).encode(order="_order:Q", **place),
        whole.mark_circle(color=charts.ORANGE, size=55, opacity=1).encode(tooltip=tips, **place),
        last.mark_circle(color=charts.ORANGE, size=260, opacity=1).encode(tooltip=tips, **place),
        last.mark_text(dx=14, dy=-14, align="left", fontWeight=600).encode(text="at:N", **place),
    ]
