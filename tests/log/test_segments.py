"""Rows in any order become sorted segments, whatever there is room for in memory."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ziggurat.log import piles, segments
from ziggurat.people.resolve import hash_of

SOURCES = ["shop", "blog"]  # codes 0 and 1; by name, blog comes first
TYPES = {"kind": pa.int16(), "direction": pa.int8(), "at": pa.int64(), "import_no": pa.int64()}


def identities(count: int) -> pa.Table:
    names = [f"user:{n}" for n in range(count)]
    return pa.table({"identity": names, "person": pa.array([hash_of(name) for name in names], pa.int64())})


def batches(names: piles.Names, rows: int, size: int) -> list[pa.RecordBatch]:
    """Rows in no order, of which many are at one instant, some even under one id."""
    draw = np.random.default_rng(3)
    number = np.arange(rows)
    drawn = {
        "at": draw.integers(0, 5, rows),
        "actor": pa.array(draw.integers(0, len(names.identity), rows), pa.int32()),
        "source": pa.array(number % 2, pa.int32()),
        "import_no": number,
        "interaction_id": [f"i{n // 2}" for n in number],
        "text": [None if n % 3 else f"said {n}" for n in number],
    }
    columns = {}
    for field in segments.COLUMNS:
        if field.name != "person":
            type_ = pa.int32() if field.name == "actor" else field.type
            given = drawn.get(field.name)
            columns[field.name] = pa.nulls(rows, type_) if given is None else pa.array(given).cast(type_)
    return pa.table(columns).to_batches(max_chunksize=size)


def whole(segment: Path) -> pa.Table:
    return segments.read(segment, segments.COLUMNS.names, 0, 2**63 - 1)


def expected(names: piles.Names, given: list[pa.RecordBatch]) -> list[dict]:
    rows = pa.Table.from_batches(given).to_pylist()
    for row in rows:
        row["person"] = int(names.person[row["actor"]])
        row["actor"] = names.identity[row["actor"]].as_py()
        row["source_name"] = SOURCES[row["source"]]
    rows.sort(key=itemgetter("person", "at", "interaction_id", "source_name"))
    return [{name: row[name] for name in segments.COLUMNS.names} for row in rows]


@pytest.mark.parametrize("bits", [1, 3, piles.PILE_BITS + 2])
@pytest.mark.parametrize("held", [piles.HELD, 4000, 0])
def test_segments_hold_all_rows_in_order(tmp_path, monkeypatch, bits, held) -> None:
    monkeypatch.setattr(piles, "HELD", held)
    monkeypatch.setattr(segments, "ROW_GROUP", 7)
    monkeypatch.setattr(segments, "BATCH", 11)
    names = piles.Names.of(identities(40))
    given = batches(names, 600, 50)
    written = piles.write_segments(tmp_path, iter(given), names, SOURCES, bits, "segment")
    tables = [whole(tmp_path / one.segment) for one in written]
    assert pa.concat_tables(tables).to_pylist() == expected(names, given)
    assert [table.num_rows for table in tables] == [one.rows for one in written]
    for table, one in zip(tables, written, strict=True):
        assert set(np.asarray(table["person"]) >> (63 - bits)) == {one.bucket}
    assert set(tmp_path.iterdir()) == {file for one in written for file in segments.files(tmp_path / one.segment)}


def test_more_text_than_plain_strings_can_hold_is_held(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(piles, "MOST_TEXT", 0)
    names = piles.Names.of(identities(5))
    given = batches(names, 60, 20)
    written = piles.write_segments(tmp_path, iter(given), names, SOURCES, 1, "segment")
    tables = [whole(tmp_path / one.segment) for one in written]
    assert pa.concat_tables(tables).to_pylist() == expected(names, given)


def test_what_lies_on_disk_goes_also_where_writing_fails(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(piles, "HELD", 0)
    monkeypatch.setattr(segments, "writer", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    names = piles.Names.of(identities(5))
    with pytest.raises(OSError, match="disk full"):
        piles.write_segments(tmp_path, iter(batches(names, 60, 20)), names, SOURCES, 1, "segment")
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_no_segments(tmp_path) -> None:
    assert piles.write_segments(tmp_path, iter(()), piles.Names.of(identities(2)), SOURCES, 4, "segment") == []


def test_few_rows_are_one_segment_in_which_every_bucket_finds_its_own(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(segments, "ROW_GROUP", 7)
    names = piles.Names.of(identities(40))
    given = batches(names, 600, 50)
    written = piles.write_segments(tmp_path, iter(given), names, SOURCES, 3, "segment", together=True)
    assert {one.segment for one in written} == {"segment"}
    assert set(tmp_path.iterdir()) == set(segments.files(tmp_path / "segment"))
    rows = expected(names, given)
    for one in written:
        low, high = one.bucket << 60, ((one.bucket + 1) << 60) - 1
        own = segments.read(tmp_path / "segment", segments.COLUMNS.names, low, high)
        assert own.num_rows == one.rows
        assert own.to_pylist() == [row for row in rows if row["person"] >> 60 == one.bucket]
    assert sum(one.rows for one in written) == 600


def test_columns_of_either_file_come_as_asked_of_one_person_and_of_nobody(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(segments, "ROW_GROUP", 7)
    names = piles.Names.of(identities(40))
    given = batches(names, 600, 50)
    piles.write_segments(tmp_path, iter(given), names, SOURCES, 3, "segment", together=True)
    person = expected(names, given)[300]["person"]
    for columns in (["text", "at", "actor"], ["import_no"], ["person"]):
        own = segments.read(tmp_path / "segment", columns, person, person)
        rows = [row for row in expected(names, given) if row["person"] == person]
        assert own.to_pylist() == [{name: row[name] for name in columns} for row in rows]
        nobody = segments.read(tmp_path / "segment", columns, person + 1, person + 1)
        assert nobody.num_rows == 0
        assert nobody.column_names == columns


def test_what_folds_read_is_not_copied(tmp_path) -> None:
    names = piles.Names.of(identities(5))
    piles.write_segments(tmp_path, iter(batches(names, 60, 20)), names, SOURCES, 1, "segment", together=True)
    before = pa.total_allocated_bytes()
    rows = segments.read(tmp_path / "segment", segments.PLAIN, 0, 2**63 - 1)
    assert pa.total_allocated_bytes() == before
    assert rows.num_rows == 60
