"""An answer is a table that opens to its people, and leaves as a file that no spreadsheet runs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ziggurat.base.errors import QuestionError
from ziggurat.results.result import FORMULA_STARTS, Result, safe_cell, write_csv

anything = st.one_of(
    st.text(),
    st.builds("{}{}".format, st.sampled_from([*FORMULA_STARTS, "\n", " ", "'", '"', "|"]), st.text(max_size=5)),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=5), max_size=3),
)


@dataclass(frozen=True)
class ByLevel(Result):
    """People by level."""

    columns: ClassVar = {"level": "string", "people": "int64"}
    keys: ClassVar = ("level",)


def by_level() -> ByLevel:
    table = pa.table({"level": ["=Top", None], "people": [2, 1]})
    members = pa.table({"person_id": ["p1", "p2", "p3"], "level": ["=Top", "=Top", None]})
    return ByLevel(table, nw.from_native(members).lazy())


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@settings(deadline=None)
@given(anything)
def test_no_cell_starts_a_formula(value: Any) -> None:
    text = str(safe_cell(value))
    assert not text.startswith(FORMULA_STARTS) or isinstance(value, (int, float))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anything, min_size=1, max_size=4), st.lists(st.lists(anything, min_size=1, max_size=4), max_size=4))
def test_no_cell_of_a_file_starts_a_formula_unless_it_is_a_number(tmp_path: Path, header, rows) -> None:
    path = tmp_path / "answer.csv"
    write_csv(path, map(str, header), rows)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert len(found) == len(rows) + 1
    assert not [cell for row in found for cell in row if cell.startswith(FORMULA_STARTS) and not is_number(cell)]


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-", "'-"), ("@ana", "'@ana"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        ("-5", "'-5"), (-5, -5), (-0.5, -0.5), ("a=b", "a=b"), ("", ""), (None, None), (["=a", "b"], "'=a b"),
    ],
)  # fmt: skip
def test_text_that_would_start_a_formula_gets_an_apostrophe(value, safe) -> None:
    assert safe_cell(value) == safe


def test_an_answer_as_a_file(tmp_path) -> None:
    result = by_level()
    result.to_csv(tmp_path / "answer.csv")
    assert (tmp_path / "answer.csv").read_bytes() == b"level,people\r\n'=Top,2\r\n,1\r\n"
    result.to_parquet(tmp_path / "answer.parquet")
    assert pq.read_table(tmp_path / "answer.parquet").equals(result.table)


def test_every_row_opens_to_its_people() -> None:
    result = by_level()
    for row in result.rows():
        found = result.people(level=row["level"]).collect()
        assert len(found) == row["people"]
    assert len(result.people().collect()) == 3


def test_a_row_is_opened_by_key_columns_alone() -> None:
    with pytest.raises(QuestionError) as raised:
        by_level().people(levle="x")
    assert str(raised.value) == (
        "ByLevel can't be opened by 'levle'; did you mean 'level'? Its people can be opened by: level."
    )
    with pytest.raises(QuestionError, match=r"can't be opened by 'people'\. Its people can be opened by: level\."):
        by_level().people(people=2)


def test_a_result_that_draws_nothing_says_so() -> None:
    with pytest.raises(NotImplementedError):
        by_level().chart()


def test_a_cell_that_a_spreadsheet_of_another_locale_would_split_is_quoted(tmp_path):
    cells = [
        "Eva;=1+1",
        "a\nb",
        "a\rb",
        "a\tb",
        "a|b",
        " a",
        "a ",
        "a\u2028b",
        "\v",
        "plain",
        "＝1",
        'say "no"',
        None,
        0.5,
    ]
    write_csv(tmp_path / "a.csv", ["x"] * len(cells), [cells])
    text = (tmp_path / "a.csv").read_bytes().decode().partition("\r\n")[2]
    quoted = '"Eva;=1+1","a\nb","a\rb","a\tb","a|b"," a","a ","a\u2028b","\v",plain,'
    assert text == quoted + '\'＝1,"say ""no""",,0.5\r\n'
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [*csv.reader(file)][1][:12] == [*cells[:10], "'＝1", cells[11]]
