"""The embedded engine: text stays text, streams stay small, and folds keep their order."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.base import schema
from ziggurat.base.engine import duckdb as engine

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=few(40), deadline=None)
@given(words)
def test_text_and_names_come_back_as_they_were(word) -> None:
    with engine.connect() as connection:
        assert connection.sql(f"SELECT {engine.text(word)}").fetchall() == [(word,)]
        if word:
            query = f"SELECT {engine.name(word)} FROM (SELECT 1 AS {engine.name(word)})"
            assert connection.sql(query).fetchall() == [(1,)]


@pytest.mark.parametrize("name", [*schema.LOGGED, "PEOPLE", "LEVELS", "STANDINGS"])
def test_a_table_without_files_is_empty_and_has_its_columns(name) -> None:
    wanted = schema.LOGGED.get(name) or getattr(schema, name)
    with engine.connect() as connection:
        found = connection.sql(f"SELECT * FROM {engine.scan([], wanted)}").to_arrow_table()
    assert found.num_rows == 0
    assert found.schema.names == wanted.names
    assert [str(field.type) for field in found.schema if not pa.types.is_list(field.type)] == [
        str(field.type) for field in wanted if not pa.types.is_list(field.type)
    ]


def test_files_are_read_together(tmp_path) -> None:
    for number in range(2):
        pq.write_table(pa.table({"it's": [number]}), tmp_path / f"it's {number}.parquet")
    files = [str(tmp_path / f"it's {number}.parquet") for number in range(2)]
    with engine.connect() as connection:
        query = f"""SELECT "it's" FROM {engine.scan(files, pa.schema([("it's", pa.int64())]))} ORDER BY 1"""
        assert connection.sql(query).fetchall() == [(0,), (1,)]


def test_times_are_of_utc() -> None:
    with engine.connect() as connection:
        found = connection.sql("SELECT TIMESTAMPTZ '2026-01-05 00:00:00' AS at").to_arrow_table()
    assert found["at"].to_pylist()[0] == datetime(2026, 1, 5, tzinfo=UTC)


def test_a_stream_comes_in_pieces_and_in_order() -> None:
    with engine.connect() as connection:
        batches = list(engine.stream(connection, "SELECT range AS n FROM range(300000) ORDER BY n"))
    assert len(batches) > 1
    assert max(batch.num_rows for batch in batches) <= engine.BATCH
    assert [row for batch in batches for row in batch.column(0).to_pylist()] == list(range(300_000))


def test_parts_come_in_the_order_of_their_buckets() -> None:
    def slow_at_first(bucket: int) -> int:
        time.sleep(0.02 if bucket % 4 == 0 else 0)
        return bucket * 10

    assert list(engine.fold(range(20), slow_at_first, threads=4)) == [bucket * 10 for bucket in range(20)]
    assert list(engine.fold([], slow_at_first)) == []


def test_few_buckets_are_under_way_at_once() -> None:
    lock, open_now, most = threading.Lock(), 0, 0

    def taken():
        nonlocal open_now, most
        for bucket in range(30):
            with lock:
                open_now += 1
                most = max(most, open_now)
            yield bucket

    for _ in engine.fold(taken(), lambda bucket: bucket, threads=2):
        with lock:
            open_now -= 1
    assert most <= 5


def test_an_error_in_a_fold_is_raised() -> None:
    def fails(bucket: int) -> int:
        raise ValueError(f"bucket {bucket} is torn")

    with pytest.raises(ValueError, match="bucket 0 is torn"):
        list(engine.fold(range(3), fails))
