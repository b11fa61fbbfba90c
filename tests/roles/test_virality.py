"""Whether things spread: counted slowly, planted numbers covered, and nothing found where nobody follows anybody."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.base import schema
from ziggurat.catalogue import find

SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WINDOW = {"since": "2025-12-31", "until": "2026-12-31"}
CHANNELS, PEOPLE, LISTENED = 40, 300, 6


def ask(log: pa.Table, **options) -> dict:
    found = find("virality").ask(lives.tables(log, activities={}), **ON, **{**WINDOW, **options})
    return {row["channel"]: row for row in found.rows()}


def row(
    rows: list, who: int, day: float, channel: str, thing: str, whom: int | None = None, kind: str = "shared"
) -> None:
    """Add one interaction. day: after the window begins."""
    at = SINCE + dt.timedelta(days=day)
    plain = {"interaction_id": f"i{len(rows)}", "source": "a", "direction": "in", "received_at": at, "at": at}
    named = {"counterpart": None if whom is None else f"user:{whom}"}
    rows.append(plain | named | {"actor": f"user:{who}", "kind": kind, "channel": channel, "object": thing})


def table(rows: list) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def listening(rows: list, draw: np.random.Generator) -> dict[int, set[int]]:
    """Who listens to each, one way; everyone turns to some before the window."""
    listeners: dict[int, set[int]] = {who: set() for who in range(PEOPLE)}
    for who in range(PEOPLE):
        for whom in draw.choice(PEOPLE, LISTENED, replace=False).tolist():
            if whom != who and whom not in listeners[who]:
                listeners[whom].add(who)
                row(rows, who, -float(draw.uniform(5, 50)), "forum", f"t{who}", whom, "replied")
    return listeners


def spread(rows: list, draw: np.random.Generator, listeners: dict[int, set[int]], channel: str, number: float) -> None:
    """Plant cascades: each share is followed by a Poisson number of others, half by name, half by those who listen."""
    for seed in range(60):
        who, thing = int(draw.integers(PEOPLE)), f"{channel} {seed}"
        queue, done = [(who, float(draw.uniform(0, 250)))], {who}
        row(rows, who, queue[0][1], channel, thing)
        while queue:
            leader, day = queue.pop()
            for _ in range(draw.poisson(number)):
                free = sorted(listeners[leader] - done)
                by_tie = bool(free) and draw.random() < 0.5
                follower = int(draw.choice(free if by_tie else sorted(set(range(PEOPLE)) - done)))
                later = day + float(draw.uniform(0.1, 5))
                row(rows, follower, later, channel, thing, None if by_tie else leader)
                done.add(follower)
                queue.append((follower, later))


def test_planted_numbers_are_covered():
    draw, rows, planted = np.random.default_rng(1), [], {}
    listeners = listening(rows, draw)
    for place in range(CHANNELS):
        planted[f"c{place}"] = (0.2, 0.4, 0.6, 0.8)[place % 4]
        spread(rows, draw, listeners, f"c{place}", planted[f"c{place}"])
    found = ask(table(rows))
    held = sum(found[name]["low"] <= number <= found[name]["high"] for name, number in planted.items())
    assert held >= 0.9 * CHANNELS, held
    assert all(found[name]["verdict"] != "spreads by itself" for name in planted)
    mean = np.mean([found[name]["reproduction"] - number for name, number in planted.items()])
    assert abs(mean) < 0.05  # and not by wide bounds alone


@pytest.mark.parametrize("friends", [False, True])
def test_where_nobody_follows_anybody_nothing_is_found(friends: bool):
    """Everyone shares by themselves, and all at about the same time; or friends share the same things besides."""
    draw, rows = np.random.default_rng(2), []
    listeners = listening(rows, draw)
    for place in range(CHANNELS):
        for thing in range(24):
            star = int(draw.integers(PEOPLE))
            circle = {star, *(listeners[star] if friends else ()), *draw.choice(PEOPLE, 25).tolist()}
            day = float(draw.uniform(0, 250))
            for who in sorted(circle):
                row(rows, who, day + float(draw.uniform(0, 20)), f"c{place}", f"{place} {thing}")
    found = ask(table(rows))
    assert sum(one["tied"] for one in found.values()) > 100 * CHANNELS  # what a count without a mirror would claim
    ends = [(found[f"c{place}"]["low"], found[f"c{place}"]["high"]) for place in range(CHANNELS)]
    assert sum(low == 0 for low, _ in ends) >= 0.95 * CHANNELS
    assert friends or sum(high < 0.1 for _, high in ends) >= 0.95 * CHANNELS
    assert np.mean([high for _, high in ends]) < 0.1


def slowly(rows: list, days: float = 14) -> tuple[int, int, int, int]:
    """Count shares, named, tied and mirrored as docs/facts.md has it, one by one."""
    turned = {(one["actor"], one["counterpart"]) for one in rows if one["counterpart"] and one["at"] <= SINCE}
    first: dict = {}
    for one in sorted((one for one in rows if one["kind"] == "shared"), key=lambda one: one["at"]):
        first.setdefault((one["actor"], one["object"]), one)
    span, end = dt.timedelta(days=days), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

    def has_from(one: dict) -> dict | None:
        there = first.get((one["counterpart"], one["object"]))
        return there if there and dt.timedelta(0) < one["at"] - there["at"] <= span else None

    ripe = [one for one in first.values() if SINCE <= one["at"] <= end - span]
    named = [one for one in first.values() if (there := has_from(one)) and there in ripe]
    tied = mirrored = 0
    for one in first.values():
        if has_from(one):
            continue
        heard = [
            other for (who, thing), other in first.items()
            if thing == one["object"] and (one["actor"], who) in turned and (who, one["actor"]) not in turned
            and has_from(other) is not one
        ]  # fmt: skip
        before = [other for other in heard if dt.timedelta(0) < one["at"] - other["at"] <= span]
        tied += bool(before) and max(before, key=lambda other: other["at"]) in ripe
        mirrored += one in ripe and any(dt.timedelta(0) < other["at"] - one["at"] <= span for other in heard)
    return len(ripe), len(named), tied, mirrored


@pytest.mark.parametrize("seed", range(3))
def test_counted_slowly_it_is_the_same(seed: int):
    draw, rows = np.random.default_rng(seed), []
    for _ in range(40):
        row(rows, int(draw.integers(12)), -float(draw.uniform(1, 60)), "forum", "t", int(draw.integers(12)), "replied")
    for _ in range(120):
        whom = int(draw.integers(12)) if draw.random() < 0.3 else None
        row(rows, int(draw.integers(12)), float(draw.uniform(-20, 364)), "web", f"x{draw.integers(9)}", whom)
    found = ask(table([one for one in rows if one["actor"] != one["counterpart"]]), days=60)[None]
    kept = [one for one in rows if one["actor"] != one["counterpart"]]
    assert [found[name] for name in ("shares", "named", "tied", "mirrored")] == [*slowly(kept, 60)]


def test_a_chain_is_told_by_its_length_and_size():
    found = ask(
        interactions("""
        actor      at     kind    channel  object  counterpart
        user:ana   01-05  shared  web      x       -
        user:bea   01-06  shared  web      x       user:ana
        user:cia   01-07  shared  web      x       user:bea
        user:dan   01-08  shared  web      x       user:ana
        user:dan   01-09  shared  web      x       user:cia
        user:eve   01-30  shared  web      x       user:cia
    """)
    )[None]
    assert (found["shares"], found["named"], found["generations"], found["largest"]) == (5, 3, 2, 4)
    assert found["reproduction"] == pytest.approx(3 / 5)
