"""How much of a file is taken at once, and what is too much: no file may use unbounded memory or time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The bounds that every reader keeps. Sizes are in characters or bytes, as said.

    rows, cells, characters: a chunk ends at whichever comes first.
    line: characters in one line, and in one row that spans several lines; a longer one is rejected.
    columns: columns in one file; a file with more is refused.
    rereads: how many unclosed quotes are forgiven one by one; after that, all the lines that one swallows
        are rejected.
    unpacked: bytes that a packed file (gz, xlsx) may unpack to, and ratio: how many times its own size beyond `free`.
    sheet_cells, sheet_text: cells (rows × columns, empty ones too) and characters of one XLSX sheet.
    row_group: uncompressed bytes of one Parquet row group.
    memory: bytes that reading an XLSX or Parquet file may take, and seconds: of processor time up to the next chunk.
    """

    rows: int = 65_536
    cells: int = 4_000_000
    characters: int = 32 << 20
    line: int = 1 << 20
    columns: int = 2_000
    rereads: int = 200
    unpacked: int = 16 << 30
    ratio: int = 200
    free: int = 256 << 20
    sheet_cells: int = 20_000_000
    sheet_text: int = 512 << 20
    row_group: int = 2 << 30
    memory: int = 2 << 30
    seconds: int = 300

    def full(self, rows: int, columns: int, characters: int) -> bool:
        """Say whether a chunk of this size is full."""
        return rows >= self.rows or rows * columns >= self.cells or characters >= self.characters


LIMITS = Limits()
