"""Who counts, on every engine by the same rule."""

from __future__ import annotations

import itertools

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ziggurat.base import schema
from ziggurat.facts.directory import Directory
from ziggurat.facts.population import NOBODY, Folk, known, size, visitors
from ziggurat.people.ids import people_of
from ziggurat.results import tables

FLAGS = list(itertools.product([False, True], repeat=len(schema.APART)))
ROWS = [
    {"person_id": f"p{number:016x}", "name": None, "identities": [f"user:{number}"], "traits": None, "first_at": at}
    | dict(zip(schema.APART, flags, strict=True))
    for number, (flags, at) in enumerate(itertools.product(FLAGS, [5, 10, 11]))
]
PEOPLE = pa.Table.from_pylist(ROWS, schema=schema.PEOPLE)
FRAMES = {
    "arrow": lambda: PEOPLE,
    "pandas": PEOPLE.to_pandas,
    "polars": lambda: pytest.importorskip("polars").from_arrow(PEOPLE),
    "duckdb": lambda: duckdb.sql("SELECT * FROM PEOPLE"),
}


def counting(at: int | None) -> list[str]:
    """Whoever has none of the flags, and was seen by then."""
    return [
        row["person_id"]
        for row in ROWS
        if not any(row[flag] for flag in schema.APART) and (at is None or row["first_at"] <= at)
    ]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("at", [None, 4, 10])
def test_who_counts_is_in_none_of_the_sorts_that_stand_apart(frame, at):
    found = tables.collect(known(FRAMES[frame](), at), "person_id")["person_id"].to_pylist()
    assert sorted(found) == counting(at)
    assert at is None or size(FRAMES[frame](), at) == len(found)


def test_the_rule_as_sql_is_the_same():
    found = duckdb.sql(f"SELECT person_id FROM PEOPLE WHERE {schema.COUNTS} ORDER BY 1").fetchall()
    assert [row[0] for row in found] == counting(None)


def test_visitors_are_apart_from_staff_and_from_those_who_count():
    found = tables.collect(visitors(PEOPLE, 10), "person_id")["person_id"].to_pylist()
    assert found == [
        row["person_id"]
        for row in ROWS
        if row["anonymous"] and not (row["staff"] or row["agent"]) and row["first_at"] < 11
    ]


def test_people_are_found_by_hash_and_nobody_where_they_don_t_count():
    folk = Folk.of(PEOPLE, 10)
    everyone = people_of(PEOPLE["person_id"].combine_chunks())
    place = folk.places(everyone)
    assert [ROWS[number]["person_id"] for number in np.flatnonzero(place != NOBODY)] == counting(10)
    assert folk.ids.to_pylist() == counting(10)
    assert Folk.of(PEOPLE, 4).places(everyone).tolist() == [NOBODY] * len(ROWS)
    assert Directory.of(PEOPLE).known().tolist() == people_of(pa.array(counting(None))).tolist()
