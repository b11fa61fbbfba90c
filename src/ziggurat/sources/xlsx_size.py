"""Is a workbook small enough to be read? What it says of its own size is not believed: it is unpacked and counted."""

from __future__ import annotations

import copy
import re
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from ziggurat.base.errors import SourceError
from ziggurat.sources.limits import Limits

BLOCK = 1 << 16
CELL = re.compile(r"([A-Za-z]{1,3})0*([1-9]\d{0,6})", re.ASCII)
ROWS, COLUMNS = 1 << 20, 1 << 14  # of a sheet: no spreadsheet program takes more
MEMBERS = 10_000


class Enough(Exception):
    """A part of the workbook that is no table: there is no need to read on."""


class Sizes:
    """Counts the texts that the cells share, and the cells of each sheet with the text that they would hold."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.shared: list[int] = []

    def start_part(self) -> None:
        """Begin a new part."""
        self.root = ""
        self.row = self.column = self.top = self.right = self.bottom = 0
        self.left = 1 << 20
        self.characters = 0
        self.is_shared = False
        self.value = ""

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the start of an element. Raises: Enough at the root of a part that is neither texts nor a sheet."""
        name = name.rpartition(":")[2]
        if not self.root:
            self.root = name
            if name not in ("sst", "worksheet"):
                raise Enough
        if name == "si":
            self.shared.append(0)
        elif name == "row":
            self.row, self.column = self.row + 1, 0
            if (named := attributes.get("r")) is not None:
                self.row = place_of(f"A{named}")[0]
        elif name == "c":
            self.cell(attributes)
        self.value = ""

    def cell(self, attributes: dict[str, str]) -> None:
        """Meet a cell. Raises: SourceError if the sheet spans too many."""
        named = attributes.get("r")
        if named is None:
            self.column += 1
        else:
            self.row, self.column = place_of(named)
        self.is_shared = attributes.get("t") == "s"
        self.top = min(self.top or self.row, self.row)
        self.bottom = max(self.bottom, self.row)
        self.left, self.right = min(self.left, self.column), max(self.right, self.column)
        columns, rows = self.right - self.left + 1, self.bottom - self.top + 1
        if columns > self.limits.columns:
            raise SourceError(f"has {columns:,} columns; at most {self.limits.columns:,} can be read. Delete some.")
        if columns * rows > self.limits.sheet_cells:
            raise SourceError(
                f"a sheet spans {rows:,} rows × {columns:,} columns, more than {self.limits.sheet_cells:,} cells; "
                "delete empty rows and columns, or save it as CSV."
            )

    def text(self, text: str) -> None:
        """Meet text. Raises: SourceError if the sheet holds too much."""
        if self.root == "sst":
            if self.shared:
                self.shared[-1] += len(text)
            return
        self.characters += len(text)
        self.value += text[:16]
        self.check()

    def end(self, name: str) -> None:
        """Meet the end of an element: the value of a cell may stand for a shared text."""
        if self.is_shared and name.rpartition(":")[2] == "v" and self.value.strip().isdecimal():
            number = int(self.value)
            self.characters += self.shared[number] if number < len(self.shared) else 0
            self.check()

    def check(self) -> None:
        """Raises: SourceError if the sheet holds too much text."""
        if self.characters > self.limits.sheet_text:
            limit = self.limits.sheet_text >> 20
            raise SourceError(f"the cells of a sheet hold more than {limit} MiB of text; save it as CSV.")


def check_size(path: Path, limits: Limits) -> None:
    """Unpack a workbook in small blocks and count. Raises: SourceError if it is damaged, protected or too large."""
    allowed = min(limits.unpacked, limits.free + path.stat().st_size * limits.ratio)
    sizes = Sizes(limits)
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > MEMBERS:
                raise SourceError(f"holds {len(parts):,} parts, which no honest workbook does.")
            if "xl/workbook.xml" not in packed.namelist():
                raise SourceError(
                    "is a ZIP archive but no XLSX workbook; unpack it, or save the sheet as .xlsx or CSV."
                )
            # Shared texts first, whatever they are called: the sheets refer to them.
            for part in sorted(parts, key=lambda part: "sharedstrings" not in part.filename.lower()):
                allowed -= measure(packed, part, sizes, allowed)
    except SourceError as error:
        raise SourceError(f"{path.name}: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise SourceError(
            f"{path.name}: the workbook is damaged ({error}); fetch it again, or save it anew."
        ) from error
    except RuntimeError as error:
        raise SourceError(f"{path.name}: the workbook is protected ({error}); save it without a password.") from error


def measure(packed: zipfile.ZipFile, part: zipfile.ZipInfo, sizes: Sizes, allowed: int) -> int:
    """Unpack one part, feeding it to the counter, and return its true size. Raises: SourceError if it is too large."""
    honest = copy.copy(part)
    honest.file_size = sys.maxsize  # or else reading would stop where the part claims to end
    total = 0
    sizes.start_part()
    feed: Callable[[bytes], None] | None = listen(sizes)
    with packed.open(honest) as file:
        while block := file.read(BLOCK):
            total += len(block)
            if total > allowed:
                raise SourceError("unpacks to far more than its own size; save it anew, or as CSV.")
            feed = feed and feed_block(feed, block, sizes)
    return total


def feed_block(feed: Callable[[bytes], None], block: bytes, sizes: Sizes) -> Callable[[bytes], None] | None:
    """Feed a block, and return the feed, or None if the part is no table. Raises: SourceError if a table is damaged."""
    try:
        feed(block)
    except Enough:
        return None
    except expat.ExpatError as error:
        if sizes.root:
            raise SourceError(f"the workbook is damaged ({error}); save it anew.") from error
        return None
    return feed


def listen(sizes: Sizes) -> Callable[[bytes], None]:
    """Return a function that takes the bytes of an XML part and tells the counter what is in it."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = sizes.element
    parser.EndElementHandler = sizes.end
    parser.CharacterDataHandler = sizes.text

    def feed(block: bytes) -> None:
        parser.Parse(block, False)

    return feed


def place_of(cell: str) -> tuple[int, int]:
    """Return the row and the column of a cell, from 1. Raises: SourceError if no sheet has such a cell.

    >>> place_of("AA7")
    (7, 27)
    """
    found = CELL.fullmatch(cell)
    row, column = (int(found[2]), column_number(found[1])) if found else (0, 0)
    if not 0 < row <= ROWS or not 0 < column <= COLUMNS:
        raise SourceError(f"names a cell '{cell[:20]}', which no sheet has; save it anew, or as CSV.")
    return row, column


def column_number(letters: str) -> int:
    """Return the place of a column, from 1.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
