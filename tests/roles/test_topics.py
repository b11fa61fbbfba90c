"""What do people talk about, and what do we publish about?"""

import datetime as dt
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community
from tests.roles import worlds
from tests.roles.worlds import BAGS, ON, START
from ziggurat.base.errors import QuestionError
from ziggurat.roles.said import least, mixed, said
from ziggurat.roles.topics import topics
from ziggurat.simulate import Community, simulate
from ziggurat.simulate.phrases import TOPICS
from ziggurat.stats.intervals import wilson

UNTIL = START + dt.timedelta(days=70)
EVER = {"since": 0, "until": 2**62, "seed": 1}
THEIRS = {"delivery": 0.5, "money": 0.3, "garden": 0.2}
OURS = {"delivery": 0.1, "money": 0.3, "garden": 0.6}


def ask(tables, **options):
    return topics(tables["buckets"], tables["people"], **{"since": START, "until": UNTIL, "topics": 3, **ON, **options})


def by_bag(result):
    """Rows by the bag of words that names them."""
    rows = [row for row in result.rows() if row["words"]]
    return {
        next(bag for bag, words in BAGS.items() if row["words"].split(", ")[0] in words.split()): row for row in rows
    }


def test_planted_topics_and_gaps_are_found():
    """Half of what people write is of delivery, a tenth of what we publish; of money both write as much."""
    log = worlds.talk(THEIRS, OURS, seed=3, people=300, sent=200)
    result = ask(worlds.tables(log))
    rows = by_bag(result)
    for bag, row in rows.items():
        assert row["low"] <= THEIRS[bag] <= row["high"]
        assert row["our_low"] <= OURS[bag] <= row["our_high"]
        assert row["gap_low"] <= THEIRS[bag] - OURS[bag] <= row["gap_high"]
        assert any(word in BAGS[bag] for word in row["example"].split())
    assert rows["delivery"]["gap_low"] > 0 > rows["garden"]["gap_high"]
    assert sum(row["ours"] for row in result.rows()) == 200  # each newsletter once, whomever it went to


def test_where_both_write_alike_there_is_no_gap():
    """Null: bounds of 95 % miss no gap at all in few of many drawn worlds."""
    missed, told = 0, 0
    for seed in range(12):
        for row in by_bag(ask(worlds.tables(worlds.talk(THEIRS, THEIRS, seed)))).values():
            missed += not row["gap_low"] <= 0 <= row["gap_high"]
            told += 1
    assert told == 36
    assert missed <= 5


def test_counts_are_of_the_texts_behind_them():
    log = worlds.talk(THEIRS, OURS, seed=5)
    result = ask(worlds.tables(log))
    text_of = {row["interaction_id"]: row for row in log.to_pylist() if row["direction"] == "in"}
    members = result.members.collect(backend="pyarrow").to_native().to_pylist()
    assert {row["interaction_id"] for row in members} == set(text_of)
    for row in result.rows():
        behind = [text_of[one["interaction_id"]] for one in members if one["topic"] == row["topic"]]
        assert row["texts"] == len(behind)
        assert row["people"] == len({one["actor"] for one in behind})
        assert row["questions"] == sum(one["kind"] == "asked" for one in behind)
        assert row["share"] == pytest.approx(len(behind) / len(text_of))
        assert (row["our_low"], row["our_high"]) == pytest.approx(wilson(row["ours"], 60))
        if row["topic"] is not None:
            assert row["example"] in [one["text"] for one in behind]


def test_the_topics_of_a_simulated_community_are_those_it_writes_about():
    """What most people write about is delivery, of which it hardly publishes."""
    made = simulate(Community(people=600, days=365, seed=3, start=community.START))
    rows = ask(community.tables(made=made), since="2025-09-01", until="2026-08-31", topics=8).rows()
    truth = {word: name for name, words in TOPICS.items() for word in " ".join(words).split()}
    named = {}
    for row in rows[:8]:
        name, most = Counter(truth.get(word) for word in row["words"].split(", ")).most_common(1)[0]
        if most >= 4:
            named.setdefault(name, row)
    assert len(named) >= 7
    assert named["delivery"] is rows[0]
    assert named["delivery"]["gap_low"] > 0


