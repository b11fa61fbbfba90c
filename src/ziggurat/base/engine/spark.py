"""The distributed engine: tables by Spark, folds by the same kernels in `mapInArrow`.

Importing this module imports no PySpark: that happens where it is used. The workers need the same Ziggurat installed.
"""

from __future__ import annotations

import importlib
import pickle
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import SourceError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

LEAST_ROWS = 200_000  # handed to a kernel at once, unless a partition has fewer
ORDER = ("person", "at", "interaction_id", "source")
Part = TypeVar("Part")
Batches = Iterator[pa.RecordBatch]
OWN_ERROR = re.compile(rf"{re.escape(SourceError.__module__)}\.SourceError: (.+)")


def spark(module: str) -> Any:
    """Import a module of PySpark. Raises: SourceError that says how to install it where it is missing."""
    try:
        return importlib.import_module(f"pyspark.{module}")
    except ModuleNotFoundError as error:
        raise SourceError("PySpark isn't installed; get it with: pip install 'ziggurat[spark]'") from error


def check(frame: Any, what: str) -> None:
    """Raises: SourceError if a frame is none of Spark's."""
    if not isinstance(frame, spark("sql").DataFrame):
        raise SourceError(
            f"{what} is a {type(frame).__module__}.{type(frame).__name__}, no PySpark DataFrame; make it one with "
            "`session.createDataFrame`, or use `Crowd`, which takes any frame into one process."
        )


def no_rows(frame: DataFrame) -> pa.Table:
    """Return a frame's columns without its rows, which takes Spark no job."""
    table: pa.Table = frame.limit(0).toArrow()
    return table


def types(schema: pa.Schema) -> Any:
    """Return Arrow's columns as Spark's."""
    return spark("sql.pandas.types").from_arrow_schema(schema)


def map_in_arrow(frame: DataFrame, each: Callable[[Batches], Batches], schema: Any) -> DataFrame:
    """Map each partition's batches on the workers."""
    with warnings.catch_warnings():
        # PySpark 4.3 asks for pandas here, and warns of pandas 3, though no value goes through it.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        return frame.mapInArrow(each, schema)


def map_batches(frame: DataFrame, kernel: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> DataFrame:
    """Map each batch of a frame, in any order, to one with the columns of a schema."""

    def each(batches: Batches) -> Batches:
        for batch in batches:
            yield from kernel(pa.Table.from_batches([batch])).cast(schema).to_batches()

    return map_in_arrow(frame, each, types(schema))


def in_order(frame: DataFrame) -> DataFrame:
    """Bring each person's rows together on one worker, sorted by ORDER; a partition holds a range of people.

    Hashes are spread evenly, so equal ranges of them are about equally many people, with no need to look first.
    There are as many as `spark.sql.shuffle.partitions` says. Strings sort by their UTF-8 bytes, as in DuckDB.
    """
    count = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    place = sql(f"cast(shiftright(shiftright(person, 32) * {count}, 31) AS int)")  # person is below 2^63
    return frame.repartitionById(count, place).sortWithinPartitions(*ORDER)


def fold(histories: DataFrame, kernel: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> DataFrame:
    """Map whole lives, as `in_order` leaves them, to a table with the columns of a schema.

    A worker holds about LEAST_ROWS rows at once or one person's life, whichever is longer.
    """

    def each(batches: Batches) -> Batches:
        for lives in whole_lives(batches, LEAST_ROWS):
            yield from kernel(lives).cast(schema).to_batches()

    return map_in_arrow(histories, each, types(schema))


def parts(histories: DataFrame, kernel: Callable[[pa.Table], Part]) -> Iterator[Part]:
    """Map whole lives, as `in_order` leaves them, to partial results; the driver collects them in order of people."""

    def each(batches: Batches) -> Batches:
        for lives in whole_lives(batches, LEAST_ROWS):
            yield pa.record_batch({"part": pa.array([pickle.dumps(kernel(lives))], pa.binary())})

    for row in run(map_in_arrow(histories, each, "part binary").collect):
        yield pickle.loads(row.part)  # noqa: S301  written a moment ago by our own workers


def whole_lives(batches: Iterable[pa.RecordBatch], least: int) -> Iterator[pa.Table]:
    """Put sorted batches together into tables of `least` rows or more, none of which ends within a person's life."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows == 0:
            continue
        last = batch["person"][-1]
        start = pc.index(batch["person"], last).as_py()  # where the last person begins, whose life may go on
        between = start > 0 or (held and held[-1]["person"][-1] != last)
        if between and sum(some.num_rows for some in held) + start >= least:
            yield pa.Table.from_batches([*held, batch.slice(0, start)])
            held = [batch.slice(start)]
        else:
            held.append(batch)
    if held:
        yield pa.Table.from_batches(held)


def sql(expression: str) -> Column:
    """Return an expression of Spark's SQL as a column."""
    return spark("sql.functions").expr(expression)


def text(value: object) -> str:
    """Write a value as an SQL string literal, by its bytes: what a backslash means there is the session's to say."""
    return f"decode(X'{str(value).encode().hex()}', 'UTF-8')"


def hash_identities(identity: str) -> Column:
    """Return the 63-bit hash of a column of identities: that of `people.resolve.hash_of`, to the bit."""
    little_endian = ", ".join(f"substring(md5({identity}), {place}, 2)" for place in range(31, 16, -2))
    return sql(f"shiftrightunsigned(cast(conv(concat({little_endian}), 16, -10) AS bigint), 1)")


def run(action: Callable[[], Any]) -> Any:
    """Run an action. Raises: SourceError where a worker did, with what it said."""
    try:
        return action()
    except spark("errors").PythonException as error:
        said = OWN_ERROR.search(str(error))
        if said is None:
            raise
        raise SourceError(said[1]) from error
