"""Which rows could not be taken, and why? They go out as CSV, are mended in a spreadsheet, and come in again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from ziggurat.results.result import write_csv
from ziggurat.sources.delimited import guard

ADDED = ("ziggurat_line", "ziggurat_reason")


def export(rejected_rows: pa.Table, path: str | Path) -> int:
    """Write rejected rows (`schema.REJECTED`) as CSV: their own columns, after `ziggurat_line` and `ziggurat_reason`.

    Mended, the file can be read again with the same mapping: the added columns are ignored, and the apostrophe that
    keeps a spreadsheet from taking a cell for a formula is taken away. A line that could not be split into cells at all
    stands in the column `ziggurat_text`; its cells have to be filled in by hand. Rows of several files are best
    exported one file at a time, since their columns differ. Returns: the number of rows.
    """
    names: dict[str, None] = {}
    for row in decode_rows(rejected_rows):
        names.update(dict.fromkeys(row))
    notes = zip(rejected_rows["line"].to_pylist(), rejected_rows["reason"].to_pylist(), strict=True)
    rows = (
        [line, reason, *(guard(row.get(name) or "") for name in names)]
        for (line, reason), row in zip(notes, decode_rows(rejected_rows), strict=True)
    )
    write_csv(path, [*ADDED, *map(guard, names)], rows)
    return len(rejected_rows)


def decode_rows(rejected_rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the original rows, header → text, one at a time."""
    for batch in rejected_rows.select(["row"]).to_batches(max_chunksize=1_000):
        for row in batch.column(0).to_pylist():
            yield msgspec.json.decode(row, type=dict[str, Any])
