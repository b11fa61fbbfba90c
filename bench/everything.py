"""Everything that is measured, in one run on one generated log."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import (
    apart,
    attribution,
    collecting,
    conversation,
    coverage,
    graph,
    influence,
    known,
    lifetime,
    load,
    pages,
    report,
    sentiment,
    starts,
)
from bench.report import Row, ratio
from bench.works import ROUNDS

PARTS = (
    "fold",
    "refresh",
    "pages",
    "load",
    "starts",
    "coverage",
    "attribution",
    "influence",
    "lifetime",
    "sentiment",
    "graph",
    "conversation",
    "known",
    "collecting",
)
PAGE_GOAL = 0.2  # seconds


def measure(
    folder: Path, rows: int, people: int | None, rounds: int, only: Sequence[str], seconds: float = load.SECONDS
) -> None:
    """Generate a log in a folder, unless it is there, measure, and print. seconds: for which visitors come."""
    log, space = folder / f"log-{rows}.parquet", folder / f"space-{rows}"
    say(f"# {rows:,} interactions\n\n{report.machine()}")
    if not log.exists():
        made = apart.command(generating(log, rows, people or max(1, rows // 14)))[0]
        say(f"\n{made.strip()}")
    kept = rows - ROUNDS * max(1, rows // 100)  # what is new in each incremental refresh is one percent
    if not space.exists():
        filled = apart.run("fill", log, space, kept)
        say(f"imported {kept:,} in {filled['seconds'][0]:.1f} s, peak memory {filled['memory'] / 2**30:.2f} GB")
        refreshed = refreshes(folder, log, space, kept, rows)
    else:
        refreshed = []
    wanted = only or PARTS
    if refreshed and "refresh" in wanted:
        report.show("Refresh", refreshed, say)
    if "fold" in wanted:
        report.show("Level history", folds(log, space, rounds), say)
        told_identical(log, space)
    if "pages" in wanted:
        report.show("Pages", answered(space, 2 * rounds + 1), say)
    if "load" in wanted:
        for title, rows_found in load.measured(folder, space, seconds, say):
            report.show(title, rows_found, say)
    if "starts" in wanted:
        report.show("Commands and files", begun(folder, log, rounds), say)
    if "coverage" in wanted:
        report.show("Reach together", coverage.measured(log, space, rounds, say), say)
    if "attribution" in wanted:
        report.show("Attribution", attribution.measured(folder / "journeys", rounds, say), say)
    if "influence" in wanted:
        report.show("Influence", influence.measured(influence.LOGS, rounds, say), say)
    if "lifetime" in wanted:
        report.show("Coming again", lifetime.measured(rounds, say), say)
    if "sentiment" in wanted:
        report.show("Sentiment", sentiment.measured(folder / "texts", rounds, say), say)
    if "graph" in wanted:
        report.show("Standing and groups", graph.measured(folder / "graph", rounds, say), say)
    if "conversation" in wanted:
        report.show("Conversation", conversation.measured(folder / "conversation", rounds, say), say)
    if "known" in wanted:
        report.show("Keys of the log", known.measured(folder / "known", rounds, say), say)
    if "collecting" in wanted:
        report.show("Collecting", collecting.measured(folder / "collecting", say), say)


def generating(log: Path, rows: int, people: int) -> list[str]:
    """Return the command that writes the log."""
    words = ["generate", str(log), "--interactions", str(rows), "--people", str(people)]
    return [*starts.PYTHON, "-m", "bench", *words]


def refreshes(folder: Path, log: Path, space: Path, kept: int, rows: int) -> list[Row]:
    """Measure refreshes after one percent of new interactions, and whole ones, and check that they say the same."""
    found: dict[str, list[dict[str, Any]]] = {"some": [], "every": []}
    size, whole = (rows - kept) // ROUNDS, folder / "whole"
    for begin in range(kept, rows, size):
        found["some"].append(apart.run("refresh_some", log, space, begin, begin + size))
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(space, whole)
        found["every"].append(apart.run("refresh_all", whole))
    differ = apart.run("same_as_all", space, whole)["differ"]
    shutil.rmtree(space)
    whole.rename(space)  # what follows is measured on histories as built, not as added to
    last = found["every"][-1]
    say(f"\n{last['interactions']:,} interactions, {last['people']:,} known people, {last['anonymous']:,} anonymous.")
    say(f"Rows in which people and levels of the incremental refreshes differ from those of a whole one: {differ}.")
    some, every = ([one["seconds"][0] for one in rounds] for rounds in found.values())
    peaks = [max(one["memory"] for one in rounds) for rounds in found.values()]
    share = ratio(some, every)
    met = share <= 0.1 and differ == 0
    return [
        Row("refresh everything", every, peaks[1]),
        Row(f"refresh after {size:,} more", some, peaks[0], "everything", share, "≤ 0.10 ×", met),
    ]


def folds(log: Path, space: Path, rounds: int) -> list[Row]:
    """Measure the level history by fold and by SQL, the building of histories, and a bare scan, interleaved."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for work in ("sql", "fold", "build_and_fold", "scan"):
            found.setdefault(work, []).append(apart.run(work, log, space))
    seconds = {work: [one["seconds"][0] for one in some] for work, some in found.items()}
    memory = {work: max(one["memory"] for one in some) for work, some in found.items()}
    faster, built = ratio(seconds["sql"], seconds["fold"]), ratio(seconds["sql"], seconds["build_and_fold"])
    scans, size = ratio(seconds["fold"], seconds["scan"]), memory["fold"] / memory["sql"]
    return [
        Row("level history in SQL, from the log", seconds["sql"], memory["sql"]),
        Row(
            "by the fold, from built histories", seconds["fold"], memory["fold"], "SQL, times faster", faster,
            "≥ 10 ×", faster >= 10,
        ),
        Row("its memory", seconds["fold"], memory["fold"], "SQL, memory", size, "≤ 0.50 ×", size <= 0.5),
        Row(
            "by the fold, people and histories built", seconds["build_and_fold"], memory["build_and_fold"],
            "SQL, times faster", built, "≥ 4 ×", built >= 4,
        ),
        Row("bare scan of what the fold reads", seconds["scan"], memory["scan"]),
        Row("by the fold, from built histories", seconds["fold"], 0, "bare scan", scans, "≤ 3 ×", scans <= 3),
    ]  # fmt: skip


