"""How does a file become rows of the log? The reader is chosen by content, the mapping says what each column means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.endless import is_endless
from ziggurat.base.errors import SourceError, suggest
from ziggurat.base.kinds import Kinds
from ziggurat.sources import addresslist, chatlines, delimited, jsonlines, sandbox, text
from ziggurat.sources.batch import Batch
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.convert import convert
from ziggurat.sources.jsonlists import ASSIGNED
from ziggurat.sources.limits import LIMITS, Limits
from ziggurat.sources.mapping import Mapping, check
from ziggurat.sources.reading import Reading

READERS: dict[str, Callable[[Path, Mapping, Limits], Iterator[Chunk]]] = {
    "addresses": addresslist.read,
    "whatsapp": chatlines.read,
    "csv": delimited.read,
    "jsonl": jsonlines.read,
    "parquet": partial(sandbox.read, "parquet"),
    "xlsx": partial(sandbox.read, "xlsx"),
}
JSON_NAMES = (".jsonl", ".ndjson", ".json")
PREVIEWED = datetime(1970, 1, 1, tzinfo=UTC)  # stands for the time of receipt in a preview, which receives nothing
CSV_NAMES = (".csv", ".tsv", ".tab", ".txt", ".psv")


@dataclass(frozen=True)
class Preview:
    """The first rows of a file as they would be logged.

    tables: logged table name → rows, `rejected` with the reasons among them. skipped: rows left out on purpose.
    """

    tables: dict[str, pa.Table]
    skipped: int


def read(
    path: str | Path,
    mapping: Mapping,
    source: str,
    *,
    kinds: Kinds,
    received_at: datetime,
    name: str | None = None,
    home: str = "UTC",
    limits: Limits = LIMITS,
) -> Iterator[Batch]:
    """Read a CSV, TSV, XLSX, JSON Lines or Parquet file as a stream of batches, in bounded memory.

    source: name under which the rows are logged. received_at: when they came in; it must have a zone. name: the file's
    name as `rejected` shows it, where it is not that of the path. home: zone in which bare dates stay on their day.
    Wrong rows never raise: they are in `rejected`.
    Raises: SourceError if the file as a whole can't be read or lacks a column that the mapping names;
    DeclarationError if the mapping itself is wrong. Both come before the first batch, but for damage below.
    """
    path = Path(path)
    check(mapping, kinds, f"[sources.{source}]")
    reading = Reading(mapping, kinds, source, name or path.name, received_at, home)
    for place, chunk in enumerate(chunks(path, mapping, limits)):
        if place == 0:
            check_columns(chunk, mapping, reading.file, file_format(path, limits))
        yield convert(chunk, reading)


def chunks(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of a file as text. Raises: SourceError."""
    try:
        yield from READERS[file_format(path, limits)](path, mapping, limits)
    except OSError as error:
        raise SourceError(f"{path.name}: {error.strerror or error}; check the name and try again.") from error


def file_format(path: Path, limits: Limits = LIMITS) -> str:
    """Say what a file is by its content, and by its name where that leaves a choice: addresses, csv, jsonl,
    parquet, whatsapp or xlsx.

    Raises: SourceError if it is none of these, or is not there.
    """
    try:
        if is_endless(path):
            raise SourceError(f"{path.name}: is a pipe or a device, not a file; save what it gives as a file first.")
        head = text.beginning(path, limits)
    except OSError as error:
        raise SourceError(f"{path.name}: {error.strerror or error}; check the name and try again.") from error
    names = [suffix.lower() for suffix in path.suffixes]
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if not head:
        raise SourceError(f"{path.name}: is empty; there is nothing to read.")
    if any(name in JSON_NAMES for name in names):
        return "jsonl"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml")):
        raise SourceError(f"{path.name}: is a web page or XML, not a table; export it as CSV or XLSX.")
    if ".js" in names and ASSIGNED.match(start.decode("utf-8", "replace")):
        return "jsonl"
    if start.startswith(b"{") and not any(name in CSV_NAMES for name in names):
        return "jsonl"
    if chatlines.is_chat(text.first_lines(path, limits)):
        return "whatsapp"
    return "addresses" if b"@" in head and addresslist.is_list(text.first_lines(path, limits)) else "csv"


def check_columns(chunk: Chunk, mapping: Mapping, name: str, form: str) -> None:
    """Raises: SourceError if the mapping names a column that the file lacks. JSON Lines may show a column later."""
    if form == "jsonl":
        return
    for column in [*mapping.columns(), *mapping.key]:
        if column not in chunk.columns:
            known = ", ".join(f"'{known}'" for known in list(chunk.columns)[:30])
            raise SourceError(
                f"{name}: has no column '{column}', which the mapping names{suggest(column, chunk.columns) or '.'} "
                f"Its columns are: {known}."
            )


def headers(path: str | Path, mapping: Mapping | None = None, *, limits: Limits = LIMITS) -> list[str]:
    """Return the names of a file's columns, as a mapping names them. Raises: SourceError if it can't be read."""
    return list(sample(Path(path), mapping or Mapping(), 50, limits).columns)


def sheets(path: str | Path, *, limits: Limits = LIMITS) -> list[str]:
    """Return the names of a workbook's sheets. Raises: SourceError if it can't be read."""
    return sandbox.sheets(Path(path), limits)


def sample(path: Path, mapping: Mapping, rows: int, limits: Limits = LIMITS) -> Chunk:
    """Return the first rows of a file as text. Raises: SourceError if it can't be read."""
    few = replace(limits, rows=rows)
    found: Chunk | None = None
    for chunk in chunks(path, mapping, few):
        found = chunk
        if len(chunk) or chunk.broken:
            break
    if found is None:
        raise SourceError(f"{path.name}: is empty; there is nothing to read.")
    return found


def preview(
    path: str | Path,
    mapping: Mapping,
    kinds: Kinds,
    rows: int = 20,
    *,
    name: str | None = None,
    home: str = "UTC",
    received_at: datetime = PREVIEWED,
    limits: Limits = LIMITS,
) -> Preview:
    """Return the first rows as they would be logged, with the rejected ones and their reasons. Raises: as `read`.

    received_at: when they would come in, for days that state no year.
    """
    path = Path(path)
    check(mapping, kinds, "the mapping")
    chunk = sample(path, mapping, rows, limits)
    check_columns(chunk, mapping, name or path.name, file_format(path, limits))
    reading = Reading(mapping, kinds, "preview", name or path.name, received_at, home)
    batch = convert(chunk, reading)
    return Preview(
        {table: batch.tables.get(table, to.empty_table()) for table, to in schema.LOGGED.items()}, batch.skipped
    )
