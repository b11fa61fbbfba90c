"""Touches, against a naive reading of the same log, and counted by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pytest

from tests.channels import lives, naive
from tests.written import interactions
from ziggurat.base.instant import instant
from ziggurat.channels.declared import Activity
from ziggurat.channels.touches import Touched, read_contacts, read_touches, reading, sum_touches
from ziggurat.facts.given import Contacts
from ziggurat.people.resolve import hash_of
from ziggurat.study import Window

LOG = lives.log()
TABLES = lives.tables(LOG)
SINCE, UNTIL = "2026-03-31", "2026-06-30"


def read(tables: dict, by: str = "activity", days: float = 14, since: str = SINCE, until: str = UNTIL) -> Touched:
    needs = (tables[name] for name in ("buckets", "people", "kinds", "activities"))
    window = Window(instant(since), instant(until))
    return read_touches(reading(Contacts(*needs), window, by=by, days=days, outcome="purchased"))


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
    expected = defaultdict(lambda: np.zeros(9))
    for one in naive.touches(
        rows, known, dt.datetime(2026, 4, 1, tzinfo=dt.UTC) - dt.timedelta(microseconds=1), until, days
    ):
        sums = expected[hash_of(one["actor"]), one[by]]
        parts = [1, one["addressing"], one["responsiveness"], one["sector"] == "interact", one["sector"] == "react"]
        sums[:6] += [*parts, one["minutes"]]
        sums[6:] = np.maximum(sums[6:], [one["ripe"], one["back"], one["purchased"]])
    found = read(TABLES, by, days)
    assert found.everyone == len(known)
    pairs = {(row.pop("person"), found.units[row.pop("unit")]): list(row.values()) for row in found.pairs.to_pylist()}
    assert pairs.keys() == expected.keys()
    for pair, sums in expected.items():
        assert pairs[pair] == pytest.approx(sums.tolist()), pair
    assert sum(sums[6] for sums in expected.values()) > (days < 50)
    assert any(sums[7] for sums in expected.values()) == (days > 0)


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


def test_the_same_letter_is_told_by_what_it_says_whatever_the_day_and_the_channel():
    found = of("""
        actor   at     kind     channel  activity  object   text
        user:a  01-02  emailed  email    News      issue 1  -
        user:b  01-09  emailed  email    News      issue 1  -
        user:a  01-02  emailed  email    Daily     -        hello
        user:b  01-03  emailed  email    Daily     -        good day
        user:a  01-02  emailed  email    Weekly    -        -
        user:b  02-03  messaged  push     Weekly    -        -
    """)
    assert found["News"]["addressing"] == 0 + 0
    assert found["Daily"]["addressing"] == 1 + 1
    assert found["Weekly"]["addressing"] == 0 + 0


def test_variants_of_an_experiment_are_different_messages():
    found = of("""
        actor   at     kind      channel  activity  object
        user:a  01-02  assigned  email    Trial     new
        user:b  01-02  assigned  email    Trial     control
        user:a  01-03  emailed   email    Trial     -
        user:b  01-03  emailed   email    Trial     -
        user:c  01-03  emailed   email    Trial     -
    """)
    assert found["Trial"]["addressing"] == 3
    assert found["Trial"]["touches"] == 3


def test_a_meeting_is_dialogue_with_minutes_and_with_those_who_were_there():
    found = of("""
        actor   at     kind      channel  activity  object  minutes  direction
        user:a  01-02  attended  event    Meetup    spring  90       in
        user:b  01-02  spoke     event    Meetup    spring  30       in
        user:c  01-02  attended  event    Meetup    spring  -        among
        user:a  02-02  called    phone    -         -       10       out
        user:d  01-02  visited   web      -         -       -        in
    """)
    assert found["Meetup"]["touches"] == found["Meetup"]["interact"] == found["Meetup"]["responsiveness"] == 2
    assert found["Meetup"]["minutes"] == 120
    assert found["Meetup"]["addressing"] == pytest.approx(2 * (1 - np.log(2) / np.log(4)))
    assert found["phone, no activity"]["minutes"] == 10


@pytest.mark.parametrize(("row", "react"), [
    ("searched  web       Site   in", 1),
    ("visited   survey 2  Quiz   in", 1),
    ("visited   web       Poll   in", 1),
    ("visited   web       Offer  in", 0),
    ("searched  web       -      in", 0),
    ("searched  web       Mute   in", 0),
    ("rated     web       Site   among", 0),
])  # fmt: skip
def test_what_hears_people_is_react(row, react):
    kind, channel, activity, direction = row.replace("survey 2", "survey_2").split()
    told = {"Poll": Activity(hears=True), "Mute": Activity(hears=False)}
    text = f"actor  kind  channel  activity  direction\nuser:a  {kind}  {channel}  {activity}  {direction}\n"
    found = read(lives.tables(interactions(text), activities=told), since="2025-12-31")
    assert [found.sums(name).sum() for name in ("touches", "react", "interact")] == [react, react, 0]
    assert found.sums("responsiveness").sum() == react / 2


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


def test_going_is_no_coming_back_and_neither_is_what_was_done_before_or_at_once():
    found = of("""
        interaction_id  actor   at     kind          channel  activity  in_reply_to
        m1              user:a  01-02  messaged      post     Coupon    -
        m2              user:b  01-02  messaged      post     Coupon    -
        m3              user:c  01-02  messaged      post     Coupon    -
        m4              user:d  01-02  messaged      post     Coupon    -
        -               user:a  01-03  unsubscribed  post     Coupon    -
        -               user:b  01-02  redeemed      store    -         m2
        -               user:c  01-01  redeemed      store    -         m3
        -               user:c  01-05  redeemed      store    -         m3
        -               user:d  01-03  saw           store    Coupon    -
    """)
    assert found["Coupon"]["back"] == 1  # c, who also did so before


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
    window = Window(instant(SINCE), instant(UNTIL))
    read_all = reading(Contacts(*needs), window, by=by, days=14, outcome="purchased")
    pairs, sums = read_touches(read_all), sum_touches(read_all)
    assert sums.units == pairs.units
    assert sums.people().tolist() == pairs.people().tolist()
    assert sums.spread.tolist() == pairs.spread.tolist()
    for name in pairs.pairs.column_names[2:]:
        assert sums.sums(name) == pytest.approx(pairs.sums(name))


@pytest.mark.parametrize("by", ["activity", "channel"])
def test_who_met_what_is_who_was_touched(by):
    window = {"since": instant(SINCE), "until": instant(UNTIL)}
    pairs, found = (
        read(TABLES, by),
        read_contacts(TABLES["buckets"], TABLES["people"], TABLES["activities"], **window, by=by),
    )
    assert (found.units, found.everyone) == (pairs.units, pairs.everyone)
    assert found.spread.tolist() == pairs.spread.tolist()
    assert found.pairs.equals(pairs.pairs.select(["person", "unit"]))
