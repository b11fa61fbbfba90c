"""Levels by example: each case the log itself, and the day on which each level begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.levels.lived import Lived, ladder, told
from tests.levels.naive import Raise
from tests.written import EPOCH, interactions, links, micros, open_new, take
from tests.written import levels as kept

TWICE = {"kinds": ["visited"], "at_least": 2, "within_days": 10}
ONCE = {"kinds": ["visited"], "at_least": 1, "within_days": 10}
MEMBER = {"from_kinds": ["subscribed"], "until_kinds": ["unsubscribed"]}
WORTH = {"kinds": ["donated"], "worth": 50, "within_days": 10}


def steps(lived: Lived, rungs: Any, raises: Any = ()) -> str:
    """The history of the first person: level@day, with the time where it isn't midnight."""
    return " ".join(f"{row['level']}@{said(row['since'])}" for row in lived.levels(rungs, raises) if not row["person"])


def said(at: int) -> str:
    time = EPOCH + dt.timedelta(microseconds=at)
    return f"{time:%m-%d}" if at % 86_400_000_000 == 0 else f"{time:%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("at\n01-05\n01-15", TWICE, "0@01-05"),  # ten days apart: the first has just left the window
        ("at\n01-05\n2026-01-14 23:59:59.999999", TWICE, "0@01-05 1@01-14 23:59:59.999999 0@01-15"),
        ("at\n01-05\n01-05", TWICE, "1@01-05 0@01-15"),  # both at one instant
        ("at\n01-05\n01-06\n01-12", TWICE, "0@01-05 1@01-06 0@01-16"),
        ("at\n01-05\n01-15", ONCE, "1@01-05 0@01-25"),  # the next comes as the first leaves: no gap
        ("at\n01-05\n2026-01-15 00:00:00.000001", ONCE, "1@01-05 0@01-15 1@01-15 00:00:00.000001 0@01-25 "
         "00:00:00.000001"),
        ("kind  at\nposted  01-01\nvisited  01-02", ONCE, "0@01-01 1@01-02 0@01-12"),
        ("at\n01-05\n2026-01-05 23:59:59.999999\n01-06", {"on_days": 2}, "0@01-05 1@01-06"),  # days are of UTC
        ("at\n01-05\n01-06\n01-15", {"on_days": 2, "within_days": 10}, "0@01-05 1@01-06 0@01-15 1@01-15 0@01-16"),
        ("channel  at\nweb  01-01\nweb  01-02\napp  01-03", {"on_channels": 2}, "0@01-01 1@01-03"),
        ("channel  at\nweb  01-01\napp  01-03\nweb  01-08", {"on_channels": 2, "within_days": 10},
         "0@01-01 1@01-03 0@01-13"),
    ],
)  # fmt: skip
def test_counts_hold_from_the_last_needed_until_the_first_needed_leaves_the_window(text, rule, expected) -> None:
    if expected == "0@01-05 1@01-06 0@01-15 1@01-15 0@01-16":  # 01-05 leaves as 01-15 comes: 01-06 and 01-15 remain
        expected = "0@01-05 1@01-06 0@01-16"
    assert steps(told(interactions(text)), ladder(rule)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount  at\n25  01-01\n25  01-05", "0@01-01 1@01-05 0@01-11"),
        ("amount  at\n50  01-01\n50  01-05", "1@01-01 0@01-15"),
        ("amount  at\n60  01-01\n-20  01-02", "1@01-01 0@01-11"),  # what is taken back doesn't lower a total
        ("amount  at\n49.999999  01-01", "0@01-01"),
        ("amount  at\n49.9999999  01-01", "1@01-01 0@01-11"),  # counted in whole millionths
        ("amount  at\n-  01-01\n0  01-01\n-5  01-01\n50  01-02", "0@01-01 1@01-02 0@01-12"),
    ],
)
def test_worth_adds_up_what_is_above_nothing(text, expected) -> None:
    assert steps(told(interactions(text, kind="donated")), ladder(WORTH)) == expected


