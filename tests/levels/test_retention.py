import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels.tables import DAY, ON, crowd, day, folk, history
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import moment
from ziggurat.levels.calendar import MONTH_DAYS
from ziggurat.levels.retention import retention
from ziggurat.stats.intervals import wilson

LEVELS = history("""
    ana   0@01-01  2@01-10
    bo    2@01-31  1@02-20  2@03-20
    cy    3@01-05  2@01-20  0@04-25
    dee   2@02-10
    sam   2@01-10
""")
PEOPLE = folk("ana bo cy dee", staff="sam")


def shares(at="2026-06-15", level="Endorsing", **options):
    rows = retention(LEVELS, PEOPLE, at=at, level=level, **ON, **options).rows()
    return {(row["cohort"], row["period"]): (row["people"], row["started"]) for row in rows}


def test_who_is_there_so_many_months_after_her_own_start():
    """bo was away at 2 March and back by 1 April; cy slipped from 3 to 2, which is still there, and left in April."""
    assert shares() == {
        ("2026-01", 1): (2, 3),
        ("2026-01", 2): (3, 3),
        ("2026-01", 3): (3, 3),
        ("2026-01", 4): (2, 3),
        ("2026-02", 1): (1, 1),
        ("2026-02", 2): (1, 1),
        ("2026-02", 3): (1, 1),
    }


def test_a_cell_appears_once_its_whole_cohort_has_been_watched():
    last = day("02-01") - 1 + int(MONTH_DAYS * DAY)
    assert shares(at=last - 1) == {}
    assert shares(at=last) == {("2026-01", 1): (2, 3)}


def test_one_who_started_at_the_last_moment_is_looked_at_to_the_microsecond():
    levels, at = history("ana 2@2026-01-31T235959.999999"), day("02-01") - 1 + int(MONTH_DAYS * DAY)
    assert [row["people"] for row in retention(levels, PEOPLE, at=at, level=2, **ON).rows()] == [1]


def test_quarters_and_years_and_a_limit():
    assert shares(period="quarter") == {}
    assert shares(at="2026-07-31", period="quarter") == {("2026-Q1", 1): (4, 4)}
    assert shares(at="2028-06-01", period="year") == {("2026", 1): (3, 4)}
    assert max(period for _, period in shares(at="2028-06-01", periods=2)) == 2


def test_bounds_and_people():
    answer = retention(LEVELS, PEOPLE, at="2026-06-15", level=2, **ON)
    assert (answer.rows()[0]["low"], answer.rows()[0]["high"]) == pytest.approx(wilson(2, 3))
    found = answer.people(cohort="2026-01", period=1).collect(backend="pyarrow").to_native()["name"].to_pylist()
    assert sorted(found) == ["Ana", "Cy"]
    with pytest.raises(QuestionError, match=r"no cohort '2026-11'; did you mean"):
        answer.people(cohort="2026-11")
    with pytest.raises(QuestionError, match="can't be opened by 'month'"):
        answer.people(month=1)


@given(at=st.integers(day("2025-03-01"), day("2026-12-01")), level=st.integers(0, 4))
@settings(max_examples=few(15), deadline=None)
def test_looking_at_every_person_at_every_moment_gives_the_same(at, level):
    tables = crowd(size=60)
    known = {row["person_id"] for row in tables["people"].to_pylist() if not row["staff"] and not row["anonymous"]}
    there = {}
    for row in tables["levels"].to_pylist():
        if row["person_id"] in known and row["ladder"] == ON["ladder"] and row["since"] <= at and row["level"] >= level:
            there.setdefault(row["person_id"], []).append((row["since"], row["until"] or 2**62))
    expected = {}
    for spells in there.values():
        start = spells[0][0]
        cohort = moment(start).strftime("%Y-%m")
        for period in range(1, 7):
            then = start + period * int(MONTH_DAYS * DAY)
            here = any(since <= then < until for since, until in spells)
            expected[cohort, period] = expected.get((cohort, period), 0) + here
    rows = retention(tables["levels"], tables["people"], at=at, level=level, periods=6, **ON).rows()
    assert all(expected[row["cohort"], row["period"]] == row["people"] for row in rows)
    if at > day("2026-08-01"):
        assert rows
