"""A table that is asked again is held in memory, says the same, and goes with its refresh."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.engine import held


@pytest.fixture
def file(tmp_path):
    pq.write_table(pa.table({"n": [1, 2, 3]}), tmp_path / "n.parquet")
    return engine.scan_file(tmp_path / "n.parquet")


def total(connection, table):
    return connection.cursor().sql(f"SELECT sum(n) FROM {table}").fetchall()[0][0]


def test_the_second_question_finds_it_in_memory(file, tmp_path):
    with engine.connect() as connection:
        tables = held.Held(connection)
        assert tables.table(file, 100, 1) == file
        name = tables.table(file, 100, 1)
        (tmp_path / "n.parquet").unlink()
        assert name == tables.table(file, 100, 1) != file
        assert total(connection, name) == 6


def test_what_is_large_is_never_held(file):
    with engine.connect() as connection:
        tables = held.Held(connection)
        assert {tables.table(file, held.LARGEST + 1, 1) for _ in range(3)} == {file}


def test_the_refresh_before_stays_and_the_one_before_that_goes(file):
    with engine.connect() as connection:
        tables = held.Held(connection)
        names = []
        for turn in (1, 2, 3):
            one = f"(SELECT n + {turn} AS n FROM {file})"
            tables.table(one, 1, turn)
            names.append(tables.table(one, 1, turn))
        there = {name for (name,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert there == set(names[1:])
        assert [total(connection, name) for name in names[1:]] == [12, 15]
