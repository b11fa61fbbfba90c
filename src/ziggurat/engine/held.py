"""Which derived tables are asked again and again? Those are held in memory, where they are read twice as fast.

The first question reads the file, because most commands ask one and end; the second one loads it. A large file is
never loaded: the memory of the machine is for folds and joins.
"""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import duckdb

from ziggurat.engine import duckdb as engine

LARGEST = 64 * 2**20  # bytes of the file, a fifth or so of what it takes in memory


class Held:
    """The tables in memory of one database. Files never change; those of one refresh are told by its turn."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database
        self.lock = threading.Lock()
        self.asked: set[Path] = set()
        self.names: dict[Path, tuple[int, str]] = {}
        self.count = itertools.count(1)

    def table(self, path: Path, turn: int) -> str:
        """Return an SQL table expression for a Parquet file, for connections to this database."""
        with self.lock:
            if path in self.names:
                return self.names[path][1]
            if path not in self.asked or path.stat().st_size > LARGEST:
                self.asked.add(path)
                return engine.scan_file(path)
            self.forget(turn - 1)
            name = f"held_{next(self.count)}"
            with self.database.cursor() as cursor:
                cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM {engine.scan_file(path)}")
            self.names[path] = (turn, name)
            return name

    def forget(self, turn: int) -> None:
        """Drop what is older than a turn: answers that are still being read may be of the one before."""
        old = [path for path, (of, _) in self.names.items() if of < turn]
        with self.database.cursor() as cursor:
            for path in old:
                cursor.execute(f"DROP TABLE {self.names.pop(path)[1]}")
        self.asked = {path for path in self.asked if path.exists()}
