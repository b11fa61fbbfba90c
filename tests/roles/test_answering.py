"""How fast are people answered?"""

import datetime as dt
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import community
from tests.channels import lives
from tests.examples import few
from tests.facts import asking
from tests.roles import worlds
from tests.roles.worlds import ON, START
from ziggurat.base.errors import QuestionError
from ziggurat.facts.given import Questions
from ziggurat.facts.waits import waits
from ziggurat.people.resolve import hash_of
from ziggurat.roles.answering import Answered, answering, of_person
from ziggurat.simulate import Community, simulate
from ziggurat.stats.intervals import wilson
from ziggurat.study import Rungs, Window

HOUR = dt.timedelta(hours=1)
SINCE, UNTIL = (START + dt.timedelta(days=days) for days in (14, 28))


def ask(tables, since=SINCE, until=UNTIL, **options):
    needs = (tables[name] for name in ("buckets", "people", "levels", "targets"))
    return answering(*needs, since=since, until=until, **{**ON, **options})


def quantile(waits, share):
    """Kaplan and Meier's, by the book: hours and whether answered."""
    left = 1.0
    for hours in sorted({hours for hours, _ in waits}):
        risk = sum(other >= hours for other, _ in waits)
        left *= 1 - sum(other == hours and done for other, done in waits) / risk
        if left <= 1 - share + 1e-12:
            return hours
    return None


def beyond(waits):
    """Kaplan and Meier's share that waits longer than 1; None where nobody is known to have waited so long."""
    left = 1.0
    for hours in sorted({hours for hours, _ in waits if hours <= 1}):
        risk = sum(other >= hours for other, _ in waits)
        left *= 1 - sum(other == hours and done for other, done in waits) / risk
    return left if left == 0 or any(hours >= 1 for hours, _ in waits) else None


def slowly(log, since, until, answers="answered_at"):
    """Questions of now and of before: channel, actor, hours, whether answered."""
    rows = log.to_pylist()
    told = asking.slowly(rows, since - (until - since), until, 14)
    channels = {(row["source"], row["interaction_id"]): row["channel"] for row in rows}
    now, before = [], []
    for key, one in told.items():
        end = since if one["at"] <= since else until
        done = one[answers] is not None and one[answers] <= end
        hours = ((one[answers] if done else end) - one["at"]) / HOUR
        (before if one["at"] <= since else now).append((channels[key], one["actor"], hours, done))
    return now, before


@given(st.integers(0, 10**6), st.sampled_from(["anyone", "staff"]))
@settings(max_examples=few(15))
def test_it_is_what_one_counts_by_hand(seed, answers):
    log = asking.world(seed, 160)
    now, before = slowly(log, SINCE, UNTIL, "staff_at" if answers == "staff" else "answered_at")
    rows = {row["channel"]: row for row in ask(worlds.tables(log), answers=answers).rows() if row["level"] is None}
    assert set(rows) == ({None, *(one[0] for one in now)} if now else set())
    usual = {
        channel: quantile([(hours, done) for name, _, hours, done in before if name == channel], 0.5)
        for channel in rows
    }
    for channel, row in rows.items():
        some = [one for one in now if channel in (None, one[0])]
        waits = [(hours, done) for _, _, hours, done in some]
        people = len({actor for _, actor, _, _ in some})
        assert (row["questions"], row["people"]) == (len(some), people)
        share = sum(done for _, done in waits) / len(waits)
        assert (row["share"], row["low"], row["high"]) == pytest.approx((share, *wilson(share * people, people)))
        assert row["median_hours"] == pytest.approx(quantile(waits, 0.5))
        assert row["p90_hours"] == pytest.approx(quantile(waits, 0.9))
        past = [(hours, done) for name, _, hours, done in before if channel in (None, name)]
        assert row["earlier_hours"] == pytest.approx(quantile(past, 0.5) if past else None)
        late = beyond([(hours / {"forum": 24, "phone": 6}[name], done) for name, _, hours, done in some])
        assert row["within"] == pytest.approx(None if late is None else 1 - late)
        longer = [(ratio(hours, used(name, actor, before, usual)), done) for name, actor, hours, done in some]
        longer = [one for one in longer if one[0] is not None]
        assert row["slower"] == pytest.approx(beyond(longer) if longer else None)


def used(channel, actor, before, usual):
    """What she is used to: the median of her own waits there, else of everyone's."""
    own = sorted(hours if done else np.inf for name, who, hours, done in before if (name, who) == (channel, actor))
    median = statistics.median_low(own) if own else np.inf
    return median if median < np.inf else usual[channel]


def ratio(hours, unit):
    if unit is None:
        return None
    return hours / unit if unit > 0 else 0.0 if hours == 0 else None


MEDIANS = {"chat": 2.0, "forum": 30.0, "phone": 6.0}


