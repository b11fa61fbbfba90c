"""Touches, against a naive reading of the same log, and counted by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest

from tests.channels import lives, naive
from tests.written import interactions
from ziggurat.channels.touches import Touched, met, reading, summed, touched
from ziggurat.instant import instant
from ziggurat.people.resolve import hash_of

LOG = lives.log()
TABLES = lives.tables(LOG)
SINCE, UNTIL = "2026-03-31", "2026-06-30"


def read(tables: dict, by: str = "activity", days: float = 14, since: str = SINCE, until: str = UNTIL) -> Touched:
    needs = (tables[name] for name in ("buckets", "people", "kinds", "activities"))
    window = {"since": instant(since), "until": instant(until)}
    return touched(reading(*needs, **window, by=by, days=days, outcome="purchased"))


def of(text: str, **options) -> dict[str, dict[str, float]]:
    """Sums by unit of a log written as text, on New Year's days of 2026 unless it says otherwise."""
    found = read(lives.tables(interactions(text)), since="2025-12-31", **options)
    return {
        unit: {name: float(found.sums(name)[place]) for name in found.pairs.column_names[2:]}
        for place, unit in enumerate(found.units)
        if found.people()[place]
    }


@pytest.mark.parametrize("by", ["activity", "channel"])
@pytest.mark.parametrize("days", [0, 3, 14, 60.5])
def test_a_naive_reading_finds_the_same(by, days):
    rows = LOG.to_pylist()
    until = dt.datetime(2026, 7, 1, tzinfo=dt.UTC) - dt.timedelta(microseconds=1)
    hidden = {lives.STAFF, "anon:1", "anon:2"}
    known = {row["actor"] for row in rows if row["at"] <= until} - hidden
    expected = defaultdict(lambda: np.zeros(8))
    for one in naive.touches(
        rows, known, dt.datetime(2026, 4, 1, tzinfo=dt.UTC) - dt.timedelta(microseconds=1), until, days
    ):
        sums = expected[hash_of(one["actor"]), one[by]]
        parts = [1, one["addressing"], one["responsiveness"], one["sector"] == "interact", one["sector"] == "react"]
        sums[:5] += parts
        sums[5:] = np.maximum(sums[5:], [one["ripe"], one["back"], one["purchased"]])
    found = read(TABLES, by, days)
    assert found.everyone == len(known)
    pairs = {(row.pop("person"), found.units[row.pop("unit")]): list(row.values()) for row in found.pairs.to_pylist()}
    assert pairs.keys() == expected.keys()
    for pair, sums in expected.items():
        assert pairs[pair] == pytest.approx(sums.tolist()), pair
    assert sum(sums[5] for sums in expected.values()) > (days < 50)
    assert any(sums[6] for sums in expected.values()) == (days > 0)


def test_one_letter_to_two_of_four_is_half_way_to_a_letter_of_ones_own():
    found = of("""
        actor   at     kind     channel  activity
        user:a  01-02  emailed  email    News
        user:b  01-02  emailed  email    News
        user:c  01-02  visited  web      -
        user:d  01-02  visited  web      -
    """)
    assert found["News"]["touches"] == 2
    assert found["News"]["addressing"] == pytest.approx(2 * 0.5)


def test_the_same_letter_is_told_by_its_object_or_by_its_day():
    found = of("""
        actor   at     kind     channel  activity  object
        user:a  01-02  emailed  email    News      issue 1
        user:b  01-09  emailed  email    News      issue 1
        user:a  01-02  emailed  email    Daily     -
        user:b  01-03  emailed  email    Daily     -
        user:a  01-05  messaged  push    News      issue 1
    """)
    assert found["News"]["addressing"] == 0 + 0 + 1  # by e-mail to everyone, by push to one
    assert found["Daily"]["addressing"] == 1 + 1


def test_an_answer_is_for_one_person_and_responds_to_her():
    found = of("""
        interaction_id  actor   at     kind       channel  activity  in_reply_to
        q1              user:a  01-02  asked      forum    -         -
        q2              user:b  01-02  purchased  shop     -         -
        r1              user:a  01-03  emailed    email    Help      q1
        r2              user:b  01-03  emailed    email    Help      q2
        r3              user:a  01-03  emailed    email    Help      q2
    """)
    assert found["Help"]["touches"] == 3
    assert found["Help"]["responsiveness"] == 2  # the last is in reply to someone else's
    assert found["Help"]["interact"] == 1  # only one of them was spoken to
    assert found["Help"]["react"] == 1


