"""What is said of influence in real logs: how many pairs are claimed, and why the others can't be told.

    python -m bench.real [--kubernetes EVENTS.csv]

Asks the demonstrations (and the events of Kubernetes' contributors, where their file is given) by kind, activity and
channel, and prints a row of a Markdown table for each.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.figures import workspaces
from ziggurat.workspace import Workspace

BY = ("kind", "activity", "channel")
REASONS = {  # how what is said begins → the reason
    "Too few": "too few",
    "They come together": "come together",
    "It comes after a silence": "after a silence",
    "Something that isn't": "an unseen cause",
    "Where no": "a logged cause",
    "Nearly everyone": "all at once",
    "It comes so many days": "a series",
    "It comes at the same hour": "weekly",
    "Everything people do": "all rises",
}


def reason(said: str) -> str:
    """Return why a pair can't be told, in two or three words."""
    text = said.removeprefix("Can't tell. ")
    return next(name for begin, name in REASONS.items() if text.startswith(begin))


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Count the pairs by what is said of them."""
    verdicts = Counter(row["verdict"] for row in rows)
    why = Counter(reason(row["said"]) for row in rows if row["verdict"] == "can't tell")
    return {
        "pairs": len(rows),
        "followed by more": verdicts["followed by more"],
        "sure among all": sum(row["sure"] for row in rows),
        "preceded by more": verdicts["preceded by more"],
        "no difference seen": verdicts["no difference seen"],
        "can't tell": verdicts["can't tell"],
        "because": ", ".join(f"{name} {number}" for name, number in why.most_common()) or "–",
    }


def table(found: Iterator[tuple[str, Workspace]]) -> Iterator[str]:
    """Write the table, a line at a time."""
    begun = False
    for name, space in found:
        for by in BY:
            row = {"log": f"{name} by {by}"} | summary(space.ask("influence", by=by).rows())
            if not begun:
                yield "| " + " | ".join(row) + " |"
                yield "|" + "---|" * len(row)
                begun = True
            yield "| " + " | ".join(map(str, row.values())) + " |"


def main() -> None:
    """Print the table."""
    read = argparse.ArgumentParser(prog="python -m bench.real", description=__doc__)
    read.add_argument("--kubernetes", type=Path)
    chosen = read.parse_args()
    with tempfile.TemporaryDirectory(prefix="ziggurat-real-") as folder:
        for line in table(workspaces(Path(folder), chosen.kubernetes)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
