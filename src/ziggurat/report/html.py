"""How is a report written as HTML? From one template, in which all text is escaped, with the charts inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from ziggurat.base.words import templates
from ziggurat.report import drawing, logo, wording
from ziggurat.report.pages import Content

TEMPLATES = Path(__file__).parent / "templates"


def write(content: Content, drawings: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return the whole page. drawings: by page and figure, as SVG for a wide and a narrow page."""
    return ENVIRONMENT.get_template("report.html").render(
        content=content,
        logo=logo.embedded(content.logo) if content.logo else "",
        drawings=[
            [inline_figure(pair, f"p{page}f{figure}") for figure, pair in enumerate(pairs, 1)]
            for page, pairs in enumerate(drawings, 1)
        ],
    )


def inline_figure(pair: tuple[str, str], prefix: str) -> tuple[Markup, Markup]:
    """Return a figure's two drawings as they stand in the page; Vega, which drew them, escaped all text in them."""
    wide, narrow = (drawing.inline(drawn, f"{prefix}{size}") for drawn, size in zip(pair, "wn", strict=True))
    return Markup(wide), Markup(narrow)  # noqa: S704 - escaped, see above; tests hold it to that


def environment() -> jinja2.Environment:
    """Return the templates, everything in them escaped but drawings."""
    env = templates.environment(TEMPLATES)
    env.filters.update(day=wording.day)
    return env


ENVIRONMENT = environment()
