"""How does a chart get into a report? As vectors: in HTML in colours that follow the page, in PDF in those of paper."""

from __future__ import annotations

import re

import vl_convert as vlc

from ziggurat.base.heavy import alt
from ziggurat.results import rendering

WIDE, NARROW = 640, 340  # pixels
# Comes with the converter, so that a chart is the same on every machine; Arial has its measures.
FONT = "Liberation Sans"
FAMILY = f"{FONT}, Arial, Helvetica, sans-serif"
ROOM = {"left": 4, "top": 4, "right": 22, "bottom": 4}  # pixels; slanted names reach out to the right
# Of the light theme, by the names that they have in the style sheet of the report.
COLOURS = {"#1c2430": "ink", "#586273": "soft", "#dfe3ea": "line", "#ffffff": "ground"}
SIZE = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"')
REFERENCE = re.compile(r'\b(id="|href="#|url\(#)')


def svg(chart: alt.TopLevelMixin, width: int) -> str:
    """Return a chart as SVG for paper."""
    spec = rendering.with_width(chart, width) | {"padding": ROOM}
    made: str = vlc.vegalite_to_svg(spec, config=rendering.theme("light") | {"font": FAMILY})
    return rendering.UNPRINTABLE.sub("\ufffd", made)


def inline(drawn: str, prefix: str) -> str:
    """Return an SVG for a page of HTML: its colours are those of the page, its ids begin with a prefix of its own."""
    for colour, name in COLOURS.items():
        drawn = drawn.replace(f'="{colour}"', f'="var(--{name})"')
    return REFERENCE.sub(lambda found: f"{found[1]}{prefix}-", drawn)


def pdf(drawn: str) -> bytes:
    """Return an SVG as a PDF of one page."""
    made: bytes = vlc.svg_to_pdf(drawn)
    return made


def png(drawn: str, scale: float) -> bytes:
    """Return an SVG as a PNG, with so many pixels for each of its own."""
    made: bytes = vlc.svg_to_png(drawn, scale=scale)
    return made


def size(drawn: str) -> tuple[float, float]:
    """Return an SVG's width and height in pixels."""
    found = SIZE.search(drawn)
    if found is None:
        raise ValueError("a drawing without a size")
    return float(found[1]), float(found[2])
