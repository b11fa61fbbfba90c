"""Did a figure change that nobody meant to change?

Of every numeric column of every study's answer about a simulated community, `pinned.json` says how many values it has,
and what they add up to. This says nothing of whether they are right, which the tests of each study say; but no change
of the code changes a figure of a page unseen. `python -m tests.test_pinned` writes what is so now; look at the
difference, and name the definition that decided it in what you commit.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import community
from ziggurat.catalogue import STUDIES, Study
from ziggurat.demo import make_community
from ziggurat.workspace import Workspace

PINNED = Path(__file__).with_name("pinned.json")
AGAIN = "python -m tests.test_pinned"
REQUIRED = {"level": 4, "first": 1, "then": 2}
OWN: dict[str, dict[str, object]] = {
    "experiment": {"outcome": "visited"},
    "pyramid": {"compare_at": "2026-03-31"},
    "together": {"least": 2, "since": community.SINCE},
}
CLOSE = 1e-3  # of sums of fractions: fits end a little elsewhere on other processors
QUICK = [study for study in STUDIES.values() if study.check is None]


def figures(space: Workspace, study: Study) -> dict[str, list[float]]:
    """How many values each numeric column has, and what they add up to; 12 digits are kept."""
    required = {option.name for option in study.options if option.required}
    options = {name: value for name, value in REQUIRED.items() if name in required} | OWN.get(study.name, {})
    found = {}
    rows = space.ask(study.name, **options).rows()
    for name, column in study.result.columns.items():
        if column.numeric:
            values = [row[name] for row in rows if row[name] is not None]
            found[name] = [len(values), float(f"{sum(values):.12g}")]
    return found


@pytest.mark.parametrize("study", QUICK, ids=[study.name for study in QUICK])
def test_its_figures_are_what_they_were(town: Workspace, study: Study) -> None:
    pinned = json.loads(PINNED.read_text("utf-8")).get(study.name)
    assert pinned is not None, f"{study.name} is not in {PINNED.name}; write it by `{AGAIN}`"
    found = figures(town, study)
    whole = {name: column.type == "int64" for name, column in study.result.columns.items()}
    same = {
        name: [count, total if whole.get(name) else pytest.approx(total, rel=CLOSE, abs=1e-9)]
        for name, (count, total) in pinned.items()
    }
    assert found == same, f"where this is meant, write it by `{AGAIN}`"


def written(space: Workspace) -> Iterator[str]:
    """The lines of the file: one for each study, so that a difference names it."""
    lines = [f"{json.dumps(study.name)}: {json.dumps(figures(space, study))}" for study in QUICK]
    yield "{"
    yield from (f"  {line}{',' if place < len(lines) else ''}" for place, line in enumerate(lines, start=1))
    yield "}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        make_community(Path(folder) / "town", community.SMALL)
        PINNED.write_text("\n".join(written(Workspace.open(Path(folder) / "town"))) + "\n", "utf-8")
