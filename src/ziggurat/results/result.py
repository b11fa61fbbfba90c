"""What a study answers: a small table, the people behind every figure, and a chart."""

from __future__ import annotations

import importlib
import itertools
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base.errors import ExtraError, QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.schema import with_times
from ziggurat.results import notebook
from ziggurat.results.units import Column

if TYPE_CHECKING:
    import pandas
    import polars

# Where a study that takes minutes says how far it is: what it is at, and the share that is done, 0 to 1.
PROGRESS: ContextVar[Callable[[str, float], None]] = ContextVar("progress", default=lambda label, share: None)
# An answer is kept for all who ask the same, and its members are read over one connection, which serves one at a time.
READING = threading.Lock()
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # wide ones: where they are typed so
# What a spreadsheet of some locale would take for the end of a cell or a line, and space that it would strip.
QUOTED = re.compile(r"[\",;|\t\r\n\v\f\x85\u2028\u2029]|^\s|\s$")


class Absence(Protocol):
    """What tells why a result says nothing, and what would change that."""

    def __call__(self, given: Mapping[str, Any], /) -> str:
        """Return a sentence or two. given: the tables and options of the study, by name."""


@dataclass(frozen=True)
class Result:
    """Base of every study's answer.

    table: one small Arrow table, the columns of which are declared in `columns`.
    members: a lazy frame with `person_id` and the key columns of `table`, so that any row opens to its people.
    asked: the options the study was asked with, as text.
    notes: sentences for whoever reads the answer: what is left out of it, and why.
    empty: where it is `blank`, why that is, and what would change it: a sentence or two; else nothing.
    absence: what tells that, from tables and options by name, as `facts.absence` declares it.
    wholes: column → what is meant where it names nothing, such as all channels.
    """

    columns: ClassVar[Mapping[str, Column]] = {}
    keys: ClassVar[tuple[str, ...]] = ()  # the columns of `table` by which `members` is filtered
    absence: ClassVar[Absence | None] = None
    wholes: ClassVar[Mapping[str, str]] = {}

    table: pa.Table
    members: nw.LazyFrame[Any]
    asked: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    empty: str = field(default="", kw_only=True)

    @property
    def blank(self) -> bool:
        """Whether no row says anything."""
        return not any(self.says(row) for row in self.rows())

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row says anything; one that is there whatever the log holds may say nothing."""
        return True

    def rows(self) -> list[dict[str, Any]]:
        """Return the table as a list of dicts."""
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return rows

    def worded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row of the table as it is read: with words where it is about all of something."""
        return dict(row) | {name: words for name, words in self.wholes.items() if row[name] is None}

    def people(self, **row: Any) -> nw.LazyFrame[Any]:
        """Return the people behind the rows that match the given key columns, lazily.

        Raises: QuestionError if a name is no key column of this result.
        """
        frame = self.members
        for name, value in row.items():
            if name not in self.keys:
                raise QuestionError(
                    f"{type(self).__name__} can't be opened by '{name}'{suggest(name, self.keys) or '.'} "
                    f"Its people can be opened by: {', '.join(self.keys) or 'nothing'}."
                )
            column = nw.col(name)
            frame = frame.filter(column.is_null() if value is None else column == value)
        return frame

    def chart(self) -> alt.TopLevelMixin:
        """Draw the table."""
        raise NotImplementedError

    def to_csv(self, path: str | Path) -> None:
        """Write the table as CSV (UTF-8) in which no cell can start a formula in a spreadsheet."""
        write_csv(path, self.table.column_names, (row.values() for row in self.rows()))

    def to_parquet(self, path: str | Path) -> None:
        """Write the table as Parquet."""
        pq.write_table(self.table, path)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the table as a pandas frame, instants as times in UTC. Raises: ExtraError without pandas."""
        require("pandas")
        return with_times(self.table).to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Return the table as a Polars frame, instants as times in UTC. Raises: ExtraError without Polars."""
        frame: polars.DataFrame = require("polars").from_arrow(with_times(self.table))
        return frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table, instants as times in UTC, to any reader of Arrow: DuckDB, Polars, pandas, PyArrow."""
        return with_times(self.table).__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        """Show the chart and the first rows in a notebook."""
        return notebook.to_html(
            type(self).__name__,
            self.chart() if self.table.num_rows else None,
            self.rows(),
            (*self.notes, *filter(None, [self.empty])),
        )


def require(name: str) -> ModuleType:
    """Return a library of frames. Raises: ExtraError if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ExtraError(f"{name} is not installed; `pip install {name}`, or take `table`, which is Arrow.") from error


def read(made: Callable[[], nw.LazyFrame[Any]]) -> pa.Table:
    """Return the rows of what is made of an answer's members, made and run while nobody else reads from an answer."""
    with READING:
        table: pa.Table = made().collect(backend="pyarrow").to_native()
    return table


def safe_cell(value: Any) -> Any:
    """Return the value as a spreadsheet may read it: text that would start a formula gets a leading apostrophe.

    Source: OWASP, CSV Injection.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-3), safe_cell("ana")
    ("'=HYPERLINK(1)", -3, 'ana')
    """
    if isinstance(value, (list, tuple)):
        value = " ".join(str(item) for item in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_csv(path: str | Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write rows as CSV, each text cell made safe against formula injection."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        for row in itertools.chain([header], rows):
            cells = [csv_cell(value) for value in row]
            file.write((",".join(cells) if cells != [""] else '""') + "\r\n")


def csv_cell(value: Any) -> str:
    """Write a value as a cell of CSV, quoted where a spreadsheet of any locale would split it.

    >>> csv_cell("Eva;=1+1"), csv_cell("=1"), csv_cell(0.5), csv_cell(None)
    ('"Eva;=1+1"', "'=1", '0.5', '')
    """
    safe = safe_cell(value)
    if not isinstance(safe, str):
        return "" if safe is None else repr(safe) if isinstance(safe, float) else str(safe)
    return '"' + safe.replace('"', '""') + '"' if QUOTED.search(safe) else safe
