"""How well would first seats among Kubernetes contributors have been foretold, year by year?

    python -m bench.forecast ../shared/data/kubernetes/events.csv

Prints the rows of `forecast-quality` for reaching a first seat within 365 days, and by how much the average precision
of the chosen model is above that of plain volume, with a 90 % interval of people drawn anew.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import msgspec
import numpy as np
from sklearn.metrics import average_precision_score

from bench.figures import KUBERNETES
from ziggurat.levels.learning import Judged
from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace

LADDER = """
[[levels]]
name = "Merged"
rules = [{kinds = ["contributed"], at_least = 1}]
[[levels]]
name = "Seated"
rules = [{kinds = ["organised"], at_least = 1}]
"""
SHOWN = ("expected", "low", "high", "ratio", "auc", "average_precision", "brier", "lift", "first_share")


def gains(judged: Judged, draws: int, seed: int = 1) -> np.ndarray:
    """Return by how much the chosen model's average precision is above that of volume, people drawn anew each time."""
    told = [np.concatenate([split.told[name][1] for split in judged.splits]) for name in (judged.best, "volume")]
    came, person = (np.concatenate([getattr(split.of, name) for split in judged.splits]) for name in ("came", "person"))
    draw = np.random.default_rng(seed)
    people, place = np.unique(person, return_inverse=True)
    found = []
    for _ in range(draws):
        weight = np.bincount(draw.integers(0, people.size, people.size), minlength=people.size)[place]
        one, other = (average_precision_score(came, each, sample_weight=weight) for each in told)
        found.append(one - other)
    return np.array(found)


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("--draws", type=int, default=400)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ziggurat-forecast-") as folder:
        Workspace.create(Path(folder), Config(ladders=("seat",)))
        (Path(folder) / "ladders" / "seat.toml").write_text(LADDER, "utf-8")
        space = Workspace.open(Path(folder))
        space.import_file(chosen.events, source="k8s", mapping=msgspec.convert(KUBERNETES, Mapping))
        space.refresh()
        result = space.ask("forecast-quality", outcome="reach", level="Seated", days=365)
    for row in result.rows():
        figures = " ".join(f"{name} {row[name]:.3f}" for name in SHOWN if row[name] is not None)
        print(f"{row['model']}, {row['part']}: came {row['came']} of {row['cases']}; {figures}")
    found = gains(result.judged, chosen.draws)
    low, high = np.quantile(found, (0.05, 0.95))
    print(f"average precision above volume: {found.mean():.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
