from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace as with_

from ziggurat.base.errors import SourceError
from ziggurat.sources import files
from ziggurat.sources.limits import LIMITS

from .conftest import KINDS, RECEIVED, VISITS, take

NINE = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC).replace(tzinfo=None)
BERLIN_NINE = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
FIELDS = {"at": pa.array(["2026-01-05"]), "who": pa.array(["ana@x.org"])}


@pytest.fixture
def stored(tmp_path):
    def write(columns, **more):
        path = tmp_path / "visits.parquet"
        pq.write_table(pa.table({**FIELDS, **columns}), path, **more)
        return path

    return write


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pa.array([5], pa.int8()), "5"),
        (pa.array([2**63], pa.uint64()), str(2**63)),
        (pa.array([1.0]), "1"),
        (pa.array([1.25], pa.float32()), "1.25"),
        (pa.array([float("nan")]), "nan"),
        (pa.array([True]), "true"),
        (pa.array([Decimal("1.10")]), "1.10"),
        (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.array(["x"], pa.large_string()), "x"),
        (pa.array([b"x"]), "x"),
        (pa.array([b"\xff\x00"]), "/wA="),
        (pa.array([b"ab"], pa.binary(2)), "ab"),
        (pa.array([[1, 2]]), "[1,2]"),
        (pa.array([[Decimal("1.5")]]), '["1.5"]'),
        (pa.array([{"a": dt.date(2026, 1, 5), "b": None}]), '{"a":"2026-01-05","b":null}'),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), '[["k",1]]'),
        (pa.array([dt.date(2026, 1, 5)]), "2026-01-05"),
        (pa.array([NINE], pa.timestamp("ns")), "2026-01-05 09:00:00.000000"),
        (pa.array([NINE], pa.timestamp("ms", "Europe/Berlin")), "2026-01-05 09:00:00.000000Z"),
        (pa.array([None], pa.null()), None),
        (pa.array(["a\0b"]), "ab"),
    ],
)
def test_every_type_is_text(stored, value, text):
    taken = take(stored({"value": value}))
    assert json.loads(taken.rows("interactions", "properties")[0]).get("value") == text


def test_times_and_numbers_are_fields(stored):
    when = pa.array([NINE], pa.timestamp("us"))
    path = stored({"at": when, "sum": pa.array([12.345])})
    mapping = with_(VISITS, fields={**VISITS.fields, "amount": "sum"}, decimal=",", time_zone="Europe/Berlin")
    assert take(path, mapping).rows("interactions", "at", "amount") == [(BERLIN_NINE, 12.345)]


def test_rows_are_counted_from_one(tmp_path):
    path = tmp_path / "visits.parquet"
    pq.write_table(pa.table({"at": ["2026-01-05", "soon"], "who": ["ana@x.org"] * 2}), path, row_group_size=1)
    taken = take(path)
    assert taken.reasons == [(2, "column 'at': 'soon' is no date")]


def test_a_file_that_is_cut_off_is_refused(stored):
    path = stored({})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"visits.parquet: the Parquet file can't be read"):
        take(path)


def test_a_damaged_page_is_refused(stored):
    path = stored({"x": pa.array(["y" * 1_000])}, compression="zstd", write_statistics=False)
    raw = bytearray(path.read_bytes())
    raw[4:80] = bytes(76)
    path.write_bytes(bytes(raw))
    with pytest.raises(SourceError, match="can't be read"):
        take(path)


@pytest.fixture
def pool():
    before = pa.default_memory_pool()
    counted = pa.proxy_memory_pool(before)
    pa.set_memory_pool(counted)
    yield counted
    pa.set_memory_pool(before)


def test_one_long_text_in_many_rows_does_not_fill_the_memory(tmp_path, pool):
    path = tmp_path / "visits.parquet"
    count, long = 20_000, pa.array(["y" * 10_000])
    where = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), long)
    columns = {"at": ["2026-01-05"] * count, "who": ["ana@x.org"] * count, "x": where}
    pq.write_table(pa.table(columns), path, store_schema=False)  # so that nothing says it is a dictionary
    assert path.stat().st_size < 100_000
    limits = replace(LIMITS, characters=5 << 20)
    batches = files.read(path, VISITS, "shop", kinds=KINDS, received_at=RECEIVED, limits=limits)
    assert sum(batch.tables["interactions"].num_rows for batch in batches if batch.tables) == count
    assert pool.max_memory() < 100 << 20


def test_a_row_too_long_is_rejected(stored):
    taken = take(stored({"x": pa.array(["y" * 5_000])}), limits=replace(LIMITS, line=1_000))
    assert taken.reasons == [(1, "the row is longer than 1,000 characters")]


def test_a_row_group_too_large_is_refused(stored):
    with pytest.raises(SourceError, match="write smaller row groups"):
        take(stored({}), limits=replace(LIMITS, row_group=10))


def test_too_many_columns_are_refused(stored):
    with pytest.raises(SourceError, match="at most 2,000 can be read"):
        take(stored({f"c{i}": pa.array([1]) for i in range(2_500)}))


def test_a_file_without_rows_is_no_rows(tmp_path):
    path = tmp_path / "visits.parquet"
    pq.write_table(pa.table({name: column.slice(0, 0) for name, column in FIELDS.items()}), path)
    assert len(take(path).rows("interactions")) == 0


def test_a_missing_column_is_named(stored):
    with pytest.raises(SourceError, match="has no column 'mail'"):
        take(stored({}), with_(VISITS, fields={"at": "at", "actor": "mail"}))
