"""Where do we fall short of what people expect?"""

import datetime as dt

import numpy as np
import pyarrow as pa

from tests.roles import worlds
from tests.roles.worlds import ON, START
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.roles.answering import answering
from ziggurat.roles.expectations import expectations
from ziggurat.roles.places import places
from ziggurat.roles.topics import topics
from ziggurat.roles.unanswered import unanswered
from ziggurat.stats.intervals import wilson

SINCE, UNTIL = (START + dt.timedelta(days=days) for days in (30, 60))
EVEN = {"delivery": 0.4, "money": 0.3, "garden": 0.3}


def ask(tables, study=expectations, needs=("buckets", "people", "levels", "targets"), **options):
    return study(*(tables[name] for name in needs), **{"since": SINCE, "until": UNTIL, **ON, **options})


def sound(seed=4, people=60):
    """Everyone asks by phone and is called back within the hour; we write where and about what people write."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        same = {"actor": f"user:{number}"}
        for _ in range(6):
            at = START + dt.timedelta(hours=float(draw.uniform(1, 24 * 59)))
            rows.append({**same, "interaction_id": f"q{len(rows)}", "kind": "asked", "channel": "phone", "at": at})
            wait = dt.timedelta(hours=float(draw.uniform(0.1, 1)))
            reply = {"kind": "called", "channel": "phone", "at": at + wait}
            rows.append({**same, **reply, "in_reply_to": rows[-1]["interaction_id"]})
        for _ in range(4):
            for kind, channel in (("posted", "forum"), ("messaged", "forum")):
                at = START + dt.timedelta(hours=float(draw.uniform(1, 24 * 59)))
                text = worlds.sentence(draw, str(draw.choice(list(EVEN), p=list(EVEN.values()))))
                row = {**same, "channel": channel, "kind": kind, "at": at, "text": text}
                rows.append(row | ({"object": f"letter {len(rows)}"} if kind == "messaged" else {}))
    return rows


def gaps(rows):
    result = ask(worlds.tables(worlds.rowed(rows)), topics=3)
    return {(row["gap"], row["what"]): row for row in result.rows()}, result


def test_where_all_is_as_expected_there_is_no_gap():
    """Null: promptly answered, met where they are, written to about what they write about."""
    assert gaps(sound())[0] == {}


def test_every_planted_gap_is_found_and_opens_to_its_people():
    """From day 30 on, two thirds of answers by phone come a day late and those to the first five people never do;
    all shop where we never are, and we write about the garden only."""
    garden, rows, planted, late, never = set(worlds.BAGS["garden"].split()), sound(), [], set(), set()
    for place, row in enumerate(rows):
        now = row["kind"] == "called" and rows[place - 1]["at"] > SINCE
        if now and int(row["actor"].split(":")[1]) < 5:
            never.add(row["actor"])
        elif now and place % 3 and row["at"] < UNTIL - dt.timedelta(days=2):
            planted.append(row | {"at": row["at"] + dt.timedelta(days=1)})
            late.add(row["actor"])
        elif row["kind"] != "messaged" or garden & set(row["text"].split()):
            planted.append(row)
    at = SINCE + dt.timedelta(days=3)
    shops = [
        {"actor": f"user:{n}", "kind": "purchased", "channel": "store", "at": at} for n in range(60) for _ in "abc"
    ]
    found, result = gaps([*planted, *shops])
    people = {gap: behind(result, *gap) for gap in found}
    assert people["no answer", "phone"] == never
    assert people["later than promised", "phone"] == late
    assert people["not met there", "store"] == {f"user:{n}" for n in range(60)}
    assert found["slower than usual", "phone"]["people"] >= len(late)
    about = [what for gap, what in found if gap == "little published"]
    assert len(about) == 2
    assert not any(word in what for what in about for word in worlds.BAGS["garden"].split())
    shares = [row["share"] for row in found.values()]
    assert shares == sorted(shares, reverse=True)
    for row in found.values():
        assert (row["share"], row["low"], row["high"]) == (row["people"] / 60, *wilson(row["people"], 60))


def behind(result, gap, what):
    """The people behind a gap, as they are called in the log."""
    ids = result.people(gap=gap, what=what).collect(backend="pyarrow").to_native()["person_id"].to_pylist()
    names = {person_id(hash_of(f"user:{number}")): f"user:{number}" for number in range(60)}
    return {names[one] for one in ids}


def test_each_gap_is_that_of_the_study_it_names(log):
    """One open question, one late answer, one shopper: the studies named tell of the same people."""
    tables = worlds.tables(
        log("""
        interaction_id  at           actor     kind       channel  in_reply_to
        q1              02-10        user:ana  asked      phone    -
        q2              02-11        user:bea  contacted  forum    -
        a2              02-13        user:bea  responded  forum    q2
        q3              02-28 22:00  user:cia  asked      phone    -
    """)
    )
    rows = ask(tables, until=dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC)).rows()
    assert {(row["gap"], row["what"], row["people"], row["study"]) for row in rows} >= {
        ("no answer", "phone", 1, "unanswered"),
        ("later than promised", "forum", 1, "answering"),
    }
    assert not [row for row in rows if row["gap"] == "no answer" and row["people"] > 1]  # Cia's is not due yet


def test_where_nothing_is_promised_an_answer_is_due_when_it_used_to_come(log):
    """By chat Ana was answered within the hour; since she asks in vain. On the shop's page nobody ever asked before."""
    tables = worlds.tables(
        log("""
        interaction_id  at           actor     kind       channel  in_reply_to
        q1              01-20        user:ana  asked      chat     -
        a1              01-20 01:00  user:ana  responded  chat     q1
        q2              02-10        user:ana  asked      chat     -
        q3              02-10        user:bea  asked      shop     -
    """)
    )
    assert [(row["gap"], row["what"]) for row in ask(tables).rows() if row["study"] == "unanswered"] == [
        ("no answer", "chat")
    ]


def test_it_is_asked_of_the_same_as_the_studies_behind_it():
    tables = worlds.tables(worlds.rowed(sound(people=8)))
    assert ask(tables).table.num_rows == 0
    assert ask(tables, answering).table.num_rows > 0
    assert ask(tables, topics, ("buckets", "people")).table.num_rows > 0
    assert ask(tables, places, ("buckets", "people")).table.num_rows > 0
    assert (
        unanswered(*(tables[name] for name in ("buckets", "people", "levels", "targets")), at=UNTIL, **ON).rows() == []
    )


def test_nobody_there_expects_anything(log):
    tables = worlds.tables(log("at\n01-02"))
    assert ask(tables).table == pa.Table.from_pylist([], schema=ask(tables).table.schema)
