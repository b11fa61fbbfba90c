"""Two years of weeks in which spending, a season and chance made people buy; what each activity brought is known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat import schema
from ziggurat.crowd import Crowd
from ziggurat.stats.media import Draws, contributions

ON = {"ladder": "community", "names": ["Known", "Following", "Endorsing"]}
WEEKS, LINGER = 104, 8
FIRST = dt.date(2024, 7, 1)  # a Monday; the last week ends on 28 June 2026
TRUE = Draws(np.array([[0.2, 0.6]]), np.array([[3.0, 4.0]]), np.array([[40.0, 90.0]]), np.array([700.0, 3000.0]))
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def spent(draw: np.random.Generator) -> np.ndarray:
    """Money by week on Radio and TV, of which each is off in some weeks."""
    amounts = draw.gamma(2, [120, 500], (WEEKS, 2)) * (draw.random((WEEKS, 2)) < 0.6)
    return np.minimum(amounts.round(2), TRUE.scale)


def sold(seed: int = 2) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the tables that the study takes, and what each activity brought."""
    draw = np.random.default_rng(seed)
    money = spent(draw)
    brought = contributions(money, TRUE, LINGER)[0]
    season = 15 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)
    bought = np.maximum(0, 120 + season + brought.sum(axis=1) + draw.normal(0, 6, WEEKS)).round().astype(int)
    rows, exposures, costs = [], [], []
    for week in range(WEEKS):
        monday = FIRST + dt.timedelta(weeks=week)
        for number in range(bought[week]):
            at = dt.datetime.combine(monday, dt.time(9), dt.UTC) + dt.timedelta(hours=int(draw.integers(0, 150)))
            person = f"user:{draw.integers(0, 900)}"
            rows.append(
                {"interaction_id": f"{week}-{number}", "source": "shop", "at": at, "received_at": at, "actor": person,
                 "channel": "store", "kind": "purchased", "direction": "in", "amount": 10.0}
            )  # fmt: skip
        tv = monday + dt.timedelta(days=int(draw.integers(0, 7)))
        exposures.append({"activity": "TV", "channel": "tv", "day": tv, "reach": 1e5, "cost": money[week, 1]})
        costs.append({"activity": "Radio", "day": monday + dt.timedelta(days=6), "money": money[week, 0]})
    ALIVE.append(Crowd(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)))
    tables: dict[str, Any] = {"buckets": ALIVE[-1].derived.buckets()}
    tables |= {"exposures": pa.Table.from_pylist(exposures, schema=schema.EXPOSURES)}
    tables |= {"costs": pa.Table.from_pylist(costs, schema=schema.COSTS)}
    return tables, dict(zip(("Radio", "TV"), brought.sum(axis=0).tolist(), strict=True))
