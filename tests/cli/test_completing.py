"""A shell completes the names of studies, and the options of the study that is named."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ziggurat.catalogue import STUDIES, find


def completed(words: str) -> set[str]:
    """What a shell would offer for the last of some words."""
    typed = f"ziggurat {words}"
    given = {"_ZIGGURAT_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    code = [sys.executable, "-c", "from ziggurat.cli import main; main()"]
    done = subprocess.run(code, env=os.environ | given, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("start", ["ret", "", "zz"])
def test_the_names_of_studies(start):
    assert completed(f"ask {start}") == {name for name in STUDIES if name.startswith(start)}


def test_the_options_of_the_study_that_is_named():
    own = {f"--{option.name.replace('_', '-')}" for option in find("retention").options}
    assert own
    assert completed("ask retention --") == completed("ask --") | own
    assert completed("-C club ask retention --per") == {"--period", "--periods"}
    assert not completed("ask nothing --per")
