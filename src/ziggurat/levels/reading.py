"""How is a ladder's table read as of an instant?

What every study of a ladder shares: which rows of `levels` stand at an instant, whom of `people` counts, what a climb
is, and how an answer becomes a small Arrow table. Nothing here or above it sees a row that begins after the instant,
and a row that ends after it is open: what is said of an instant never depends on anything later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import pyarrow as pa

from ziggurat.errors import QuestionError, suggest
from ziggurat.levels.instant import moment
from ziggurat.schema import INSTANT

BENEATH = -1  # beneath level 0: an anonymous observer (pyramid), or someone not known yet (moves)
TYPES = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": INSTANT,
}


def frame(table: Any) -> nw.LazyFrame[Any]:
    """Return any table that Narwhals takes (DuckDB, Spark, Polars, pandas, Arrow) as a lazy frame."""
    lazy: nw.LazyFrame[Any] = nw.from_native(table).lazy()
    return lazy


def on_ladder(table: Any, ladder: str, at: int) -> nw.LazyFrame[Any]:
    """Return the rows of `levels` or `standings` of one ladder that had begun by `at`, levels as int64."""
    rows = frame(table).filter(nw.col("ladder") == ladder, nw.col("since") <= at)
    return rows.with_columns(nw.col("level").cast(nw.Int64()))


def standing(levels: Any, ladder: str, at: int) -> nw.LazyFrame[Any]:
    """Return the one row of `levels` per person that stands at `at`; people not known by then have none."""
    return on_ladder(levels, ladder, at).filter(nw.col("until").is_null() | (nw.col("until") > at))


def known(people: Any) -> nw.LazyFrame[Any]:
    """Return person_id and name of those who sit on a ladder: neither staff nor anonymous."""
    return frame(people).filter(~nw.col("staff"), ~nw.col("anonymous")).select("person_id", "name")


def climbs() -> nw.Expr:
    """Tell whether a row of `levels` began with a climb: from a lower level, or from nowhere straight onto a level."""
    return (nw.col("change") == "climb") | ((nw.col("change") == "first") & (nw.col("level") > 0))


def collect(lazy: nw.LazyFrame[Any], *columns: str) -> pa.Table:
    """Run a lazy frame and return the named columns as an Arrow table."""
    arrow: pa.Table = lazy.select(*columns).collect(backend="pyarrow").to_native()
    return arrow.select(list(columns))


def answer(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Build a result's table: the declared columns in their order, instants (int64 microseconds) as UTC timestamps."""
    schema = pa.schema([(name, TYPES[kind]) for name, kind in columns.items()])
    return pa.Table.from_pylist(list(rows), schema=schema)


def name_of(names: Sequence[str], level: int) -> str:
    """Return the name of a level. Raises: QuestionError if the table holds a level that the ladder does not."""
    if not 0 <= level < len(names):
        raise QuestionError(
            f"The level history holds level {level}, but this ladder ends at level {len(names) - 1} "
            f"({names[-1] if names else 'none'}); refresh the history or name every level."
        )
    return names[level]


def level_of(names: Sequence[str], level: int | str) -> int:
    """Return the number of a level given as number or name. Raises: QuestionError with the nearest name if unknown.

    >>> level_of(["Known", "Following", "Endorsing"], "endorsing")
    2
    """
    by_name = {name.casefold(): number for number, name in enumerate(names)}
    text = str(level).strip()
    number = by_name.get(text.casefold(), int(text) if text.isdecimal() else -1)
    if not 0 <= number < len(names):
        raise QuestionError(f"no level '{level}'{suggest(text, names) or '.'} The levels are: {', '.join(names)}.")
    return number


def at_least(option: str, value: float, least: float) -> None:
    """Check a number option. Raises: QuestionError that names the option and its least value."""
    if not value >= least:
        raise QuestionError(f"`{option}` is {value}, but must be at least {least}.")


def asked(**options: Any) -> dict[str, str]:
    """Write the options of a question as text; instants are named at, since, until or compare_at."""
    instants = {"at", "since", "until", "compare_at"}
    return {
        name: moment(value).isoformat() if name in instants else str(value)
        for name, value in options.items()
        if value is not None
    }
