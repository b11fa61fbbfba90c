"""`python -m bench` measures everything on one generated log and prints it; see docs/bench.md.

`python -m bench generate LOG` writes a log; `python -m bench sql LOG` times the level history in SQL on it;
`python -m bench bars` draws the worlds of `docs/honesty.md` and says of each bar whether it is met.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command."""
    chosen = parser().parse_args(arguments)
    if chosen.command is None:
        from bench.everything import measure

        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            measure(chosen.keep, chosen.rows, chosen.people, chosen.rounds, chosen.only, chosen.seconds)
        else:
            with tempfile.TemporaryDirectory(prefix="ziggurat-bench-") as folder:
                measure(Path(folder), chosen.rows, chosen.people, chosen.rounds, chosen.only, chosen.seconds)
    elif chosen.command == "bars":
        from bench.influence import bars

        missed = [one for one in bars(chosen.logs, chosen.parts, partial(print, flush=True)) if one.met is False]
        sys.exit(1 if missed else 0)
    elif chosen.command == "work":
        from bench import (
            attribution,
            collecting,
            conversation,
            coverage,
            graph,
            influence,
            lifetime,
            sentiment,
            starts,
            works,
        )
        from bench import known as keys

        known = works.WORKS | starts.WORKS | coverage.WORKS | attribution.WORKS | influence.WORKS | lifetime.WORKS
        known |= sentiment.WORKS | graph.WORKS | conversation.WORKS | keys.WORKS | collecting.WORKS
        print(json.dumps(known[chosen.work](*chosen.arguments), default=str))
    else:
        print(one(chosen))


def parser() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    found = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    found.add_argument("--rows", type=int, default=10_000_000, help="interactions of the generated log")
    found.add_argument("--people", type=int, help="most people of it; default: a fourteenth of the interactions")
    found.add_argument("--rounds", type=int, default=3, help="rounds of each measurement")
    found.add_argument("--seconds", type=float, default=300, help="for which visitors come")
    found.add_argument("--keep", type=Path, help="a folder to keep the log and the workspaces in, and take them from")
    found.add_argument("--only", nargs="*", default=[], help="parts to measure; all are in `everything.PARTS`")
    commands = found.add_subparsers(dest="command")
    write = commands.add_parser("generate", help="write a log as Parquet")
    write.add_argument("log", type=Path)
    write.add_argument("--interactions", type=int, default=10_000_000)
    write.add_argument("--people", type=int, help="default: a twentieth of the interactions")
    write.add_argument("--seed", type=int, default=1)
    sql = commands.add_parser("sql", help="time the level history in SQL")
    sql.add_argument("log", type=Path)
    worlds = commands.add_parser("bars", help="whether influence is silent where there is nothing, and finds what is")
    worlds.add_argument("parts", nargs="*", help="of `influence.PARTS`; all if left out")
    worlds.add_argument("--logs", type=int, default=40, help="of each world")
    work = commands.add_parser("work", help="one measurement, as the others run it in a process of its own")
    work.add_argument("work")
    work.add_argument("arguments", nargs="*")
    return found


def one(chosen: argparse.Namespace) -> str:
    """Generate a log, or time SQL on one, and say how long it took."""
    from bench.generate import generate
    from bench.sql_history import count

    started = time.perf_counter()
    if chosen.command == "generate":
        generate(chosen.log, chosen.interactions, chosen.people, chosen.seed)
        found = f"{chosen.interactions:,} interactions"
    else:
        found = f"{count(chosen.log):,} rows of level history"
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"{chosen.command}: {found} in {took:.2f} s, peak memory {peak:.2f} GB"


if __name__ == "__main__":
    main()
