"""Does influence stay silent where there is nothing, and find what is there? The bars of `docs/honesty.md`, and speed.

Every world is drawn many times. Of each cell: the share of pairs that are claimed though nothing influences anything,
the share of logs of which a page would print a false pair, what attribution credits there, how often bounds hold what
was planted, how often it is found, and how often it is said that it can't be told where it can't.

`python -m bench bars` prints each with its bar, its value and whether it is met.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from bench import apart, worlds
from bench.further import FURTHER, HIDDEN, TOLD
from bench.further import UNTOLD as FURTHER_UNTOLD
from bench.report import Row
from bench.worlds import SENT, Plan, World
from ziggurat.base import schema
from ziggurat.channels.attribution import attribution
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
OWN_DRIVES = ("clean", "own waking hours", "weekends", "leavers")  # without spells, in which own kinds can't be told
NULLS = {**worlds.NULLS, **FURTHER}
UNTOLD = {**worlds.UNTOLD, **FURTHER_UNTOLD}
CREDITED = 8  # logs of each null world that attribution is asked of


class Bar(NamedTuple):
    """What was measured, what it is to be, and whether it is; None where it is only told."""

    what: str
    value: float
    bar: str
    met: bool | None


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


def credit(plan: Plan, logs: int) -> list[float]:
    """Return, of each log of a world without influence, the share of purchases that attribution credits to anything."""
    found = []
    for seed in range(logs):
        made = plan.draw(1000 + seed)
        answer = attribution(
            worlds.buckets(made), schema.LEVELS.empty_table(), ladder="any", names=(), since=0, until=worlds.end(made),
            outcome="purchased", collapse_hours=0, draws=0,
        )  # fmt: skip
        found.append(sum(row["share"] or 0.0 for row in answer.rows() if row["model"] == "incremental"))
    return found


class Found(NamedTuple):
    """Whether bounds held what was planted, of each log that has any; and the share of logs in which it is claimed."""

    held: list[bool]
    claimed: float


def power(plan: Plan, cause: int, effect: int, logs: int, seed: int) -> Found:
    """Look for what was planted, in so many logs drawn from this seed on."""
    held, claimed = [], []
    for number in range(logs):
        made = plan.draw(seed + number)
        true = made.planted[effect, cause]
        names = worlds.KINDS[cause], worlds.KINDS[effect]
        row = next(row for row in asked(made) if (row["cause"], row["effect"]) == names)
        if row["more"] is not None:
            held.append(row["low"] <= true <= row["high"])
        claimed.append(row["verdict"] == "followed by more")
    return Found(held, float(np.mean(claimed)))


def untold(plan: Plan, pairs: set[tuple[str, str]], logs: int) -> float:
    """Return how often it is said of these pairs that it can't be told."""
    return float(
        np.mean([
            row["verdict"] == "can't tell"
            for seed in range(logs)
            for row in asked(plan.draw(2000 + seed))
            if (row["cause"], row["effect"]) in pairs
        ])
    )  # fmt: skip


def nulls(logs: int) -> Iterator[Bar]:
    """Measure what is claimed where nothing influences anything."""
    for name, plan in {**NULLS, **worlds.CHOSEN}.items():
        found = null(plan, logs)
        most = 0.01 if name in worlds.CHOSEN else 0.05
        yield Bar(f"{name}: pairs claimed", found["claimed"], f"≤ {most}", found["claimed"] <= most)
        yield Bar(f"{name}: logs with a sure pair", found["printed"], "≤ 0.05", found["printed"] <= 0.05)


def hidden(logs: int) -> Iterator[Bar]:
    """Measure what is claimed where a cause that is not in the log brings two things."""
    for name, plan in HIDDEN.items():
        value = null(plan, logs)["claimed"]
        yield Bar(f"{name}: pairs claimed", value, "≤ 0.05", value <= 0.05)
    for name, plan in TOLD.items():
        yield Bar(f"{name}: pairs claimed", null(plan, logs)["claimed"], "told", None)


