"""How does a chart of the library get into a page: as data, drawn by a script of our own?"""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup

from ziggurat.base.heavy import alt
from ziggurat.results import rendering
from ziggurat.server.day_marks import Noted, with_days

# Inside <script> HTML escapes mean nothing: what could end the element or a line of it is written as JSON escapes.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
COMPOSED = ("hconcat", "vconcat", "concat", "facet", "repeat")


def embedded(value: Any) -> Markup:
    """Write a value as JSON that is inert inside <script type="application/json">.

    >>> str(embedded("</script>"))
    '"\\\\u003c/script\\\\u003e"'
    """
    text = msgspec.json.encode(value).decode()
    for mark, escape in UNSAFE.items():
        text = text.replace(mark, escape)
    return Markup(text)  # noqa: S704 - every character that HTML could act on is escaped above


def specification(chart: alt.TopLevelMixin, noted: Noted = ()) -> dict[str, Any]:
    """Return a chart as Vega-Lite, as wide as the page gives it room. noted: of days, for charts over time."""
    spec: dict[str, Any] = with_days(chart.to_dict(), noted)
    spec.pop("config", None)  # colours and fonts are the page's
    if not any(part in spec for part in COMPOSED):
        spec["width"] = "container"
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def themes() -> dict[str, Any]:
    """Return how charts look on a light and on a dark page: as in exports, but on the page's own ground."""
    return {mode: rendering.theme(mode) | {"background": "transparent"} for mode in ("light", "dark")}
