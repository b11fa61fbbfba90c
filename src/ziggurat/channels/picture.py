"""The picture of the Customer Engagement Model: value across, reach up, and three sectors that overlap.

The places of the reference marks are ours, read from the text: it says which activity belongs to which sector, which
overlap into the next, and that reach falls as value rises; it gives no figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from ziggurat.base.heavy import alt
from ziggurat.results import charts

SECTORS = {"Act": charts.ORANGE, "React": charts.BLUE, "Interact": charts.GREEN}
AREAS = {"Act": (0.17, 0.78), "React": (0.5, 0.53), "Interact": (0.83, 0.28)}  # centres: value, share of the height
WIDE, HIGH = 0.24, 0.27  # of an area
NAMED = {"Act": (0.28, 0.87), "React": (0.52, 0.745), "Interact": (0.84, 0.49)}  # where its name stands
REFERENCES = (
    ("TV", 0.04, 0.98),
    ("newspaper", 0.07, 0.92),
    ("radio", 0.1, 0.86),
    ("e-mail", 0.3, 0.76),
    ("display", 0.37, 0.7),
    ("SEO", 0.44, 0.64),
    ("web analytics", 0.42, 0.58),
    ("A/B tests", 0.53, 0.52),
    ("voice of customer", 0.56, 0.46),
    ("1:1 marketing", 0.64, 0.4),
    ("social media", 0.74, 0.34),
    ("forums", 0.82, 0.26),
    ("CRM", 0.9, 0.18),
)
FORMS: dict[str, dict[str, Any]] = {
    "filled": {"shape": "circle", "filled": True},
    "hollow": {"shape": "circle", "filled": False},
    "unknown": {"shape": "triangle-down", "filled": False},
}
LETTER = 0.0075  # of a name, of the width of the picture on a page
PHONE = 400  # pixels: a narrower picture is on a phone
WIDER = 4  # times as much of its width a letter takes there
LABELLED = 9  # dots with their name beside them
DRAWN = 300  # dots at most
SHOWN = (
    *("activity", "people", "reach", "reach_low", "reach_high", "basis", "value", "value_low", "value_high"),
    *("addressing", "responsiveness", "reciprocity", "act_share", "react_share", "interact_share", "cost"),
)


def sectors(rows: Sequence[dict[str, Any]], everyone: float) -> alt.TopLevelMixin:
    """Draw one dot per row with columns as `reach_value`, the sectors and the reference marks behind them.

    A dot is filled where people were counted and hollow where reach is estimated; a hollow triangle stands at everyone
    where reach is unknown. Where it is too early to say who comes back, a hollow dot stands at the least value.
    """
    shown = [row for row in rows if row["reach"] or row["reach_high"]][:DRAWN]
    top = max([everyone, 10.0, *(row["reach_high"] for row in shown)]) * 2
    y = alt.Y(
        "_reach:Q",
        title="Customer reach: people",
        scale=alt.Scale(type="log", domain=[1, top], nice=False),
        axis=alt.Axis(format="~s", grid=False, tickCount=5),
    )
    x = alt.X(
        "_value:Q",
        title="Customer value: how personal it is",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], grid=False, format=".2~f"),
    )
    placed_rows = [place_row(row) for row in shown]
    named = with_room(placed_rows, top)
    layers = [*areas(x, y, top), *references(x, y, top, named), *dots(placed_rows, x, y), *names(named, x, y)]
    drawn = alt.LayerChart(layer=layers)
    return charts.fitted(drawn, 13)


def areas(x: alt.X, y: alt.Y, top: float) -> list[alt.Chart]:
    """Draw the sectors: soft, because they overlap, with their names."""
    points = [
        {"_sector": name, "_ring": f"{name} {ring}", "_turn": round(turn, 2), **edge(across, up, ring, turn, top)}
        for name, (across, up) in AREAS.items()
        for ring in (1.0, 0.86, 0.72)
        for turn in (math.tau * step / 40 for step in range(41))
    ]
    colour = alt.Fill("_sector:N", legend=None, scale=alt.Scale(domain=list(SECTORS), range=list(SECTORS.values())))
    soft = alt.Chart(charts.data(points)).mark_line(filled=True, fillOpacity=0.07, strokeOpacity=0)
    drawn = soft.encode(x=x, y=y, detail="_ring:N", order="_turn:Q", fill=colour)
    words = [{"_sector": name.upper(), "_value": across, "_reach": top**up} for name, (across, up) in NAMED.items()]
    names = alt.Chart(charts.data(words)).mark_text(fontSize=11, fontWeight=700, opacity=0.6)
    return [drawn, names.encode(x=x, y=y, text="_sector:N")]


def edge(across: float, up: float, ring: float, turn: float, top: float) -> dict[str, float]:
    """Return a point on the edge of an area, within the picture."""
    value, height = across + ring * WIDE * math.cos(turn), up + ring * HIGH * math.sin(turn)
    reach = top ** min(1.0, max(0.0, height))
    return {"_value": round(min(1.0, max(0.0, value)), 3), "_reach": float(f"{reach:.4g}")}


def references(x: alt.X, y: alt.Y, top: float, named: Sequence[dict[str, Any]]) -> list[alt.Chart]:
    """Draw faintly where the text places its activities, and where it wants to be.

    Their words give way to the names of dots; on a phone there is no room for them at all.
    """
    marks = [
        {"_name": name, "_said": "" if any(meets(name, across, up, dot) for dot in named) else name}
        | {"_value": across, "_reach": top**up}
        for name, across, up in REFERENCES
    ]
    base = alt.Chart(charts.data(marks)).encode(x=x, y=y)
    about = "The text's own example; its place is ours, read from the text"
    crosses = base.mark_point(shape="cross", size=16, color=charts.GREY, opacity=0.55, filled=True)
    seen = alt.ExprRef(f"width < {PHONE} ? 0 : 0.42")
    words = base.mark_text(align="left", dx=5, fontSize=9, opacity=seen).encode(text="_said:N")
    aim = alt.Chart(charts.data([{"_value": 1.0, "_reach": top * 0.97, "_name": "the aim: everyone, in dialogue"}]))
    corner = aim.mark_text(align="right", baseline="top", fontSize=10, opacity=0.6).encode(x=x, y=y, text="_name:N")
    return [crosses.encode(tooltip=[alt.Tooltip("_name:N", title=about)]), words, corner]


def place_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its place, its colour and how it is drawn."""
    early = row["value"] is None
    form = "unknown" if row["basis"] == "unknown" else "hollow" if early or row["basis"] == "estimated" else "filled"
    shares = (row["act_share"], row["react_share"], row["interact_share"])
    return {name: row[name] for name in SHOWN} | {
        "_value": row["value_low"] if early else row["value"],
        "_reach": max(1.0, row["reach"] or row["reach_high"]),
        "_low": max(1.0, row["reach_low"] or row["reach_high"]),
        "_form": form,
        "_colour": mix_colours(shares),
        "_cost": max(0.0, row["cost"] or 0.0),
    }


