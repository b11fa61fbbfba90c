"""Small worlds in which an organisation spends time and money on people, and on whom, worked out slowly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from tests.value import worlds
from ziggurat.base import schema
from ziggurat.base.instant import DAY, instant

Row = dict[str, Any]
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ACTORS = (*worlds.KNOWN, "anon:1")
SENT = ("emailed", "called", "met", "responded", "thanked", "invited", "assigned")
DONE = ("asked", "posted", "replied", "opened", "purchased", "donated", "liked")
TALK = {"posted", "replied", "asked", "answered", "mentioned", "complained", "contacted"}
ACTIVITIES = (None, "News", "Meetup", "Silent")


def world(seed: int, size: int = 70) -> pa.Table:
    """Messages with and without minutes and activities, and what people did, some of it in threads and in reply."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        out = draw.random() < 0.5
        rows.append(
            {
                "interaction_id": f"i{number // 2}",
                "source": "ab"[number % 2],
                "at": START + dt.timedelta(hours=12 * int(draw.integers(70))),
                "actor": str(draw.choice(ACTORS if out else [*ACTORS, worlds.STAFF])),
                "direction": "out" if out else str(draw.choice(["in", "among"])),
                "kind": str(draw.choice(SENT if out else DONE)),
                "channel": str(draw.choice(["forum", "email"])),
                "activity": ACTIVITIES[draw.integers(3)],
                "object": [None, "t1", "t2"][draw.integers(3)],
                "in_reply_to": f"i{draw.integers(size // 2)}" if draw.random() < 0.4 else None,
                "minutes": [None, 12.0, 45.0][draw.integers(3)],
                "amount": [None, 20.0][draw.integers(2)],
            }
        )
    return pa.Table.from_pylist([{"received_at": row["at"], **row} for row in rows], schema=schema.INTERACTIONS)


def bought(seed: int) -> dict[str, pa.Table]:
    """Costs of activities, of which one sends nothing, and of media; some days are outside of any window."""
    draw = np.random.default_rng(seed)
    days = [dt.date(2025, 12, 20) + dt.timedelta(days=int(day)) for day in draw.integers(0, 60, 12)]
    costs = [
        {"activity": [None, "News", "Meetup", "Silent"][n % 4], "day": day, "money": [None, 30.0][draw.integers(2)],
         "staff_minutes": [None, 90.0][draw.integers(2)]}
        for n, day in enumerate(days)
    ]  # fmt: skip
    media = [
        {"activity": "Radio", "channel": "radio", "day": day, "cost": [None, 50.0][n % 2]} for n, day in enumerate(days)
    ]
    return {
        "costs": pa.Table.from_pylist(costs, schema=schema.COSTS),
        "exposures": pa.Table.from_pylist(media, schema=schema.EXPOSURES),
    }


def inside(table: pa.Table, since: int, until: int) -> list[Row]:
    first, last = (dt.datetime.fromtimestamp(at / 10**6, dt.UTC).date() for at in (since, until))
    return [row for row in table.to_pylist() if first < row["day"] <= last]


def slowly(log: pa.Table, money: dict[str, pa.Table], since: int, until: int, days: float) -> tuple[list[Row], Row]:
    """Every touch with its part of what was spent, and what is left over: media, minutes, money."""
    rows = [row for row in log.to_pylist() if row["actor"] in ACTORS and instant(row["at"]) <= until]
    touches = [
        dict(row)
        for row in rows
        if row["direction"] == "out" and row["kind"] != "assigned" and instant(row["at"]) > since
    ]
    counts = defaultdict(int)
    for row in touches:
        counts[row["activity"]] += 1
    rest = {
        "media": sum(row["cost"] or 0 for row in inside(money["exposures"], since, until)),
        "minutes": 0.0,
        "money": 0.0,
    }
    each = defaultdict(lambda: {"minutes": 0.0, "money": 0.0})
    for row in inside(money["costs"], since, until):
        named = row["activity"] is not None and counts[row["activity"]]
        to = each[row["activity"]] if named else rest
        to["minutes"] += row["staff_minutes"] or 0
        to["money"] += row["money"] or 0
    for row in touches:
        share = each[row["activity"]] if row["activity"] is not None else {"minutes": 0.0, "money": 0.0}
        part = counts[row["activity"]]
        row["spent_minutes"] = (row["minutes"] or 0) + share["minutes"] / part
        row["spent_money"] = share["money"] / part
        gifts = [one["at"] for one in rows if one["actor"] == row["actor"] and one["direction"] != "out"
                 and worlds.entry_of(one) in worlds.GAVE]  # fmt: skip
        row["new"] = row["actor"] == "anon:1" or all(row["at"] <= at for at in gifts)
        row["begun"] = began(row, [one for one in rows if one["actor"] == row["actor"]], days)
    return touches, rest


def began(row: Row, life: list[Row], days: float) -> bool:
    """Whether a touch began a two-way interaction."""
    hers = [one for one in life if one["direction"] != "out"]
    thread = [one["at"] for one in hers if one["kind"] in TALK and row["object"] is not None
              and (one["channel"], one["object"]) == (row["channel"], row["object"])]  # fmt: skip
    replies = [one["at"] for one in hers if one["kind"] in TALK
               and (one["source"], one["in_reply_to"]) == (row["source"], row["interaction_id"])]  # fmt: skip
    if row["kind"] in ("responded", "resolved", "thanked") or row["in_reply_to"] is not None:
        return False
    if any(at <= row["at"] for at in thread):
        return False
    soon = [at for at in thread if instant(at) - instant(row["at"]) <= days * DAY]
    back = any(row["at"] < at and instant(at) - instant(row["at"]) <= days * DAY for at in replies)
    return row["kind"] in ("called", "met") or bool(soon) or back
