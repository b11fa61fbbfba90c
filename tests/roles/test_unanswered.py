"""Which questions are still open?"""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.facts import asking
from tests.roles import worlds
from tests.roles.worlds import ON, START
from ziggurat.base.errors import QuestionError
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.roles.unanswered import unanswered

AT = START + dt.timedelta(days=28)


def ask(tables, **options):
    needs = (tables[name] for name in ("buckets", "people", "levels", "targets"))
    return unanswered(*needs, **{"at": AT, **ON, **options})


@given(st.integers(0, 10**6), st.sampled_from([5.0, 90.0]), st.sampled_from(["anyone", "staff"]))
@settings(max_examples=few(15))
def test_what_is_open_is_what_nobody_answered(seed, days, answers):
    log = asking.world(seed, 100)
    column = "staff_at" if answers == "staff" else "answered_at"
    told = asking.slowly(log.to_pylist(), AT - dt.timedelta(days=days), AT, 14)
    open_ = {key for key, one in told.items() if one[column] is None and one["actor"] != "anon:1"}
    result = ask(worlds.tables(log), days=days, answers=answers)
    assert {(row["source"], row["interaction_id"]) for row in result.rows()} == open_
    for row in result.rows():
        asked = told[row["source"], row["interaction_id"]]
        assert row["person_id"] == person_id(hash_of(asked["actor"]))
        assert row["hours"] == pytest.approx((AT - asked["at"]) / dt.timedelta(hours=1))
        assert row["overdue_hours"] == pytest.approx(row["hours"] - {"forum": 24, "phone": 6}[row["channel"]])


LOG = """
    interaction_id  at           actor     kind        channel  text                 in_reply_to
    q1              01-20        user:ana  asked       forum    Will it float at all  -
    q2              01-27        user:bea  asked       forum    -                    -
    like            01-21        user:bea  liked       web      -                    -
    q3              01-28 12:00  user:cia  complained  chat     -                    -
    q4              01-21        user:cia  contacted   phone    -                    -
    a4              01-22        user:cia  called      phone    -                    q4
"""


def test_the_most_valuable_come_first_or_the_oldest(log):
    """Bea has climbed; Cia's question on the phone was answered; on chat nothing is promised."""
    told = worlds.tables(log(LOG))
    rows = ask(told).rows()
    assert [(row["interaction_id"], row["level_name"]) for row in rows] == [
        ("q2", "Liking"),
        ("q1", "Known"),
        ("q3", "Known"),
    ]
    assert [row["interaction_id"] for row in ask(told, first="oldest").rows()] == ["q1", "q2", "q3"]
    overdue = {row["interaction_id"]: row["overdue_hours"] for row in rows}
    assert overdue == pytest.approx({"q1": 9 * 24 - 24, "q2": 2 * 24 - 24, "q3": None})
    assert [row["text"] for row in rows] == [None, "Will it float at all", None]


def test_the_list_is_cut_off_and_its_people_are_not(log):
    result = ask(worlds.tables(log(LOG)), limit=1)
    assert len(result.rows()) == 1
    assert len(result.people().collect(backend="pyarrow")) == 3


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"first": "newest"}, "`first` is 'newest'. It can be: valuable, oldest"),
        ({"limit": 0}, "`limit` is 0, but must be a .* from 1 to"),
        ({"days": -1}, "`days` is -1, but must be a .* from 0 to"),
    ],
)
def test_bad_options_are_refused(given_, message):
    with pytest.raises(QuestionError, match=message):
        ask(worlds.tables(asking.world(1, 4)), **given_)