LOG = """
    at     actor                kind       direction  activity  object   in_reply_to  text
    01-02  user:ana             posted     in         -         -        -            Hers
    01-02  anon:1               posted     in         -         -        -            A visitor's
    01-02  email:sam@ours.org   posted     in         -         -        -            Ours, but no message
    01-03  user:ana             emailed    out        Spring    -        -            -
    01-03  user:bea             emailed    out        Spring    -        -            Sow now
    01-04  user:bea             emailed    out        Spring    -        -            Sow now
    01-05  user:ana             invited    out        -         Meetup   -            -
    01-06  user:bea             invited    out        -         Meetup   -            -
    01-06  user:bea             advertised  out       Banners   -        -            -
    01-07  user:bea             advertised  out       Banners   -        -            -
    01-05  user:ana             emailed    out        -         -        i1           An answer
    01-05  user:ana             responded  out        -         -        -            Another
    01-05  user:ana             messaged   out        -         -        -            -
"""


def test_what_people_write_and_what_we_publish(log):
    """What was said counts once, whatever the day; its names stand in for a text; answers don't count."""
    told = worlds.tables(log(LOG))
    theirs, ours = said(told["buckets"], **EVER, sample=100)
    assert theirs["text"].to_pylist() == ["Hers"]
    assert ours == ["Banners", "Meetup", "Sow now", "Spring"]


def test_of_too_many_texts_some_are_drawn_whatever_their_order():
    log = worlds.talk(THEIRS, OURS, seed=5)
    turned = log.take(pa.array(np.random.default_rng(1).permutation(len(log))))
    few = [said(worlds.tables(one)["buckets"], **EVER, sample=30) for one in (log, turned)]
    assert few[0][0]["interaction_id"].to_pylist() == few[1][0]["interaction_id"].to_pylist()
    assert few[0][1] == few[1][1]
    assert [len(side) for side in few[0]] == [30, 30]
    other = said(worlds.tables(log)["buckets"], **{**EVER, "seed": 2}, sample=30)
    assert other[0]["interaction_id"] != few[0][0]["interaction_id"]


def test_who_is_drawn_is_left_to_chance():
    """Rows of 1000 people, some instants each; drawn in parts or at once, each has the same chance."""
    person, at = (side.ravel() for side in np.meshgrid(np.arange(1000) << 50, np.arange(20) * 10**6))
    rows = pa.table({"row": np.arange(person.size), "draw": mixed(person, at, 7)})
    drawn = least(rows, 5000)["row"].to_numpy()
    parts = [least(rows.slice(start, 5000), 5000) for start in range(0, 20_000, 5000)]
    assert least(pa.concat_tables(parts), 5000)["row"].to_pylist() == drawn.tolist()
    for values, groups in ((at, 20), (person, 10)):
        counts = np.bincount(np.searchsorted(np.unique(values), values[drawn]) * groups // np.unique(values).size)
        assert counts.min() > 0.75 * 5000 / groups
        assert counts.max() < 1.25 * 5000 / groups


def test_nobody_writes_anything(log):
    result = ask(worlds.tables(log("at\n01-02")))
    assert result.rows() == []


@pytest.mark.parametrize(("given", "message"), [
    ({"topics": 0}, "`topics` is 0, but must be a whole number from 1 to 50"),
    ({"sample": 0}, "`sample` is 0, but must be a .* from 1 to"),
    ({"seed": -1}, "`seed` is -1, but must be a .* from 0 to"),
])  # fmt: skip
def test_bad_options_are_refused(log, given, message):
    with pytest.raises(QuestionError, match=message):
        ask(worlds.tables(log("at\n01-02")), **given)


def test_nothing_after_the_end_is_looked_at():
    log = worlds.talk(THEIRS, OURS, seed=5)
    until = START + dt.timedelta(days=30)
    past = log.filter(pc.less_equal(log["at"], pa.scalar(until, log["at"].type)))
    assert ask(worlds.tables(log), until=until).rows() == ask(worlds.tables(past), until=until).rows()
