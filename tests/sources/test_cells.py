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
        ("kr 500", ".", 500.0),
        ("1.500,00 kr.", ",", 1500.0),
        ("Kr. 1.500,-", ",", 1500.0),
        ("CHF 1'200.50", ".", 1200.5),
        ("12.–", ".", 12.0),
        ("R$ 1.234,56", ",", 1234.56),
        ("-A$5.00", ".", -5.0),
        ("₹1,23,456", ".", 123456.0),
        ("Rs. 1,23,456.50", ".", 123456.5),
        ("1 234,56 zł", ",", 1234.56),
        ("R150", ".", 150.0),
        ("N5,000", ".", 5000.0),
        ("1,200円", ".", 1200.0),
        ("12,50 Euro", ",", 12.5),
        ("\u200e$12.50", ".", 12.5),
        ("'1200", ".", 1200.0),
        ("– 12,50 €", ",", -12.5),
        ("($45.00)", ".", -45.0),
        ("12.50 DR", ".", -12.5),
        ("12.50 CR", ".", 12.5),
        ("12,50 S", ",", -12.5),
    ],
)
def test_many_ways_to_write_a_number(text, decimal, value):
    cells = numbers(pa.array([text]), decimal)
    assert (cells.values[0].as_py(), cells.wrong[0].as_py()) == (value, None)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "inf",
        "-Infinity",
        "1e999",
        "twelve",
        "12%",
        "0x1F",
        "1_000",
        "1.2.3",
        "-",
        "()",
        "٣",
        "1.2 Cr",
        "1.500,-",
        "B12",
        "5 h",
    ],
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
