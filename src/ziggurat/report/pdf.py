"""How is a report written as PDF? By Typst, from a template and JSON: no text of the report is ever read as markup."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

from ziggurat.report import drawing
from ziggurat.report.pages import Content
from ziggurat.report.wording import day

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def write(content: Content, drawings: Sequence[Sequence[tuple[str, str]]]) -> bytes:
    """Return the PDF. drawings: by page and figure, as SVG for a wide and a narrow page; narrow ones stand in pairs.

    Text is set in a typeface that comes with Typst; only signs that it lacks, such as Chinese, are taken from those of
    the machine.
    """
    with tempfile.TemporaryDirectory(prefix="ziggurat-") as name:
        folder = Path(name)
        (folder / "report.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / "report.json").write_bytes(msgspec.json.encode(template_data(content, drawings)))
        if content.logo:
            (folder / f"logo.{content.logo.ending}").write_bytes(content.logo.picture)
        for number, (page, pairs) in enumerate(zip(content.pages, drawings, strict=True)):
            for place, pair in enumerate(pairs):
                (folder / f"{number}-{place}.pdf").write_bytes(drawing.pdf(pair[page.beside]))
        made = datetime(content.made.year, content.made.month, content.made.day, tzinfo=UTC)
        compiler = typst.Compiler(folder / "report.typ", root=folder)
        found = compiler.compile(format="pdf", timestamp=made)
    if not isinstance(found, bytes):
        raise TypeError("Typst returned pages one by one, and not one PDF")
    return found


def template_data(content: Content, drawings: Sequence[Sequence[tuple[str, str]]]) -> dict[str, Any]:
    """Return what the template writes."""
    return {
        "organisation": content.organisation,
        "since": day(content.since),
        "until": day(content.until),
        "made": day(content.made),
        "limits": content.limits,
        "comment": content.comment,
        "logo": f"logo.{content.logo.ending}" if content.logo else "",
        "pages": [
            {
                "title": page.title,
                "headline": page.headline,
                "sentences": page.sentences,
                "caveats": page.caveats,
                "beside": page.beside,
                "figures": [
                    {"about": each.about, "caption": each.caption, "size": drawing.size(pair[page.beside])}
                    for each, pair in zip(page.figures, pairs, strict=True)
                ],
                "tables": [
                    {"caption": each.caption, "heads": each.heads, "rows": each.rows, "figures": sorted(each.figures)}
                    for each in page.tables
                ],
            }
            for page, pairs in zip(content.pages, drawings, strict=True)
        ],
    }
