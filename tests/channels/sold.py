"""Two years of weeks in which spending, a season and chance made people buy; what each activity brought is known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.stats.media import Draws, contributions

ON = {"ladder": "community", "names": ["Known", "Following", "Endorsing"]}
WEEKS, LINGER = 104, 8
FIRST = dt.date(2024, 7, 1)  # a Monday; the last week ends on 28 June 2026
TRUE = Draws(np.array([[0.2, 0.6]]), np.array([[3.0, 4.0]]), np.array([[40.0, 90.0]]), np.array([700.0, 3000.0]))
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def drawn(seed: int) -> Draws:
    """Parameters drawn about the true ones, for another set in which other things are true."""
    draw = np.random.default_rng([seed, 7])
    return Draws(
        draw.uniform(0.1, 0.7, (1, 2)),
        draw.uniform(2, 5, (1, 2)),
        TRUE.most * draw.uniform(0.6, 1.4, (1, 2)),
        TRUE.scale,
    )


def spent(draw: np.random.Generator) -> np.ndarray:
    """Money by week on Radio and TV, of which each is off in some weeks."""
    amounts = draw.gamma(2, [120, 500], (WEEKS, 2)) * (draw.random((WEEKS, 2)) < 0.6)
    return np.minimum(amounts.round(2), TRUE.scale)


def assigned(draw: np.random.Generator) -> list[dict[str, Any]]:
    """Return assignments to hear Radio or not, and what the former bought of it, in the weeks of 2025's autumn."""
    rows: list[dict[str, Any]] = []
    for number in range(900):
        at = dt.datetime(2025, 10, 7, tzinfo=dt.UTC) + dt.timedelta(hours=int(draw.integers(0, 24 * 20)))
        same = {"source": "trial", "actor": f"user:{number}", "channel": "radio"}
        control = number % 4 == 0
        rows.append({**same, "interaction_id": f"a{number}", "at": at, "received_at": at, "kind": "assigned",
                     "direction": "out", "activity": "Radio", "object": "control" if control else "on"})  # fmt: skip
        if not control and draw.random() < 0.5:
            later = at + dt.timedelta(hours=int(draw.integers(1, 14 * 24)))
            rows.append({**same, "interaction_id": f"b{number}", "at": later, "received_at": later,
                         "kind": "purchased", "direction": "in", "amount": 10.0})  # fmt: skip
    return rows


def sold(seed: int = 2, true: Draws = TRUE, *, trial: bool = False) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the tables that the study takes, and what each activity brought.

    true: how the two activities work, a row of parameters each. trial: everyone is assigned in an experiment of the
    name of Radio, one in four to its control; of the others every second one buys once more.
    """
    draw = np.random.default_rng(seed)
    money = spent(draw)
    brought = contributions(money, true, LINGER)[0]
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
    rows += assigned(draw) if trial else []
    ALIVE.append(Crowd(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)))
    tables: dict[str, Any] = {"buckets": ALIVE[-1].derived.buckets()}
    tables |= {"exposures": pa.Table.from_pylist(exposures, schema=schema.EXPOSURES)}
    tables |= {"costs": pa.Table.from_pylist(costs, schema=schema.COSTS)}
    return tables, dict(zip(("Radio", "TV"), brought.sum(axis=0).tolist(), strict=True))
