"""Which lines of a CSV file are so plain that Arrow can split a whole block of them at once?

Python's reader forgives and explains what no exporter should write, a row at a time. Most files have nothing to
forgive. A block of them is split by Arrow where that must give the same cells: each row has as many as the header, a
quotation mark opens and closes a cell or there is none, and no cell spans lines. Any other block is given back.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ziggurat.sources.chunk import Chunk
from ziggurat.sources.limits import Limits

LOOKED = 1 << 16  # characters of a block that are looked at before all of it
SIZE = 8 << 20  # characters of a block
MARK = "\ufeff"  # which Arrow passes over at the beginning of a block
ENDS = ("\n", "\r")
OF_A_ROW = 128  # characters that a row is thought to have where few rows are asked for


class Blocks:
    """The text of a file, by lines or by blocks of whole lines. A block may be given back, to be read by lines.

    lines: that were read so far. passed: those of them in blocks that were not given back.
    """

    def __init__(self, file: io.TextIOWrapper, limits: Limits) -> None:
        self.file = file
        self.size = max(1, min(SIZE, limits.characters, limits.rows * OF_A_ROW))
        self.longest = limits.line
        self.given_back = io.StringIO(newline="")
        self.waiting = False
        self.lines = self.passed = 0

    def readline(self, size: int) -> str:
        """Return the next line with its end, or the first characters of one that is longer; nothing at the end."""
        line = self.given_back.readline(size) if self.waiting else ""
        if len(line) < size and not line.endswith(ENDS):
            self.waiting = False  # the block that was given back is at its end; a long line may go on in the file
            line += self.file.readline(size - len(line))
        self.lines += line.endswith(ENDS)
        return line

    def block(self) -> str:
        """Return the next lines, whole but for one that is too long; nothing at the end."""
        text = self.file.read(self.size)
        return text if text.endswith("\n") or not text else text + self.file.readline(self.longest + 1)

    def give_back(self, text: str) -> None:
        """Take back a block, to be read by lines."""
        self.given_back = io.StringIO(text, newline="")
        self.waiting = True

    def passes(self, count: int) -> int:
        """Count the lines of a block that is not given back, and return the number of its first."""
        first = self.lines + 1
        self.lines += count
        self.passed += count
        return first


def split(text: str, names: list[str], delimiter: str, limits: Limits) -> pa.Table | None:
    """Return the cells of a block of lines, or None where they are not plain. Empty cells are empty text."""
    if len(names) < 2 or not is_plain(text, delimiter, limits):
        return None
    try:
        data = text.encode()
    except UnicodeEncodeError:  # bytes that the encoding does not know
        return None
    places = [str(place) for place in range(len(names))]
    try:
        return csv.read_csv(
            pa.BufferReader(data),
            csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=places),
            csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:  # a row of more or fewer cells
        return None


def is_plain(text: str, delimiter: str, limits: Limits) -> bool:
    """Say whether lines hold nothing that Python's reader and Arrow's could take in two ways."""
    if "\0" in text or text.startswith(MARK) or text.count("\r") != text.count("\r\n"):
        return False
    if "\n\n" in text or "\n\r\n" in text or text.startswith(ENDS):  # beneath which another table may begin
        return False
    if '"' in text:
        cut = re.escape(delimiter)
        whole = rf'(?:(?<=[{cut}\n])|\A)"(?:[^"\r\n]|"")*"(?=[{cut}\r\n]|\Z)'
        first = text[: text.find("\n", LOOKED) + 1 or len(text)]  # where cells span lines, they soon do
        if any('"' in re.sub(whole, "", some) for some in (first, text)):
            return False
    return len(text) <= limits.line or max(map(len, text.split("\n"))) < limits.line


def rows_that_say(table: pa.Table, names: list[str]) -> tuple[pa.Table, pa.Array]:
    """Return the rows that say something, and their places: those of empty cells, and the header again, do not."""
    says, again = pa.scalar(False), pa.scalar(True)
    for name, column in zip(names, table.itercolumns(), strict=True):
        says = pc.or_(says, pc.not_equal(pc.utf8_trim_whitespace(column), ""))
        again = pc.and_(again, pc.equal(column, name))
        if pc.all(says).as_py() and not pc.any(again).as_py():
            return table, pa.array(range(len(table)), pa.int64())
    kept = pc.and_not(says, again).combine_chunks()
    return table.filter(kept), pc.indices_nonzero(kept).cast(pa.int64())


def chunks(table: pa.Table, names: list[str], first: int, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of a block as chunks, of which one may be empty; first: the number of its first line."""
    rows, places = rows_that_say(table, names)
    lines = pc.add(places, first)
    most = max(1, min(limits.rows, limits.cells // len(names)))
    for start in range(0, max(1, len(rows)), most):
        columns = [column.slice(start, most).combine_chunks() for column in rows.itercolumns()]
        yield Chunk(dict(zip(names, columns, strict=True)), lines.slice(start, most))
