"""Blocks that Arrow splits must give what the reader of rows gives, which reads each row by Python's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources import delimited, plainlines
from ziggurat.sources.limits import LIMITS
from ziggurat.sources.mapping import Mapping

CELLS = st.sampled_from(
    ["a", "", " ", "é", "\ufeffb", '5"', '"', '""', '"x, y"', '"2 ""big"" ones"', '"two\nlines"', "\0", "h1"]
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def everything(path, limits):
    """Return all rows with their lines, and all that are broken, however they came in chunks."""
    rows, broken = [], []
    for chunk in delimited.read(path, Mapping(delimiter=",", encoding="utf-8"), limits):
        rows += zip(chunk.lines.to_pylist(), *(column.to_pylist() for column in chunk.columns.values()), strict=True)
        broken += [(one.line, one.reason, dict(one.row)) for one in chunk.broken]
    return rows, broken


@given(rows=ROWS, end=ENDS, last=st.booleans(), few=st.sampled_from([1, 2, 5, 65_536]))
def test_a_file_by_blocks_is_the_file_by_rows(tmp_path_factory, rows, end, last, few):
    path = tmp_path_factory.mktemp("blocks") / "file.csv"
    lines = ["h1,h2,h3", *(",".join(cells) for cells in rows)]
    path.write_bytes((end.join(lines) + end * last).encode())
    limits = replace(LIMITS, rows=few)
    found = everything(path, limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plainlines, "split", lambda *_: None)
        assert found == everything(path, limits)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1,2\n3,4\n", True),
        ('1,"two, or 2"\r\n3,"""4"""', True),
        ("1,2\n3\n", False),  # fewer cells
        ("1,2\n\n3,4\n", False),  # an empty line, beneath which another table may begin
        ('1,"two\nlines"\n', False),
        ('1,5" nail\n', False),
        ('"a,"b",c"\n', False),
        ("1,2\r3,4\n", False),
        ("1,\0\n", False),
        ("1,\udcff\n", False),
    ],
)
def test_only_what_can_be_taken_in_one_way_is_plain(text, plain):
    assert (plainlines.split(text, ["a", "b"], ",", LIMITS) is not None) == plain


def test_a_long_line_is_left_to_the_reader_of_rows():
    assert plainlines.split("1,23456\n", ["a", "b"], ",", replace(LIMITS, line=5)) is None
