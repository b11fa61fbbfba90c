"""How is influence drawn: as a matrix, as a network, and over time?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ziggurat.base.heavy import alt
from ziggurat.channels.influence_model import FEWER, LESS, MORE, NONE, UNKNOWN
from ziggurat.channels.influence_words import claimed
from ziggurat.results import charts
from ziggurat.results.charts import BARE, BLUE, GREY, ORANGE, PINK, YELLOW, Rows, distinct

WAYS = {
    MORE: BLUE,
    LESS: ORANGE,
    FEWER: PINK,
    NONE: GREY,
    UNKNOWN: YELLOW,
}
SURE = (MORE, LESS, FEWER)
BEND = 0.16  # of an arrow, of its length
POINTS = 24  # of an arrow
AROUND = (0.1, 0.24)  # kept free of arrows about a node's middle, across and down; the names need room
SIDE = 460  # pixels
CURVES = 6  # pairs drawn over time


def matrix(rows: Rows) -> alt.TopLevelMixin:
    """Draw causes (down) and effects (across): stronger for more, the number in each cell.

    In brackets: no difference seen. `1 d`: within a day, sure only there. A question mark: can't tell. Where the cells
    are too narrow for their numbers, as on a phone, the numbers are left to the table.
    """
    drawn = [dict(row) | {"_way": row["verdict"], "_said": write_estimate(row), "_size": size(row)} for row in rows]
    down, across = distinct(rows, "cause"), distinct(rows, "effect")
    most = max([row["_size"] for row in drawn if row["_way"] in SURE] + [1e-9])
    gap = alt.Scale(paddingInner=0.06)
    slanted = alt.Axis(orient="top", labelAngle=-40, domain=False, ticks=False, labelOverlap=False)
    base = alt.Chart(charts.data(drawn)).encode(
        y=alt.Y("cause:N", sort=down, title="One of these", axis=BARE, scale=gap),
        x=alt.X(
            "effect:N", sort=across, title="is followed by so many more of, than preceded by", axis=slanted, scale=gap
        ),
    )
    strength = alt.Scale(type="sqrt", domain=[0, most], range=[0.12, 0.85], clamp=True)
    cells = base.mark_rect(cornerRadius=3).encode(
        color=colour(drawn), opacity=alt.Opacity("_size:Q", scale=strength, legend=None),
        tooltip=charts.tips(rows, ("said",)),
    )  # fmt: skip
    return charts.fitted(cells + charts.inside(base, drawn, "_said", len(across)), max(2, len(down)))


def write_estimate(row: Mapping[str, Any]) -> str:
    """Write a number, in brackets where no difference is seen; one that is surely no 0 is not written as one."""
    if row["more"] is None:
        return "?"
    figures = claimed(row)
    value = figures.more
    if row["verdict"] not in SURE:
        return f"({value:.2g})" if abs(value) >= 0.0005 else "(0)"
    written = f"{value:.2g}" if abs(value) >= 0.0005 else "< 0.001" if value > 0 else "> −0.001"
    return f"1 d: {written}" if figures.by_day else written


def size(row: Mapping[str, Any]) -> float:
    """Return how large a pair's figure is, 0 where it can't be told."""
    return 0.0 if row["more"] is None else abs(claimed(row).more)


def colour(drawn: Sequence[Mapping[str, Any]]) -> alt.Color:
    """Return the colour scale of the ways, with its legend beneath."""
    found = [one for one in WAYS if one in distinct(drawn, "_way")]
    scale = alt.Scale(domain=found, range=[WAYS[one] for one in found])
    return alt.Color("_way:N", title=None, scale=scale, legend=alt.Legend(orient="bottom"))


def network(rows: Rows) -> alt.TopLevelMixin:
    """Draw what is followed by more for sure, as arrows between the types on a circle; stronger ones are wider."""
    names = list(dict.fromkeys([*distinct(rows, "cause"), *distinct(rows, "effect")]))
    places = {name: place_on_circle(number, len(names)) for number, name in enumerate(names)}
    links = [row for row in rows if row["verdict"] == SURE[0]]
    scale = alt.Scale(domain=[-1.25, 1.25], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=scale)
    nodes = [{"name": name, "x": places[name][0], "y": places[name][1]} for name in names]
    labels = alt.Chart(charts.data(nodes)).mark_text(fontSize=12, fontWeight=600).encode(x=x, y=y, text="name:N")
    if not links:
        return charts.fitted(labels, SIDE / charts.ROW)
    points = [point for row in links for point in arrow(row, places)]
    most = max(size(row) for row in links)
    wide = alt.Size("_size:Q", scale=alt.Scale(type="sqrt", domain=[0, most], range=[0.5, 6]), legend=None)
    tips = charts.tips(links)
    lines = alt.Chart(charts.data(points)).mark_trail(opacity=0.8).encode(
        x=x, y=y, detail="_link:N", order="_step:Q", size=wide, color=colour(points), tooltip=tips
    )  # fmt: skip
    heads = alt.Chart(charts.data(point for point in points if point["_head"])).mark_point(
        shape="triangle", filled=True, size=110, opacity=1
    ).encode(
        x=x, y=y, color=colour(points), tooltip=tips,
        angle=alt.Angle("_angle:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360])),
    )  # fmt: skip
    return charts.fitted(lines + heads + labels, SIDE / charts.ROW)


def place_on_circle(number: int, of: int) -> tuple[float, float]:
    """Return a place on the circle, from the top clockwise."""
    turn = 2 * math.pi * number / max(of, 1)
    return math.sin(turn), math.cos(turn)


def arrow(row: Mapping[str, Any], places: Mapping[str, tuple[float, float]]) -> list[dict[str, Any]]:
    """Return the points of a bent arrow that stops short of the names; the two ways between two types bend apart."""
    begin, end = np.array(places[row["cause"]]), np.array(places[row["effect"]])
    along = end - begin
    middle = (begin + end) / 2 + BEND * np.array([along[1], -along[0]])
    steps = np.linspace(0, 1, POINTS)[:, None]
    curve = (1 - steps) ** 2 * begin + 2 * steps * (1 - steps) * middle + steps**2 * end
    free = [place for place in curve if outside(place, begin) and outside(place, end)]
    known = dict(row) | {"_way": row["verdict"], "_size": size(row), "_link": f"{row['cause']}→{row['effect']}"}
    angles = [math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360 for a, b in pairwise(free)]
    return [
        known | {"x": place[0], "y": place[1], "_step": step, "_head": step == len(free) - 1, "_angle": angle}
        for step, (place, angle) in enumerate(zip(free, [*angles, *angles[-1:]], strict=False))
    ]


def outside(place: np.ndarray[Any, Any], name: np.ndarray[Any, Any]) -> bool:
    """Tell whether a place is clear of a name."""
    across, down = place - name
    return bool((across / AROUND[1]) ** 2 + (down / AROUND[0]) ** 2 > 1)


def shape(rows: Rows, lags: Rows) -> alt.TopLevelMixin:
    """Draw how many more come how long after, of the strongest pairs that are followed by more."""
    strong = sorted((row for row in rows if row["verdict"] == SURE[0]), key=size, reverse=True)[:CURVES]
    kept = [(row["cause"], row["effect"]) for row in strong]
    drawn = [
        dict(row) | {"_lag": f"{row['cause']} → {row['effect']}, {LAGS[row['to_hours']]}"}
        for pair in kept
        for row in lags
        if (row["cause"], row["effect"]) == pair and row["more"] is not None
    ]
    if not drawn:
        return charts.nothing()
    x = alt.X("more:Q", title="More than before it, in that time")
    base = alt.Chart(charts.data(drawn)).encode(y=alt.Y("_lag:N", sort=None, title=None, axis=BARE))
    bars = base.mark_bar(color=BLUE, opacity=0.5).encode(x=x, tooltip=charts.tips(drawn))
    ends = base.mark_rule().encode(x=alt.X("low:Q", title="More than before it, in that time"), x2="high:Q")
    return charts.fitted(bars + ends, len(drawn))


LAGS = {3: "to 3 hours", 12: "3 to 12 hours", 24: "12 to 24 hours", 72: "1 to 3 days", 168: "3 to 7 days"}
