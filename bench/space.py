"""How does a generated log become a workspace, as much of it as is wanted?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench.sql_history import LADDER
from ziggurat.base import schema
from ziggurat.settings.config import Config
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

BATCH = 200_000  # rows


def create(folder: Path) -> Workspace:
    """Make an empty workspace whose only ladder is the measured one."""
    space = Workspace.create(folder, Config(ladders=("bench",)))
    shutil.copy(LADDER, folder / "ladders" / "bench.toml")
    return space


def bring(space: Workspace, log: Path, first: int, last: int) -> dict[str, Any]:
    """Import the rows from `first` up to but not including `last`."""
    return space.import_batches(batches(log, first, last), source="bench", name=f"rows {first} to {last}")


def batches(log: Path, first: int, last: int) -> Iterator[Batch]:
    """Yield those rows of the log, with every column that a log has."""
    begin = 0
    for batch in pq.ParquetFile(log).iter_batches(BATCH):
        end = begin + batch.num_rows
        low, high = max(first, begin), min(last, end)
        if low < high:
            yield Batch({"interactions": whole(pa.table(batch.slice(low - begin, high - low)))})
        begin = end


def whole(table: pa.Table) -> pa.Table:
    """Return a table with all columns of `schema.INTERACTIONS`, null where it has none."""
    columns = [
        table[field.name] if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in schema.INTERACTIONS
    ]
    return pa.table(columns, schema=schema.INTERACTIONS)
