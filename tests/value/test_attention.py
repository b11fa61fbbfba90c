"""The closing questions: planted answers come back, in figures and in words."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels.tables import ON
from tests.value import spending, worlds
from tests.written import interactions
from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.catalogue import find
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.value.attention import MONEY, MOVED, QUALITY, TIME, VALUABLE, level_of

SINCE, UNTIL = instant("2026-01-05"), instant("2026-01-30")


def ask(tables, since=SINCE, until=UNTIL, **options):
    result = find("attention").ask(tables, **ON, since=since, until=until, **options)
    return {row["question"]: row for row in result.rows()}


def town(seed, minutes, gifts, people=200):
    """A tenth of people, who bring `gifts` times what the others do, and get `minutes` times their time."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        rich = number < people // 10
        for place, (kind, way) in enumerate((("donated", "in"), ("called", "out"), ("called", "out"))):
            at = dt.datetime(2026, 1, 6 + 5 * place, tzinfo=dt.UTC)
            many = draw.gamma(4.0, 5.0)
            what = (
                {"amount": many * (gifts if rich else 1)}
                if way == "in"
                else {"minutes": many * (minutes if rich else 1)}
            )
            same = {"source": "a", "channel": "phone", "at": at, "received_at": at, "kind": kind, "direction": way}
            rows.append({"interaction_id": f"{number} {place}", "actor": f"user:{number}", **same, **what})
    return worlds.tables(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS))


@pytest.mark.parametrize(
    ("minutes", "gifts", "verdict"),
    [(1, 9, "less than they bring"), (9, 9, "about what they bring"), (40, 6, "more than they bring")],
)
def test_it_says_whether_the_most_valuable_get_their_share(minutes, gifts, verdict):
    row = ask(town(1, minutes, gifts))[VALUABLE]
    assert row["answer"].endswith(verdict + ".")
    assert row["people"] == 20
    truth = minutes / (minutes + 9)
    assert row["low"] < truth < row["high"]


@given(st.integers(0, 10**6), st.sampled_from([3.0, 14.0]))
@settings(max_examples=few(20))
def test_new_ones_are_those_who_had_given_nothing_by_then(seed, days):
    log, money = spending.world(seed), spending.bought(seed)
    tables = worlds.tables(log, **money)
    touches, rest = spending.slowly(log, money, SINCE, UNTIL, days)
    rows = ask(tables, days=days)
    fresh = [row for row in touches if row["new"]]
    for question, unit, media in ((TIME, "spent_minutes", 0.0), (MONEY, "spent_money", rest["media"])):
        whole = sum(row[unit] for row in touches) + media
        row = rows[question]
        assert row["people"] == len({one["actor"] for one in fresh})
        if not whole:
            assert row["share"] is None
            assert "the log holds no" in row["answer"]
            continue
        assert row["share"] == pytest.approx((sum(one[unit] for one in fresh) + media) / whole)
        assert row["low"] - 1e-9 <= row["share"] <= row["high"] + 1e-9


def test_quality_is_a_talk_that_we_began_with_those_at_the_top():
    found = ask(worlds.tables(interactions("""
        interaction_id  actor     at     kind       direction  channel  object  in_reply_to  amount
        -               user:ana  01-06  purchased  in         web      -       -            70
        -               user:bea  01-06  purchased  in         web      -       -            70
        -               user:cia  01-06  purchased  in         web      -       -            70
        -               user:dan  01-06  purchased  in         web      -       -            70
        -               user:eva  01-06  visited    in         web      -       -            -
        m1              user:ana  01-08  messaged   out        chat     t1      -            -
        -               user:ana  01-09  replied    in         chat     t1      -            -
        q1              user:bea  01-08  asked      in         chat     t2      -            -
        -               user:bea  01-09  responded  out        chat     t2      q1           -
        m2              user:cia  01-08  emailed    out        email    -       -            -
        -               user:dan  01-08  met        out        event    -       -            -
        -               user:eva  01-08  met        out        event    -       -            -
    """)))[QUALITY]  # fmt: skip
    assert found["answer"] == "With 2 of the 4 on Owning, 50 % (15.0 to 85.0 %), we began 2 two-way interactions."
    assert (found["share"], found["people"]) == (0.5, 4)


MOVING = """
    actor     at     kind       direction  amount  minutes
    user:ana  01-06  purchased  in         70      -
    user:bea  01-06  purchased  in         70      -
    user:cia  01-06  purchased  in         70      -
    user:ana  01-08  called     out        -       30
    user:dan  01-08  called     out        -       400
    user:eva  01-08  called     out        -       200
"""


def test_moving_time_says_whom_it_would_pay_for_and_no_more():
    row = ask(worlds.tables(interactions(MOVING)))[MOVED]
    assert row["answer"] == (
        "10 % of the 10 hours on Known would pay for all 2 on Owning who got none, at the 30 minutes "
        "that it took with each of the others there. Whether they would do more, only an experiment can tell."
    )
    assert row["share"] == pytest.approx(2 / 3)
    half = ask(worlds.tables(interactions(MOVING)), moved=0.05)[MOVED]
    assert half["share"] == pytest.approx(1 / 3)
    assert "would pay for 1 (1 to 1) of the 2 on Owning who got none" in half["answer"]


def test_where_all_have_got_time_each_would_get_more():
    text = MOVING + "    user:bea  01-08  called  out  -  30\n    user:cia  01-09  called  out  -  10\n"
    row = ask(worlds.tables(interactions(text)))[MOVED]
    assert "would be 20 minutes more for each of the 3 on Owning" in row["answer"]
    assert row["share"] is None


def test_what_nobody_knows_is_said_so():
    rows = ask(worlds.tables(interactions("actor  at  kind  direction\nuser:ana  01-06  emailed  out")))
    assert rows[VALUABLE]["answer"] == "Nobody can say: the log holds no time of ours in this window."
    assert rows[MOVED]["answer"].startswith("Nobody can say what moving time would touch")
    assert {row["share"] for question, row in rows.items() if question != QUALITY} == {None}


def test_the_people_of_a_question_are_those_whom_it_is_about():
    tables = worlds.tables(interactions(MOVING))
    result = find("attention").ask(tables, **ON, since=SINCE, until=UNTIL)
    assert list(result.notes) == [f"{row['question']} {row['answer']}" for row in result.rows()]
    found = result.people(question=TIME).collect(backend="pyarrow").to_native()["person_id"].to_pylist()
    assert sorted(found) == sorted(person_id(hash_of(f"user:{name}")) for name in ("dan", "eva"))


@pytest.mark.parametrize("option", [{"most": 2}, {"moved": -1}, {"top": "Ownin"}, {"take": "9"}, {"days": -1}])
def test_bad_options_are_refused(option):
    with pytest.raises(QuestionError, match=f"^`{next(iter(option))}` is"):
        ask(worlds.tables(interactions(MOVING)), **option)


def test_a_level_is_named_or_numbered():
    assert (level_of(["Known", "Owning"], "top", "owning"), level_of(["Known", "Owning"], "top", "0")) == (1, 0)
