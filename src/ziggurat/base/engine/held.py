"""Which derived tables are asked again and again? Those are held in memory, where they are read twice as fast.

The first question reads the file, because most commands ask one and end; the second one loads it. A large file is
never loaded: the memory of the machine is for folds and joins.
"""

from __future__ import annotations

import itertools
import threading

import duckdb

LARGEST = 192 * 2**20  # bytes on disk, a fifth or so of what it takes in memory


class Held:
    """The tables in memory of one database. What a query of files gives never changes; a turn tells its refresh."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database
        self.lock = threading.Lock()
        self.asked: set[str] = set()
        self.names: dict[str, tuple[int, str]] = {}
        self.count = itertools.count(1)

    def table(self, query: str, size: int, turn: int) -> str:
        """Return an SQL table expression for connections to this database that gives the same as the given one.

        size: bytes that it reads.
        """
        with self.lock:
            if query in self.names:
                return self.names[query][1]
            if query not in self.asked or size > LARGEST:
                self.asked.add(query)
                return query
            self.forget(turn - 1)
            name = f"held_{next(self.count)}"
            with self.database.cursor() as cursor:
                cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM {query}")
            self.names[query] = (turn, name)
            return name

    def forget(self, turn: int) -> None:
        """Drop what is older than a turn: answers that are still being read may be of the one before."""
        old = [query for query, (of, _) in self.names.items() if of < turn]
        with self.database.cursor() as cursor:
            for query in old:
                cursor.execute(f"DROP TABLE {self.names.pop(query)[1]}")
        self.asked &= set(self.names) if old else self.asked