def test_sums_are_exact_where_floats_are_not() -> None:
    """0.1 + 0.2 is more than 0.3, and 0.7 + 0.1 less than 0.8, if floats add it up."""
    lived = told(interactions("amount  at\n0.7  01-01\n0.1  01-02", kind="donated"))
    assert steps(lived, ladder({"worth": 0.8, "kinds": ["donated"]})) == "0@01-01 1@01-02"
    lived = told(interactions("amount  at\n0.1  01-01\n0.2  01-02", kind="donated"))
    assert steps(lived, ladder({"worth": 0.300001, "kinds": ["donated"]})) == "0@01-01"


@pytest.mark.parametrize("amount", [1e13, 1e308, float("inf")])
def test_an_absurd_amount_is_a_large_one(amount) -> None:
    lived = told(interactions("at\n01-01\n01-02\n01-03", kind="donated", amount=amount))
    rungs = ladder({"worth": 1e12, "kinds": ["donated"], "within_days": 10})
    assert steps(lived, rungs) == "1@01-01 0@01-13"
    [standing] = lived.standings(ladder({"at_least": 1}, {"worth": 1e12, "kinds": ["donated"]}), micros("01-02"))
    assert standing["level"] == 2
    assert lived.why(rungs, micros("01-02"))[0]["holds"]


def test_minutes_are_added_up_where_the_rule_says_so() -> None:
    lived = told(interactions("minutes  amount  at\n30  500  01-01\n30  -  01-02", kind="attended"))
    assert steps(lived, ladder({"worth": 60, "of": "minutes"})) == "0@01-01 1@01-02"


@pytest.mark.parametrize(
    ("text", "active", "expected"),
    [
        ("kind  at\nsubscribed  01-01\nunsubscribed  01-20", None, "1@01-01 0@01-20"),
        ("kind  at\nsubscribed  01-01\nsubscribed  01-05\nunsubscribed  01-20\nsubscribed  02-01", None,
         "1@01-01 0@01-20 1@02-01"),
        ("kind  at\nunsubscribed  01-01\nsubscribed  01-02", None, "0@01-01 1@01-02"),
        ("kind  at\nsubscribed  01-01", 10, "1@01-01 0@01-11"),
        ("kind  at\nsubscribed  01-01\nvisited  01-11", 10, "1@01-01 0@01-21"),  # comes by just in time
        ("kind  at\nsubscribed  01-01\nvisited  01-15", 10, "1@01-01 0@01-11 1@01-15 0@01-25"),
        ("kind  at\nsubscribed  01-01\nemailed  01-08", 10, "1@01-01 0@01-11"),  # what she is sent is not her doing
        ("kind  at\nsubscribed  01-01\nunsubscribed  01-05\nvisited  01-07", 10, "1@01-01 0@01-05"),
    ],
)  # fmt: skip
def test_a_standing_lasts_until_its_end_or_until_activity_ceases(text, active, expected) -> None:
    rule = MEMBER | ({"while_active_days": active} if active else {})
    assert steps(told(interactions(text)), ladder(rule)) == expected


def test_at_one_instant_the_order_of_ids_decides_whether_a_standing_ends() -> None:
    on = interactions("interaction_id  kind\n1  unsubscribed\n2  subscribed")
    off = interactions("interaction_id  kind\n1  subscribed\n2  unsubscribed")
    assert steps(told(on), ladder(MEMBER)) == "1@01-01"
    assert steps(told(off), ladder(MEMBER)) == "0@01-01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at\n01-01", "1@01-01 0@01-14"),
        ("at\n01-01\n2026-01-13 23:59:59.999999", "1@01-01 0@01-26 23:59:59.999999"),  # within grace: never slipped
        ("at\n01-01\n01-14", "1@01-01 0@01-27"),  # as grace ends: no gap
        ("at\n01-01\n01-15", "1@01-01 0@01-14 1@01-15 0@01-28"),
    ],
)
def test_slips_wait_for_the_grace_and_climbs_do_not(text, expected) -> None:
    assert steps(told(interactions(text)), ladder(ONCE, grace=[3])) == expected


