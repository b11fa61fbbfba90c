from tests.levels.tables import ON, folk, history
from ziggurat.levels.returners import returners

FEBRUARY = {"since": "2026-01-31", "until": "2026-02-28"}


def regained(text, people="ana"):
    answer = returners(history(text), folk(people, staff="sam"), **ON, **FEBRUARY)
    return {row["level"]: row["people"] for row in answer.rows() if row["people"]}


def test_one_who_slipped_and_climbs_back_is_a_returner():
    assert regained("ana 2@01-01 1@01-10 2@02-10") == {2: 1}


def test_regained_is_the_lower_of_the_level_climbed_to_and_the_level_once_left():
    assert regained("ana 4@01-01 1@01-10 3@02-10") == {3: 1}
    assert regained("ana 2@01-01 1@01-10 4@02-10") == {2: 1}


def test_a_climb_to_a_level_never_left_is_no_return():
    assert regained("ana 0@01-01 2@02-10") == {}
    assert regained("ana 1@01-01 0@01-05 1@01-10 2@02-10") == {}
    assert regained("ana 0@01-01 2@02-10 1@02-15") == {}, "the slip came after"


def test_a_return_outside_the_window_does_not_count_and_a_slip_after_it_does_not_undo_it():
    assert regained("ana 2@01-01 1@01-10 2@01-20") == {}
    assert regained("ana 2@01-01 1@01-10 2@03-20") == {}
    assert regained("ana 2@01-01 1@01-10 2@02-10 1@02-11") == {2: 1}


def test_a_person_counts_once_at_the_highest_level_regained_and_staff_do_not():
    assert regained("ana 3@01-01 0@01-10 1@02-10 3@02-12 \n sam 2@01-01 1@01-10 2@02-10") == {3: 1}
