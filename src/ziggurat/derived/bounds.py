"""How much may a query take?"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError

LONGEST_QUERY = 86_400  # seconds


@dataclass(frozen=True)
class Bounds:
    """How much a query may take: seconds, megabytes of memory (and four times as many on disk), rows of its answer."""

    seconds: float = 600.0
    megabytes: int = 4_096
    rows: int = 10_000_000

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_QUERY:
            raise QuestionError(
                f"a query can't be given {self.seconds:g} seconds; give more than 0 and at most {LONGEST_QUERY:,}."
            )

    def table(self, connection: Any, query: str) -> pa.Table:
        """Run a query. Raises: QuestionError if it goes beyond the bounds of time or rows."""
        late = threading.Event()

        def interrupt() -> None:
            late.set()
            connection.interrupt()

        clock = threading.Timer(self.seconds, interrupt)
        clock.daemon = True
        clock.start()
        try:
            reader = connection.sql(query).to_arrow_reader(engine.BATCH)
            batches, count = [], 0
            for batch in reader:
                batches.append(batch)
                count += batch.num_rows
                if count > self.rows:
                    raise QuestionError(
                        f"the answer has more than {self.rows:,} rows; ask for fewer, or allow more with `--most`."
                    )
            return pa.Table.from_batches(batches, reader.schema)
        except duckdb.Error as error:
            if late.is_set():
                raise QuestionError(
                    f"the query was not done after {self.seconds:g} seconds, and was stopped; ask for less, or give "
                    "more with `--seconds`."
                ) from error
            raise
        finally:
            clock.cancel()


BOUNDS = Bounds()