def mix_colours(shares: Sequence[float]) -> str:
    """Return the colour that mixes those of the sectors.

    >>> mix_colours((1, 0, 0)) == SECTORS["Act"]
    True
    """
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in SECTORS.values()]
    whole = sum(shares) or 1
    mix = [sum(share * part[at] for share, part in zip(shares, parts, strict=True)) / whole for at in range(3)]
    return "#" + "".join(f"{round(value):02x}" for value in mix)


def meets(name: str, across: float, up: float, dot: dict[str, Any], letter: float = LETTER) -> bool:
    """Tell whether a word that begins at a place runs into the name of a dot, if letters are so wide."""
    end = reaches(dot, letter)
    beside = across < end and across + letter * len(name) > end - letter * len(dot["_said"])
    return bool(beside and abs(up - dot["_up"] - 0.015) < 0.03)


def reaches(dot: dict[str, Any], letter: float) -> float:
    """Return how far to the right the name of a dot reaches."""
    return float(dot["_value"] + (letter * len(dot["_said"]) if dot["_side"] == "left" else 0))


def in_sector(dot: dict[str, Any], letter: float) -> bool:
    """Tell whether the name of a dot runs into that of a sector."""
    return any(meets(name, across - letter * len(name) / 2, up, dot, letter) for name, (across, up) in NAMED.items())


