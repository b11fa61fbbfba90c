from tests.levels.tables import ON, day, folk, history, standings
from ziggurat.base import kinds
from ziggurat.levels.rising import rising
from ziggurat.log.buckets import Buckets

LEVELS = history("""
    ana   0@01-01  2@02-20
    bo    1@01-01
    cy    1@01-01
    dee   0@01-01  4@02-25
    eve   3@01-01  2@02-20
    fay   1@02-26
    sam   0@01-01  1@02-20
""")
PEOPLE = folk("ana bo cy dee eve fay", staff="sam")
STANDINGS = standings("""
    person_id  level  since  next_rule  have  need
    ana        2      02-20  meetups    0     4
    bo         1      01-01  posts      3     4
    cy         1      01-01  posts      1     4
    dee        4      02-25  -          -     -
    eve        2      02-20  meetups    1     4
    fay        1      02-26  posts      2     4
    sam        1      02-20  posts      3     4
""")


NOBODY_ACTS = Buckets((), {"kind": []})
KINDS = kinds.load().table()


def listed(**options):
    return rising(STANDINGS, LEVELS, PEOPLE, NOBODY_ACTS, KINDS, **{"at": "2026-02-28"} | ON | options).rows()


def test_who_climbed_lately_or_is_near_by_what_is_at_stake():
    """cy is far from the next level; eve came to hers by a slip; sam is staff. Nobody stands beneath bo and fay."""
    assert [(row["name"], row["why"], row["nearness"]) for row in listed()] == [
        ("Dee", "climbed", None),
        ("Ana", "climbed", 0.0),
        ("Fay", "climbed", 0.5),
        ("Bo", "near", 0.75),
    ]


def test_what_is_missing_is_said():
    row = listed()[-1]
    assert (row["level_name"], row["next_level_name"]) == ("Following", "Endorsing")
    assert (row["next_rule"], row["have"], row["need"], row["missing"]) == ("posts", 3, 4, 1)
    assert row["since"].isoformat() == "2026-01-01T00:00:00+00:00"
    assert listed()[0]["next_level_name"] is None


def test_how_long_ago_and_how_near_can_be_chosen():
    assert {row["name"] for row in listed(days=3, nearness=0.9)} == {"Fay"}
    assert {row["name"] for row in listed(at=day("02-25") + 1, days=1, nearness=1)} == {"Dee"}
    assert {row["name"] for row in listed(days=0, nearness=0.25)} == {"Bo", "Cy", "Eve", "Fay"}


def test_the_limit_cuts_the_table_and_not_the_members():
    answer = rising(STANDINGS, LEVELS, PEOPLE, NOBODY_ACTS, KINDS, at="2026-02-28", limit=1, **ON)
    assert [row["name"] for row in answer.rows()] == ["Dee"]
    assert len(answer.members.collect()) == 4