def test_what_is_planted_is_found_though_many_still_wait():
    """Waits with known medians, of which the last days see no end: bounds hold what is true.

    The median of those answered alone, which forgets who still waits, is too short, and misses it.
    """
    until = START + dt.timedelta(days=8)
    log = worlds.rowed(worlds.asked_on(MEDIANS, 400, seed=5, days=8))
    rows = {row["channel"]: row for row in ask(worlds.tables(log), START, until).rows() if row["level"] is None}
    for channel, median in MEDIANS.items():
        row = rows[channel]
        ninth = median * np.log(10) / np.log(2)
        assert row["median_low"] <= median <= row["median_high"]
        assert row["p90_low"] <= ninth <= (row["p90_high"] or np.inf)
        assert row["median_high"] / row["median_low"] < 1.5
    within = 1 - 2 ** (-24 / MEDIANS["forum"])
    assert rows["forum"]["within_low"] <= within <= rows["forum"]["within_high"]
    few = worlds.rowed(worlds.asked_on({"forum": MEDIANS["forum"]}, 100, seed=5, days=8))
    now, _ = slowly(few, START, until)
    assert statistics.median(hours for _, _, hours, done in now if done) < rows["forum"]["median_low"]


def test_one_channel_that_slows_down_is_told_from_one_that_does_not():
    rows = worlds.asked_on({"forum": 10.0, "phone": 10.0}, 150, seed=8, days=28)
    for row in rows:
        asked = row.get("in_reply_to")
        if asked and row["channel"] == "forum":
            at = rows[int(asked[1:])]["at"]
            row["at"] = at + (row["at"] - at) * (4 if at > SINCE else 1)
    found = {row["channel"]: row for row in ask(worlds.tables(worlds.rowed(rows))).rows() if row["level"] is None}
    assert found["forum"]["slower_low"] > 0.6
    assert found["phone"]["slower_low"] <= 0.5 <= found["phone"]["slower_high"]
    assert found["phone"]["median_low"] <= 10 <= found["phone"]["median_high"]


def test_levels_are_those_at_which_people_asked(log):
    """Ana asks before she likes anything, and again after; a visitor is told apart."""
    told = worlds.tables(
        log("""
        at            actor     kind   channel
        01-20         user:ana  asked  forum
        01-21         user:ana  liked  web
        01-22         user:ana  asked  forum
        01-23         anon:1    asked  forum
    """)
    )
    rows = {row["level_name"]: row["questions"] for row in ask(told).rows() if row["channel"]}
    assert rows == {None: 3, "Liking": 1, "Known": 1, "Anonymous": 1}
    members = ask(told).people(channel="forum", level=-1).collect(backend="pyarrow").to_native().to_pylist()
    assert [row["name"] for row in members] == [None]


def test_one_person_is_told_with_the_questions_behind_it(log):
    """Ana was answered once by Bea after 24 hours, and once not; what others asked is not hers."""
    told = worlds.tables(
        log("""
        interaction_id  at           actor     kind     channel  in_reply_to
        q1              01-20        user:ana  asked    forum    -
        a1              01-21        user:bea  replied  forum    q1
        q2              01-28        user:ana  asked    chat     -
        q3              01-28        user:bea  asked    chat     -
    """)
    )
    needs = (told[name] for name in ("buckets", "people", "levels", "targets"))
    since, until = (int(at.timestamp()) * 10**6 for at in (SINCE, UNTIL))
    found = waits(Questions(*needs), Window(since, until), Rungs(**ON), answers="anyone")
    hers = of_person(found, hash_of("user:ana"), told["buckets"].codes["source"])
    said = [
        (row["interaction_id"], row["channel"], row["hours"], row["answerer"], row["how"]) for row in hers.questions
    ]
    assert said == [("q1", "forum", 24, "user:bea", "reply"), ("q2", "chat", 24, None, None)]
    assert [row["target_hours"] for row in hers.questions] == [24, None]
    assert (hers.answered, hers.median_hours) == (1, 24)
    assert of_person(found, hash_of("user:cia"), []) == Answered((), 0, None)


def test_the_answers_of_a_simulated_community_are_as_it_was_set():
    """By e-mail three in four are answered, log-normally around 14 hours: half of all within 21.5, by its quantile."""
    made = simulate(Community(people=400, days=365, seed=3, start=community.START))
    rows = ask(
        community.tables(made=made), "2026-01-01", "2026-08-15", ladder=lives.LADDER, names=lives.NAMES, answers="staff"
    ).rows()
    mail = next(row for row in rows if row["channel"] == "email" and row["level"] is None)
    half = 14 * np.exp(statistics.NormalDist().inv_cdf(0.5 / 0.75))
    assert mail["low"] <= 0.75 <= mail["high"]
    assert mail["median_low"] <= half <= mail["median_high"]
    assert mail["questions"] > 100


def test_who_counts_as_answering_is_one_of_two():
    with pytest.raises(QuestionError, match=r"`answers` is 'nobody'\. It can be: anyone, staff\."):
        ask(worlds.tables(asking.world(1, 4)), answers="nobody")