def test_an_answer_to_what_comes_later_answers_nothing():
    found = of("""
        interaction_id  actor   at     kind     channel  activity  in_reply_to
        q1              user:a  01-04  asked    forum    -         -
        r1              user:a  01-03  emailed  email    Help      q1
    """)
    assert found["Help"]["responsiveness"] == 0


def test_ids_are_told_apart_by_source():
    found = of("""
        interaction_id  source  actor   at     kind     channel  activity  in_reply_to
        q1              forum   user:a  01-02  asked    forum    -         -
        r1              mail    user:a  01-03  emailed  email    Help      q1
        r2              forum   user:a  01-03  emailed  email    Help      q1
    """)
    assert found["Help"]["responsiveness"] == 1


def test_coming_back_is_in_reply_in_the_thread_or_on_the_activity_and_in_time():
    found = of("""
        interaction_id  actor   at     kind      channel  activity  object  in_reply_to
        m1              user:a  01-02  messaged  post     Coupon    -       -
        m2              user:b  01-02  messaged  post     Coupon    -       -
        m3              user:c  01-02  messaged  post     Coupon    -       -
        m4              user:d  01-02  messaged  post     Coupon    -       -
        -               user:a  01-16  redeemed  store    -         -       m1
        -               user:b  01-16  redeemed  store    Coupon    -       -
        -               user:c  01-17  redeemed  store    Coupon    -       -
        -               user:d  01-16  redeemed  store    -         -       m1
    """)
    assert found["Coupon"]["back"] == 2  # c came a day late, and d with someone else's
    assert found["Coupon"]["ripe"] == 4


def test_who_was_touched_lately_is_not_counted_among_those_who_could_have_come_back():
    text = """
        actor   at     kind      channel  activity
        user:a  06-16  messaged  post     Coupon
        user:b  06-17  messaged  post     Coupon
        user:b  06-18  redeemed  store    Coupon
    """
    assert of(text)["Coupon"]["ripe"] == 1
    assert of(text)["Coupon"]["back"] == 0


def test_a_redeemed_coupon_is_no_dialogue_and_an_answered_letter_is():
    found = of("""
        interaction_id  actor   at     kind      channel  activity  in_reply_to
        m1              user:a  01-02  messaged  post     Coupon    -
        m2              user:a  01-02  emailed   email    Letter    -
        -               user:a  01-03  redeemed  store    Coupon    m1
        -               user:a  01-03  replied   email    -         m2
    """)
    assert found["Coupon"]["interact"] == 0
    assert found["Letter"]["interact"] == 1


def test_a_message_without_an_activity_belongs_to_its_channel():
    found = of("""
        actor   at     kind       channel
        user:a  01-02  responded  forum
        user:a  01-03  called     phone
    """)
    assert set(found) == {"forum, no activity", "phone, no activity"}
    assert all(sums["addressing"] == sums["interact"] == 1 for sums in found.values())


def test_nobody_at_all_is_touched_by_what_was_never_sent():
    found = read(lives.tables(interactions("actor  kind\nuser:a  visited")))
    assert found.pairs.num_rows == 0
    assert found.people().tolist() == [0] * len(found.units)
    assert found.everyone == 1


def test_one_known_person_alone_is_addressed_in_person():
    assert of("actor   at   kind   activity\nuser:a   01-05   emailed   News")["News"]["addressing"] == 1


@pytest.mark.parametrize("by", ["activity", "channel"])
def test_sums_alone_are_the_sums_of_the_pairs(by):
    needs = (TABLES[name] for name in ("buckets", "people", "kinds", "activities"))
    window = {"since": instant(SINCE), "until": instant(UNTIL)}
    read_all = reading(*needs, **window, by=by, days=14, outcome="purchased")
    pairs, sums = touched(read_all), summed(read_all)
    assert sums.units == pairs.units
    assert sums.people().tolist() == pairs.people().tolist()
    assert sums.spread.tolist() == pairs.spread.tolist()
    for name in pairs.pairs.column_names[2:]:
        assert sums.sums(name) == pytest.approx(pairs.sums(name))


@pytest.mark.parametrize("by", ["activity", "channel"])
def test_who_met_what_is_who_was_touched(by):
    window = {"since": instant(SINCE), "until": instant(UNTIL)}
    pairs, found = read(TABLES, by), met(TABLES["buckets"], TABLES["people"], **window, by=by)
    assert (found.units, found.everyone) == (pairs.units, pairs.everyone)
    assert found.spread.tolist() == pairs.spread.tolist()
    assert found.pairs.equals(pairs.pairs.select(["person", "unit"]))
