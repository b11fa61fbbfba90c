"""What people look at and what follows: counted slowly, a planted story found, and none named where none is."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from ziggurat.base import schema
from ziggurat.catalogue import find

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WINDOW = {"since": "2025-12-31", "until": "2026-06-30"}
END = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
DAYS = dt.timedelta(days=14)


def made(seed: int, people: int = 150, moving: float = 0.0) -> list[dict]:
    """People look at ten things and speak as they like; after `x0`, a share of them besides."""
    draw, rows = np.random.default_rng(seed), []

    def add(who: int, day: float, kind: str, thing: str | None) -> None:
        at = START + dt.timedelta(days=day)
        device = str(draw.choice(["web", "mobile"]))
        rows.append(
            {"interaction_id": f"i{len(rows)}", "source": "a", "received_at": at, "at": at, "actor": f"user:{who}"}
            | {"channel": "web", "direction": "in", "kind": kind, "object": thing, "device": device}
        )

    for who in range(people):
        for _ in range(draw.poisson(6)):
            day, thing = float(draw.uniform(-5, 178)), int(draw.integers(10))
            add(who, day, "read", f"x{thing}")
            if thing == 0 and draw.random() < moving:
                add(who, day + float(draw.uniform(0.1, 10)), "posted", None)
        for _ in range(draw.poisson(0.4)):
            add(who, float(draw.uniform(0, 178)), "posted", None)
    return rows


def ask(rows: list[dict], **options) -> list[dict]:
    table = pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)
    return find("content").ask(lives.tables(table, activities={}), **ON, **{**WINDOW, **options}).rows()


@pytest.mark.parametrize("by", ["everyone", "device"])
def test_counted_slowly_it_is_the_same(by: str) -> None:
    rows = made(1, people=60)
    spoke: dict[str, dt.datetime] = {}
    first: dict[tuple[str, str], dict] = {}
    for one in sorted(rows, key=lambda one: one["at"]):
        if one["kind"] == "posted":
            spoke.setdefault(one["actor"], one["at"])
        elif one["at"] > START:
            first.setdefault((one["actor"], one["object"]), one)
    wanted: dict = {}
    for (who, thing), one in first.items():
        key = (thing, None if by == "everyone" else one["device"])
        people, silent, spoken = wanted.get(key, (0, 0, 0))
        could = one["at"] + DAYS <= END and spoke.get(who, END) > one["at"]
        did = could and who in spoke and spoke[who] <= one["at"] + DAYS
        wanted[key] = (people + 1, silent + could, spoken + did)
    found = {(row["thing"], row["part"]): (row["people"], row["silent"], row["spoke"]) for row in ask(rows, by=by)}
    assert found == wanted


def test_a_story_that_makes_people_speak_is_found_and_no_other() -> None:
    verdicts = {row["thing"]: row["verdict"] for row in ask(made(2, moving=0.6))}
    assert verdicts["x0"] == "more than after others"
    assert "more than after others" not in [verdicts[f"x{number}"] for number in range(1, 10)]


def test_where_no_story_moves_anybody_none_is_named() -> None:
    claimed = 0
    for seed in range(8):
        rows = ask(made(10 + seed))
        claimed += any(row["verdict"] != "no difference seen" for row in rows)
        climbs = [(row["climbed_share_difference_low"], row["climbed_share_difference_high"]) for row in rows]
        claimed += any(low is not None and not low <= 0 <= high for low, high in climbs)
    assert claimed <= 1


def test_parts_are_levels_and_roles() -> None:
    rows = made(3, people=40)
    levels = {row["part"] for row in ask(rows, by="level")}
    assert levels and None not in levels
    roles = {row["part"] for row in ask(rows, by="role")}
    assert {"spectator", "creator"} <= roles
