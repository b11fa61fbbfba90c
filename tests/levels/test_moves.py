import pytest

from tests.levels.tables import ON, crowd, day, folk, history
from ziggurat.base.errors import QuestionError
from ziggurat.levels.moves import moves
from ziggurat.levels.pyramid import pyramid

LEVELS = history("""
    ana   0@01-01  2@02-10
    bo    2@01-01  1@02-10  0@02-20
    cy    1@01-01  2@02-05  1@02-15
    dee   1@01-01
    eve   1@02-20
    sam   0@01-01  4@02-10
""")
PEOPLE = folk("ana bo cy dee eve", staff="sam")
FEBRUARY = {"since": "2026-01-31", "until": "2026-02-28"}


def flow(**window):
    return {
        (row["from_name"], row["to_name"]): (row["direction"], row["people"], row["climbs"], row["slips"])
        for row in moves(LEVELS, PEOPLE, **ON, **window).rows()
    }


def test_where_people_stood_and_stand_and_what_happened_in_between():
    assert flow(**FEBRUARY) == {
        ("Known", "Endorsing"): ("climbed", 1, 1, 0),
        ("Endorsing", "Known"): ("slipped", 1, 0, 2),
        ("Following", "Following"): ("stayed", 2, 1, 1),
        ("New", "Following"): ("new", 1, 1, 0),
    }


def test_totals():
    assert moves(LEVELS, PEOPLE, **ON, **FEBRUARY).totals() == {
        "climbed": 1,
        "slipped": 1,
        "stayed": 2,
        "new": 1,
        "climbs": 3,
        "slips": 3,
    }


def test_the_window_excludes_its_beginning_and_includes_its_end():
    instant = day("02-10")
    assert flow(since=instant - 1, until=instant)[("Known", "Endorsing")] == ("climbed", 1, 1, 0)
    assert flow(since=instant - 1, until=instant)[("Endorsing", "Following")] == ("slipped", 1, 0, 1)
    assert flow(since=instant, until=instant + 1) == {
        ("Endorsing", "Endorsing"): ("stayed", 2, 0, 0),
        ("Following", "Following"): ("stayed", 2, 0, 0),
    }


def test_a_first_row_on_level_0_is_no_climb():
    assert flow(since="2025-12-31", until="2026-01-01")[("New", "Known")] == ("new", 1, 0, 0)


def test_members_name_what_they_did():
    found = moves(LEVELS, PEOPLE, **ON, **FEBRUARY).people(from_level=2, to_level=0)
    assert found.collect(backend="pyarrow").to_native().select(["name", "direction", "slips"]).to_pylist() == [
        {"name": "Bo", "direction": "slipped", "slips": 2}
    ]


def test_a_window_must_run_forwards():
    with pytest.raises(QuestionError, match=r"`since` \(2026-02-28\) must be before `until` \(2026-01-31\)"):
        moves(LEVELS, PEOPLE, **ON, since="2026-02-28", until="2026-01-31")


@pytest.mark.parametrize("until", ["2025-04-01", "2026-01-15", "2026-06-30"])
def test_the_flow_adds_up_to_the_pyramids_at_both_ends(until):
    tables = crowd()
    rows = moves(tables["levels"], tables["people"], **ON, since="2025-03-01", until=until).rows()
    for at, level_of in ((until, "to_level"), ("2025-03-01", "from_level")):
        standing = pyramid(tables["levels"], tables["people"], at=at, **ON).rows()
        for step in standing[:-1]:
            assert step["people"] == sum(row["people"] for row in rows if row[level_of] == step["level"])
        assert sum(step["share"] for step in standing[:-1]) == pytest.approx(1)
