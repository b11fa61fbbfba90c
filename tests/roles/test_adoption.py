"""Things taken up after others: a planted influence is found in the log, shuffled times and shocks are told apart."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.roles import talks
from tests.written import interactions
from ziggurat.base.errors import QuestionError
from ziggurat.roles.adoption import adoption, stratified

SIZE, DAYS = 150, 120
HOUR = talks.HOUR
START = talks.lives.START
WINDOW = {"since": "2025-09-30", "until": "2026-03-31"}
BEGIN = talks.lives.dt.datetime(2025, 10, 1, tzinfo=talks.lives.dt.UTC)


def log(seed: int, share: float, shuffled: bool = False) -> pa.Table:
    """Ties in September; then all take up a thing, of whom a share do so within days after one they know."""
    draw, rows = np.random.default_rng(seed), []
    near: list[set[int]] = [set() for _ in range(SIZE)]
    for who in range(SIZE):
        for other in draw.integers(0, SIZE, 2).tolist():
            near[who].add(other)
            near[other].add(who)
            rows.append({"actor": f"user:{who}", "counterpart": f"user:{other}", "at": START + who * HOUR,
                         "kind": "replied", "direction": "among"})  # fmt: skip
    at = draw.random(SIZE) * DAYS * 24
    for who in range(SIZE):
        earlier = [other for other in near[who] if other < who]
        if earlier and draw.random() < share:
            at[who] = at[min(earlier)] + draw.random() * 10 * 24
    at = draw.permutation(at) if shuffled else at
    for who in range(SIZE):
        row = {"actor": f"user:{who}", "activity": "Meetup", "kind": "attended", "direction": "in"}
        rows.append(row | {"at": BEGIN + float(at[who]) * HOUR})
        rows.append(row | {"at": BEGIN + float(at[who]) * HOUR + HOUR, "activity": "Again" if who % 20 else "Rare"})
    return talks.logged(rows)


def ask(interactions_: pa.Table, **options):
    return talks.ask(adoption, talks.tables(interactions_), **(WINDOW | {"within_days": 10, "draws": 199} | options))


def test_a_planted_influence_is_found_and_opens_to_whom_each_followed():
    given = log(3, 0.6)
    found = ask(given)
    rows = {row["thing"]: row for row in found.rows()}
    assert rows["Meetup"]["verdict"] == "after those they know"
    assert rows["Meetup"]["low"] > 0
    assert rows["Rare"]["verdict"] == "too few"
    assert rows["Rare"]["p_value"] is None
    members = found.people(thing="Meetup").collect(backend="pyarrow").to_native().to_pylist()
    assert len(members) == rows["Meetup"]["people"] == SIZE
    at = {row["person_id"]: row["at"] for row in members}
    known = talks.ids(talks.tables(given))
    acts = talks.counted(talks.turned(given, known, 0, 2**62, {"replied"}))
    followed = 0
    for row in members:
        near = {b for a, b in acts if a == row["person_id"]} | {a for a, b in acts if b == row["person_id"]}
        before = [one for one in near if 0 < row["at"] - at[one] <= 10 * 24 * 3600 * 10**6]
        assert row["after"] == max(before, key=lambda one: at[one], default=None)
        followed += bool(before)
    assert followed == rows["Meetup"]["followed"]


def test_none_is_found_in_shuffled_times():
    p_values = [ask(log(seed, 0.6, shuffled=True), thing="Meetup").rows()[0]["p_value"] for seed in range(40)]
    assert sum(p <= 0.05 for p in p_values) <= 5  # 2 of 40 are to be expected
    assert ask(log(1, 0.6, shuffled=True), thing="Meetup").rows()[0]["verdict"] == "no more than chance"


def test_the_order_of_rows_is_nothing():
    given = log(3, 0.3)
    mixed = given.take(pa.array(np.random.default_rng(1).permutation(len(given))))
    assert ask(given).table.equals(ask(mixed).table)


TEXT = """
    at                actor     kind      activity  counterpart  direction
    01-01             user:ana  replied   -         user:bea     among
    01-01             user:bea  visited   Offer     -            in
    01-01             user:cia  replied   -         user:ana     among
    02-10             user:ana  attended  Meetup    -            in
    02-12             user:bea  attended  Meetup    -            in
    02-14             user:cia  attended  Meetup    -            in
    02-15             user:ana  attended  Meetup    -            in
    02-20             user:bea  replied   -         user:cia     among
    02-21             user:dan  attended  Meetup    -            in
