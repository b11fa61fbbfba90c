"""How does a report become slides? A slide for each picture, with its finding above it and how it is read beneath."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from ziggurat.report import drawing
from ziggurat.report.pages import Content, Table
from ziggurat.report.wording import day

WIDE, HIGH, EDGE = 13.333, 7.5, 0.6  # inches: a screen of 16 to 9, and what stays free about it
TOP, FOOT = 1.75, 0.75  # inches, of a slide's head and of what stands beneath a picture
SCALE = 2.5  # pixels of a picture for one of its drawing
INK, SOFT = "1C2430", "586273"
PLAIN = 1980, 1, 1, 0, 0, 0  # when each part of the file was written: the same slides are the same bytes
LONG = 150  # characters of a finding, beyond which it is written smaller
MOST_ROWS = 10  # of a table


def write(content: Content, drawings: Sequence[Sequence[tuple[str, str]]]) -> bytes:
    """Return the slides as a file of PowerPoint (.pptx). drawings: as `pdf.write` takes them.

    What a page says beside its finding, and what it does not mean, is in the notes of its slides.
    """
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    show.core_properties.title = f"{content.organisation}: {day(content.since)} to {day(content.until)}"
    first = begin(show, content.organisation, f"From {day(content.since)} to {day(content.until)}", ())
    if content.logo and content.logo.ending != "svg":
        first.shapes.add_picture(io.BytesIO(content.logo.picture), Inches(EDGE), Inches(HIGH - 2), height=Inches(1.2))
    lines(first, content.comment, TOP + 0.4, 20)
    for page, pairs in zip(content.pages, drawings, strict=True):
        notes = (*page.sentences, *page.caveats)
        for figure, pair in zip(page.figures, pairs, strict=True):
            slide = begin(show, page.title, page.headline, notes)
            picture(slide, pair[page.beside], figure.about)
            lines(slide, (figure.caption,), HIGH - FOOT, 12)
        if not page.figures:
            lines(begin(show, page.title, page.headline, notes), page.sentences, TOP + 0.2, 18)
        for table in page.tables:
            tabulate(begin(show, page.title, table.caption, notes), table)
    said = tuple(f"{label}: {text}" for label, text in content.limits)
    lines(begin(show, "What the data holds", "How far these figures go", said), said, TOP + 0.2, 14)
    return timeless(show)


def begin(show: Any, title: str, headline: str, notes: Sequence[str]) -> Any:
    """Add a slide with its head, and return it. notes: for whoever speaks."""
    from pptx.util import Inches

    slide: Any = show.slides.add_slide(show.slide_layouts[5])  # a title, and nothing else
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(EDGE), Inches(0.35), Inches(WIDE - 2 * EDGE), Inches(0.55)
    put(head.text_frame, (title,), 16, SOFT)
    lines(slide, (headline,), 0.85, 22 if len(headline) <= LONG else 16)
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)
    return slide


def lines(slide: Any, texts: Sequence[str], top: float, points: int) -> None:
    """Write paragraphs across a slide, from so many inches beneath its edge."""
    from pptx.util import Inches

    said = [text for text in texts if text]
    if said:
        box = slide.shapes.add_textbox(Inches(EDGE), Inches(top), Inches(WIDE - 2 * EDGE), Inches(0.6))
        put(box.text_frame, said, points, INK)


def put(frame: Any, texts: Sequence[str], points: int, colour: str) -> None:
    """Write paragraphs into a frame."""
    from pptx.dml.color import RGBColor as Colour
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    of: Any = Colour  # it states no types
    ink = of(*bytes.fromhex(colour))
    frame.word_wrap = True
    frame.text = "\n".join(texts)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.name = Pt(points), "Arial"
        paragraph.font.color.rgb = ink


def picture(slide: Any, drawn: str, about: str) -> None:
    """Put a chart in the middle of a slide, as large as there is room. about: what those who can't see it are told."""
    from pptx.util import Inches

    wide, high = drawing.size(drawn)
    room = WIDE - 2 * EDGE, HIGH - TOP - FOOT - 0.1
    inches = min(room[0] / wide, room[1] / high)
    shape = slide.shapes.add_picture(
        io.BytesIO(drawing.png(drawn, SCALE)), Inches((WIDE - wide * inches) / 2), Inches(TOP), Inches(wide * inches)
    )
    shape.element.nvPicPr.cNvPr.set("descr", about)


def tabulate(slide: Any, table: Table) -> None:
    """Put the first rows of a table on a slide; figures stand to the right."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    rows = table.rows[:MOST_ROWS]
    shape = slide.shapes.add_table(
        len(rows) + 1, len(table.heads), Inches(EDGE), Inches(TOP), Inches(WIDE - 2 * EDGE), Inches(0.4)
    )
    for line, cells in enumerate((table.heads, *rows)):
        for place, text in enumerate(cells):
            cell = shape.table.cell(line, place)
            put(cell.text_frame, (text,), 12, "FFFFFF" if not line else INK)
            if place in table.figures:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def timeless(show: Any) -> bytes:
    """Return a presentation's file with no time of writing in it."""
    made, plain = io.BytesIO(), io.BytesIO()
    show.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            file.writestr(zipfile.ZipInfo(name, PLAIN), parts.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()
