"""How is a Parquet file read? Batch by batch, every type as text: a list or a struct as JSON, a time in ISO form."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base.errors import SourceError
from ziggurat.sources.chunk import Broken, Chunk, unique
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows, counted from 1. Times with a zone come in UTC with a Z; bytes that are no UTF-8 come in base64.

    Raises: SourceError if the file is damaged, has too many columns, or a row group is too large to hold in memory.
    """
    try:
        texts = text_columns(pq.read_schema(path))
        # As dictionaries, because a text that is stored once can stand in a million rows: its rows are counted first.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            check(file, path.name, limits)
            yield from chunks(file, mapping.decimal, limits)
    except MemoryError:
        raise  # nothing is wrong with the file but its size; Arrow's own error of that kind is no other's
    except (pa.ArrowException, OSError, ValueError) as error:
        why = " ".join(str(error).split())  # some end in a line break
        raise SourceError(
            f"{path.name}: the Parquet file can't be read ({why}); write it anew and try again."
        ) from error


def text_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of text or bytes that stand at the top."""
    return [field.name for field in schema if is_text(field.type)]


def is_text(kind: pa.DataType) -> bool:
    """Say whether a type is text or bytes of any length."""
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def check(file: pq.ParquetFile, name: str, limits: Limits) -> None:
    """Raises: SourceError if the file has no or too many columns, or a row group that is too large."""
    width = file.metadata.num_columns
    if width > limits.columns:
        raise SourceError(f"{name}: has {width:,} columns; at most {limits.columns:,} can be read. Write fewer.")
    if width == 0:
        raise SourceError(f"{name}: has no columns; write at least one.")
    for place in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(place)
        values = max(group.column(column).num_values for column in range(width))
        if group.total_byte_size > limits.row_group or values * 4 > limits.row_group:
            raise SourceError(
                f"{name}: a row group is larger than {limits.row_group >> 20} MiB; write smaller row groups."
            )


def chunks(file: pq.ParquetFile, decimal: str, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows in chunks that are bounded in text as well as in rows; a row that is too long is rejected."""
    names = unique(file.schema_arrow.names)
    total, line = max(file.metadata.num_rows, 1), 1
    size = min(limits.rows, max(1, limits.cells // len(names)))
    empty = {name: pa.array([], pa.string()) for name in names}
    yield Chunk(empty, pa.array([], pa.int64()), [], 0.0)
    for batch in file.iter_batches(batch_size=size):
        sizes = row_sizes(batch)
        lines = np.arange(line, line + len(batch))
        line += len(batch)
        fits = sizes <= limits.line
        parts = np.cumsum(np.where(fits, sizes, 0)) // limits.characters
        why = f"the row is longer than {limits.line:,} characters"
        broken = [Broken(int(number), why, {}) for number in lines[~fits]]
        for part in np.unique(parts):
            rows = np.flatnonzero((parts == part) & fits)
            piece = batch.take(pa.array(rows))
            columns = {name: as_text(column, decimal) for name, column in zip(names, piece.columns, strict=True)}
            yield Chunk(columns, pa.array(lines[rows], pa.int64()), broken, min(line / total, 1.0))
            broken = []


def row_sizes(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Return how many bytes of text each row would have."""
    sizes = np.zeros(len(batch), np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and is_text(column.type.value_type):
            lengths = pc.binary_length(column.dictionary).take(column.indices)
        elif is_text(column.type):
            lengths = pc.binary_length(column)
        else:
            continue
        sizes += lengths.fill_null(0).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return sizes


def as_text(column: pa.Array, decimal: str) -> pa.Array:
    """Write a column of any type as text; numbers that are no text get the decimal sign of the mapping."""
    if pa.types.is_dictionary(column.type):
        return as_text(column.dictionary, decimal).take(column.indices)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column, kind = column.cast(pa.large_binary()), pa.string()
        try:
            column = column.cast(kind)  # what calls itself text may hold other bytes
        except pa.ArrowInvalid:
            kind = pa.large_binary()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([bytes_text(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind):
        text = column.cast(pa.timestamp("us", kind.tz), safe=False)
        return pc.binary_join_element_wise(text.cast(pa.timestamp("us")).cast(pa.string()), "Z" if kind.tz else "", "")
    if pa.types.is_floating(kind):
        written = [None if value is None else number_text(value, decimal) for value in column.to_pylist()]
        return pa.array(written, pa.string())
    try:
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else json_text(value) for value in column.to_pylist()], pa.string())
    return (
        pc.replace_substring(text, ".", decimal) if pa.types.is_decimal(kind) else pc.replace_substring(text, "\0", "")
    )


def number_text(value: float, decimal: str) -> str:
    """Write a floating number, a whole one without a fraction."""
    whole = value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value).replace(".", decimal)


def bytes_text(value: bytes | None) -> str | None:
    """Write bytes as the text that they are, or else in base64."""
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value or b"").decode()


def json_text(value: Any) -> str:
    """Write a list, a struct or a map as JSON."""
    return msgspec.json.encode(value, enc_hook=str).decode()