def test_the_level_is_the_highest_that_holds_and_lower_ones_need_not() -> None:
    lived = told(interactions("kind  at\nposted  01-01\nvisited  01-05\norganised  01-06"))
    rungs = ladder(ONCE, {"kinds": ["organised"], "at_least": 1, "within_days": 3}, {"kinds": ["led"], "at_least": 1})
    assert steps(lived, rungs) == "0@01-01 1@01-05 2@01-06 1@01-09 0@01-15"


def test_a_row_says_what_tipped_it_and_what_lapsed() -> None:
    text = """
        interaction_id  at     kind     channel  activity
        x               01-01  posted   forum    -
        a               01-05  visited  web      Fair
        b               01-07  visited  app      -
    """
    rows = told(interactions(text)).levels(ladder([{"kinds": ["shared"], "at_least": 1}, TWICE]))
    words = "L1: visited at least 2 times within 10 days"
    wanted = ("level", "change", "from_level", "rule", "cause", "cause_source", "cause_kind", "cause_channel")
    assert [tuple(row[name] for name in wanted) for row in rows] == [
        (0, "first", None, None, "x", "test", "posted", "forum"),
        (1, "climb", 0, words, "b", "test", "visited", "app"),
        (0, "slip", 1, words, None, None, None, None),
    ]
    assert [row["until"] for row in rows] == [micros("01-07"), micros("01-15"), None]
    assert rows[1]["cause_activity"] is None


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("01-10", "01-20", "1@01-05 2@01-10 0@01-20"),
        ("2025-12-01", "01-10", "2@01-05 1@01-10 0@01-15"),  # begins before she is known: from her first day
        ("2025-12-01", "01-05", "1@01-05 0@01-15"),  # and is over by then
        ("01-05", "01-08", "2@01-05 1@01-08 0@01-15"),
        ("02-01", "03-01", "1@01-05 0@01-15 2@02-01 0@03-01"),
    ],
)
def test_a_raise_by_hand_lasts_until_it_expires(since, until, expected) -> None:
    lifted = [[Raise(2, micros(since), micros(until))]]
    lived = told(interactions("at\n01-05"))
    rungs = ladder(ONCE, {"kinds": ["led"], "at_least": 1}, grace=[0, 30])  # no grace after a raise
    assert steps(lived, rungs, lifted) == expected
    rows = [row for row in lived.levels(rungs, lifted) if row["rule"] == "raised by hand"]
    assert all(row["cause"] is None for row in rows)
    assert [row["change"] for row in rows] == ([] if until == "01-05" else [rows[0]["change"], "slip"])


def test_a_rule_that_outlasts_a_raise_keeps_her_there() -> None:
    lived = told(interactions("at\n01-05"))
    assert steps(lived, ladder(ONCE), [[Raise(1, micros("01-01"), micros("01-10"))]]) == "1@01-05 0@01-15"


def test_what_arrives_late_changes_history_as_if_it_had_been_on_time(tmp_path) -> None:
    late, on_time = open_new(tmp_path / "late"), open_new(tmp_path / "on time")
    both = "interaction_id  kind  at\na  organised  02-01\nb  organised  01-10"
    take(on_time, interactions=interactions(both))
    for line in both.splitlines()[1:]:
        take(late, interactions=interactions(f"interaction_id  kind  at\n{line}"))
        late.refresh()
    on_time.refresh()
    assert kept(late) == kept(on_time)
    assert [(row["level"], row["cause"]) for row in kept(late)] == [(0, "b"), (4, "a")]


def test_two_lives_that_turn_out_to_be_one_are_one_life(space) -> None:
    take(space, interactions=interactions("actor  kind  at\nuser:a  organised  01-05\nuser:b  organised  01-20"))
    space.refresh()
    assert [row["level"] for row in kept(space)] == [0, 0]
    take(space, links=links("a  b  at\nuser:a  user:b  03-01"))
    space.refresh()
    assert [(row["level"], row["since"]) for row in kept(space)] == [(0, micros("01-05")), (4, micros("01-20"))]
