"""How is influence drawn: as a matrix, as a network, and against what a model that fits would show?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ziggurat import charts
from ziggurat.charts import BARE, BLUE, DASHES, GREY, ORANGE, PALETTE, Rows, distinct
from ziggurat.heavy import alt

WAYS = {"followed by more": BLUE, "followed by less": ORANGE, "not sure": GREY}
BEND = 0.16  # of an arrow, of its length
POINTS = 24  # of an arrow
AROUND = (0.1, 0.24)  # kept free of arrows about a node's middle, across and down; the names need room
SIDE = 460  # pixels


def way(row: Mapping[str, Any]) -> str:
    """Say which way an influence goes, if its interval tells."""
    if row["triggered_low"] is None or row["triggered_low"] <= 0 <= row["triggered_high"]:
        return "not sure"
    return "followed by more" if row["triggered"] > 0 else "followed by less"


def matrix(rows: Rows) -> alt.TopLevelMixin:
    """Draw causes (down) and effects (across): stronger for more, the number in each cell, in brackets if not sure.

    Where the cells are too narrow for their numbers, as on a phone, the numbers are left to the table.
    """
    drawn = [dict(row) | {"_way": way(row), "_said": said(row)} for row in rows if row["triggered"] is not None]
    down, across = distinct(rows, "cause"), distinct(rows, "effect")
    most = max([abs(row["triggered"]) for row in drawn] + [1e-9])
    drawn = [row | {"_size": abs(row["triggered"])} for row in drawn]
    gap = alt.Scale(paddingInner=0.06)
    slanted = alt.Axis(orient="top", labelAngle=-40, domain=False, ticks=False, labelOverlap=False)
    base = alt.Chart(charts.data(drawn)).encode(
        y=alt.Y("cause:N", sort=down, title="One of these", axis=BARE, scale=gap),
        x=alt.X("effect:N", sort=across, title="is directly followed by so many more of", axis=slanted, scale=gap),
    )
    strength = alt.Scale(type="sqrt", domain=[0, most], range=[0.12, 0.85])
    cells = base.mark_rect(cornerRadius=3).encode(
        color=colour(drawn), opacity=alt.Opacity("_size:Q", scale=strength, legend=None), tooltip=charts.tips(rows)
    )
    return charts.fitted(cells + charts.inside(base, drawn, "_said", len(across)), max(2, len(down)))


def said(row: Mapping[str, Any]) -> str:
    """Write a number, in brackets if its interval holds 0.

    One that is surely no 0 is not written as one, however small it is.
    """
    value = row["triggered"]
    if way(row) == "not sure":
        return f"({value:.2g})" if abs(value) >= 0.0005 else "(0)"
    return f"{value:.2g}" if abs(value) >= 0.0005 else "< 0.001" if value > 0 else "> −0.001"


def colour(drawn: Sequence[Mapping[str, Any]]) -> alt.Color:
    """Return the colour scale of the ways, with its legend beneath."""
    found = [one for one in WAYS if one in distinct(drawn, "_way")]
    scale = alt.Scale(domain=found, range=[WAYS[one] for one in found])
    return alt.Color("_way:N", title=None, scale=scale, legend=alt.Legend(orient="bottom"))


def network(rows: Rows) -> alt.TopLevelMixin:
    """Draw what goes before what for sure, as arrows between the types on a circle; stronger ones are wider.

    How many more of its own kind follow a type is written beneath its name.
    """
    names = list(dict.fromkeys([*distinct(rows, "cause"), *distinct(rows, "effect")]))
    places = {name: placed(number, len(names)) for number, name in enumerate(names)}
    sure = [row for row in rows if row["triggered"] is not None and way(row) != "not sure"]
    own = {row["cause"]: row["triggered"] for row in sure if row["cause"] == row["effect"]}
    links = [row for row in sure if row["cause"] != row["effect"]]
    scale = alt.Scale(domain=[-1.25, 1.25], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=scale)
    nodes = [
        {
            "name": name,
            "x": places[name][0],
            "y": places[name][1],
            "own": f"itself {own[name]:+.2g}" if name in own else "",
        }
        for name in names
    ]
    base = alt.Chart(charts.data(nodes)).encode(x=x, y=y)
    labels = base.mark_text(fontSize=12, fontWeight=600).encode(text="name:N")
    selves = base.mark_text(fontSize=11, dy=15).encode(text="own:N")
    if not links:
        return charts.fitted(labels + selves, SIDE / charts.ROW)
    points = [point for row in links for point in arrow(row, places)]
    most = max(abs(row["triggered"]) for row in links)
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
    return charts.fitted(lines + heads + labels + selves, SIDE / charts.ROW)


def placed(number: int, of: int) -> tuple[float, float]:
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
    known = dict(row) | {"_way": way(row), "_size": abs(row["triggered"]), "_link": f"{row['cause']}→{row['effect']}"}
    angles = [math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360 for a, b in pairwise(free)]
    return [
        known | {"x": place[0], "y": place[1], "_step": step, "_head": step == len(free) - 1, "_angle": angle}
        for step, (place, angle) in enumerate(zip(free, [*angles, *angles[-1:]], strict=False))
    ]


def outside(place: np.ndarray[Any, Any], name: np.ndarray[Any, Any]) -> bool:
    """Tell whether a place is clear of a name."""
    across, down = place - name
    return bool((across / AROUND[1]) ** 2 + (down / AROUND[0]) ** 2 > 1)


def fit(rows: Rows) -> alt.TopLevelMixin:
    """Draw the quantiles of the rescaled waits against those of a model that fits, which lie on the diagonal."""
    points = []
    for row in rows:
        values = [float(word) for word in row["quantiles"].split()]
        name = row["effect"] if row["distance"] is None else f"{row['effect']} (distance {row['distance']:.3f})"
        for place, value in enumerate(values):
            share = (place + 1) / (len(values) + 1)
            if not math.isnan(value):
                points.append({"effect": name, "expected": share, "found": -math.expm1(-value)})
    names = distinct(points, "effect")
    legend = alt.Legend(
        orient="bottom", columns=2, symbolType="stroke", symbolStrokeWidth=3, symbolLimit=31, labelLimit=300
    )
    unit = alt.Scale(domain=[0, 1])
    x = alt.X("expected:Q", title="Share of waits this short, if the model fits", scale=unit, axis=charts.PERCENT)
    lines = alt.Chart(charts.data(points)).mark_line(strokeWidth=2.5).encode(
        x=x,
        y=alt.Y("found:Q", title="Share of waits this short, found", scale=unit, axis=charts.PERCENT),
        color=alt.Color("effect:N", title=None, scale=alt.Scale(domain=names, range=PALETTE), legend=legend),
        strokeDash=alt.StrokeDash("effect:N", title=None, scale=alt.Scale(domain=names, range=DASHES), legend=legend),
    )  # fmt: skip
    corners = charts.data([{"expected": 0, "found": 0}, {"expected": 1, "found": 1}])
    diagonal = alt.Chart(corners).mark_line(color=GREY, strokeWidth=1).encode(x=x, y="found:Q")
    return charts.fitted(diagonal + lines, 11)
