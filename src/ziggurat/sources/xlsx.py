"""How is an XLSX workbook read? It is measured first, because a small file can unpack to more than memory holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import python_calamine as calamine

from ziggurat.errors import SourceError, suggest
from ziggurat.sources.chunk import Chunk, Pile, unique
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.xlsx_size import check_size

ERRORS = (calamine.CalamineError, OSError, ValueError, IndexError)


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of one sheet. Dates come as ISO text, whole numbers without a fraction, formulas as last computed.

    Raises: SourceError if the workbook is damaged, protected, too large, or lacks the sheet or a header.
    """
    check_size(path, limits)
    sheet = open_sheet(path, mapping.sheet)
    height = max(sheet.total_height, 1)
    rows = ((line, [text_of(cell, mapping.decimal) for cell in row]) for line, row in enumerate(sheet.iter_rows(), 1))
    names = find_header(rows, path.name, mapping.skip_lines, limits)
    pile = Pile(names, limits)
    for line, cells in rows:
        if any(cells):
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


def find_header(rows: Iterator[tuple[int, list[str]]], name: str, skip: int, limits: Limits) -> list[str]:
    """Return the names in the first row that is not empty, after `skip` rows of the sheet. Raises: SourceError."""
    for line, cells in rows:
        if line > skip and any(cells):
            if len(cells) > limits.columns:
                raise SourceError(
                    f"{name}: has {len(cells):,} columns; at most {limits.columns:,} can be read. Delete some."
                )
            return unique(cells)
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
