"""How many digits does a workbook show of the numbers in a column? Postcodes and ids are often kept as numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from ziggurat.sources.xlsx_size import column_number

BLOCK = 1 << 16
PADDED = re.compile(r"0{2,15}")  # a format of zeros alone: 02138 under 00000
CELL = re.compile(r"([A-Za-z]{1,3})\d")
Attributes = dict[str, str]


def zero_padded(path: Path, sheet: str) -> dict[int, int]:
    """Return column (from 0) → the digits that the cells of one sheet are shown with, where they are filled with zeros.

    The workbook must have been measured before (`xlsx_size`). What is damaged shows nothing.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            styles = padded_styles(packed)
            part = part_of(packed, sheet) if styles else ""
            return padded_columns(packed, part, styles) if part else {}
    except (KeyError, expat.ExpatError, zipfile.BadZipFile):
        return {}


def padded_styles(packed: zipfile.ZipFile) -> dict[str, int]:
    """Return the styles whose numbers are filled with zeros, and to how many digits."""
    if "xl/styles.xml" not in packed.namelist():
        return {}
    formats: dict[str, int] = {}
    styles: dict[str, int] = {}
    path: list[str] = []
    count = 0
    for name, attributes in elements(packed, "xl/styles.xml", path):
        if name == "numFmt" and PADDED.fullmatch(attributes.get("formatCode", "")):
            formats[attributes.get("numFmtId", "")] = len(attributes["formatCode"])
        elif name == "xf" and "cellXfs" in path:
            if attributes.get("numFmtId", "") in formats:
                styles[str(count)] = formats[attributes["numFmtId"]]
            count += 1
    return styles


def part_of(packed: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of the workbook that holds a sheet; nothing where it is not found."""
    wanted = next(
        (
            next((value for key, value in found.items() if key.endswith(":id")), "")
            for name, found in elements(packed, "xl/workbook.xml", [])
            if name == "sheet" and found.get("name") == sheet
        ),
        "",
    )
    for name, found in elements(packed, "xl/_rels/workbook.xml.rels", []):
        if name == "Relationship" and found.get("Id") == wanted:
            target = found.get("Target", "").lstrip("/")
            return target if target.startswith("xl/") else f"xl/{target}"
    return ""


def padded_columns(packed: zipfile.ZipFile, part: str, styles: dict[str, int]) -> dict[int, int]:
    """Return column (from 0) → digits, of the columns that hold a cell of one of the styles."""
    found: dict[int, int] = {}
    for name, attributes in elements(packed, part, []):
        place = CELL.match(attributes.get("r", "")) if name == "c" and attributes.get("s") in styles else None
        if place:
            found[column_number(place[1]) - 1] = styles[attributes["s"]]
    return found


def elements(packed: zipfile.ZipFile, part: str, path: list[str]) -> Iterator[tuple[str, Attributes]]:
    """Yield name and attributes of each element of a part; `path` holds the names of those around it."""
    waiting: list[tuple[str, Attributes, list[str]]] = []
    around: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        plain = name.rpartition(":")[2]
        waiting.append((plain, attributes, list(around)))
        around.append(plain)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: around.pop()
    with packed.open(part) as file:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
            for name, attributes, outside in waiting:
                path[:] = outside
                yield name, attributes
            waiting.clear()
