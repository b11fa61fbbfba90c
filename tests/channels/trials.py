"""People assigned to the variants of experiments, and what they did before and after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from tests import written
from tests.levels.tables import DAY
from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.results.result import Result

LADDER = {"ladder": "community", "names": ["Known", "Following", "Endorsing"]}
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def assignments(log: pa.Table, seed: int = 11) -> pa.Table:
    """Assignments of everyone in a log: to one variant or, some of them, to two, at one instant or later; some late."""
    draw = np.random.default_rng(seed)
    first = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    rows: list[dict[str, Any]] = []
    for actor in log["actor"].unique().sort().to_pylist():
        at = first + dt.timedelta(hours=6 * int(draw.integers(0, 4 * 170)))
        for _ in range(1 if draw.random() < 0.8 else 2):
            rows.append(
                {
                    "interaction_id": f"assigned {len(rows)}",
                    "source": "tests",
                    "at": at,
                    "received_at": at,
                    "actor": actor,
                    "channel": "web",
                    "kind": "assigned",
                    "direction": "out",
                    "activity": str(draw.choice(["Trial", "Trial", "Trial", "Another trial"])),
                    "object": [None, "control", "new", "bold"][min(3, int(draw.integers(0, 9)))],
                }
            )
            at += dt.timedelta(days=int(draw.choice([0, 3, 60])))
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def asked(study: Any, log: pa.Table, levels: pa.Table | None = None, at: str = "2026-06-30", **options: Any) -> Result:
    """Ask a study about a log, and about climbs of level histories if there are any."""
    ALIVE.append(Crowd(log))
    tables = {"buckets": ALIVE[-1].derived.buckets()}
    empty = schema.LEVELS.empty_table()
    return study(tables["buckets"], empty if levels is None else levels, at=at, **LADDER, **options)


def simulated(seed: int, people: int, *, effect: float = 0.0, share: float = 0.5) -> pa.Table:
    """A log in which people are assigned and give, as their habit and the effect of a variant have it.

    Each gives in the 28 days before, and in the 14 days after; the variant `new` adds to the mean of 10.
    """
    draw = np.random.default_rng(seed)
    habit = draw.gamma(4, 2.5, people)
    to = np.where(draw.random(people) < share, "new", "control")
    at = (written.micros("2026-02-01") + np.sort(draw.integers(0, 60 * DAY, people))).tolist()
    rows = []
    for number in range(people):
        actor = f"user:{number}"
        given = (habit[number] + draw.normal(0, 2), habit[number] + draw.normal(0, 2) + effect * (to[number] == "new"))
        moments = (at[number] - int(draw.integers(1, 28 * DAY)), at[number] + int(draw.integers(1, 14 * DAY)))
        rows.append((f"a{number}", at[number], actor, "assigned", "out", "Trial", to[number], None))
        rows += [
            (f"{when}{number}", moment, actor, "donated", "in", None, None, max(0.01, amount))
            for when, moment, amount in zip(("b", "c"), moments, given, strict=True)
        ]
    names = ("interaction_id", "at", "actor", "kind", "direction", "activity", "object", "amount")
    same = {"source": "tests", "channel": "web"}
    built = [same | dict(zip(names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist([row | {"received_at": row["at"]} for row in built], schema=schema.INTERACTIONS)
