"""How fast is it counted how far activities reach together, beside the obvious way of doing it?

Peers there are none. The twin of overlap and of mix is SQL over the log, that of budget a greedy choice over Python
sets in which every gain is counted again at every step. The twins only count who got what. So do overlap and budget;
reach-value and mix also read each message among what its person did before and after it, and weigh how personal it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from bench import apart
from bench.report import Row, ratio
from ziggurat.channels.overlap import APART
from ziggurat.workspace import Workspace

ALL = {"since": "2000-01-01"}
SAID = {
    "reach_value": "reach-value, from histories",
    "mix": "mix, from histories",
    "overlap": "overlap, from histories",
    "budget": "budget, from histories",
    "overlap_in_sql": "overlap in SQL, from the log",
    "shapley_in_sql": "the Shapley shares of mix in SQL, from the log",
    "greedy_by_sets": "budget by sets, from the log",
}
TWINS = {"overlap": "overlap_in_sql", "mix": "shapley_in_sql", "budget": "greedy_by_sets"}
TOLERANCE = 1e-6  # people, of a Shapley share: sums of fractions in another order
PAIRS = """
    SELECT DISTINCT actor, activity FROM read_parquet('{log}')
    WHERE direction = 'out' AND actor NOT LIKE 'anon:%'
"""


def reach_value(log: str, space: Workspace) -> Any:
    """Place every activity on the map."""
    return {row["activity"]: row["people"] for row in space.ask("reach-value", **ALL).rows()}


def mix(log: str, space: Workspace) -> dict[str, float]:
    """Share out the reach."""
    rows = space.ask("mix", **ALL).rows()
    return {row["activity"]: row["shapley"] for row in rows if row["activity"] is not None}


def overlap(log: str, space: Workspace) -> dict[str, int]:
    """Count people by all that reached them."""
    rows = space.ask("overlap", **ALL, limit=10_000_000).rows()
    return {" + ".join(sorted(row["activity"].split(APART))): row["people"] for row in rows}


def budget(log: str, space: Workspace) -> list[int]:
    """Choose activities one by one; return how many are reached after each choice."""
    return [row["reached"] for row in space.ask("budget", **ALL).rows() if row["step"]]


def overlap_in_sql(log: str, space: Workspace) -> dict[str, int]:
    """Count the same."""
    query = f"""
        SELECT given, count(*) FROM (
          SELECT string_agg(activity, ' + ' ORDER BY activity) AS given FROM ({PAIRS.format(log=log)}) GROUP BY actor
        ) GROUP BY given
    """
    return dict(duckdb.sql(query).fetchall())


def shapley_in_sql(log: str, space: Workspace) -> dict[str, float]:
    """Share everyone equally among what reached her."""
    query = f"""
        SELECT activity, sum(1.0::DOUBLE / number) FROM (
          SELECT activity, count(*) OVER (PARTITION BY actor) AS number FROM ({PAIRS.format(log=log)})
        ) GROUP BY activity
    """
    return dict(duckdb.sql(query).fetchall())


def greedy_by_sets(log: str, space: Workspace) -> list[int]:
    """Choose the same, counting every gain again at every step."""
    reached: dict[str, set[str]] = {}
    for actor, activity in duckdb.sql(PAIRS.format(log=log)).fetchall():
        reached.setdefault(activity, set()).add(actor)
    have: set[str] = set()
    sizes: list[int] = []
    while reached:
        best = max(sorted(reached), key=lambda one: len(reached[one] - have))
        if not reached[best] - have:
            break
        have |= reached.pop(best)
        sizes.append(len(have))
    return sizes


CONTENDERS: dict[str, Callable[[str, Workspace], Any]] = {
    one.__name__: one for one in (reach_value, mix, overlap, budget, overlap_in_sql, shapley_in_sql, greedy_by_sets)
}


def cover(log: str, folder: str, contender: str) -> dict[str, Any]:
    """Let one contender answer; libraries and kernels are loaded before, as in a server."""
    space = Workspace.open(Path(folder))
    run = CONTENDERS[contender]
    if contender in TWINS or contender == "reach_value":
        run(log, space)
        space.answers.cache.clear()
    started = time.perf_counter()
    found = run(log, space)
    return {"seconds": [time.perf_counter() - started], "found": found}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {cover.__name__: cover}


def measured(log: Path, space: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure all contenders in turns, and check that the twins find the same."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for name in CONTENDERS:
            runs.setdefault(name, []).append(apart.run("cover", log, space, name))
    seconds = {name: [one["seconds"][0] for one in some] for name, some in runs.items()}
    rows = [Row(SAID[name], seconds[name], max(one["memory"] for one in some)) for name, some in runs.items()]
    for own, twin in TWINS.items():
        faster = ratio(seconds[twin], seconds[own])
        rows.append(Row(SAID[own], seconds[own], 0, f"{SAID[twin]}, times faster", faster))
    differ = {own: different(runs[own][0]["found"], runs[twin][0]["found"]) for own, twin in TWINS.items()}
    say(f"\nFigures that differ from the twin's: {', '.join(f'{name} {count}' for name, count in differ.items())}.")
    return rows


def different(one: Any, other: Any) -> int:
    """Count the figures that two answers don't share."""
    if isinstance(one, list):
        one, other = dict(enumerate(one)), dict(enumerate(other))
    return sum(abs(one.get(key, 0) - other.get(key, 0)) > TOLERANCE for key in {*one, *other})
