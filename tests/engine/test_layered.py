"""A layered table says what the latest layer says of each person."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base.engine import layered


def rows(folder, layers):
    return sorted(duckdb.sql(f"SELECT person, level FROM {layers.query(folder)}").fetchall())


def writer(**levels):
    """Write a row for each person and level: p1=[0, 1] are two rows of person 1."""
    pairs = [(int(name[1:]), level) for name, some in levels.items() for level in some]
    table = pa.table({"person": [p for p, _ in pairs], "level": [level for _, level in pairs]})
    return lambda path: pq.write_table(table, path)


def listed(folder, name, *people):
    pq.write_table(pa.table({"person": pa.array(people, pa.int64())}), folder / name)
    return folder / name


def turn(tmp_path, number):
    (tmp_path / str(number)).mkdir()
    return tmp_path / str(number)


def test_a_later_layer_replaces_every_row_of_its_people_and_no_other(tmp_path):
    """Turn 1 has everyone; in turn 2 person 2 has other rows and 4 is new; in turn 3 person 1 is gone."""
    first, second, third = (turn(tmp_path, number) for number in (1, 2, 3))
    base = layered.begin(first, "levels", writer(p1=[0, 1], p2=[0, 1, 2], p3=[5]))
    two = layered.add(second, "levels", first, listed(tmp_path, "a.parquet", 2, 4), writer(p2=[3], p4=[0]))
    three = layered.add(third, "levels", second, listed(tmp_path, "b.parquet", 1, 2), writer(p2=[4, 5]))
    assert rows(first, base) == [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 5)]
    assert rows(second, two) == [(1, 0), (1, 1), (2, 3), (3, 5), (4, 0)]
    assert rows(third, three) == [(2, 4), (2, 5), (3, 5), (4, 0)]
    assert layered.load(third, "levels") == three


def test_a_layer_stays_when_the_folder_below_it_goes(tmp_path):
    first, second = turn(tmp_path, 1), turn(tmp_path, 2)
    layered.begin(first, "levels", writer(p1=[0]))
    two = layered.add(second, "levels", first, listed(tmp_path, "a.parquet", 2), writer(p2=[0]))
    for file in first.iterdir():
        file.unlink()
    (tmp_path / "a.parquet").unlink()
    assert rows(second, two) == [(1, 0), (2, 0)]


def test_nothing_is_put_on_what_is_not_there_or_has_many_layers_already(tmp_path, monkeypatch):
    monkeypatch.setattr(layered, "MOST", 2)
    first, second, third = (turn(tmp_path, number) for number in (1, 2, 3))
    people = listed(tmp_path, "a.parquet", 2)
    assert layered.add(second, "levels", first, people, writer(p2=[0])) is None
    layered.begin(first, "levels", writer(p1=[0]))
    assert layered.add(second, "levels", first, people, writer(p2=[0])) is not None
    assert layered.add(third, "levels", second, people, writer(p2=[1])) is None


def test_without_links_files_are_copied(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError("no links here")

    monkeypatch.setattr(layered.os, "link", no_links)
    first, second = turn(tmp_path, 1), turn(tmp_path, 2)
    layered.begin(first, "levels", writer(p1=[0]))
    two = layered.add(second, "levels", first, listed(tmp_path, "a.parquet", 2), writer(p2=[0]))
    assert rows(second, two) == [(1, 0), (2, 0)]
