"""How is an XLSX workbook read? It is measured first, because a small file can unpack to more than memory holds."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import python_calamine as calamine

from ziggurat.base.errors import SourceError, suggest
from ziggurat.sources.chunk import Chunk, Pile, headings
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.xlsx_shown import zero_padded
from ziggurat.sources.xlsx_size import check_size

MERGED = 100_000  # rows that cells may be merged over
ERRORS = (calamine.CalamineError, OSError, ValueError, IndexError)


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of one sheet. Dates come as ISO text, whole numbers without a fraction, formulas as last computed.

    Raises: SourceError if the workbook is damaged, protected, too large, or lacks the sheet or a header.
    """
    check_size(path, limits)
    sheet = open_sheet(path, mapping.sheet)
    height = max(sheet.total_height, 1)
    rows = filled_down(
        ((line, [text_of(cell, mapping.decimal) for cell in row]) for line, row in enumerate(sheet.iter_rows(), 1)),
        sheet,
        zero_padded(path, sheet.name),
    )
    names, rows = find_header(rows, path.name, mapping, limits)
    pile = Pile(names, limits)
    for line, cells in rows:
        if any(cells) and cells != names:
            pile.add(line, list(cells), sum(map(len, cells)))
        if pile.full():
            yield pile.chunk(line / height)
    yield pile.chunk(1.0)


def sheets(path: Path, limits: Limits) -> list[str]:
    """Return the names of a workbook's sheets. Raises: SourceError if it can't be read."""
    check_size(path, limits)
    names: list[str] = open_book(path).sheet_names
    return names


def open_sheet(path: Path, name: str) -> calamine.CalamineSheet:
    """Open one sheet by name; no name is the first. Raises: SourceError."""
    book = open_book(path)
    if name and name not in book.sheet_names:
        near = suggest(name, book.sheet_names) or "."
        raise SourceError(f"{path.name}: has no sheet '{name}'{near} Its sheets are: {', '.join(book.sheet_names)}.")
    with damage_named(path):
        return book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)


def open_book(path: Path) -> calamine.CalamineWorkbook:
    """Open a workbook. Raises: SourceError."""
    with damage_named(path):
        return calamine.CalamineWorkbook.from_path(path)


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn whatever the workbook reader raises into a SourceError that names the file."""
    try:
        yield
    except ERRORS as error:
        why = f"the workbook can't be read ({error}); open it, save it anew and try again."
        raise SourceError(f"{path.name}: {why}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a fault in the reader's Rust code raises; no Exception
            raise
        raise SourceError(f"{path.name}: the workbook is damaged; open it, save it anew and try again.") from error


Rows = Iterator[tuple[int, list[str]]]


def filled_down(rows: Rows, sheet: calamine.CalamineSheet, padded: Dict[int, int]) -> Rows:
    """Yield the rows with every cell that is merged with one above it filled like that, and numbers as long as shown.

    padded: column of the sheet → digits that its format shows, as of a postcode 02138.
    """
    first = sheet.start[1] if sheet.start else 0
    merged: dict[tuple[int, int], int] = {}  # row and column of a cell → the row that its value stands in
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        merged.update({(row, left): top for row in range(top + 1, bottom + 1)} if bottom - top < MERGED else {})
    values: dict[tuple[int, int], str] = {}
    tops = {(top, left) for (_, left), top in merged.items()}
    for line, cells in rows:
        for column, digits in padded.items():
            place = column - first
            if 0 <= place < len(cells) and cells[place].isdecimal():
                cells[place] = cells[place].zfill(digits)
        for place in range(len(cells)) if merged else ():
            here = (line - 1, place + first)
            if here in tops:
                values[here] = cells[place]
            elif here in merged and not cells[place]:
                cells[place] = values.get((merged[here], here[1]), "")
        yield line, cells


def find_header(rows: Rows, name: str, mapping: Mapping, limits: Limits) -> tuple[list[str], Rows]:
    """Return the names in the first rows below those to skip, and the rows beneath. Raises: SourceError."""
    heads: list[list[str]] = []
    for line, cells in rows:
        if line > mapping.skip_lines and any(cells):
            if len(cells) > limits.columns:
                raise SourceError(
                    f"{name}: has {len(cells):,} columns; at most {limits.columns:,} can be read. Delete some."
                )
            if mapping.header_lines == 0:
                return headings([], len(cells)), itertools.chain([(line, cells)], rows)
            heads.append(cells)
            if len(heads) == mapping.header_lines:
                return headings(heads, len(cells)), rows
    if heads:
        return headings(heads, len(heads[0])), rows
    raise SourceError(f"{name}: the sheet is empty; its first row must name the columns.")


def text_of(value: Any, decimal: str) -> str:
    """Write a cell as text, numbers with the decimal sign of the mapping."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value).replace(".", decimal)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat().replace("T", " ")
    return str(value)
