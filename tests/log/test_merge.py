"""Segments are put together as if all their rows had been sorted at once."""

from __future__ import annotations

from operator import itemgetter

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.log.merge import merged, places_of

SOURCES = ["shop", "blog"]  # codes 0 and 1; by name, blog comes first
SCHEMA = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),
        ("interaction_id", pa.string()),
        ("source", pa.int32()),
        ("amount", pa.float64()),
        ("text", pa.string()),
    ]
)
rows = st.fixed_dictionaries(
    {
        "person": st.integers(0, 4),
        "at": st.integers(0, 3),
        "interaction_id": st.sampled_from(["a", "b"]),
        "source": st.sampled_from([-1, 0, 1]),
        "amount": st.none() | st.integers(0, 9).map(float),
        "text": st.none() | st.sampled_from(["x", "y"]),
    }
)
KEY = itemgetter("person", "at", "interaction_id", "name")


def in_order(some: list[dict]) -> list[dict]:
    named = [row | {"name": ["", *SOURCES][row["source"] + 1]} for row in some]
    return [{name: row[name] for name in SCHEMA.names} for row in sorted(named, key=KEY)]


def keys(some: list[dict]) -> list[tuple]:
    return [(row["person"], row["at"], row["interaction_id"], row["source"]) for row in some]


@given(st.lists(st.lists(rows, max_size=6), min_size=2, max_size=4), st.none() | st.sets(st.integers(0, 5)))
def test_merged_segments_are_sorted_rows_of_all_or_of_some(segments, wanted) -> None:
    """Rows that agree in everything that sorts them may come in any order; each comes once."""
    people = None if wanted is None else np.array(sorted(wanted), np.int64)
    tables = [pa.Table.from_pylist(in_order(some), schema=SCHEMA) for some in segments]
    found = merged(tables, SCHEMA.names, SOURCES, people).to_pylist()
    expected = in_order([row for some in segments for row in some if wanted is None or row["person"] in wanted])
    assert keys(found) == keys(expected)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


@given(st.lists(st.integers(0, 6)).map(sorted), st.sets(st.integers(0, 7)).map(sorted))
def test_places_of_some_people_are_all_their_rows(person, people) -> None:
    found = places_of(np.array(person, np.int64), np.array(people, np.int64))
    assert found.tolist() == [row for row, one in enumerate(person) if one in people]
