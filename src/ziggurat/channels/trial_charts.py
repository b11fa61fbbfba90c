"""How are the answers about experiments drawn?"""

from __future__ import annotations

import math

from ziggurat.base.heavy import alt
from ziggurat.results import charts


def bands(rows: charts.Rows, *, x: str, y: str, low: str, high: str, each: str) -> alt.TopLevelMixin:
    """Draw one line over time with its band per value of `each`, and a line where there is no difference."""
    if not rows:
        return charts.nothing()
    names = charts.distinct(rows, each)
    legend = alt.Legend(orient="bottom", columns=3, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1)
    base = alt.Chart(charts.data(dict(row) | {"_at": charts.when(row[x])} for row in rows)).encode(
        x=charts.time_axis(x, [row[x] for row in rows]),
        color=alt.Color(f"{each}:N", scale=alt.Scale(domain=names, range=charts.PALETTE), title=None, legend=legend),
    )
    band = base.mark_area(opacity=0.16).encode(y=alt.Y(f"{low}:Q", title=charts.column_words(y)), y2=f"{high}:Q")
    dash = alt.StrokeDash(f"{each}:N", scale=alt.Scale(domain=names, range=charts.DASHES), title=None, legend=legend)
    tip = [alt.Tooltip("_at:N", title="At"), alt.Tooltip(f"{each}:N", title=charts.column_words(each))]
    tip += [alt.Tooltip(f"{name}:Q", title=charts.column_words(name), format=".4~g") for name in (y, low, high)]
    line = base.mark_line(strokeWidth=2.5, point=len(rows) < 2).encode(y=f"{y}:Q", strokeDash=dash, tooltip=tip)
    nothing = alt.Chart(charts.data([{"_zero": 0}])).mark_rule(strokeDash=[4, 4], opacity=0.6).encode(y="_zero:Q")
    return charts.fitted(nothing + band + line, 8)


def magnitudes(rows: charts.Rows, *, y: str, x: str, each: str) -> alt.TopLevelMixin:
    """Draw one mark per row along an axis on which each step is ten times as much, its form by `each`."""
    names = charts.distinct(rows, each)
    legend = alt.Legend(orient="bottom", columns=1)
    values = [row[x] for row in rows] or [1]
    exponents = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
    axis = alt.Axis(format="~s", values=[10**exponent for exponent in exponents])
    base = alt.Chart(charts.data(rows)).encode(
        y=alt.Y(f"{y}:N", sort=None, title=charts.column_words(y), axis=charts.BARE)
    )
    marks = base.mark_point(size=90, filled=True, opacity=0.9).encode(
        x=alt.X(f"{x}:Q", title=charts.column_words(x), scale=alt.Scale(type="log"), axis=axis),
        color=alt.Color(f"{each}:N", scale=alt.Scale(domain=names, range=charts.PALETTE), title=None, legend=legend),
        shape=alt.Shape(f"{each}:N", scale=alt.Scale(domain=names), title=None, legend=legend),
        tooltip=charts.tips(rows),
    )
    return charts.fitted(marks, max(1, len(charts.distinct(rows, y))) * 0.8)


def responses(rows: charts.Rows, *, x: str, y: str, each: str) -> alt.TopLevelMixin:
    """Draw one curve with its band (`low`, `high`) per value of `each`, distinguished by colour and by dash."""
    names = charts.distinct(rows, each)
    legend = alt.Legend(orient="bottom", columns=3, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1)
    base = alt.Chart(charts.data(rows)).encode(
        x=alt.X(f"{x}:Q", title="Spent a week", axis=alt.Axis(format="~s", tickCount=6)),
        color=alt.Color(f"{each}:N", scale=alt.Scale(domain=names, range=charts.PALETTE), title=None, legend=legend),
    )
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", title="Brought a week"), y2="high:Q")
    dash = alt.StrokeDash(f"{each}:N", scale=alt.Scale(domain=names, range=charts.DASHES), title=None, legend=legend)
    line = base.mark_line(strokeWidth=2.5).encode(y=f"{y}:Q", strokeDash=dash, tooltip=charts.tips(rows))
    return charts.fitted(band + line, 8)
