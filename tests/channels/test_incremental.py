"""Credit above habit, in worlds in which the first cause of every outcome is known."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import walks
from tests.written import interactions
from ziggurat import rendering, schema
from ziggurat.channels.attribution import attribution
from ziggurat.channels.incremental import CLIMB, NONE, UNSOUND
from ziggurat.crowd import Crowd
from ziggurat.instant import DAY
from ziggurat.log.buckets import Buckets

CODES = {"kind": ["emailed", "visited", "searched", "purchased"], "channel": ["email", "web", "search", "store"],
         "activity": [], "source": []}  # fmt: skip
TYPES, BOUGHT, DAYS = 4, 3, 120
TRUE = np.zeros((TYPES, TYPES))
TRUE[1, 0], TRUE[3, 1], TRUE[2, 1], TRUE[3, 2], TRUE[3, 3] = 0.4, 0.3, 0.2, 0.1, 0.1  # effect, cause


def simulate(draw, busy, triggered):
    """Everyone's own events, then what each triggers: person, day, type, and the type of the first cause."""
    counts = draw.poisson(busy * DAYS)
    whose, kind = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    found = [(whose, draw.uniform(0, DAYS, whose.size), kind, kind)]
    while found[-1][0].size:
        whose, at, kind, root = found[-1]
        children = draw.poisson(triggered[:, kind].T)
        row, effect = (np.repeat(index.ravel(), children.ravel()) for index in np.indices(children.shape))
        later = at[row] + draw.exponential(1 / math.log(2), row.size)
        inside = later <= DAYS
        found.append((whose[row][inside], later[inside], effect[inside], root[row][inside]))
    return (np.concatenate(column) for column in zip(*found, strict=True))


def world(seed, people=300, triggered=TRUE, known=True):
    """Lives of people, busy and idle, and what share of the purchases each of the first three types began.

    known: whether they are known from the start, and not by the first thing that happens.
    """
    draw = np.random.default_rng(seed)
    busy = np.array([0.06, 0.05, 0.02, 0.03]) * draw.gamma(1, 1, (people, 1))
    whose, day, kind, root = simulate(draw, busy, triggered)
    bought = kind == BOUGHT
    share = np.bincount(root[bought], minlength=TYPES)[:BOUGHT] / bought.sum()
    if known:
        whose = np.concatenate([whose, np.arange(people)])
        day, kind = (np.concatenate([column, np.full(people, value)]) for column, value in ((day, 0.0), (kind, -1)))
    ids = draw.permutation(1 << 20)[:people]
    order = np.lexsort((day, ids[whose]))
    kind = kind[order]
    columns = {
        "person": pa.array(ids[whose[order]]),
        "at": pa.array((day[order] * DAY).astype(np.int64)),
        "kind": pa.array(kind, pa.int16()),
        "channel": pa.array(kind, pa.int32()),
        "direction": pa.array((kind == 0).astype(np.int8)),
        "amount": pa.nulls(kind.size, pa.float64()),
    }
    return Buckets((pa.table(columns).select,), CODES), share


def ask(buckets, **options):
    given = {"since": -1, "until": DAYS * DAY, "outcome": "purchased", "baseline_days": 0, "collapse_hours": 0}
    return attribution(buckets, schema.LEVELS.empty_table(), ladder="any", names=walks.ON["names"], **(given | options))


def of_model(answer, model="hawkes", column="share"):
    return {row["label"]: row[column] for row in answer.rows() if row["model"] == model}


def labelled(shares):
    return dict(zip(CODES["channel"][:BOUGHT], shares, strict=True))


def test_bounds_cover_the_first_causes_that_are_known():
    hits = []
    for seed in range(30):
        buckets, shares = world(seed)
        rows = {row["label"]: row for row in ask(buckets, seed=seed).rows() if row["model"] == "hawkes"}
        hits += [rows[name]["low"] <= share <= rows[name]["high"] for name, share in labelled(shares).items()]
    assert len(hits) == 90
    assert 0.87 <= np.mean(hits) <= 0.995


def test_where_nothing_triggers_anything_every_other_model_gives_credit_and_this_one_none():
    found, last = [], []
    for seed in range(12):
        answer = ask(world(seed, triggered=np.zeros((TYPES, TYPES)))[0])
        found += [row["low"] <= 0 <= row["high"] for row in answer.rows() if row["model"] == "hawkes"]
        last.append(sum(of_model(answer, "last").values()))
    assert np.mean(found) > 0.85
    assert min(last) > 0.5


