"""Where do the rows of some people lie, in order, until a fold reads them?

A segment is two files of the same rows, sorted by (person, at, interaction_id, name of the source). What every row has
and nearly every fold reads lies as it does in memory (Arrow), so that it is looked at where it is and nothing is
decoded or copied; all else is packed (Parquet).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.log.merge import column

COLUMNS = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),  # µs
        ("kind", pa.int16()),  # position in codes; -1: no interaction, the person merely became known
        ("channel", pa.int32()),
        ("activity", pa.int32()),  # -1 for none
        ("direction", pa.int8()),  # position in settling.SETTLED
        ("amount", pa.float64()),
        ("minutes", pa.float64()),
        ("score", pa.float64()),
        ("source", pa.int32()),
        ("import_no", pa.int64()),
        ("interaction_id", pa.string()),
        ("actor", pa.string()),
        ("counterpart", pa.string()),
        ("object", pa.string()),
        ("in_reply_to", pa.string()),
        ("text", pa.string()),
        ("device", pa.string()),
        ("by_staff", pa.bool_()),  # whether staff did it, as people do, and it was settled so; null for no
    ]
)
PLAIN = ("person", "at", "kind", "channel", "activity", "direction", "source", "interaction_id")
PARTS = tuple(pa.schema([field for field in COLUMNS if (field.name in PLAIN) is plain]) for plain in (True, False))
BATCH = 1_000_000  # plain rows, more than a bucket commonly has: a column in one piece is not copied
ROW_GROUP = 20_000  # packed rows: one person's are found by unpacking few of these


def write(segment: Path, size: int, rows: Callable[[pa.Schema, int, int], pa.Table]) -> None:
    """Write a segment. rows: gives those from one place up to another, with the columns of a schema."""
    for schema, file, most in zip(PARTS, files(segment), (BATCH, ROW_GROUP), strict=True):
        with writer(file, schema) as part:
            for first in range(0, size, most):
                part.write_table(rows(schema, first, min(first + most, size)))


def writer(file: Path, schema: pa.Schema) -> Any:
    """Open one of the files of a segment for writing."""
    if schema is PARTS[0]:
        return pa.ipc.new_file(str(file), schema)
    return pq.ParquetWriter(file, schema, compression="lz4", use_dictionary=["actor"], write_statistics=False)


def read(segment: Path, columns: Sequence[str], low: int, high: int) -> pa.Table:
    """Return some columns of a segment, of the people whose hashes are from `low` to `high`."""
    plain, packed = files(segment)
    with pa.memory_map(str(plain)) as file:
        rows = pa.ipc.open_file(file).read_all()  # nothing is read before it is looked at
    person = column(rows, "person")
    first, after = int(np.searchsorted(person, low)), int(np.searchsorted(person, high, "right"))
    found = rows.select([name for name in columns if name in PLAIN]).slice(first, after - first)
    rest = [name for name in columns if name not in PLAIN]
    if rest:
        unpacked = unpack(packed, rest, first, after)
        for name in rest:
            found = found.append_column(name, unpacked[name])
    return found.select(list(columns))


def first(segment: Path, person: int) -> int:
    """Return the row with which a person's begin in a segment."""
    with pa.memory_map(str(files(segment)[0])) as file:
        return int(np.searchsorted(column(pa.ipc.open_file(file).read_all(), "person"), person))


def unpack(file: Path, columns: list[str], first: int, after: int) -> pa.Table:
    """Return packed columns of the rows from one up to another."""
    begin = first // ROW_GROUP
    groups = range(begin, -(-after // ROW_GROUP))
    with pq.ParquetFile(file, memory_map=True, pre_buffer=False) as segment:
        rows = segment.read_row_groups(groups, columns=columns, use_threads=False)  # in the thread that asks
    return rows.slice(first - begin * ROW_GROUP, after - first)


def files(segment: Path) -> tuple[Path, Path]:
    """Return the files of a segment: of its plain columns, and of those that are packed."""
    return segment.with_name(f"{segment.name}.arrow"), segment.with_name(f"{segment.name}.parquet")
