"""A figure of a page that is broken is noticed, and one that no test looks at is not: the tool can tell."""

from __future__ import annotations

import subprocess
import sys

from tests import mutants

BREAK = """
from tests import mutants
import sys
sys.exit(mutants.noticed(("passage", "share"), [sys.argv[1]]))
"""


def ends(file: str) -> int:
    """Break a figure, and say whether the tests of a file notice it: 1 where they do."""
    command = [sys.executable, "-c", BREAK, str(mutants.TESTS / file)]
    return subprocess.run(command, check=False, cwd=mutants.TESTS.parent).returncode


def test_what_is_broken_is_noticed_where_it_is_looked_at_and_nowhere_else() -> None:
    assert ends("levels/test_passage.py") == 1
    assert ends("test_kinds.py") == 0


def test_all_figures_are_tried_with_tests_that_are_there() -> None:
    studies = {name for name, _ in mutants.figures()}
    assert len(studies) > 40
    assert all(
        (mutants.TESTS.parent / file).is_file() for name in studies for file in mutants.tests_of(mutants.STUDIES[name])
    )