def told_identical(log: Path, space: Path) -> None:
    """Check that SQL and the fold say the same, and say so."""
    same = apart.run("identical", log, space)
    say(f"\nRows in which SQL and the fold differ: {same['differ']}; causes that differ: {same['causes']}.")
    for name in ("sql", "fold"):
        (space / f"{name}.parquet").unlink()


def answered(space: Path, rounds: int) -> list[Row]:
    """Measure the pages."""
    seconds, memory = pages.measure(space, rounds)
    found = []
    for page, some in seconds.items():
        row = Row(page, some)
        found.append(Row(page, some, goal="< 200 ms", met=row.median < PAGE_GOAL))
    return [*found, Row("the server", [sum(map(sum, seconds.values()))], memory)]


def begun(folder: Path, log: Path, rounds: int) -> list[Row]:
    """Measure commands from a cold process, and the import of a CSV."""
    goals = {"ziggurat --help": 0.5, "import ziggurat": 0.3, "first study on the demonstration": 5.0}
    goals |= {f"ziggurat {name}": 0.8 for name in starts.LIGHT}
    found = []
    for one in starts.commands(folder):
        goal = goals.get(one["what"])
        row = Row(one["what"], one["seconds"], one["memory"])
        met = None if goal is None else row.median < goal
        found.append(Row(row.what, row.seconds, row.memory, goal=f"< {goal} s" if goal else "", met=met))
    csv = folder / "rows.csv"
    for nth in range(rounds):  # what a run that broke off has left
        shutil.rmtree(folder / f"csv-{nth}", ignore_errors=True)
    apart.run("write_csv", log, csv)
    imported, copied = [], []
    for nth in range(rounds):
        imported.append(apart.run("import_csv", csv, folder / f"csv-{nth}"))
        copied.append(apart.run("copy_csv", csv, folder / "copy.parquet"))
        shutil.rmtree(folder / f"csv-{nth}")
    seconds, bare = ([one["seconds"][0] for one in some] for some in (imported, copied))
    rows, rejected = imported[0]["rows"], imported[0]["rejected"]
    memory = max(one["memory"] for one in imported)
    name = f"import {rows:,} rows of CSV ({rejected} rejected)"
    found.append(Row(name, seconds, memory, "bare copy", ratio(seconds, bare)))
    found.append(Row("bare copy of it by DuckDB", bare, max(one["memory"] for one in copied)))
    return found


def say(text: str) -> None:
    """Print at once, as the run takes minutes."""
    print(text, flush=True)
