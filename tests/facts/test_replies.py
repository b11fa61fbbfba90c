"""Who was answered, when, and by whom?"""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import written
from tests.examples import few
from tests.facts import asking
from ziggurat.asking.crowd import Crowd
from ziggurat.base.instant import moment
from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import REPLIES, replies
from ziggurat.log.buckets import Buckets
from ziggurat.people.resolve import hash_of
from ziggurat.people.staff import Staff

EVER = {"since": 0, "until": 2**62}
OURS = Staff(identities=(asking.STAFF,))


def found(interactions, **options):
    """Replies as dicts by (source, id), codes as words."""
    crowd = Crowd(interactions, staff=OURS)
    buckets = crowd.derived.buckets()
    table = replies(buckets, Directory.of(crowd.people()), **{**EVER, **options})
    assert table.schema == REPLIES
    rows = table.to_pylist()
    for row in rows:
        row |= {name: buckets.codes[name][row[name]] for name in ("source", "channel", "kind")}
    return {(row["source"], row["interaction_id"]): row for row in rows}


@given(st.integers(0, 10**6), st.sampled_from([1.0, 14.0]))
@settings(max_examples=few(30))
def test_it_is_what_the_rules_say(seed, days):
    """A world of questions and answers, told one by one and at once, within a window."""
    log = asking.world(seed)
    since, until = (asking.START + dt.timedelta(days=days) for days in (2, 25))
    quick = found(log, since=micros(since), until=micros(until), days=days)
    slow = asking.slowly(log.to_pylist(), since, until, days)
    assert quick.keys() == slow.keys()
    for name, row in quick.items():
        told = slow[name]
        assert moment(row["at"]) == told["at"]
        assert row["person"] == hash_of(told["actor"])
        for instant in ("answered_at", "staff_at"):
            assert (row[instant] and moment(row[instant])) == told[instant]
        assert (row["answerer"], row["answerer_person"], row["by"], row["how"]) in told_of(told["among"])


def told_of(among):
    """What may be told of the first answer: any of those at the same instant."""
    if not among:
        return {(None, -1, None, None)}
    said = set()
    for row, how in among:
        sent = row["direction"] == "out" and row["actor"] != asking.STAFF
        who = row["counterpart"] if sent else row["actor"]
        person = -1 if who in (None, "user:unknown") else hash_of(who)
        said.add((who, person, "staff" if sent or row["actor"] == asking.STAFF else "member", how))
    return said


def micros(at):
    return int(at.timestamp()) * 10**6


def test_the_worlds_hold_every_way():
    ways = [row["how"] for seed in range(20) for row in found(asking.world(seed)).values()]
    assert {way: ways.count(way) > 10 for way in set(ways)} == dict.fromkeys(["reply", "thread", "channel", None], True)


LOG = """
    interaction_id  at     actor               kind       channel  direction  object  in_reply_to  counterpart
    q1              01-05  user:ana            asked      forum    in         t1      -            -
    own             01-06  user:ana            replied    forum    in         t1      q1           -
    like            01-06  user:bea            liked      forum    among      t1      q1           user:ana
    a1              01-07  user:bea            replied    forum    among      t1      q1           user:ana
    s1              01-08  email:sam@ours.org  answered   forum    in         t1      q1           user:ana
    q2              01-09  user:bea            contacted  phone    in         -       -            -
    c2              01-10  user:bea            called     phone    out        -       -            email:sam@ours.org
    q3              01-11  user:bea            contacted  phone    in         -       -            -
    c3              02-11  user:bea            called     phone    out        -       -            -
    q4              01-12  email:sam@ours.org  asked      forum    in         t9      -            -
"""


def test_the_first_answer_and_the_first_of_ours_are_told_apart(log):
    """A like is no answer, nor is what she adds herself; a call after a month answers nothing; staff don't ask."""
    answers = found(log(LOG))
    told = {
        name: (row["answerer"], row["by"], row["how"], row["staff_at"] and f"{moment(row['staff_at']):%m-%d}")
        for (_, name), row in answers.items()
    }
    assert told == {
        "q1": ("user:bea", "member", "reply", "01-08"),
        "q2": ("email:sam@ours.org", "staff", "channel", "01-10"),
        "q3": (None, None, None, None),
    }
    assert found(log(LOG), days=40)["test", "q3"]["by"] == "staff"


def test_nothing_after_the_end_is_looked_at(log):
    told = log(LOG)
    until = micros(dt.datetime(2026, 1, 6, 12, tzinfo=dt.UTC))
    past = told.filter(pc.less_equal(told["at"].cast(pa.int64()), until))
    assert [row["how"] for row in found(told, until=until).values()] == [None]
    assert list(found(told, until=until)) == list(found(past))


@pytest.mark.parametrize(("kind", "text", "asks"), [
    ("posted", "Does it float?", True),
    ("posted", "Does it float? I think so.", False),
    ("liked", "Does it float?", False),
    ("asked", "please tell me", True),
])  # fmt: skip
def test_a_post_asks_where_it_ends_with_the_mark(log, kind, text, asks):
    one = log(f"kind  text\n{kind}  {text}")
    assert len(found(one)) == asks
    assert [row["text"] for row in found(one, texts=True).values()] == [text] * asks
    assert [row["text"] for row in found(one).values()] == [None] * asks


def test_nobody_asks_nothing():
    nobody = Buckets((), {"kind": []})
    people = Crowd(asking.world(1, 2)).people().slice(0, 0)
    assert replies(nobody, Directory.of(people), **EVER) == REPLIES.empty_table()


@pytest.mark.parametrize(
    ("kind", "counterpart", "answered"),
    [
        ("answered", "email:ana@example.org", True),
        ("liked", "email:ana@example.org", False),
        ("answered", "email:bea@example.org", False),
        ("answered", "-", False),
    ],
)
def test_what_staff_do_towards_the_one_who_asked_answers_on_the_channel(kind, counterpart, answered):
    """Nothing states a direction: who is staff settles it."""
    text = f"""
        interaction_id  at     actor                  kind     counterpart    channel
        q1              01-05  email:ana@example.org  asked    -              email
        a1              01-06  {asking.STAFF}         {kind}   {counterpart}  email
    """
    stated = written.interactions(text)
    place = stated.column_names.index("direction")
    (row,) = found(stated.set_column(place, "direction", pa.nulls(len(stated), pa.string()))).values()
    assert (row["staff_at"] is not None, row["by"]) == (answered, "staff" if answered else None)
    assert row["how"] == ("channel" if answered else None)
