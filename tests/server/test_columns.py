"""A page writes a bound as what it bounds is written, leaves out what is empty, and says what a row is about."""

from __future__ import annotations

import pytest

from ziggurat import catalogue
from ziggurat.base.schema import bounds, is_instant, is_share
from ziggurat.results.tables import TYPES
from ziggurat.results.units import COUNT, NUMBER, SHARE, TEXT
from ziggurat.server.columns import columns_shown
from ziggurat.server.labels import label

COLUMNS = {"thing": TEXT, "excess": NUMBER, "low": NUMBER, "high": NUMBER} | dict.fromkeys(
    ("share", "share_low", "share_high"), SHARE
)
ROW = {"thing": "a", "excess": 15.2, "low": 8.0, "high": 21.0, "share": 0.5, "share_low": 0.4, "share_high": None}


def test_a_bound_is_read_as_what_it_bounds() -> None:
    thing, excess, share = columns_shown(COLUMNS, [ROW])
    assert thing.bounds(ROW) == ""
    assert excess.bounds(ROW) == "8 to 21"  # of no share: these were once 800 % to 2 100 %
    assert share.bounds(ROW).replace("\u202f", " ") == "40 % to beyond what was seen"


def test_a_row_may_say_itself_that_it_is_of_a_share() -> None:
    row = {"value": 0.25, "low": 0.2, "high": 0.3, "unit": "share", "cases": 12}
    value, _, cases = columns_shown(
        {name: COUNT if name == "cases" else TEXT if name == "unit" else NUMBER for name in row}, [row]
    )
    assert str(value.cell(row)).startswith("25")
    assert value.bounds(row).startswith("20")
    assert cases.cell(row) == "12"
    assert value.cell(row | {"unit": "hours"}) == "0.25"


def test_a_column_that_is_empty_everywhere_is_left_out_unless_a_bound_is_there() -> None:
    rows = [{"level_name": None, "role": "creator", "share": None, "low": 0.1, "high": 0.2}]
    columns = {"level_name": TEXT, "role": TEXT, "share": SHARE, "low": SHARE, "high": SHARE}
    assert [column.name for column in columns_shown(columns, rows)] == ["role", "share"]
    assert [column.name for column in columns_shown(columns)] == ["level_name", "role", "share"]


def test_a_study_may_head_its_own_columns() -> None:
    found = columns_shown({"share": SHARE("Answered"), "people": COUNT})
    assert [column.head for column in found] == ["Answered", "People"]


@pytest.mark.parametrize("study", catalogue.LISTED, ids=lambda study: study.name)
def test_what_a_study_says_of_its_columns_is_of_its_columns(study: catalogue.Study) -> None:
    columns = study.result.columns
    assert set(study.result.wholes) <= set(columns)
    stray = {name for name in columns if name.endswith(("_low", "_high")) or name in ("low", "high")}
    assert stray - {bound for pair in bounds(columns).values() for bound in pair} <= {"chance_low", "chance_high"}
    of = {bound: name for name, pair in bounds(columns).items() for bound in pair}
    for name, column in columns.items():
        assert column.type in TYPES and (column.numeric or not column.unit), name
        named = column.numeric and is_share(of.get(name, name))  # charts know a share by its name
        assert (column.unit == "share") == named, name
        assert column.unit == columns[of.get(name, name)].unit, name  # a bound is in the unit of what it bounds
        assert is_instant(name) == (column.type == "timestamp"), name
    shown_as = [column.head for column in columns_shown(columns)]
    assert len(set(shown_as)) == len(shown_as)


@pytest.mark.parametrize("study", catalogue.LISTED, ids=lambda study: study.name)
def test_no_two_options_of_a_study_have_one_label(study: catalogue.Study) -> None:
    labels = [label(option) for option in study.options]
    assert len(set(labels)) == len(labels)
    assert all(labels)


def test_bounds_that_are_written_as_what_they_bound_are_left_out() -> None:
    (counted,) = columns_shown(dict.fromkeys(("times", "times_low", "times_high"), NUMBER))
    assert counted.bounds({"times": 11_331.2, "times_low": 11_331.0, "times_high": 11_331.4}) == ""
    assert counted.bounds({"times": 3.2, "times_low": 3.0, "times_high": 4.1}) == "3 to 4.10"
