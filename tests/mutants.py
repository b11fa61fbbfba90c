"""Would a test notice if one figure of a page were false?

`python -m tests.mutants` breaks every numeric column of every study's answer, one at a time, and runs the tests of
that study, and where none of them fails, that its figures are what they were (`test_pinned`): what passes both has
survived. A run says which, and the rates by room. What is broken is only what a process of its own sees; no file is
touched.

A count is one more than it is, a fraction by a tenth, a bound is moved away from what it bounds: nothing that only
looks at types, or at whether there is something, can tell.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ziggurat.catalogue import STUDIES, Study
from ziggurat.results import tables
from ziggurat.results.units import Column

TESTS = Path(__file__).parent
TOGETHER = {  # studies whose tests are beside those of another one
    "strangers": "value/test_acquaintance.py",
    "overlap": "channels/test_mix.py",
    "budget": "channels/test_mix.py",
    "returns": "channels/test_mix.py",
    "valuable": "value/test_lifetime.py",
    "scenario": "scenario/test_cells.py scenario/test_periods.py",
    "scenario-parts": "scenario/test_cells.py scenario/test_real.py",
}
PINNED = f"{TESTS}/test_pinned.py::test_its_figures_are_what_they_were[{{study}}]"
SECONDS = 600  # after which tests count as having noticed: what is false may never end
Figure = tuple[str, str]  # study, column


def figures(names: Sequence[str] = ()) -> list[Figure]:
    """Every figure of the pages of some studies; of all where none is named."""
    return [
        (study.name, column)
        for study in STUDIES.values()
        if study.check is None and (not names or study.name in names)
        for column, what in study.result.columns.items()
        if what.numeric and column not in study.result.keys
    ]


def tests_of(study: Study) -> list[str]:
    """The tests of a study."""
    room, module = study.where.split(":")[0].split(".")
    return [str(TESTS / file) for file in TOGETHER.get(study.name, f"{room}/test_{module}.py").split()]


def broken(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    """Other values for a column: of the same type, and null where it is null."""
    if column.type == "int64":
        return pc.add(values, 1)
    return pc.add(pc.multiply(values, 1.1), 0.01)


def break_figure(figure: Figure) -> None:
    """Make this process answer with a false figure from now on."""
    name, column = figure
    columns = STUDIES[name].result.columns
    true = tables.from_rows

    def answer(wanted: Mapping[str, Column], rows: Any) -> pa.Table:
        found = true(wanted, rows)
        if wanted is not columns:
            return found
        return found.set_column(
            found.column_names.index(column), found.schema.field(column), broken(found[column], columns[column])
        )

    tables.from_rows = answer


def noticed(figure: Figure, files: Sequence[str]) -> bool:
    """Whether tests fail, in a process of their own, once a figure is broken."""
    child = os.fork()
    if not child:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1), os.dup2(quiet, 2)
        break_figure(figure)
        os._exit(pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", "--hypothesis-seed=1", *files]))
    begun = time.monotonic()
    while time.monotonic() < begun + SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            assert code in (0, 1), f"the tests of {figure} did not run: {code}"
            return code == 1
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Break figures, say of each whether that was noticed, and return how many survived."""
    takes = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    takes.add_argument("studies", nargs="*", help="whose figures; of all if left out")
    takes.add_argument("--count", type=int, help="so many of them, drawn by the seed; all if left out")
    takes.add_argument("--seed", type=int, default=1)
    chosen = takes.parse_args(arguments)
    all_of_them = figures(chosen.studies)
    some = random.Random(chosen.seed).sample(all_of_them, chosen.count or len(all_of_them))
    rooms, own, lost = Counter[str](), Counter[str](), Counter[str]()
    for figure in some:
        begun, study = time.monotonic(), STUDIES[figure[0]]
        said = "noticed"
        rooms[study.room] += 1
        if not noticed(figure, tests_of(study)):
            said = "noticed only as another figure than before"
            own[study.room] += 1
            if not noticed(figure, [PINNED.format(study=study.name)]):
                said = "SURVIVED"
                lost[study.room] += 1
        print(f"{figure[0]} {figure[1]}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)
    for room, count in sorted(rooms.items()):
        print(f"{room}: of {count}, {own[room]} passed the study's own tests, {lost[room]} all")
    return lost.total()


if __name__ == "__main__":
    sys.exit(min(1, main()))
