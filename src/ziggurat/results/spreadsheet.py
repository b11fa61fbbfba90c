"""How are rows written as a spreadsheet (XLSX) that no cell of theirs can command?

Text is written as text, which no spreadsheet takes for a formula, and is quoted as in CSV, so that it stays text where
it is saved as CSV.
Source: ECMA-376 (Office Open XML), part 1, 18.3; only what a sheet of numbers and texts needs.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from ziggurat.results.result import safe_cell

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
}
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST = 32_767  # characters of a cell
MADE = (1980, 1, 1, 0, 0, 0)  # of every part, so that the same rows are the same bytes


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as an XLSX file with one sheet."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), text)
        lines = (f"<row>{''.join(map(cell, row))}</row>" for row in (header, *rows))
        sheet = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        archive.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml", MADE), sheet, zipfile.ZIP_DEFLATED)
    path.write_bytes(made.getvalue())


def cell(value: Any) -> str:
    """Write a cell.

    >>> cell(3), cell("a<b"), cell(None)
    ('<c><v>3</v></c>', '<c t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c>', '<c/>')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "<c/>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"<c><v>{value!r}</v></c>"
    text = value.isoformat() if isinstance(value, datetime) else str(safe_cell(value))
    written = escape(NO_XML.sub("", text)[:LONGEST], quote=False)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'
