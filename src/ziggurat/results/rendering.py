"""How is a chart turned into a picture: in which colours, how wide, as SVG or PNG?"""

from __future__ import annotations

import re
from typing import Any

import vl_convert as vlc

from ziggurat.base.heavy import alt
from ziggurat.results import charts

# Not allowed in XML, even escaped, so that to draw them would end the process; and what turns the direction of a text.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
PHONE = 480  # pixels: a file narrower than this is for a phone


def theme(mode: str = "light") -> dict[str, Any]:
    """Return the Vega-Lite configuration for a `light` or `dark` ground, for pages and exports alike."""
    ink, soft, line, ground = {
        "light": ("#1c2430", "#586273", "#dfe3ea", "#ffffff"),
        "dark": ("#e8ecf3", "#a3adbd", "#343c49", "#14181f"),
    }[mode]
    text = {"labelColor": soft, "titleColor": soft, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    return {
        "background": ground,
        "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
        "axis": text | {"gridColor": line, "domainColor": line, "tickColor": line, "labelLimit": charts.NARROW},
        "legend": text | {"symbolType": "square"},
        "header": {"labelColor": ink, "titleColor": soft, "labelFontSize": 12},
        "title": {"color": ink, "anchor": "start", "fontSize": 14, "fontWeight": 600, "offset": 12},
        "text": {"color": ink, "fontSize": 12},
        "rule": {"color": ink},
        "view": {"stroke": None, "continuousWidth": 520},
    }


def with_width(chart: alt.TopLevelMixin, width: int) -> dict[str, Any]:
    """Return the chart's specification at a fixed width, since a file has no page to fill."""
    spec: dict[str, Any] = drawable(chart.to_dict())
    if width < PHONE:
        stack_legends(spec)
    return spec | {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}


def drawable(part: Any) -> Any:
    """Return a specification in which no text has a sign that can't be drawn: names come from outside.

    >>> drawable({"text": ["Ana\\x00", 1]})
    {'text': ['Ana\ufffd', 1]}
    """
    if isinstance(part, str):
        return UNPRINTABLE.sub("\ufffd", part)
    if isinstance(part, dict):
        return {name: drawable(value) for name, value in part.items()}
    return [drawable(value) for value in part] if isinstance(part, list) else part


def stack_legends(part: Any) -> None:
    """Put the entries of every legend beneath a chart beneath each other, which is where a narrow one has room.

    A file is laid out once, before it is known how wide the plot is: an expression on that comes too late for it.
    """
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if name == "legend" and isinstance(value, dict) and value.get("orient") == "bottom":
            value["columns"] = 1
        elif isinstance(value, (dict, list)) and name != "values":
            stack_legends(value)


def to_svg(chart: alt.TopLevelMixin, mode: str = "light", width: int = 640) -> str:
    """Render a chart as SVG in the given theme, `width` pixels wide."""
    svg: str = vlc.vegalite_to_svg(with_width(chart, width), config=theme(mode))
    return svg


def to_png(chart: alt.TopLevelMixin, mode: str = "light", width: int = 640, scale: float = 2) -> bytes:
    """Render a chart as PNG in the given theme, `width` pixels wide at `scale` device pixels each."""
    png: bytes = vlc.vegalite_to_png(with_width(chart, width), config=theme(mode), scale=scale)
    return png
