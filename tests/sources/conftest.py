"""Read a table written as text: the file is in the test, and so is what it becomes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ziggurat.base import kinds, schema
from ziggurat.sources import files
from ziggurat.sources.limits import LIMITS, Limits
from ziggurat.sources.mapping import Mapping

KINDS = kinds.load()
RECEIVED = datetime(2026, 2, 1, tzinfo=UTC)
VISITS = Mapping(
    fields={"at": "at", "actor": "who"}, constants={"channel": "web", "kind": "visited"}, namespaces={"actor": "email"}
)


@dataclass(frozen=True)
class Taken:
    """All that a file became."""

    tables: dict[str, pa.Table]
    skipped: int
    batches: int
    read: list[float]

    def rows(self, table: str, *columns: str) -> list[Any]:
        """Return rows of a table: dicts, or bare values where one column is named, or tuples where several are."""
        rows = self.tables[table].to_pylist()
        if len(columns) == 1:
            return [row[columns[0]] for row in rows]
        return [tuple(row[name] for name in columns) for row in rows] if columns else rows

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return self.rows("rejected", "line", "reason")


def take(path: Path, mapping: Mapping = VISITS, limits: Limits = LIMITS) -> Taken:
    """Read a whole file."""
    batches = list(files.read(path, mapping, "shop", kinds=KINDS, received_at=RECEIVED, limits=limits))
    for batch in batches:
        assert set(batch.tables) <= set(schema.LOGGED)
        for name, table in batch.tables.items():
            assert table.schema == schema.LOGGED[name]
    tables = {
        name: pa.concat_tables([empty.empty_table(), *(b.tables[name] for b in batches if name in b.tables)])
        for name, empty in schema.LOGGED.items()
    }
    return Taken(tables, sum(b.skipped for b in batches), len(batches), [b.read for b in batches])


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Return a function that writes a file from indented text, or from bytes as they are."""

    def write(content: str | bytes, name: str = "visits.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).lstrip("\n").encode())
        return path

    return write


@pytest.fixture
def seen(written: Any) -> Iterator[Any]:
    """Return a function that writes a file and reads it."""

    def read(
        content: str | bytes, mapping: Mapping = VISITS, name: str = "visits.csv", limits: Limits = LIMITS
    ) -> Taken:
        return take(written(content, name), mapping, limits)

    yield read
