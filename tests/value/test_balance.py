"""What becomes of people by the balance of their ledgers, against a reading person by person."""

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import community
from tests.examples import few
from tests.levels.tables import NAMES, ON
from tests.value import worlds
from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, instant
from ziggurat.catalogue import find
from ziggurat.people.resolve import hash_of

AT = instant("2026-02-09")
GIVEN = set(worlds.GAVE)


def ask(tables, at=AT, **options):
    return find("balance").ask(tables, **ON, at=at, **options)


def standing(levels, at):
    """Level by person at an instant."""
    found = {}
    for row in sorted(levels.to_pylist(), key=lambda row: row["since"]):
        if row["since"] <= at:
            found[row["person_id"]] = row["level"]
    return found


def slowly(log, tables, days, before):
    """People and how many it befell, by (outcome, level or None, balance)."""
    parted = AT - days * DAY
    start = parted - before * DAY
    acts = worlds.acts(log, tables, start, parted, {})
    levels, known = standing(tables["levels"], parted), {f"p{hash_of(one):016x}": one for one in worlds.KNOWN}
    mix = {person: [0, 0] for person in levels if person in known}
    for person in mix:
        for act in acts:
            if act["actor"] == known[person]:
                mix[person][act["entry"] not in GIVEN] += act["acts"]
    usual = {level: [sum(mix[p][side] for p in mix if levels[p] == level) for side in (0, 1)] for level in range(5)}
    counts = defaultdict(lambda: [0, 0])
    for person, (gave, got) in mix.items():
        level = levels[person]
        mine, theirs = gave * usual[level][1], got * usual[level][0]
        way = (
            "neither"
            if not gave + got
            else "gave more"
            if mine > theirs
            else "got more"
            if mine < theirs
            else "as usual"
        )
        later = [row["level"] for row in tables["levels"].to_pylist()
                 if row["person_id"] == person and parted < row["since"] <= AT]  # fmt: skip
        own = [instant(row["at"]) for row in log if row["actor"] == known[person] and row["direction"] != "out"]
        did = any(start < at <= parted for at in own)
        befell = {
            "climbed": (level < 4, any(one > level for one in later)),
            "slipped": (level > 0, any(one < level for one in later)),
            "left": (did, not any(parted < at <= AT for at in own)),
        }
        for outcome, (could, happened) in befell.items():
            for key in (level, None):
                counts[outcome, key, way][0] += could
                counts[outcome, key, way][1] += could and happened
    return {key: tuple(pair) for key, pair in counts.items() if pair[0]}


@given(st.integers(0, 10**6))
@settings(max_examples=few(12))
def test_it_is_what_the_rules_say(seed):
    log = worlds.world(seed)
    tables = worlds.tables(log)
    rows = ask(tables, days=15, before_days=20).rows()
    found = {(row["outcome"], row["level"], row["balance"]): (row["people"], row["happened"]) for row in rows}
    assert found == slowly(log.to_pylist(), tables, 15, 20)
    assert all(row["level_name"] == NAMES[row["level"]] for row in rows if row["level"] is not None)
    assert all((row["share_difference"] is None) or row["balance"] == "gave more" for row in rows)


def town(seed, effect, people=400):
    """People who give and get; those who got more leave `effect` more often than the three in ten who leave anyway."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        gives = draw.random() < 0.5
        stays = draw.random() > 0.3 + (0 if gives else effect)
        times = [(float(draw.uniform(1, 40)), gives or n < 2) for n in range(8)] + [(50.0, True)] * stays
        for place, (day, hers) in enumerate(times):
            at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day)
            what = {"kind": "donated", "direction": "in"} if hers else {"kind": "invited", "direction": "out"}
            rows.append({"interaction_id": f"{number} {place}", "source": "a", "at": at, "received_at": at,
                         "actor": f"user:{number}", "channel": "web", **what})  # fmt: skip
    return worlds.tables(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS))


def left(tables):
    rows = ask(tables, at="2026-02-25", days=14, before_days=42).rows()
    return next(row for row in rows if (row["outcome"], row["level"], row["balance"]) == ("left", None, "gave more"))


def test_a_planted_difference_is_found_with_its_size():
    row = left(town(1, 0.3))
    assert row["share_difference_low"] < -0.3 < row["share_difference_high"] < 0


def test_where_there_is_none_none_is_found():
    rows = [left(town(seed, 0.0, 200)) for seed in range(12)]
    assert sum(row["share_difference_low"] > 0 or row["share_difference_high"] < 0 for row in rows) <= 2


def pooled(rows, outcome):
    """The Mantel-Haenszel difference, from the rows of the levels."""
    above = below = 0.0
    cells = {(row["level"], row["balance"]): row for row in rows if row["outcome"] == outcome}
    for level in range(5):
        one, other = (cells.get((level, way)) for way in ("gave more", "got more"))
        if one and other:
            size = one["people"] + other["people"]
            above += (one["happened"] * other["people"] - other["happened"] * one["people"]) / size
            below += one["people"] * other["people"] / size
    return above / below


@pytest.mark.parametrize("outcome", ["climbed", "slipped", "left"])
def test_like_is_compared_with_like(outcome):
    rows = find("balance").ask(community.tables(), **ON, at="2026-06-30").rows()
    told = next(row for row in rows if (row["outcome"], row["level"], row["balance"]) == (outcome, None, "gave more"))
    assert told["share_difference"] == pytest.approx(pooled(rows, outcome))
    assert told["share_difference_low"] < told["share_difference"] < told["share_difference_high"]


@pytest.mark.parametrize("option", [{"days": 0}, {"before_days": -1}])
def test_bad_options_are_refused(option):
    with pytest.raises(QuestionError, match=f"^`{next(iter(option))}` is"):
        ask(worlds.tables(worlds.world(1)), **option)
