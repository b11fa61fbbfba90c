"""A result in a notebook: in a real kernel without extras, as frames of every kind, and as HTML."""

import nbclient
import nbformat
import pytest

from ziggurat.results import notebook
from ziggurat.results.notebook import cell, to_html

SETUP = """
from datetime import datetime

import pyarrow as pa
import ziggurat as zg

frame = pa.table({
    "at": [datetime(2026, 1, 5, 10), datetime(2026, 1, 6, 10), datetime(2026, 1, 9, 10)],
    "actor": ["email:ana@example.org", "email:bo@example.org", "email:ana@example.org"],
    "channel": ["email", "web", "web"],
    "kind": ["subscribed", "visited", "recommended"],
})
crowd = zg.Crowd(frame)
ladder = zg.ladder("six-level")
result = crowd.ask("rising", ladder, at="2026-01-10", days=30)
"""
FRAMES = """
import duckdb

counted = duckdb.sql("SELECT count(*) FROM result").fetchall()[0][0]
types = {row[0]: str(row[1]) for row in duckdb.sql("DESCRIBE SELECT * FROM result").fetchall()}
pandas, polars, arrow = result.to_pandas(), result.to_polars(), pa.table(result)
assert counted == len(pandas) == len(polars) == arrow.num_rows == result.table.num_rows > 0
assert "TIME ZONE" in types["since"] and "UTC" in str(pandas["since"].dtype)
assert str(arrow["since"].type).endswith("tz=UTC]")
assert polars["since"].dtype.time_zone == "UTC"
again = [zg.Crowd(kind).ask("pyramid", ladder).rows() for kind in (frame.to_pandas(), frame)]
assert again[0] == again[1]
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The outputs of a notebook that a kernel without widgets has run."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (SETUP, "result", FRAMES)])
    where = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources=where).execute()
    return book.cells


def test_a_kernel_without_widgets_shows_a_result_with_its_chart(cells):
    (shown,) = [one["data"] for one in cells[1]["outputs"] if one["output_type"] == "execute_result"]
    assert "<svg" in shown["text/html"] and "<table>" in shown["text/html"]
    assert "<td>Observing</td>" in shown["text/html"] or "<td>Following</td>" in shown["text/html"]


def test_frames_of_every_kind_hold_the_rows_with_real_times(cells):
    assert not [one for one in cells[2]["outputs"] if one["output_type"] == "error"]


def test_what_comes_from_outside_is_escaped_and_long_tables_are_cut():
    rows = [{"name": "<script>", "share": 0.5, "note": None}] * (notebook.ROWS + 3)
    html = to_html("<b>", None, rows, ["a < b"])
    assert "<script>" not in html and "<b>" not in html and "a &lt; b" in html
    assert html.count("<tr>") == notebook.ROWS + 1 and "3 more rows" in html and "<th>note</th>" not in html


def test_instants_are_written_as_times():
    assert cell("at", 1_767_607_200_000_000) == "5 Jan 2026, 10:00" and cell("people", 1_767_607_200) != "5 Jan 2026"
