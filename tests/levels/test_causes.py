import pytest

from tests.levels.tables import ON, day, folk, history
from ziggurat.levels.causes import causes

LEVELS = history("""
    ana   0@01-01  1@02-10:posted/forum/Launch  0@02-12  1@02-20:posted/forum/Launch
    bo    0@01-01  1@02-10:posted/forum/Launch
    cy    2@02-05:attended/event
    dee   0@02-05:visited/web
    eve   0@01-01  1@01-10:posted/forum/Launch
    sam   0@01-01  1@02-10:posted/forum/Launch
""")
PEOPLE = folk("ana bo cy dee eve", staff="sam")
FEBRUARY = {"since": "2026-01-31", "until": "2026-02-28"}


def test_climbs_are_counted_by_what_tipped_them():
    assert causes(LEVELS, PEOPLE, **ON, **FEBRUARY).rows() == [
        {
            "rule": "rule of 1",
            "kind": "posted",
            "channel": "forum",
            "activity": "Launch",
            "climbs": 3,
            "people": 2,
            "share": 0.75,
        },
        {
            "rule": "rule of 2",
            "kind": "attended",
            "channel": "event",
            "activity": None,
            "climbs": 1,
            "people": 1,
            "share": 0.25,
        },
    ]


def test_a_cause_without_an_activity_opens_to_its_people():
    found = causes(LEVELS, PEOPLE, **ON, **FEBRUARY).people(activity=None)
    assert found.collect(backend="pyarrow").to_native()["name"].to_pylist() == ["Cy"]


def test_the_window_excludes_its_beginning_and_includes_its_end():
    window = {"since": day("02-05"), "until": day("02-10")}
    assert [(row["kind"], row["climbs"]) for row in causes(LEVELS, PEOPLE, **ON, **window).rows()] == [("posted", 2)]


def test_rows_are_cut_off_at_the_limit_but_shares_are_of_all():
    assert [row["share"] for row in causes(LEVELS, PEOPLE, **ON, **FEBRUARY, limit=1).rows()] == [pytest.approx(0.75)]
