"""Levels at instants, against a reading row by row."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.levels.tables import LADDER, NAMES, history
from ziggurat.base.errors import QuestionError
from ziggurat.facts.level_history import NOWHERE, Placed
from ziggurat.people.ids import people_of

ONE, TWO = "p0000000000000001", "p0000000000000002"
CHANGES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 4)), max_size=30, unique_by=lambda row: row[:2]
)


def table(rows, ladder=LADDER):
    columns = {"person_id": [f"p{row[0]:016x}" for row in rows], "ladder": [ladder] * len(rows)}
    columns |= {"since": [row[1] for row in rows], "level": [row[2] for row in rows]}
    types = {"person_id": pa.string(), "ladder": pa.string(), "since": pa.int64(), "level": pa.int16()}
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


@given(CHANGES, st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 45)), max_size=20), st.integers(0, 45))
def test_a_reading_row_by_row_finds_the_same(rows, asked, until):
    placed = Placed.of(pa.concat_tables([table(rows), table(rows[::-1], "other")]), LADDER, until, NAMES)
    person, at = (np.array([row[side] for row in asked], np.int64) for side in (0, 1))
    expected = []
    for who, when in asked:
        past = [row for row in rows if row[0] == who and row[1] <= min(when, until)]
        expected.append(max(past, key=lambda row: row[1])[2] if past else NOWHERE)
    assert placed.at(person, at).tolist() == expected


def test_what_tips_a_climb_is_done_on_the_level_it_leads_to():
    levels = history(f"{ONE}  0@01-01  2@02-01\n{TWO}  1@03-01")
    placed = Placed.of(levels, LADDER, 2**60, NAMES)
    who = people_of(pa.array([ONE, ONE, TWO, TWO]))
    change = levels["since"][1].as_py()
    assert placed.at(who, np.array([change - 1, change, change, 2**60])).tolist() == [0, 2, NOWHERE, 1]
    assert placed.before.tolist() == [NOWHERE, 0, NOWHERE]


def test_a_level_without_a_name_is_an_error():
    with pytest.raises(QuestionError, match="holds level 4, but this ladder ends at level 2; refresh"):
        Placed.of(history(f"{ONE}  4@01-01"), LADDER, 2**60, NAMES[:3])
