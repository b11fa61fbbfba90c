"""How are ledgers drawn?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ziggurat.base.heavy import alt
from ziggurat.results import charts
from ziggurat.value.entries import GAVE, GOT, SIDES

Rows = Sequence[Mapping[str, Any]]
COLOURS = {GAVE: charts.GREEN, GOT: charts.BLUE}
SAID = {GAVE: "acts that they gave", GOT: "acts that they got"}


def ledger_sheet(rows: Rows, entries: Sequence[str], groups: Sequence[str]) -> alt.TopLevelMixin:
    """Draw entries down and groups across, the number of acts in each cell, stronger for more of its entry."""
    most = {entry: max((row["acts"] for row in rows if row["entry"] == entry), default=0) for entry in entries}
    drawn = [
        dict(row)
        | {
            "_side": SAID[row["side"]],
            "_said": charts.short(row["acts"]),
            "_part": row["acts"] / (most[row["entry"]] or 1),
        }
        for row in rows
    ]
    gap = alt.Scale(paddingInner=0.06)
    slanted = alt.Axis(orient="top", labelAngle=-40 if len(groups) > 3 else 0, domain=False, ticks=False,
                       labelOverlap=False)  # fmt: skip
    base = alt.Chart(charts.data(drawn)).encode(
        y=alt.Y("entry:N", sort=[entry for entry in entries if most[entry] or not rows], title=None, axis=charts.BARE,
                scale=gap),
        x=alt.X("group:N", sort=list(groups), title=None, axis=slanted, scale=gap),
    )  # fmt: skip
    colour = alt.Scale(domain=[SAID[side] for side in SIDES], range=[COLOURS[side] for side in SIDES])
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("_side:N", title=None, scale=colour, legend=alt.Legend(orient="bottom")),
        opacity=alt.Opacity("_part:Q", scale=alt.Scale(domain=[0, 1], range=[0.15, 0.85]), legend=None),
        tooltip=charts.tips(rows),
    )
    words = charts.inside(base, drawn, "_said", len(groups))
    return charts.fitted(cells + words, 0.75 * len(charts.distinct(rows, "entry")))


def two_sides(rows: Rows, said: Mapping[str, str]) -> alt.TopLevelMixin:
    """Draw one mark a person: the acts that she gave against those that she got.

    said: tilt → its words.
    """
    drawn = [dict(row) | {"_tilt": said[row["tilt"]]} for row in rows]
    most = max((max(row["gave"], row["got"]) for row in rows), default=1)
    legend = alt.Legend(orient="bottom", symbolOpacity=1)
    words = list(said.values())
    scale = alt.Scale(type="symlog", domain=[0, most * 1.2], nice=False)
    axis = alt.Axis(format=",.0f", values=[0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000])
    marks = (
        alt.Chart(charts.data(drawn))
        .mark_point(filled=True, size=80, opacity=0.75)
        .encode(
            x=alt.X("got:Q", title="Acts that they got", scale=scale, axis=axis),
            y=alt.Y("gave:Q", title="Acts that they gave", scale=scale, axis=axis),
            color=alt.Color("_tilt:N", title=None, scale=alt.Scale(domain=words, range=[charts.GREEN, charts.BLUE]),
                            legend=legend),
            shape=alt.Shape("_tilt:N", title=None, scale=alt.Scale(domain=words, range=["circle", "square"]),
                            legend=legend),
            tooltip=charts.tips(rows),
        )
    )  # fmt: skip
    return charts.fitted(marks, 9)
