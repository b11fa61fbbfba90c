"""Writing what is worked out, whole or not at all, and naming it by what it depends on."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base import durable

ROWS = 60_000  # of a row group
SEARCHED = ["person_id", "person", "since"]  # statistics of other columns would help no reader


def write(path: Path, parts: Iterator[pa.Table], empty: pa.Table) -> None:
    """Write parts as one Parquet file that appears when it is whole; without any part, a file with no rows.

    Some buckets make a row group, because one costs as much for each of its columns as many rows.
    """
    first = next(parts, empty)
    words = [field.name for field in first.schema if pa.types.is_dictionary(field.type)]
    new = path.with_suffix(f".{uuid.uuid4().hex}")
    options = {"compression": "lz4", "use_dictionary": words, "write_statistics": SEARCHED}
    try:
        with pq.ParquetWriter(new, first.schema, **options) as writer:
            waiting = [first]
            for part in parts:
                if sum(one.num_rows for one in waiting) + part.num_rows > ROWS:
                    writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
                    waiting.clear()
                waiting.append(part)
            writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
        durable.sync([new])
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def digest(*values: Any) -> str:
    """Return a short hash of declarations."""
    encoded = msgspec.json.encode([msgspec.to_builtins(value, str_keys=True) for value in values])
    return hashlib.blake2b(encoded, digest_size=8).hexdigest()
