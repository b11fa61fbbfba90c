"""Where the table of a file begins, whatever stands above it; the picture of each test is the file."""

from __future__ import annotations

import csv
import textwrap

import openpyxl
import pytest

from ziggurat.sources.guess import guess
from ziggurat.sources.layout import find

from .conftest import take

PLAIN = """
    Date,Email,Event
    2026-01-05,ana@x.org,visited
    2026-01-06,bo@x.org,asked
"""
TITLE = """
    Club Harbour: gifts 2026
    Exported by Dana on 1 March 2026

    Date,Email,Amount
    2026-01-05,ana@x.org,10
    2026-01-06,bo@x.org,20
"""
PAIRS = """
    Report,Members
    Period,2026
    Name,Chapter,Shirt
    Ana Ng,North,M
    Bo Ito,South,L
"""
TWO_TABLES = """
    Room,Opened,Host email,Guests
    Blue,2026-01-05 10:00,host@club.example,3

    Guest,Guest email,Came,Minutes
    Ana,ana@x.org,2026-01-05 10:05,12
    Bo,bo@x.org,2026-01-05 10:07,40
    Cy,cy@x.org,2026-01-05 10:09,20
"""
MERGED = """
    Guest,,Gift,
    Name,Email,Date,Amount
    Ana,ana@x.org,2026-01-05,3
    Bo,bo@x.org,2026-01-06,4
"""
ANSWERS = """
    Response ID,Submitted,Email,How did you hear of us?,,
    ,,,Friend,Web,Fair
    1,2026-01-05,ana@x.org,Friend,,
    2,2026-01-06,bo@x.org,,Web,
"""
BARE = """
    ana@x.org,2026-01-05
    bo@x.org,2026-01-06
"""
WIDE = """
    Name,Email,2026-01-12,2026-02-09
    Ana,ana@x.org,x,
    Bo,bo@x.org,,x
"""


def rows(text):
    lines = enumerate(csv.reader(textwrap.dedent(text).strip("\n").split("\n")), 1)
    return [(line, cells) for line, cells in lines if any(cells)]


@pytest.mark.parametrize(
    ("text", "skipped", "heads"),
    [
        (PLAIN, 0, 1),
        (TITLE, 3, 1),
        (PAIRS, 2, 1),
        (TWO_TABLES, 3, 1),
        (MERGED, 0, 2),
        (ANSWERS, 0, 2),
        (BARE, 0, 0),
        (WIDE, 0, 1),
        ("Name,Town\nAna,Ulm\nBo,Bonn", 0, 1),
        ("Email\nana@x.org", 0, 1),
        ("", 0, 1),
    ],
)
def test_the_header_is_the_row_that_heads_the_most(text, skipped, heads):
    assert find(rows(text))[:2] == (skipped, heads)


@pytest.mark.parametrize(("text", "people"), [(TITLE, 2), (TWO_TABLES, 3), (MERGED, 2), (BARE, 2), (ANSWERS, 2)])
def test_a_file_is_read_from_there(written, text, people):
    path = written(textwrap.dedent(text), "visits.csv")
    found = guess(path, said={"constants": {"kind": "visited"}})
    taken = take(path, found.mapping)
    assert len(set(taken.rows("interactions", "actor"))) == people
    assert taken.reasons == []


def test_what_was_found_is_said(written):
    assert guess(written(TITLE)).notes[0] == "The first 3 lines are above the table; line 4 names the columns."
    assert "Two lines name the columns" in guess(written(MERGED)).notes[0]
    assert "No line names the columns" in guess(written(BARE)).notes[0]


def test_what_was_said_of_the_layout_stands(written):
    found = guess(written(TITLE), said={"skip_lines": 0, "header_lines": 1})
    assert [column.name for column in found.columns] == ["Club Harbour: gifts 2026"]


def test_the_sheet_that_holds_a_table_is_read_with_its_merged_cells_and_its_zeros(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Made by our system"])
    sheet = book.create_sheet("Hours")
    for row in (
        ["Helpers 2026"],
        ["Name", "Email", "ZIP", "Date", "Hours"],
        ["Ana Ng", "ana@x.org", 2138, "2026-01-05", 1.5],
        [None, None, None, "2026-01-06", 2],
        ["Bo Ito", "bo@x.org", 10115, "2026-01-06", 1],
        ["Total", None, None, None, 4.5],
    ):
        sheet.append(row)
    for column in "ABC":
        sheet.merge_cells(f"{column}3:{column}4")
    for line in (3, 5):
        sheet[f"C{line}"].number_format = "00000"
    path = tmp_path / "helpers.xlsx"
    book.save(path)
    found = guess(path)
    assert (found.mapping.sheet, found.mapping.skip_lines, found.sheets) == ("Hours", 1, ("Read me", "Hours"))
    assert found.notes[0].startswith("Of the workbook only the sheet 'Hours' is read.")
    assert found.notes[0].endswith(": there is also 'Read me'.")
    taken = take(path, found.mapping)
    assert taken.rows("interactions", "actor", "kind", "minutes") == [
        ("email:ana@x.org", "volunteered", 90.0),
        ("email:ana@x.org", "volunteered", 120.0),
        ("email:bo@x.org", "volunteered", 60.0),
    ]
    assert ("email:ana@x.org", "postcode", "02138") in taken.rows("traits", "identity", "trait", "value")
    assert (taken.reasons, taken.skipped) == ([], 1)  # the sum
