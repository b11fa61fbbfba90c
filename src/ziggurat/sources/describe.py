"""How is a file written: its encoding and delimiter, which sheet holds the table, and where in it the table begins?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ziggurat.base.errors import SourceError
from ziggurat.sources import delimited, files, layout, text
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.said import LAYOUT, Said, over

LOOKED = 120  # rows by which the layout is found
CHAT = "The file is a chat as WhatsApp exports it, a line a message; those of the system are left out."
ADDRESSES = "The file is a list of addresses as mail programs write them: each of them is somebody, called as it says."
CODE_PAGES = {
    "cp1252": "Windows Western (cp1252)",
    "cp1250": "Windows Central European (cp1250)",
    "cp1251": "Windows Cyrillic (cp1251)",
    "shift_jis": "Japanese (shift_jis)",
    "euc_kr": "Korean (euc_kr)",
}
SHEETS = 20  # of a workbook that are looked at


@dataclass(frozen=True)
class Described:
    """layout: a mapping with how the file is written, and nothing else. notes: what was found, in words."""

    layout: Mapping
    notes: list[str] = field(default_factory=list)
    sheets: tuple[str, ...] = ()


def describe(path: Path, said: Said, limits: Limits) -> Described:
    """Say how a file is written; what was said of it stays. Raises: SourceError if it can't be read."""
    given = {key: said[key] for key in LAYOUT if key in said}
    form = files.file_format(path, limits)
    base = over(Mapping(), given)
    if form == "whatsapp":
        return Described(over(base, {"encoding": text.find_encoding(path, limits), **given}), [CHAT])
    if form == "addresses":
        encoding = {"encoding": text.find_encoding(path, limits)}
        return Described(over(base, {**encoding, **given}), [ADDRESSES])
    if form == "csv":
        return of_text(path, base, given, limits)
    if form == "xlsx":
        return of_workbook(path, base, given, limits)
    if form == "jsonl" and "encoding" not in given:
        return Described(over(base, {"encoding": text.find_encoding(path, limits)}))
    return Described(base)


def of_text(path: Path, base: Mapping, given: Said, limits: Limits) -> Described:
    """Describe a CSV file."""
    encoding, delimiter, ours = delimited.dialect(path, base, limits)
    if ours:
        return Described(Mapping())
    found: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter}
    notes = []
    if not {"skip_lines", "header_lines"} & given.keys():
        rows = delimited.beginning(path, over(base, found), limits, LOOKED)
        begins = layout.find(rows)
        found |= {"skip_lines": begins.skip_lines, "header_lines": begins.header_lines}
        notes += said_of(begins)
    if encoding in CODE_PAGES and "encoding" not in given:
        notes.append(f"The file is no UTF-8, so it is read as {CODE_PAGES[encoding]}; look at names with accents.")
    return Described(over(base, {**found, **given}), notes)


def of_workbook(path: Path, base: Mapping, given: Said, limits: Limits) -> Described:
    """Describe a workbook: the sheet whose table heads the most is read."""
    sheets = files.sheets(path, limits=limits)
    if "skip_lines" in given or "header_lines" in given:
        return Described(base, [], tuple(sheets))
    tried = [base.sheet] if base.sheet else sheets[:SHEETS]
    found = {sheet: begins_at(path, sheet, limits) for sheet in tried}
    sheet = max(tried, key=lambda name: (found[name].score, -tried.index(name)), default="")
    begins = found.get(sheet, layout.PLAIN)
    notes = said_of(begins)
    if len(sheets) > 1 and not base.sheet:
        others = ", ".join(f"'{name}'" for name in sheets if name != sheet)
        of = f"Of the workbook only the sheet '{sheet}' is read. To read another, import the file again and name it"
        notes.insert(0, f"{of} (--sheet NAME): there is also {others}.")
    changed: dict[str, Any] = {"skip_lines": begins.skip_lines, "header_lines": begins.header_lines}
    if len(sheets) > 1:
        changed["sheet"] = sheet
    return Described(over(base, changed), notes, tuple(sheets))


def begins_at(path: Path, sheet: str, limits: Limits) -> layout.Layout:
    """Find where the table of one sheet begins; of an empty one, nowhere."""
    bare = over(Mapping(), {"sheet": sheet, "header_lines": 0})
    try:
        chunk = files.sample(path, bare, LOOKED, limits)
    except SourceError:
        return layout.Layout(0, 1, -1.0)
    columns = [column.to_pylist() for column in chunk.columns.values()]
    rows = [(line, [cells[place] or "" for cells in columns]) for place, line in enumerate(chunk.lines.to_pylist())]
    return layout.find(rows)


def said_of(begins: layout.Layout) -> list[str]:
    """Say in words where a table begins, unless it is where tables do."""
    if begins.header_lines == 0:
        return ["No line names the columns: the first holds values already, so they are column 1, column 2, …"]
    notes = []
    if begins.skip_lines:
        what = f"The first {begins.skip_lines} lines are" if begins.skip_lines > 1 else "The first line is"
        notes.append(f"{what} above the table; line {begins.skip_lines + 1} names the columns.")
    if begins.header_lines == 2:
        notes.append("Two lines name the columns: names stand beneath heads that span several.")
    return notes