def credits(logs: int) -> Iterator[Bar]:
    """Measure what attribution credits where nothing brings anything."""
    found = [credit(plan, min(CREDITED, logs)) for plan in NULLS.values()]
    mean = float(np.mean(found))
    yield Bar("credit by `incremental`, in the mean of all worlds without influence", mean, "≤ 0.05", mean <= 0.05)
    yield Bar("the same, in the log with the largest", float(np.max(found)), "told", None)


def planted(logs: int) -> Iterator[Bar]:
    """Measure how often what is planted is held by the bounds, and how often it is found."""
    for place, (name, (drive, least)) in enumerate(DRIVES.items()):
        held = []
        for number, (size, half) in enumerate(EFFECTS):
            plan = Plan(drive, effects={(0, SENT): (size, half)}, days=180)
            found = power(plan, SENT, 0, logs, 10_000 * (1 + len(EFFECTS) * place + number))
            what = f"{name}, {size} with a half-life of {half:.2f} days"
            yield Bar(f"{what}: found", found.claimed, f"≥ {least}", found.claimed >= least)
            held += found.held
        yield holding(name, held)


def own(logs: int) -> Iterator[Bar]:
    """Measure the same of what people do themselves, where they have no spells; all cells together."""
    held = []
    for place, name in enumerate(OWN_DRIVES):
        for number, (size, half) in enumerate(((0.1, 0.3), (0.3, 1.0))):
            plan = Plan(DRIVES[name][0], effects={(1, 0): (size, half)}, days=180)
            found = power(plan, 0, 1, logs, 10_000 * (101 + 2 * place + number))
            what = f"{name}, visits bring reading, {size} with a half-life of {half:.2f} days"
            yield Bar(f"{what}: found", found.claimed, "told", None)
            held += found.held
    yield holding("own kinds without spells", held)


def holding(name: str, held: Sequence[bool]) -> Bar:
    """Judge how often bounds held what was planted, of all logs of a drive together."""
    value = float(np.mean(held))
    return Bar(f"{name}, {len(held)} figures: bounds hold it", value, "≥ 0.92", value >= 0.92)


def unknown(logs: int) -> Iterator[Bar]:
    """Measure how often it is said that it can't be told, where it can't."""
    for name, (plan, pairs) in UNTOLD.items():
        value = untold(plan, pairs, logs)
        yield Bar(f"{name}: can't tell", value, "≥ 0.95", value >= 0.95)


PARTS: Mapping[str, Callable[[int], Iterator[Bar]]] = {
    "nulls": nulls, "hidden": hidden, "credits": credits, "planted": planted, "own": own, "unknown": unknown,
}  # fmt: skip


def bars(logs: int, parts: Sequence[str], say: Callable[[str], object]) -> list[Bar]:
    """Measure the bars of some parts, of all where none is named, and say each at once."""
    found = []
    for part in parts or PARTS:
        for one in PARTS[part](logs):
            verdict = {True: "met", False: "MISSED", None: "no bar"}[one.met]
            say(f"{one.what}: {one.value:.3f} ({one.bar}: {verdict})")
            found.append(one)
    missed = [one for one in found if one.met is False]
    say(f"{sum(one.met is not None for one in found)} bars, {len(missed)} missed; {logs} logs of each world")
    return found


def speed() -> dict[str, Any]:
    """Time the study on 20,000 people and about 485,000 events; the kernels are loaded before."""
    asked(Plan(people=50).draw(1))
    made = Plan(worlds.leavers, people=20_000, rate=0.083).draw(1)
    lives = worlds.buckets(made, parts=16)
    started = time.perf_counter()
    influence(lives, at=worlds.end(made), ladder="", names=())
    return {"seconds": [time.perf_counter() - started], "events": int(made.at.size)}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {"influence-speed": speed}


def measured(logs: int, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure every bar, say each, and return them and the speed as rows."""
    rows = [Row(one.what, [], 0, "", one.value, one.bar, one.met) for one in bars(logs, (), say)]
    runs = [apart.run("influence-speed") for _ in range(rounds)]
    rows.append(Row(f"{runs[0]['events']:,} events of 20,000 people", [run["seconds"][0] for run in runs]))
    return rows
