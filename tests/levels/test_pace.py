import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels.tables import DAY, ON, crowd, day, folk, history
from ziggurat.base.errors import QuestionError
from ziggurat.levels.pace import pace
from ziggurat.stats.survival import kaplan_meier

PEOPLE = folk("ana bo cy dee eve", staff="sam")


def waits(text, at="2026-02-09"):
    frame = pace(history(text), PEOPLE, at=at, **ON).members.collect(backend="pyarrow").to_native()
    return {(row["person_id"], row["level"]): (row["days"], row["climbed"]) for row in frame.to_pylist()}


def test_from_each_level_to_any_higher_one():
    """`at` is the last microsecond of 9 February, 40 days begun after 1 January."""
    assert waits("ana 0@01-01 1@01-11 3@01-31") == {
        ("ana", 0): (10, True),
        ("ana", 1): (20, True),
        ("ana", 3): (10, False),
    }


def test_a_slip_does_not_stop_the_clock():
    assert waits("ana 1@01-01 0@01-11 1@01-21 2@01-31")["ana", 1] == (30, True)
    assert waits("ana 1@01-01 0@01-11")["ana", 1] == (40, False)


def test_one_who_came_to_a_level_from_above_is_not_counted_there():
    assert ("ana", 1) not in waits("ana 3@01-01 1@01-11 2@01-21")


def test_the_top_is_no_place_to_climb_from_and_staff_do_not_count():
    assert waits("ana 4@01-01 \n sam 0@01-01 1@01-05") == {}


def test_a_climb_after_the_instant_has_not_happened():
    assert waits("ana 0@01-01 1@03-01")["ana", 0] == (40, False)


def test_the_figures_are_those_of_kaplan_and_meier():
    text = "ana 0@01-01 1@01-11 \n bo 0@01-01 1@01-21 \n cy 0@01-06 \n dee 0@01-30 1@02-05 \n eve 0@01-01"
    row = pace(history(text), PEOPLE, at="2026-02-09", **ON).rows()[0]
    curve = kaplan_meier([10, 20, 35, 6, 40], [1, 1, 0, 1, 0])
    _, low, high = curve.at(30)
    assert (row["people"], row["climbed"], row["median_days"]) == (5, 3, 20)
    assert (row["climbed_30"], row["climbed_30_low"], row["climbed_30_high"]) == pytest.approx((0.6, 1 - high, 1 - low))
    assert row["climbed_90"] is None, "nobody has been watched for 90 days"


def test_the_curve_rises_from_nothing_to_the_last_estimate():
    answer = pace(history("ana 0@01-01 1@01-11 \n bo 0@01-01"), PEOPLE, at="2026-02-09", **ON)
    points = [(point["days"], point["share"]) for point in answer.curve.to_pylist() if point["level"] == 0]
    assert points[0] == (0, 0)
    assert points[9:11] == [(9, 0), (10, 0.5)]
    assert points[-1] == (40, 0.5)


@given(at=st.integers(day("2025-03-01"), day("2026-12-01")))
@settings(max_examples=few(15), deadline=None)
def test_a_naive_walk_through_every_life_gives_the_same_waits(at):
    tables = crowd(size=60)
    known = {row["person_id"] for row in tables["people"].to_pylist() if not row["staff"] and not row["anonymous"]}
    lives = {}
    for row in tables["levels"].to_pylist():
        if row["person_id"] in known and row["ladder"] == ON["ladder"] and row["since"] <= at:
            lives.setdefault(row["person_id"], []).append((row["since"], row["level"]))
    expected = {}
    for person, life in lives.items():
        for level in range(4):
            start = next((since for since, on in life if on == level), None)
            past = next((since for since, on in life if on > level), None)
            if start is not None and (past is None or past > start):
                days = int(np.ceil(((past or at) - start) / DAY))
                expected[person, level] = (days, past is not None)
    frame = pace(tables["levels"], tables["people"], at=at, **ON).members.collect(backend="pyarrow").to_native()
    found = {(row["person_id"], row["level"]): (row["days"], row["climbed"]) for row in frame.to_pylist()}
    assert found == expected


def test_a_ladder_of_one_level_has_no_pace():
    with pytest.raises(QuestionError, match="Nobody can climb on a ladder of one level"):
        pace(history("ana 0@01-01"), PEOPLE, at="2026-02-09", ladder="community", names=["Known"])
