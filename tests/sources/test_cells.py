from __future__ import annotations

import json
import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.cells import json_objects, numbers, text_of


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1234.5", ".", 1234.5),
        ("1,234.50", ".", 1234.5),
        ("1.234,50", ",", 1234.5),
        ("1 234,50", ",", 1234.5),
        ("1\u202f234,50 €", ",", 1234.5),
        ("1'234.50", ".", 1234.5),
        ("12,34,567.00", ".", 1234567.0),
        ("€ 12", ".", 12.0),
        ("USD 12", ".", 12.0),
        ("12 EUR", ".", 12.0),
        ("(12.00)", ".", -12.0),
        ("-$12", ".", -12.0),
        ("$-12", ".", -12.0),
        ("12.00-", ".", -12.0),
        ("−12", ".", -12.0),
        ("+12", ".", 12.0),
        ("1e3", ".", 1000.0),
        (".5", ".", 0.5),
        ("1.234", ",", 1234.0),
    ],
)
def test_many_ways_to_write_a_number(text, decimal, value):
    cells = numbers(pa.array([text]), decimal)
    assert (cells.values[0].as_py(), cells.wrong[0].as_py()) == (value, None)


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "-Infinity", "1e999", "twelve", "12%", "0x1F", "1_000", "1.2.3", "-", "()", "٣"]
)
def test_what_is_no_number_is_wrong(text):
    cells = numbers(pa.array([text]), ".")
    assert cells.values[0].as_py() is None
    assert f"'{text}'" in cells.wrong[0].as_py()


def test_the_other_decimal_sign_is_never_taken_for_thousands():
    reason = numbers(pa.array(["1,5"]), ".").wrong[0].as_py()
    assert reason == "'1,5' is no number with decimal sign '.'; if ',' is meant, say so in the mapping"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_as_it_was_written(value):
    read = numbers(pa.array([repr(value)]), ".").values[0].as_py()
    assert math.isclose(read, value, rel_tol=1e-15)


@given(st.lists(st.tuples(st.none() | st.text(), st.none() | st.text()), min_size=1))
def test_rows_are_json_objects_without_their_empty_cells(rows):
    columns = [("a", pa.array([a for a, _ in rows], pa.string())), ('"b', pa.array([b for _, b in rows], pa.string()))]
    objects = [json.loads(text) for text in json_objects(columns, len(rows)).to_pylist()]
    expected = [{name: value for name, value in (("a", a), ('"b', b)) if value is not None} for a, b in rows]
    assert objects == expected


def test_a_cell_of_nothing_but_space_is_empty():
    assert text_of(pa.array([" a ", "\u00a0 ", "", None])).to_pylist() == ["a", None, None, None]
