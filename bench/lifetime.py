"""How fast is it learned who comes again, beside the package that people use; and does it hold for real customers?

`lifetimes` is there in the development environment, for its data sets. Where its code does not run, what was measured
elsewhere is not claimed here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench import apart
from bench.report import Row, ratio
from ziggurat.asking.crowd import Crowd
from ziggurat.stats import bgnbd
from ziggurat.stats.lifetime import grouped
from ziggurat.workspace import library

CUSTOMERS = 1_000_000
TRUE = (0.243, 4.414 * 7, 0.793, 2.426)  # r, α (days), a, b of CDNOW
LEAST = 4  # times faster than lifetimes
CALIBRATED, UNTIL = "1997-09-30", "1998-06-30"  # 39 weeks each


def drawn(customers: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw x, t_x and T (whole days, up to 39 weeks) of customers like those of CDNOW."""
    draw = np.random.default_rng(seed)
    r, alpha, a, b = TRUE
    rate, leave = draw.gamma(r, 1 / alpha, customers), draw.beta(a, b, customers)
    known = draw.integers(1, 274, customers).astype(float)
    x, last, now = np.zeros((3, customers))
    some = np.arange(customers)
    while some.size:
        now[some] += draw.exponential(1 / rate[some])
        some = some[now[some] <= known[some]]
        x[some] += 1
        last[some] = now[some]
        some = some[draw.random(some.size) >= leave[some]]
    return x, np.ceil(last), known


def ours(x: np.ndarray, last: np.ndarray, known: np.ndarray) -> list[float]:
    """Group equal histories, and climb."""
    return bgnbd.fit(grouped(x, last, known)).values.tolist()


def theirs(x: np.ndarray, last: np.ndarray, known: np.ndarray) -> list[float]:
    """Let lifetimes fit, as its documentation says."""
    from lifetimes import BetaGeoFitter

    return BetaGeoFitter().fit(x, last, known).params_.to_list()


CONTENDERS: dict[str, Callable[..., list[float]]] = {"BG/NBD": ours, "lifetimes": theirs}


def coming(contender: str) -> dict[str, Any]:
    """Let one contender fit; kernels are loaded before, as in a server or a notebook."""
    CONTENDERS[contender](*drawn(1000))
    data = drawn(CUSTOMERS)
    started = time.perf_counter()
    found = CONTENDERS[contender](*data)
    return {"seconds": [time.perf_counter() - started], "found": found, "different": int(grouped(*data).x.size)}


def holdout() -> dict[str, Any]:
    """Foretell 39 weeks of the 2,357 CDNOW customers from the 39 before, as the study does, and count what came.

    Days on which a customer bought are counted, and their money; the week that 30 September is in is not rounded.
    """
    path = Path(str(distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_sample.txt")))
    table = np.loadtxt(path, usecols=(1, 2, 4))
    bought = pl.DataFrame(
        {
            "interaction_id": [f"c{number}" for number in range(len(table))],
            "actor": [f"user:{customer:.0f}" for customer in table[:, 0]],
            "at": [f"{day:.0f}" for day in table[:, 1]],
            "amount": table[:, 2],
        }
    ).with_columns(pl.col("at").str.to_datetime("%Y%m%d").dt.replace_time_zone("UTC"), channel=pl.lit("web"))
    crowd = Crowd(bought.with_columns(kind=pl.lit("purchased")))
    ladder = library.ladder({"name": "all", "levels": [{"name": "Customer", "rules": [{"at_least": 1}]}]})
    answer = crowd.ask("lifetime", ladder, at=CALIBRATED, horizon_days=273.0)
    first, until = pl.lit(f"{CALIBRATED} 23:59:59").str.to_datetime(), pl.lit(f"{UNTIL} 23:59:59").str.to_datetime()
    times = pl.col("at").dt.replace_time_zone(None)
    days = bought.filter(times > first, times <= until).group_by("actor", "at").agg(pl.col("amount").sum())
    came = {"times": days.height, "money": float(days["amount"].sum())}
    row = answer.rows()[0]
    return {
        what: {"foretold": round(row[what]), "low": round(row[f"{what}_low"]), "high": round(row[f"{what}_high"]),
               "came": round(came[what])}
        for what in came
    }  # fmt: skip


WORKS: dict[str, Callable[..., dict[str, Any]]] = {"coming": coming, "holdout": holdout}


def measured(rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure all contenders in turns, and check that they agree."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name, some in runs.items():
            some.append(apart.run("coming", name))
    seconds = {name: [one["seconds"][0] for one in some] for name, some in runs.items()}
    mine, peer = (runs[name][0]["found"] for name in CONTENDERS)
    apart_by = float(np.abs(np.array(mine) / np.array(peer) - 1).max())
    say(f"{CUSTOMERS:,} customers, {runs['BG/NBD'][0]['different']:,} different histories.")
    say(f"Greatest relative difference of estimates from lifetimes: {apart_by:.0e}.")
    faster = ratio(seconds["lifetimes"], seconds["BG/NBD"])
    memory = {name: max(one["memory"] for one in some) for name, some in runs.items()}
    return [
        Row("lifetimes", seconds["lifetimes"], memory["lifetimes"]),
        Row(
            "BG/NBD, histories grouped first", seconds["BG/NBD"], memory["BG/NBD"],
            "lifetimes, times faster", faster, f"≥ {LEAST} ×", faster >= LEAST,
        ),
    ]  # fmt: skip
