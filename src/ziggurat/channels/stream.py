"""How are the people behind a study of journeys opened without holding them all?

Their rows are folded anew each time they are asked for, a few buckets at a time, by whatever reads them: a study's own
table and each of its figures. So a result holds no more than its table, however many people there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.results.tables import frame


@dataclass(frozen=True)
class Stream:
    """Rows made batch by batch each time they are read, by the Arrow PyCapsule protocol."""

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader = pa.RecordBatchReader.from_batches(self.schema, self.batches())
        return reader.__arrow_c_stream__(requested_schema)


def lazy(schema: pa.Schema, batches: Callable[[], Iterator[pa.RecordBatch]]) -> nw.LazyFrame[Any]:
    """Return a lazy frame of rows that are made anew each time they are read."""
    return frame(engine.connect().from_arrow(Stream(schema, batches)))
