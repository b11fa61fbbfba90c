import pytest

from tests.levels.tables import ON, day, folk, history
from ziggurat.base.errors import QuestionError
from ziggurat.levels.pyramid import pyramid
from ziggurat.stats.intervals import wilson

LEVELS = history("""
    ana   0@01-01  2@02-01  1@03-01
    bo    1@01-01  4@02-15
    cy    0@04-01
    sam   4@01-01
    anon1 3@01-05
""")
PEOPLE = folk("ana bo cy", staff="sam", anonymous="anon1@01-05 anon2@05-01")


def counts(at, **more):
    return {row["level_name"]: row["people"] for row in pyramid(LEVELS, PEOPLE, at=at, **ON, **more).rows()}


def test_each_person_stands_where_her_row_says_and_staff_nowhere():
    expected = {"Owning": 0, "Contributing": 0, "Endorsing": 1, "Following": 1, "Known": 0, "Anonymous": 1}
    assert counts("2026-02-10") == expected
    assert list(counts("2026-02-10")) == list(expected), "top first"


def test_a_row_holds_from_its_first_instant_until_just_before_its_end():
    assert counts(day("03-01") - 1)["Endorsing"] == 1
    assert counts(day("03-01"))["Endorsing"] == 0
    assert counts(day("03-01"))["Following"] == 1


def test_people_are_not_there_before_their_first_row_nor_observers_before_they_are_seen():
    assert sum(counts("2025-12-31").values()) == 0
    assert counts("2026-03-31")["Known"] == 0
    assert counts("2026-04-01")["Known"] == 1
    assert [counts(at)["Anonymous"] for at in (day("01-05") - 1, day("01-05"), "2026-05-01")] == [0, 1, 2]


def test_an_anonymous_observer_is_beneath_the_ladder_whatever_the_history_says():
    assert counts("2026-01-31")["Contributing"] == 0


def test_shares_are_of_known_people_alone():
    rows = {row["level_name"]: row for row in pyramid(LEVELS, PEOPLE, at="2026-06-01", **ON).rows()}
    assert rows["Owning"]["share"] == pytest.approx(1 / 3)
    assert (rows["Owning"]["low"], rows["Owning"]["high"]) == pytest.approx(wilson(1, 3))
    assert rows["Anonymous"]["people"] == 2
    assert rows["Anonymous"]["share"] is rows["Anonymous"]["low"] is None


def test_change_since_an_earlier_instant():
    rows = pyramid(LEVELS, PEOPLE, at="2026-04-30", compare_at="2026-01-31", **ON).rows()
    assert {row["level_name"]: (row["people"], row["then"], row["change"]) for row in rows} == {
        "Owning": (1, 0, 1),
        "Contributing": (0, 0, 0),
        "Endorsing": (0, 0, 0),
        "Following": (1, 1, 0),
        "Known": (1, 1, 0),
        "Anonymous": (1, 1, 0),
    }
    assert {row["change"] for row in pyramid(LEVELS, PEOPLE, at="2026-04-30", **ON).rows()} == {None}


def test_a_later_instant_is_no_earlier_one():
    same = pyramid(LEVELS, PEOPLE, at="2026-04-30", compare_at="2026-04-30", **ON).rows()
    assert {row["change"] for row in same} == {0}
    with pytest.raises(QuestionError, match=r"`compare_at` \(2026-05-01 23:59\) is after `at` \(2026-04-30 23:59\)"):
        pyramid(LEVELS, PEOPLE, at="2026-04-30", compare_at="2026-05-01", **ON)
