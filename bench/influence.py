"""Does influence stay silent where there is nothing, and find what is there? The bars of `docs/honesty.md`, and speed.

Every world is drawn many times. Of each cell: the share of pairs that are claimed though nothing influences anything,
the share of logs of which a page would print a false pair, how often bounds hold what was planted, how often it is
found, and how often it is said that it can't be told where it can't.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bench import apart, worlds
from bench.report import Row
from bench.worlds import SENT, Plan, World
from ziggurat.channels.influence import influence

LOGS = 40
EFFECTS = ((0.1, 1 / 12), (0.1, 0.3), (0.1, 1.0), (0.3, 0.3), (0.3, 4.0))  # events, half-life in days
DRIVES: Mapping[str, tuple[worlds.Drive, float]] = {  # and the least power that is asked of effects of 0.1 and more
    "clean": (worlds.always, 0.8),
    "own waking hours": (worlds.waking, 0.8),
    "weekends": (worlds.weekends, 0.8),
    "spells": (worlds.spells, 0.8),
    "fading": (worlds.fading, 0.8),
    "office, leavers": (worlds.all_of(worlds.office, worlds.leavers), 0.6),
    "leavers": (worlds.leavers, 0.6),
}


def asked(made: World) -> list[dict[str, Any]]:
    """Ask the study of a world."""
    return influence(worlds.buckets(made), at=worlds.end(made), ladder="", names=()).rows()


def null(plan: Plan, logs: int) -> dict[str, float]:
    """Return, of worlds without influence, the share of pairs claimed and of logs with a pair that is sure."""
    found = [asked(plan.draw(1000 + seed)) for seed in range(logs)]
    pairs = [row["verdict"] == "followed by more" for rows in found for row in rows]
    return {
        "claimed": float(np.mean(pairs)),
        "printed": float(np.mean([any(row["sure"] for row in rows) for rows in found])),
    }


def power(drive: worlds.Drive, size: float, half: float, logs: int) -> dict[str, float]:
    """Return how often bounds hold what was planted, and how often it is claimed."""
    held, claimed = [], []
    for seed in range(logs):
        made = Plan(drive, effects={(0, SENT): (size, half)}, days=180).draw(5000 + seed)
        true = made.planted[0, SENT]
        row = next(row for row in asked(made) if (row["cause"], row["effect"]) == ("emailed", "visited"))
        if row["more"] is not None:
            held.append(row["low"] <= true <= row["high"])
        claimed.append(row["verdict"] == "followed by more")
    return {"held": float(np.mean(held)) if held else math.nan, "claimed": float(np.mean(claimed))}


def untold(plan: Plan, pairs: set[tuple[str, str]], logs: int) -> dict[str, float]:
    """Return how often it is said of these pairs that it can't be told."""
    said = [
        row["verdict"] == "can't tell"
        for seed in range(logs)
        for row in asked(plan.draw(2000 + seed))
        if (row["cause"], row["effect"]) in pairs
    ]
    return {"can't tell": float(np.mean(said))}


def bars(name: str, of: str, logs: str = str(LOGS)) -> dict[str, Any]:
    """Measure one cell."""
    if name == "null":
        return null({**worlds.NULLS, **worlds.CHOSEN}[of], int(logs))
    if name == "power":
        drive, size, half = of.split("/")
        return power(DRIVES[drive][0], float(size), float(half), int(logs))
    plan, pairs = worlds.UNTOLD[of]
    return untold(plan, pairs, int(logs))


def speed() -> dict[str, Any]:
    """Time the study on 20,000 people and about 485,000 events; the kernels are loaded before."""
    asked(Plan(people=50).draw(1))
    made = Plan(worlds.leavers, people=20_000, rate=0.052).draw(1)
    lives = worlds.buckets(made, parts=16)
    started = time.perf_counter()
    influence(lives, at=worlds.end(made), ladder="", names=())
    return {"seconds": [time.perf_counter() - started], "events": int(made.at.size)}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {"influence-bars": bars, "influence-speed": speed}


def measured(logs: int, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure every bar, say each, and return them and the speed as rows."""
    rows = []

    def cell(what: str, value: float, bar: str, met: bool) -> None:
        say(f"{what}: {value:.3f} ({bar}: {'met' if met else 'missed'})")
        rows.append(Row(what, [], 0, "", value, bar, met))

    for name in (*worlds.NULLS, *worlds.CHOSEN):
        found = bars("null", name, str(logs))
        most = 0.01 if name in worlds.CHOSEN else 0.05
        cell(f"{name}: pairs claimed", found["claimed"], f"≤ {most}", found["claimed"] <= most)
        cell(f"{name}: logs with a sure pair", found["printed"], "≤ 0.05", found["printed"] <= 0.05)
    for name, (_, least) in DRIVES.items():
        for size, half in EFFECTS:
            found = bars("power", f"{name}/{size}/{half}", str(logs))
            what = f"{name}, {size} with a half-life of {half:.2f} days"
            cell(f"{what}: bounds hold it", found["held"], "≥ 0.92", found["held"] >= 0.92)
            cell(f"{what}: found", found["claimed"], f"≥ {least}", found["claimed"] >= least)
    for name in worlds.UNTOLD:
        value = bars("untold", name, str(logs))["can't tell"]
        cell(f"{name}: can't tell", value, "≥ 0.95", value >= 0.95)
    runs = [apart.run("influence-speed") for _ in range(rounds)]
    rows.append(Row(f"{runs[0]['events']:,} events of 20,000 people", [run["seconds"][0] for run in runs]))
    return rows