def dots(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart | alt.LayerChart]:
    """Draw the bounds and the dots."""
    if not rows:
        return []
    base = alt.Chart().encode(y=y, color=alt.Color("_colour:N", scale=None))
    across = base.mark_rule(strokeWidth=1.5, opacity=0.35).encode(x=alt.X("value_low:Q"), x2=alt.X2("value_high:Q"))
    tall = base.transform_filter(alt.FieldEqualPredicate(field="basis", equal="estimated"))
    up = tall.mark_rule(strokeWidth=1.5, opacity=0.5).encode(x=x, y=alt.Y("_low:Q"), y2="reach_high:Q")
    most = max(row["_cost"] for row in rows)
    # Said here, because a form of which there are no dots would have its part in it and no cost to give.
    scale = alt.Scale(type="sqrt", domain=[0, most], range=[45, 700])
    size = alt.Size("_cost:Q", legend=None, scale=scale) if most else alt.value(90)
    marked = base.encode(x=x, size=size, tooltip=charts.tips([{name: row[name] for name in SHOWN} for row in rows]))
    layers = [across, up]
    for form, mark in FORMS.items():
        some = marked.transform_filter(alt.FieldEqualPredicate(field="_form", equal=form))
        layers.append(some.mark_point(opacity=0.9, strokeWidth=1.8, **mark))
    return [alt.LayerChart(data=charts.data(rows), layer=layers)]


def names(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Write names beside their dots, towards the middle of the picture."""
    if not rows:
        return []
    hidden = alt.condition(f"width < {PHONE} && !datum._short", alt.value(0), alt.value(1))
    named = alt.Chart(charts.data(rows)).encode(x=x, y=y, text="_said:N", opacity=hidden)
    sides: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 8), ("right", -8))
    return [
        named.transform_filter(alt.FieldEqualPredicate(field="_side", equal=side)).mark_text(
            fontSize=11, align=side, dx=aside, dy=-7, limit=190
        )
        for side, aside in sides
    ]


def with_room(rows: Sequence[dict[str, Any]], top: float) -> list[dict[str, Any]]:
    """Return the dots whose names don't run into another's or a sector's, those that reach furthest first."""
    found: list[dict[str, Any]] = []
    unknown = sum(row["_form"] == "unknown" for row in rows)
    for row in sorted(rows, key=lambda row: -row["_reach"]):
        up = math.log(row["_reach"]) / math.log(top)
        several = f"{unknown} media" if unknown > 1 else row["activity"]
        said = f"{several}: reach unknown" if row["_form"] == "unknown" else row["activity"]
        dot = {**row, "_side": "left" if row["_value"] < 0.6 else "right", "_up": up, "_said": said}
        apart = all(abs(up - other["_up"]) > 0.032 for other in found)
        if len(found) < LABELLED and apart and not in_sector(dot, LETTER):
            found.append(dot | {"_short": fits(dot, rows, top)})
    return found


def fits(dot: dict[str, Any], rows: Sequence[dict[str, Any]], top: float) -> bool:
    """Tell whether the name of a dot has room on a phone: in the picture, beside other dots and sectors' names."""
    letter = WIDER * LETTER
    end = reaches(dot, letter)
    begin = end - letter * len(dot["_said"])

    def under(row: dict[str, Any]) -> bool:
        up = math.log(row["_reach"]) / math.log(top)
        return bool(begin < row["_value"] < end and abs(up - dot["_up"] - 0.015) < 0.025)

    others = (row for row in rows if row["activity"] != dot["activity"])
    return begin >= 0 and end <= 1 and not in_sector(dot, letter) and not any(map(under, others))
