"""Who read in public what was said to others, counted by hand and slowly."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives, naive
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.base import schema
from ziggurat.catalogue import STUDIES
from ziggurat.stats.intervals import wilson

YEAR = {"since": "2025-12-31", "until": "2026-12-31"}
START = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)


def rows(log: pa.Table, **options) -> dict[str, dict]:
    found = STUDIES["reach-value"].ask(lives.tables(log, activities={}), **ON, **{**YEAR, **options})
    return {row["activity"]: row for row in found.rows()}


def test_a_public_answer_that_150_others_read_has_reach_151():
    head = "interaction_id  actor  at  kind  channel  object  in_reply_to\n"
    asked = "q  user:ana  01-02  asked  forum  t1  -\na  user:ana  01-03  responded  forum  t1  q\n"
    read = "".join(f"-  user:{n}  01-{4 + n % 20:02}  read  forum  t1  -\n" for n in range(150))
    line = "-  user:{}{}  01-0{}  read  forum  {}  -\n"
    others = "".join(line.format("x", n, 2, "t1") + line.format("y", n, 5, "t2") for n in range(9))
    found = rows(interactions(head + asked + read + others))["forum, no activity"]
    assert (found["people"], found["onlookers"], found["reach"]) == (151, 150, 151)
    assert (found["touches"], found["addressing"], found["interact_share"]) == (1, 1, 1)
    addressing = 1 - math.log(151) / math.log(150 + 1 + 18)
    low, high = wilson(0, 150)
    bounds = [found[f"onlooker_value{end}"] for end in ("", "_low", "_high")]
    assert bounds == pytest.approx([addressing / 3, (addressing + low) / 3, (addressing + high) / 3])


def test_who_was_told_who_spoke_and_who_was_touched_otherwise_are_no_onlookers():
    """Ana asked, Bea had spoken there, Cia got a mail of the same activity, Dan speaks afterwards, Eve reads twice."""
    found = rows(
        interactions("""
        interaction_id  actor        at     kind       channel  object  activity  in_reply_to
        q               user:ana     01-02  asked      forum    t1      -         -
        b               user:bea     01-02  replied    forum    t1      -         -
        a               user:ana     01-03  responded  forum    t1      Help      q
        m               user:cia     01-02  emailed    email    -       Help      -
        -               user:ana     01-04  read       forum    t1      -         -
        -               user:bea     01-04  read       forum    t1      -         -
        -               user:cia     01-04  read       forum    t1      -         -
        -               user:dan     01-04  read       forum    t1      -         -
        -               user:dan     01-05  replied    forum    t1      -         -
        -               user:eve     01-03  read       forum    t1      -         -
        -               user:eve     01-06  read       forum    t1      -         -
        -               user:eve     01-07  liked      forum    t1      -         -
        -               anon:1       01-06  read       forum    t1      -         -
        -               email:sam@ours.org  01-06  read  forum  t1      -         -
    """)
    )["Help"]
    assert (found["people"], found["onlookers"], found["reach"]) == (4, 2, 4)
    low, high = wilson(2, 2)  # Dan by words, Eve by a like
    assert found["onlooker_value_high"] - found["onlooker_value_low"] == pytest.approx((high - low) / 3)


def test_what_staff_say_themselves_and_what_is_private():
    found = rows(
        interactions("""
        actor               at     kind      channel  object  direction
        email:sam@ours.org  01-03  answered  forum    t1      in
        user:ana            01-04  read      forum    t1      in
        user:bea            01-03  messaged  chat     room    out
        user:ana            01-04  read      chat     room    in
    """)
    )
    assert found["forum, no activity"]["onlookers"] == 1
    assert found["forum, no activity"]["people"] == 1 and found["forum, no activity"]["touches"] == 0
    assert found["chat, no activity"]["onlookers"] == 0


def world(seed: int, size: int = 500) -> pa.Table:
    """Words and looks in a few threads on two channels, at few instants."""
    draw = np.random.default_rng(seed)
    told = []
    for number in range(size):
        kind = str(draw.choice(["read", "read", "visited", "replied", "liked", "responded", "messaged", "emailed"]))
        actor = lives.STAFF if draw.random() < 0.04 else f"user:{draw.integers(90)}"
        sent = actor != lives.STAFF and kind in ("responded", "messaged", "emailed")
        at = START + dt.timedelta(hours=12 * int(draw.integers(100)))
        row = {"actor": actor, "kind": kind, "at": at, "direction": "out" if sent else "in"}
        row |= {"channel": str(draw.choice(["forum", "chat"])), "activity": [None, None, "Help"][draw.integers(3)]}
        row |= {"object": [None, *(f"t{n}" for n in range(12))][draw.integers(13)]}
        told.append({"interaction_id": f"i{number}", "source": "a", "received_at": at, **row})
    return pa.Table.from_pylist(told, schema=schema.INTERACTIONS)


@pytest.mark.parametrize("seed", range(4))
def test_a_slow_reading_finds_the_same(seed):
    log = world(seed)
    since, until = START + dt.timedelta(days=10), START + dt.timedelta(days=40)
    known = {row["actor"] for row in log.to_pylist() if row["at"] <= until} - {lives.STAFF}
    slow = naive.onlookers(log.to_pylist(), known, {lives.STAFF}, since, until)
    tables = lives.tables(log, activities={})
    result = STUDIES["reach-value"].ask(tables, **ON, since=since, until=until)
    assert {row["activity"]: row["onlookers"] for row in result.rows() if row["onlookers"]} == {
        unit: len(who) for unit, who in slow.items()
    }
    members = defaultdict(set)
    for row in result.members.collect(backend="pyarrow").to_native().to_pylist():
        members[row["activity"]].add(row["person_id"])
    for row in result.rows():
        assert len(members[row["activity"]]) == row["people"] == row["reach"]
    assert sum(map(len, slow.values())) > 5
