"""How does a study take tables, whatever frame they are, and how does its answer become a small Arrow table?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import narwhals as nw
import pyarrow as pa
from narwhals.typing import IntoFrame

from ziggurat.base import declare
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import moment
from ziggurat.base.schema import INSTANT, ZONE
from ziggurat.results.units import Column

Frame: TypeAlias = IntoFrame | nw.LazyFrame[Any]  # any table that Narwhals takes: DuckDB, Spark, Polars, pandas, Arrow
TYPES = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": INSTANT,
}


def frame(table: Frame) -> nw.LazyFrame[Any]:
    """Return any table that Narwhals takes (DuckDB, Spark, Polars, pandas, Arrow) as a lazy frame."""
    lazy: nw.LazyFrame[Any] = nw.from_native(table).lazy()
    return lazy


def collect(lazy: nw.LazyFrame[Any], *columns: str) -> pa.Table:
    """Run a lazy frame and return the named columns as an Arrow table."""
    arrow: pa.Table = lazy.select(*columns).collect(backend="pyarrow").to_native()
    return arrow.select(list(columns))


def zone(table: Frame) -> str:
    """Return the name of the time zone in a table as `schema.ZONE`, UTC where it has no row.

    Raises: DeclarationError if there is no zone of that name.
    """
    names = collect(frame(table), *ZONE.names)["timezone"].to_pylist()
    return declare.zone(names[0], "the table of the zone", "timezone") if names else "UTC"


def inside(table: Frame, names: Iterable[str], since: int, until: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table whose `day` begins within (since, until], µs, with the named columns."""
    first, last = moment(since).date(), moment(until).date()
    for row in collect(frame(table), *names).to_pylist():
        if row["day"] is not None and first < row["day"] <= last:
            yield {name: None if value != value else value for name, value in row.items()}  # pandas has nan for null


def from_rows(columns: Mapping[str, Column], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Build a result's table: the declared columns in their order, instants (int64 microseconds) as UTC timestamps."""
    return pa.Table.from_pylist(list(rows), schema=schema_of(columns))


def schema_of(columns: Mapping[str, Column]) -> pa.Schema:
    """Return the schema of a table with some columns."""
    return pa.schema([(name, TYPES[column.type]) for name, column in columns.items()])


def at_least(option: str, value: float, least: float) -> None:
    """Check a number option. Raises: QuestionError that names the option and its least value."""
    if not value >= least:
        raise QuestionError(f"`{option}` is {value}, but must be at least {least}.")


def within(option: str, value: float, least: float, most: float) -> None:
    """Check a number option. Raises: QuestionError that names the option, its least and its greatest value."""
    if not least <= value <= most:
        raise QuestionError(f"`{option}` is {value}, but must be from {least} to {most}.")


def write_options(**options: Any) -> dict[str, str]:
    """Write the options of a question as text; instants are named at, since, until or compare_at."""
    instants = {"at", "since", "until", "compare_at"}
    return {
        name: moment(value).isoformat() if name in instants else str(value)
        for name, value in options.items()
        if value is not None
    }
