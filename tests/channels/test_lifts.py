"""What the log's own experiments tell a media-mix model, counted by hand and against what was simulated."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest

from tests import written
from tests.channels.trials import ALIVE
from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.base.instant import DAY
from ziggurat.channels.lifts import find_lifts
from ziggurat.channels.weeks import Weeks

MONDAYS = [dt.date(2026, 1, 5) + dt.timedelta(weeks=week) for week in range(12)]
FIRST = written.micros("2026-01-05")
PEOPLE = 360


def log(draw, *, treated=0.9, control=0.5, people=PEOPLE, variants=("control", "sent"), week=1):
    """Half of the people get letters on the Tuesday of a week; each buys on average so many times within 14 days."""
    rows = []

    def add(person, at, kind, **more):
        rows.append({"interaction_id": f"i{len(rows)}", "source": "tests", "actor": f"user:{person}", "channel": "post",
                     "kind": kind, "direction": "in", "at": at, "received_at": at, **more})  # fmt: skip

    for person in range(people):
        at = FIRST + week * 7 * DAY + DAY + int(draw.integers(0, DAY))
        variant = variants[person % len(variants)]
        add(person, at, "assigned", direction="out", activity="Letters", object=variant)
        for _ in range(draw.poisson(treated if variant not in ("control", "Control") else control)):
            add(person, at + int(draw.integers(1, 14 * DAY)), "purchased")
        add(person, at + 15 * DAY, "purchased")  # too late to count
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def weeks(spent=(0, 900, 0, 300, 0, 0, 0, 0, 0, 0, 0, 0), activities=("Letters", "TV")):
    spend = np.stack([np.array(spent, float), np.full(12, 50.0)], axis=1)[:, : len(activities)]
    return Weeks(MONDAYS, activities, spend, np.zeros(12))


def ask(table, seen=10, typed=(), measure="times", **options):
    ALIVE.append(Crowd(table))
    buckets = ALIVE[-1].derived.buckets()
    kinds = np.array([kind == "purchased" for kind in buckets.codes["kind"]] + [False])
    return find_lifts(buckets, weeks(**options), seen, kinds=kinds, measure=measure, typed=typed)


def counted(table):
    """Purchases within 14 days by variant: for each person, how many."""
    rows = table.to_pylist()
    given = {row["actor"]: row for row in rows if row["kind"] == "assigned"}
    times = dict.fromkeys(given, 0)
    for row in rows:
        if row["kind"] == "purchased" and row["at"] - given[row["actor"]]["at"] <= dt.timedelta(days=14):
            times[row["actor"]] += 1
    return [np.array([times[actor] for actor in given if (given[actor]["object"] == "control") is held])
            for held in (False, True)]  # fmt: skip


def test_a_lift_is_what_people_did_more_than_the_control_over_its_weeks():
    """Assigned in the second week, 14 days end in the fourth: three weeks, in which 1,200 was spent."""
    table = log(np.random.default_rng(1))
    ((lift,), (note,)) = ask(table)
    sent, held = counted(table)
    assert (lift.activity, lift.spend, lift.more) == ("Letters", 0, 400)
    assert lift.lift == pytest.approx((sent.mean() - held.mean()) * sent.size / 3)
    assert lift.error == pytest.approx(math.sqrt(sent.var(ddof=1) / sent.size + held.var(ddof=1) / held.size) * 60)
    assert note.startswith("The experiment 'Letters' tells the model: 400 spent on it a week brought")
    assert "if all of it was spent on those assigned to it" in note


def test_it_covers_what_the_letters_brought():
    """180 people buy 0.3 times more: 18 a week over three weeks."""
    draw, hits = np.random.default_rng(2), []
    for _ in range(60):
        (lifts, _) = ask(log(draw, treated=0.9, control=0.6))
        hits += [abs(lift.lift - 18) <= 1.96 * lift.error for lift in lifts]
    assert len(hits) > 55
    assert 0.86 <= np.mean(hits) <= 1


@pytest.mark.parametrize(
    ("made", "options", "said"),
    [
        ({"variants": ("a", "b")}, {}, "none of its variants is called control"),
        ({"people": 60}, {}, "too few people were in it, or did anything"),
        ({"treated": 0.2, "control": 0.9}, {}, "the model takes only what is above 0"),
        ({}, {"spent": (9, *[0] * 11)}, "nothing was spent on it in its weeks"),
        ({}, {"seen": 3}, "nobody's 14 days were over in the weeks that the model learns from"),
        ({"week": -1}, {}, "it was not wholly within the weeks"),
    ],
)
def test_why_an_experiment_tells_nothing_is_said(made, options, said):
    lifts, notes = ask(log(np.random.default_rng(3), **made), **options)
    assert lifts == []
    assert said in notes[0]


def test_what_was_typed_counts_instead_and_other_names_are_no_media():
    table = log(np.random.default_rng(4))
    assert ask(table, typed=["Letters"]) == ([], [])
    assert ask(table, activities=("Radio", "TV")) == ([], [])
    assert len(ask(log(np.random.default_rng(4), variants=("Control", "x", "y")))[0]) == 1
