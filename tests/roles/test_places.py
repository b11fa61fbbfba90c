"""Where are people, and where are we?"""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.facts import asking
from tests.roles import worlds
from tests.roles.worlds import ON, START
from ziggurat.roles.places import places
from ziggurat.stats.intervals import wilson

SINCE, UNTIL = (START + dt.timedelta(days=days) for days in (4, 25))


def ask(log, since=SINCE, until=UNTIL):
    tables = worlds.tables(log)
    return places(tables["buckets"], tables["people"], since=since, until=until, **ON)


def slowly(rows, since, until):
    """What each known person did and got, by channel."""
    hers, ours = {}, {}
    for row in rows:
        if not since < row["at"] <= until or row["kind"] == "assigned":
            continue
        acting = row["actor"] == asking.STAFF
        who = row["counterpart"] if acting else row["actor"]
        if who in ("user:ana", "user:bea", "user:cia"):
            side = ours if acting or row["direction"] == "out" else hers
            side.setdefault(who, Counter())[row["channel"]] += 1
    return hers, ours


def mean(side, channel):
    return float(np.mean([did[channel] / did.total() for did in side.values()])) if side else None


@given(st.integers(0, 10**6))
@settings(max_examples=few(30))
def test_it_is_what_one_counts_by_hand(seed):
    log = asking.world(seed, 40)
    hers, ours = slowly(log.to_pylist(), SINCE, UNTIL)
    rows = {row["channel"]: row for row in ask(log).rows()}
    assert set(rows) == {channel for did in (*hers.values(), *ours.values()) for channel in did}
    for channel, row in rows.items():
        there, met = ({who for who, did in side.items() if did[channel]} for side in (hers, ours))
        assert (row["people"], row["our_people"]) == (len(there), len(met))
        assert row["share"] == pytest.approx(mean(hers, channel))
        assert row["our_share"] == pytest.approx(mean(ours, channel))
        assert row["unmet"] == len(there - met)
        if there:
            assert (row["unmet_low"], row["unmet_high"]) == pytest.approx(wilson(len(there - met), len(there)))
        if row["gap"] is not None:
            assert row["gap"] == pytest.approx(row["share"] - row["our_share"])
            assert row["gap_low"] <= row["gap"] <= row["gap_high"]


def lived(theirs, ours, seed, people=150):
    """People who do and get a few things each, by shares of channels."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        for shares, kind in ((theirs, "posted"), (ours, "messaged")):
            for channel in draw.choice(list(shares), 1 + draw.poisson(4), p=list(shares.values())).tolist():
                at = SINCE + dt.timedelta(minutes=int(draw.integers(1, 60 * 24 * 20)))
                rows.append({"actor": f"user:{number}", "channel": channel, "kind": kind, "at": at})
    return worlds.rowed(rows)


THEIRS = {"forum": 0.6, "chat": 0.3, "email": 0.1}
OURS = {"forum": 0.2, "chat": 0.3, "email": 0.5}


def test_planted_gaps_are_found_largest_first():
    rows = ask(lived(THEIRS, OURS, 2)).rows()
    assert [row["channel"] for row in rows] == ["forum", "chat", "email"]
    for row in rows:
        name = row["channel"]
        assert row["low"] <= THEIRS[name] <= row["high"]
        assert row["our_low"] <= OURS[name] <= row["our_high"]
        assert row["gap_low"] <= THEIRS[name] - OURS[name] <= row["gap_high"]
    assert rows[0]["gap_low"] > 0 > rows[2]["gap_high"]


def test_where_both_are_alike_bounds_hold_no_gap():
    """Null: 95 % bounds miss 0 in few of many drawn worlds."""
    gaps = [row for seed in range(15) for row in ask(lived(THEIRS, THEIRS, seed, 60)).rows()]
    assert sum(not row["gap_low"] <= 0 <= row["gap_high"] for row in gaps) <= 6


LOG = """
    at     actor               kind        channel  direction  counterpart
    01-06  user:ana            visited     web      in         -
    01-06  user:bea            posted      forum    among      -
    01-07  user:bea            assigned    forum    out        -
    01-07  anon:1              visited     web      in         -
    01-08  email:sam@ours.org  replied     forum    among      user:ana
    01-09  user:ana            emailed     email    out        -
"""


def test_staff_who_act_are_where_we_are_and_never_where_people_are(log):
    """Being assigned to an experiment reaches nobody; a visitor is nobody whom one could meet."""
    result = ask(log(LOG))
    rows = {row["channel"]: row for row in result.rows()}
    counts = {name: (row["people"], row["our_people"], row["unmet"]) for name, row in rows.items()}
    assert counts == {"web": (1, 0, 1), "forum": (1, 1, 1), "email": (0, 1, 0)}
    assert rows["email"]["unmet_share"] is None
    behind = result.people(channel="forum").collect(backend="pyarrow").to_native().to_pylist()
    assert [row["unmet"] for row in behind] == [True]
