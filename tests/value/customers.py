"""Customers who come again or not, drawn with known parameters, as a log; and small logs as they are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.base.instant import DAY, instant
from ziggurat.people.staff import Staff
from ziggurat.workspace import library

AT, AHEAD = "2026-06-30", 180.0  # days
SHOP = (0.6, 25.0, 0.7, 2.5)  # r, α (days), a, b
PRICES = (6.0, 4.0, 60.0)  # p, q, γ
LADDER = library.ladder(
    {
        "name": "shop",
        "levels": [
            {"name": "Buying", "rules": [{"kinds": ["purchased"], "at_least": 1}]},
            {"name": "Regular", "rules": [{"kinds": ["purchased"], "at_least": 4}]},
        ],
    }
)
ON = {"ladder": LADDER.name, "names": LADDER.names}
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def sold(seed: int = 3, size: int = 900) -> pa.Table:
    """Purchases of customers who came first in the year before `AT`, and what they did in the days after it."""
    draw = np.random.default_rng(seed)
    r, alpha, a, b = SHOP
    p, q, scale = PRICES
    rows: list[dict[str, Any]] = []
    for number in range(size):
        rate, leave, per = draw.gamma(r, 1 / alpha), draw.beta(a, b), draw.gamma(q, 1 / scale)
        day = float(-draw.integers(60, 365))
        stays = True
        while stays and day < AHEAD:
            first = not rows or rows[-1]["actor"] != f"user:{number}"
            rows.append({"actor": f"user:{number}", "day": day, "amount": draw.gamma(p, 1 / per)})
            stays = first or draw.random() >= leave  # nobody leaves before she has come again
            day += draw.exponential(1 / rate)
    end = instant(AT)
    return pa.Table.from_pylist(
        [
            {
                "interaction_id": f"i{number}", "source": "shop", "at": moment(end + int(row["day"] * DAY)),
                "received_at": moment(end), "actor": row["actor"], "channel": "store", "kind": "purchased",
                "direction": "in", "amount": row["amount"],
            }
            for number, row in enumerate(rows)
        ],
        schema=schema.INTERACTIONS,
    )  # fmt: skip


def moment(at: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at)


def tables(log: pa.Table, **more: Any) -> dict[str, Any]:
    """What the studies take: buckets, people, levels, kinds."""
    crowd = Crowd(log, staff=Staff(identities=("email:sam@ours.org",)), **more)
    ALIVE.append(crowd)
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(LADDER),
        "kinds": kinds.load().table(),
    }
