"""`python -m bench generate LOG` writes a log; `python -m bench sql LOG` times the level history in SQL on it."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.generate import generate
from bench.sql_history import history, measured_ladder


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    write = commands.add_parser("generate", help="write a log as Parquet")
    write.add_argument("log", type=Path)
    write.add_argument("--interactions", type=int, default=10_000_000)
    write.add_argument("--people", type=int, help="default: a twentieth of the interactions")
    write.add_argument("--seed", type=int, default=1)
    sql = commands.add_parser("sql", help="time the level history in SQL")
    sql.add_argument("log", type=Path)
    chosen = parser.parse_args(arguments)
    started = time.perf_counter()
    if chosen.command == "generate":
        generate(chosen.log, chosen.interactions, chosen.people, chosen.seed)
        found = f"{chosen.interactions:,} interactions"
    else:
        found = f"{time_sql(chosen.log):,} rows of level history"
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{chosen.command}: {found} in {took:.2f} s, peak memory {peak:.2f} GB")


def time_sql(log: Path) -> int:
    """Work out the level history of a log, and return how many rows it has."""
    with duckdb.connect() as db:
        db.read_parquet(str(log)).create_view("interactions")
        history(db, measured_ladder())
        return db.table("history").shape[0]


if __name__ == "__main__":
    main()
