"""Communities with nothing to find, and with silences and rises planted: who did what on which days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import COLUMNS
from ziggurat.people.ids import person_ids

KINDS = ("posted", "visited", "attended")
YEAR = 365
DAY = 86_400_000_000


class World(NamedTuple):
    """person, kind (code) and day of acts; whom was planted what. The last day is YEAR - 1."""

    person: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    quiet: np.ndarray
    rising: np.ndarray


def world(seed: int, people: int = 1500, *, planted: bool = True) -> World:
    """A year: heavy, middling and light people who arrive by and by, some by fits and starts, and quieter weekends.

    planted: 15 heavy ones silent for 60 to 80 days, 10 for 25 to 32, and 12 who rise from once in three weeks to every
    second day within the last four. None of the others leaves.
    """
    draw = np.random.default_rng(seed)
    rate = np.choose(draw.choice(4, people, p=[0.04, 0.16, 0.3, 0.5]), [0.55, 0.2, 0.06, 0.015])
    rate = np.minimum(0.9, rate * draw.lognormal(0, 0.3, people))
    start = np.where(draw.random(people) < 0.6, 0, draw.integers(0, YEAR, people))
    heavy = np.flatnonzero((rate > 0.35) & (start < 100))
    light = np.flatnonzero((rate < 0.06) & (start < 150))
    quiet = rising = np.empty(0, np.int64)
    if planted:
        quiet, rising = draw.choice(heavy, 25, replace=False), draw.choice(light, 12, replace=False)
    chance = np.repeat(rate[:, None], YEAR, axis=1)
    for person in np.flatnonzero(draw.random(people) < 0.3):  # by fits and starts: weeks of more and of less
        weeks = np.repeat(draw.choice([0.3, 1.0, 1.7], 53), 7)[:YEAR]
        chance[person] *= weeks
    chance *= np.where(np.arange(YEAR) % 7 >= 5, 0.5, 1.0)
    chance *= np.arange(YEAR)[None, :] >= start[:, None]
    if planted:
        for nth, person in enumerate(quiet):
            days = draw.integers(60, 81) if nth < 15 else draw.integers(25, 33)
            chance[person, YEAR - days :] = 0
        chance[rising, :] = np.where(np.arange(YEAR) < YEAR - 28, 0.045, 0.5)
    hit = draw.random((people, YEAR)) < np.minimum(0.95, chance)
    person, day = np.nonzero(hit)
    kind = draw.choice(len(KINDS), person.size, p=[0.3, 0.6, 0.1])
    return World(person, kind, day, quiet, rising)


def buckets(made: World) -> tuple[Buckets, pa.Table]:
    """The same as folds read it, and everyone as `schema.PEOPLE`; each act is at noon."""
    order = np.lexsort((made.kind, made.day, made.person))
    person, kind, day = made.person[order], made.kind[order], made.day[order]
    size = person.size
    plain = {"person": person, "at": day * DAY + DAY // 2, "kind": kind.astype(np.int16),
             "direction": np.zeros(size, np.int8), "channel": np.zeros(size, np.int32),
             "activity": np.full(size, -1, np.int32)}  # fmt: skip
    columns = {name: pa.array(plain[name]) if name in plain else pa.nulls(size, COLUMNS.field(name).type)
               for name in COLUMNS.names}  # fmt: skip
    table = pa.table(columns)
    codes = {"kind": list(KINDS), "channel": ["web"], "activity": [], "source": ["test"]}
    who = np.unique(person)
    first = day[np.searchsorted(person, who)] * DAY
    people = pa.table({"person_id": person_ids(who), "name": [f"n{one}" for one in who], "first_at": first})
    rows = [
        {**row, "staff": False, "agent": False, "anonymous": False, "interactions": 1} for row in people.to_pylist()
    ]
    named = [{name: row.get(name) for name in schema.PEOPLE.names} for row in rows]
    return Buckets([lambda names: table.select(list(names))], codes), pa.Table.from_pylist(named, schema=schema.PEOPLE)
