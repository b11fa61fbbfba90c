"""How fast is influence estimated, beside the package that people use for Hawkes processes?

tick's newest wheels are for Python 3.8, so that it runs in an interpreter of its own, named by the environment variable
TICK_PYTHON; without it, what was measured elsewhere is not claimed here.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench import apart
from bench.branching import simulate
from bench.report import Row, ratio
from ziggurat.stats import hawkes, hawkes_likelihood
from ziggurat.stats.hawkes import GROUPS, WHOLE, Streams

TYPES = 10
EVENTS = 1_000_000  # of one stream
PEOPLE = 20_000
LIFE_DAYS = 120
HALF_LIFE = 1.0  # days
SAID = {
    "one_least_squares": "one stream, least squares",
    "one_own": "one stream, least squares with habits by quarter",
    "one_likelihood": "one stream, likelihood and its maximum",
    "many_least_squares": f"{PEOPLE:,} people, least squares with habits of their own",
    "many_likelihood": f"{PEOPLE:,} people, likelihood with frailty, its maximum and its errors",
}
INSTALL = "TICK_PYTHON=path/to/python3.8 with tick 0.7.0.1 (uv venv --python 3.8; uv pip install tick)"
TICK = """
import json, sys, time
import numpy as np
from tick.hawkes import HawkesExpKern
data = np.load(sys.argv[1])
events = [data["at"][data["type"] == one] for one in range(int(data["types"]))]
model = HawkesExpKern(float(data["beta"]), gofit="least-squares", penalty="none", solver="agd", tol=1e-10)
started = time.perf_counter()
model.fit([events])
print(json.dumps({"seconds": [time.perf_counter() - started], "triggered": model.adjacency.tolist()}))
"""


def drawn(people: int, days: float, rate: float, seed: int = 1) -> Streams:
    """Draw lives in which everyone does about `rate` a day of each type by herself, of many people some far more."""
    draw = np.random.default_rng(seed)
    triggered = draw.uniform(0, 0.1, (TYPES, TYPES))
    busy = draw.gamma(1, 1, (people, 1)) if people > 1 else np.ones((1, 1))
    return simulate(draw, np.repeat(rate * busy, TYPES, axis=1), triggered, HALF_LIFE, days, GROUPS)


def single() -> Streams:
    """Return one stream of a million events, which end with the last one."""
    whole = drawn(1, EVENTS / 10 / 1.9, 1.0)
    at, kind = whole.at[:EVENTS], whole.type[:EVENTS]
    return whole._replace(start=np.array([0, at.size]), at=at, type=kind, end=at[-1:])


def crowd() -> Streams:
    """Return the short streams of many people."""
    return drawn(PEOPLE, LIFE_DAYS, 0.01)


def one_least_squares(streams: Streams) -> Any:
    """Estimate with one baseline a type, as tick does."""
    sums = hawkes.common_sums(streams, np.array([HALF_LIFE]), TYPES, 1)
    return hawkes.solve(sums).triggered.tolist()


def one_own(streams: Streams) -> Any:
    """Estimate with another baseline each quarter."""
    return hawkes.solve(hawkes.own_sums(streams, np.array([HALF_LIFE]), TYPES, 91, 1)).triggered.tolist()


def one_likelihood(streams: Streams) -> Any:
    """Climb to the likelihood's maximum."""
    rows = hawkes_likelihood.rows(streams, np.full(TYPES, HALF_LIFE), 1)
    return hawkes_likelihood.fit(rows, frailty=False, errors=False).triggered.tolist()


def many_least_squares(streams: Streams) -> Any:
    """Estimate with baselines of each person's own."""
    return hawkes.solve(hawkes.own_sums(streams, np.array([HALF_LIFE]), TYPES, WHOLE)).triggered.tolist()


def many_likelihood(streams: Streams) -> Any:
    """Climb to the maximum with a frailty for each person, and work out the errors."""
    rows = hawkes_likelihood.rows(streams, np.full(TYPES, HALF_LIFE), GROUPS)
    return hawkes_likelihood.fit(rows).triggered.tolist()


CONTENDERS: dict[str, Callable[[Streams], Any]] = {
    one.__name__: one for one in (one_least_squares, one_own, one_likelihood, many_least_squares, many_likelihood)
}


def influence(contender: str) -> dict[str, Any]:
    """Let one contender estimate; the kernels are loaded before, as in a server or a notebook."""
    run = CONTENDERS[contender]
    streams = single() if contender.startswith("one") else crowd()
    run(drawn(1, 300, 0.1))
    started = time.perf_counter()
    found = run(streams)
    return {"seconds": [time.perf_counter() - started], "events": int(streams.at.size), "triggered": found}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {"influence": influence}


def tick(folder: Path, python: str) -> dict[str, Any]:
    """Let tick estimate the single stream in its own interpreter."""
    streams, file = single(), folder / "stream.npz"
    np.savez(file, at=streams.at, type=streams.type, types=TYPES, beta=math.log(2) / HALF_LIFE)
    printed = subprocess.run(
        [python, "-W", "ignore", "-c", TICK, str(file)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(printed.stdout.splitlines()[-1])
    return found


def measured(folder: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure all contenders, tick among them where there is one, and check that they agree."""
    folder.mkdir(exist_ok=True)
    python = os.environ.get("TICK_PYTHON", "")
    if not python:
        say(f"Not compared with tick. To do so: {INSTALL}")
    runs: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for name in CONTENDERS:
            runs.setdefault(name, []).append(apart.run("influence", name))
        if python:
            runs.setdefault("tick", []).append(tick(folder, python))
    seconds = {name: [one["seconds"][0] for one in some] for name, some in runs.items()}
    one, many = (runs[name][0]["events"] for name in ("one_own", "many_likelihood"))
    say(f"{one:,} events in one stream, {many:,} of {PEOPLE:,} people; {TYPES} types.")
    rows = [Row(SAID[name], seconds[name], runs[name][0]["memory"]) for name in CONTENDERS]
    quick = max(seconds["many_least_squares"]) < 1
    rows[3] = Row(SAID["many_least_squares"], seconds["many_least_squares"], rows[3].memory, "", None, "< 1 s", quick)
    if python:
        apart_by = np.abs(np.subtract(runs["tick"][0]["triggered"], runs["one_least_squares"][0]["triggered"])).max()
        say(f"Greatest difference of least squares from tick's, which stops after 100 steps: {apart_by:.0e}.")
        rows.append(Row("one stream, tick's least squares", seconds["tick"]))
        for name, least in (("one_least_squares", 30), ("one_likelihood", 1)):
            faster = ratio(seconds["tick"], seconds[name])
            goal = f"≥ {least} ×"
            rows.append(Row(SAID[name], seconds[name], 0, "tick, times faster", faster, goal, faster >= least))
    return rows