def test_a_mail_is_credited_with_what_its_visits_led_to():
    """It triggers no purchase itself: directly, it would have nothing."""
    buckets, shares = world(5, people=3000)
    answer = ask(buckets)
    found = of_model(answer)
    assert found == pytest.approx(labelled(shares), abs=0.03)
    assert found["email"] > 0.05
    assert list(found) == list(of_model(answer, "shapley rate"))
    row = next(row for row in answer.rows() if row["label"] == "email")
    assert row["share_lowest"] <= found["email"] <= row["share_highest"]
    said = f"Under hawkes, {1 - sum(found.values()):.0%} of the outcomes are nobody's credit: they came of habit"
    assert [note[: len(said)] for note in answer.notes] == [said]
    assert "hawkes" in rendering.to_svg(answer.chart())


def test_what_made_a_person_known_is_a_first_cause_too():
    """Everyone is first known by her first touch: without it, half of what there is to credit would be lost."""
    buckets, shares = world(6, people=6000, known=False)
    found = of_model(ask(buckets, draws=0))
    assert found == pytest.approx(labelled(shares), abs=0.04)


def test_shares_are_of_all_outcomes_as_journeys_count_them():
    buckets, _ = world(7)
    answer = ask(buckets, draws=0, window_days=400)
    counted = sum(of_model(answer, "last", "credit").values()) + sum(of_model(answer, "counted", "credit").values())
    credit, share = of_model(answer, column="credit"), of_model(answer)
    assert credit["web"] == pytest.approx(share["web"] * counted)


def test_the_same_touch_again_is_the_same_touch():
    """Each visit twice within minutes: told to collapse, credit is what it was; told not to, it is as if they did."""
    buckets, _ = world(8, people=600)
    rows = buckets.readers[0](["person", "at", "kind", "channel", "direction", "amount"])
    again = rows.filter(pa.compute.equal(rows["kind"], 1))
    later = pa.compute.add(again["at"], 60_000_000)
    doubled = pa.concat_tables([rows, again.set_column(1, "at", later)]).sort_by(
        [("person", "ascending"), ("at", "ascending")]
    )
    once = of_model(ask(buckets, draws=0))
    twice = Buckets((doubled.select,), CODES)
    assert of_model(ask(twice, draws=0, collapse_hours=0.1)) == pytest.approx(once, abs=2e-3)
    assert of_model(ask(twice, draws=0)) != pytest.approx(once, abs=2e-3)


def test_why_it_is_left_out_is_said():
    buckets, _ = world(9, people=50)
    assert ask(buckets, outcome="First").notes == (CLIMB,)
    assert (ask(buckets, incremental="no").notes, of_model(ask(buckets, incremental="no"))) == ((), {})
    once = interactions("""
        at      actor   channel  kind
        01-01   user:a  web      purchased
    """)
    crowd = Crowd(once)
    given = {"since": "2025-12-31", "until": "2026-02-01"}
    assert ask(crowd.derived.buckets(), **given).notes == (NONE,)


def test_more_than_all_is_nothing_to_share_out():
    """Every purchase follows two mails at once: together they would trigger two of each."""
    rows = []
    for person in range(1, 200):
        for day in range(5, 100, 20):
            start = day + person % 7
            rows += [(person, start, 0, 0), (person, start + 1, 1, 1)]
            rows += [(person, start + 1 + step / 9, BOUGHT, 3) for step in range(1, 9)]
        rows.append((person, 0, -1, -1))
    rows.sort()
    columns = {
        "person": pa.array([row[0] for row in rows]),
        "at": pa.array([round(row[1] * DAY) for row in rows]),
        "kind": pa.array([row[2] for row in rows], pa.int16()),
        "channel": pa.array([row[3] for row in rows], pa.int32()),
        "direction": pa.array([int(row[2] == 0) for row in rows], pa.int8()),
        "amount": pa.nulls(len(rows), pa.float64()),
    }
    answer = ask(Buckets((pa.table(columns).select,), CODES), draws=0)
    assert answer.notes == (UNSOUND,)
    assert of_model(answer) == {}
