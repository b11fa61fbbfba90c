"""How does a chart over time show what is noted of its days? As a dashed line with its words, beneath what it draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from ziggurat.base.words.texts import plain

Noted = Sequence[tuple[date, str]]
Part = Mapping[str, Any]  # of a chart in Vega-Lite
OWN = ("data", "mark", "encoding", "params", "transform")  # of what is drawn, and not of the whole chart
LONGEST = 24  # characters of the words that stand in a chart; a tip and the page say them whole
MOST_WORDS = 6  # lines that have words beside them
FIELD = "_day"


def with_days(spec: dict[str, Any], noted: Noted) -> dict[str, Any]:
    """Return a chart in Vega-Lite with a mark for each noted day within what it draws; another chart as it is.

    Only an axis of time gets marks, in a chart that is one drawing, or layers of one.
    """
    layers = spec.get("layer") or ([spec] if "mark" in spec else [])
    across = next((one for one in map(time_axis, [spec, *layers]) if one), None)
    if not noted or across is None:
        return spec
    drawn = sorted(instants(spec, layers, across))
    days = [
        (at, words)
        for at, words in ((start(day), words) for day, words in noted)
        if drawn and drawn[0] <= at <= drawn[-1]
    ]
    if not days:
        return spec
    marks = marked(days, across)
    if "layer" in spec:
        return {**spec, "layer": [*marks, *spec["layer"]]}
    whole = {name: value for name, value in spec.items() if name not in OWN}
    return {**whole, "layer": [*marks, {name: spec[name] for name in OWN if name in spec}]}


def time_axis(part: Part) -> dict[str, Any] | None:
    """Return what goes across a part of a chart, if that is time."""
    across = part.get("encoding", {}).get("x", {})
    return across if across.get("type") == "temporal" and "field" in across else None


def instants(
    spec: Mapping[str, Any], layers: Sequence[Mapping[str, Any]], across: Mapping[str, Any]
) -> Iterator[datetime]:
    """Yield the instants that a chart draws: of its axis of time, and of where its bars end."""
    stored = spec.get("datasets", {})
    for part in (spec, *layers):
        data = part.get("data", {})
        ends = part.get("encoding", {}).get("x2", {}).get("field")
        for row in data.get("values") or stored.get(data.get("name"), ()):
            for name in {across["field"], ends}:
                if isinstance(row.get(name), str):
                    yield aware(datetime.fromisoformat(row[name]))


def aware(at: datetime) -> datetime:
    """Return an instant in UTC, as a chart reads one that says no zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def start(day: date) -> datetime:
    """Return when a day begins (UTC)."""
    return datetime.combine(day, time(), UTC)


def marked(days: Sequence[tuple[datetime, str]], across: Part) -> list[dict[str, Any]]:
    """Return the layers of the marks: a line for each day, and its words where there is room for them."""
    values = [
        {FIELD: at.isoformat(), "Day": f"{at:%Y-%m-%d}", "Noted": plain(words, 200), "_words": plain(words, LONGEST)}
        for at, words in days
    ]
    encoding = {
        "x": {**across, "field": FIELD},
        "tooltip": [{"field": name, "type": "nominal"} for name in ("Day", "Noted")],
    }
    rule = {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeDash": [2, 3], "opacity": 0.8},
        "encoding": encoding,
    }
    if len(values) > MOST_WORDS:
        return [rule]
    mark = {"type": "text", "align": "left", "baseline": "top", "dx": 3, "fontSize": 11}
    text = {**encoding, "y": {"value": 0}, "text": {"field": "_words", "type": "nominal"}}
    return [rule, {"data": {"values": values}, "mark": mark, "encoding": text}]
