"""Chains of acts: followed by hand, planted ones told from those that chance makes."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.base.errors import QuestionError
from ziggurat.catalogue import find
from ziggurat.levels.act_paths import NEVER, order_of
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of

AT = "2026-06-30"
ALIVE = []


def tables(log):
    crowd = Crowd(log)
    ALIVE.append(crowd)
    return {"buckets": crowd.derived.buckets(), "people": crowd.people(), "kinds": kinds.load().table()}


def ask(given, **options):
    return find("act-paths").ask(given, **ON, **({"at": AT} | options))


LOG = interactions("""
    interaction_id  at                   actor     channel  kind       activity
    i1              2026-01-01T10:00:00  user:ana  web      shared     -
    i2              2026-01-11T10:00:00  user:ana  event    attended   Spring
    i3              2026-01-12T10:00:00  user:ana  event    attended   Autumn
    i4              2026-01-31T10:00:00  user:ana  event    sponsored  -
    i5              2026-02-01T10:00:00  user:bo   event    attended   Spring
    i6              2026-02-05T10:00:00  user:bo   web      shared     -
    i7              2026-02-25T10:00:00  user:bo   event    attended   Autumn
    i8              2026-03-01T10:00:00  user:cy   event    sponsored  -
    i9              2026-06-15T10:00:00  user:cy   web      shared     -
    j1              2026-06-15T10:00:00  user:dee  web      shared     -
    j2              2026-06-15T10:00:00  user:dee  event    attended   Spring
    j3              2026-01-01T10:00:00  user:eve  web      shared     -
""")


def test_who_took_which_step_when_and_by_what_and_who_is_due():
    result = ask(tables(LOG), steps="shared > attended > sponsored")
    rows = result.rows()
    assert [(row["people"], row["here"], row["due"]) for row in rows] == [(5, 3, 2), (2, 1, 0), (1, 1, None)]
    # ana took 10 days and bo 20: cy and dee have waited 15, eve half a year; dee's act of the same instant is no step
    assert (rows[1]["quarter_days"], rows[1]["median_days"]) == (12.5, 15)
    assert rows[1]["by"] == "Autumn 50 %, Spring 50 %"
    assert rows[2]["by"] == "event 100 %"
    assert (rows[1]["earlier"], rows[1]["later"], rows[1]["chance"]) == (1, 1, 0.75)
    members = result.members.collect(backend="pyarrow").to_native().to_pylist()
    due = {row["person_id"] for row in members if row["due"]}
    assert due == {person_id(hash_of(one)) for one in ("user:cy", "user:dee")}


def naive(rows, chain, at):
    """Person → when each step was taken: one act after the other."""
    found = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        if row["direction"] == "out" or row["at"] > at or not row["actor"].startswith("user:"):
            continue
        found.setdefault(row["actor"], []).append(row)
    taken = {}
    for who, acts in found.items():
        times, last = [], None
        for words in chain:
            later = [row["at"] for row in acts if row["kind"] in words and (last is None or row["at"] > last)]
            next_ = later[0] if later else None
            if next_ is None:
                break
            times.append(next_)
            last = next_
        taken[who] = times
    return taken


@pytest.mark.parametrize("steps", ["liked > posted > attended > spoke", "opened, visited > purchased"])
def test_it_is_what_following_everyone_by_hand_gives(steps):
    given = lives.tables()
    chain = [part.split(", ") for part in steps.split(" > ")]
    until = dt.datetime(2026, 6, 30, 23, 59, 59, tzinfo=dt.UTC)
    taken = naive(lives.log().to_pylist(), chain, until)
    rows = ask(given, steps=steps).rows()
    for number, row in enumerate(rows):
        assert row["people"] == sum(len(times) > number for times in taken.values())
        assert row["here"] == sum(len(times) == number + 1 for times in taken.values())
        if number and row["people"]:
            some = [times for times in taken.values() if len(times) > number]
            days = [(times[number] - times[number - 1]) / dt.timedelta(days=1) for times in some]
            assert row["median_days"] == pytest.approx(np.median(days))
    assert rows[1]["people"] > 5


def test_chance_makes_no_paths_and_planted_ones_are_found():
    """People who are more or less busy do two things at any time; or the one always after the other."""
    draw = np.random.default_rng(3)
    claimed = 0
    for _ in range(200):
        busy = draw.gamma(1.0, 2.0, 60)
        first = [np.array([draw.uniform(0, 1000, 1 + draw.poisson(one)).min() for one in busy]) for _ in range(2)]
        claimed += order_of(*(one.astype(np.int64) for one in first))["chance"] < 0.05
    assert claimed <= 0.05 * 200 + 2 * np.sqrt(200 * 0.05 * 0.95)
    start = draw.integers(0, 1000, 30)
    assert order_of(start, start + draw.integers(1, 50, 30))["chance"] < 1e-6
    assert order_of(np.full(3, NEVER), start[:3]) == {"earlier": 0, "later": 0, "chance": None}


def test_steps_that_are_none_are_refused_with_a_sentence():
    given = tables(pa.table(LOG))
    with pytest.raises(QuestionError, match=r"has 1 step, but must have 2 to 8, parted by `>`"):
        ask(given, steps="shared")
    with pytest.raises(QuestionError, match=r"names 'atended', which is no kind; did you mean 'attended'\?"):
        ask(given, steps="shared > atended")