"""


def one(**options):
    window = {"since": "2026-01-31", "until": "2026-03-01", "thing": "Meetup"}
    return ask(interactions(TEXT), **(window | options)).rows()[0]


def test_counts_by_hand():
    row = one()
    assert (row["people"], row["tied"], row["followed"], row["verdict"]) == (3, 3, 2, "too few")
    assert one(within_days=1)["followed"] == 0
    assert one(tied="those they turned to")["followed"] == 1  # Cia, after Ana; Bea turned to nobody before
    assert one(since="2026-02-11")["people"] == 2  # Ana had done it before, and is followed
    assert one(since="2026-02-11")["followed"] == 2
    assert one(by="kind", thing="attended")["people"] == 3


def test_what_nobody_took_up_is_an_error_that_says_what_may_be_meant():
    with pytest.raises(QuestionError, match="took up the activity 'Metup'; did you mean 'Meetup'"):
        one(thing="Metup")
    with pytest.raises(QuestionError, match=r"`draws` is 0, but must be a .* from 1 to"):
        one(draws=0)


def test_strata_are_parts_of_about_equal_size():
    busy = np.random.default_rng(1).integers(0, 1000, 500)
    sizes = np.bincount(stratified(busy, 5))
    assert sizes.min() > 85
    assert (np.diff(busy[np.argsort(stratified(busy, 5), kind="stable")][[0, -1]]) > 0).all()
    assert set(stratified(np.zeros(9, np.int64), 5).tolist()) <= {0, 5, 4}


def parted(seed: int, share: float = 0.0) -> pa.Table:
    """Four groups that talk within; each takes up a thing in a month of its own; a share after one they know."""
    draw, rows, groups, size = np.random.default_rng(seed), [], 4, 160
    group = np.arange(size) % groups
    at = (group * 30 + draw.random(size) * 25) * 24
    near: list[set[int]] = [set() for _ in range(size)]
    for who in range(size):
        for other in draw.choice(np.flatnonzero(group == group[who]), 3).tolist():
            near[who].add(other)
            near[other].add(who)
            rows.append({"actor": f"user:{who}", "counterpart": f"user:{other}", "at": START + who * HOUR,
                         "kind": "replied", "direction": "among"})  # fmt: skip
    for who in range(size):
        earlier = [other for other in near[who] if other < who]
        if earlier and draw.random() < share:
            at[who] = at[min(earlier)] + draw.random() * 2 * 24
    row = {"activity": "Meetup", "kind": "attended", "direction": "in"}
    rows.extend(row | {"actor": f"user:{who}", "at": BEGIN + float(at[who]) * HOUR} for who in range(size))
    return talks.logged(rows)


def test_what_reaches_one_group_at_a_time_is_no_influence():
    """By groups chance is kept; without, every one of these worlds is told to have what none has."""
    options = {"thing": "Meetup", "draws": 99}
    assert sum(ask(parted(seed), **options).rows()[0]["p_value"] <= 0.05 for seed in range(12)) <= 2
    found = [ask(parted(seed), among="everyone", **options).rows()[0]["verdict"] for seed in range(5)]
    assert found == ["after those they know"] * 5


def test_within_groups_a_planted_influence_is_found():
    options = {"thing": "Meetup", "draws": 199, "within_days": 2}
    found = [ask(parted(seed, 0.7), **options).rows()[0]["verdict"] for seed in range(5)]
    assert found.count("after those they know") >= 4
