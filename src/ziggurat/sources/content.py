"""Which row is this? One that has no id of its own gets one from what it says."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources.cells import json_objects

MADE = "c[0-9a-f]{24}"  # the form of such an id; the second of equal rows has -2 behind it, and so on


def content_ids(values: dict[str, pa.Array]) -> pa.Array:
    """Return an id for each row made from what it says: 'c' and 24 hex digits.

    The id rests on the values as read, sorted by field: neither the order of columns or rows, nor how a date is
    written, nor the version of any library changes it. Rows that say the same have the same id here; the log
    numbers those that one file holds, for they are so many interactions.
    """
    canonical = [(name, canonical_text(values[name])) for name in sorted(values) if name != "interaction_id"]
    rows = json_objects(canonical, len(next(iter(values.values())))).to_pylist()
    return pa.array([f"c{hashlib.blake2b(row.encode(), digest_size=12).hexdigest()}" for row in rows], pa.string())


def canonical_text(column: pa.Array) -> pa.Array:
    """Write a column as text that no library version writes otherwise: times and numbers by their bits."""
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64()).cast(pa.string())
    if pa.types.is_floating(column.type):
        return pc.add(column, 0.0).view(pa.int64()).cast(pa.string())
    return column
