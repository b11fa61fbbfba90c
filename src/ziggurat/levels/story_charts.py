"""How is one person's story drawn?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ziggurat.base.heavy import alt
from ziggurat.results import charts


def staircase(rows: charts.Rows, *, until: Any, names: Sequence[str]) -> alt.TopLevelMixin:
    """Draw one person's level over time: `since` to `until` of each row, the last one open until `until`."""
    drawn = [{**row, "to": row["until"] if row["until"] and row["until"] < until else until} for row in rows]
    drawn = [{**row, "_since": charts.when(row["since"]), "_to": charts.when(row["to"])} for row in drawn]
    base = alt.Chart(charts.data(drawn)).encode(
        x=charts.time_axis("since", [row[end] for row in drawn for end in ("since", "to")]),
        x2=alt.X2("to:T"),
        y=alt.Y("level_name:N", sort=list(reversed(names)), scale=alt.Scale(domain=list(reversed(names))), title=None),
    )
    bars_ = base.mark_bar(height={"band": 0.8}, cornerRadius=2).encode(
        color=alt.Color("level:O", scale=alt.Scale(domain=list(range(len(names)))), legend=None),
        tooltip=[
            alt.Tooltip("level_name:N", title="Level"),
            alt.Tooltip("_since:N", title="Since"),
            alt.Tooltip("_to:N", title="Until"),
            alt.Tooltip("rule:N", title="Rule"),
        ],
    )
    return charts.fitted(bars_, len(names) * 0.8)


def dots(rows: charts.Rows, *, x: str, y: str, colour: str) -> alt.TopLevelMixin:
    """Draw one dot per row over time, a line for each value of `y`; the legend names the commonest colours."""
    named = [value for value, _ in Counter(row[colour] for row in rows).most_common(12)]
    drawn = (
        alt.Chart(
            charts.data([{name: row[name] for name in (x, y, colour)} | {"_at": charts.when(row[x])} for row in rows])
        )
        .mark_circle(size=64, opacity=0.7)
        .encode(
            x=charts.time_axis(x, [row[x] for row in rows]),
            y=alt.Y(f"{y}:N", title=None, sort="ascending"),
            color=alt.Color(
                f"{colour}:N",
                title=None,
                scale=alt.Scale(range=charts.PALETTE),
                legend=alt.Legend(orient="bottom", columns=3, values=sorted(named)),
            ),
            tooltip=[
                alt.Tooltip("_at:N", title="At"),
                alt.Tooltip(f"{y}:N", title=charts.column_words(y)),
                alt.Tooltip(f"{colour}:N", title=charts.column_words(colour)),
            ],
        )
    )
    return charts.fitted(drawn, len(charts.distinct(rows, y)) * 1.2 + 1.5)
