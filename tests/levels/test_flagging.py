from tests.levels.tables import ON, folk, history, standings
from ziggurat.base import kinds
from ziggurat.levels.flagging import flagging
from ziggurat.log.buckets import Buckets

LEVELS = history("""
    ana   0@01-01  2@02-01
    bo    2@01-01  1@05-20
    cy    3@01-01  1@02-01
    dee   1@01-01
    eve   2@01-01  1@05-01
    fay   4@01-01  3@02-01
    gus   0@01-01  3@02-01
    sam   2@01-01  1@05-20
""")
PEOPLE = folk("ana bo cy dee eve fay gus", staff="sam")
STANDINGS = standings("""
    person_id  level  since  peak  last_at  lapsed_at  slips_at
    ana        2      02-01  2     03-01    05-30      06-20
    bo         1      05-20  2     03-02    -          07-30
    cy         1      02-01  3     03-03    -          06-25
    dee        1      01-01  1     03-04    -          -
    eve        1      05-01  2     -        05-30      06-10
    fay        3      02-01  4     03-05    -          -
    gus        3      02-01  3     03-06    05-20      -
    sam        1      05-20  2     03-06    -          -
""")


NOBODY_ACTS = Buckets((), {"kind": []})
KINDS = kinds.load().table()


def listed(**options):
    return flagging(STANDINGS, LEVELS, PEOPLE, NOBODY_ACTS, KINDS, **{"at": "2026-06-01"} | ON | options).rows()


def test_each_is_listed_once_for_the_most_urgent_reason_by_what_is_at_stake():
    """dee is well; sam is staff; eve slipped too, but is in grace on the level below. At stake is the level alone here:
    nobody stands beneath bo, cy and eve, who come last, the one whose level began last first."""
    assert [(row["name"], row["why"]) for row in listed()] == [
        ("Gus", "in grace"),
        ("Ana", "in grace"),
        ("Fay", "below peak"),
        ("Bo", "slipped"),
        ("Eve", "in grace"),
        ("Cy", "below peak"),
    ]


def test_the_rule_that_lapsed():
    assert {row["name"]: row["rule"] for row in listed()} == {
        "Eve": None,  # hers was a rule of level 2; that of level 1 is not known
        "Ana": "rule of 2",
        "Gus": "rule of 3",
        "Bo": "rule of 2",
        "Cy": "rule of 3",
        "Fay": "rule of 4",
    }


def test_how_far_below_and_until_when():
    rows = {row["name"]: row for row in listed()}
    assert (rows["Cy"]["level_name"], rows["Cy"]["peak_name"], rows["Cy"]["below_peak"]) == (
        "Following",
        "Contributing",
        2,
    )
    assert rows["Ana"]["slips_at"].isoformat() == "2026-06-20T00:00:00+00:00"
    assert rows["Eve"]["last_at"] is None


def test_a_slip_longer_ago_is_no_recent_one():
    assert {row["name"]: row["why"] for row in listed(days=10)}["Bo"] == "below peak"
    assert [row["name"] for row in listed(limit=2)] == ["Gus", "Ana"]
