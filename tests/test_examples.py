"""Examples in docstrings are true: each module that has some is tried."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import ziggurat

SOURCE = Path(ziggurat.__file__).parent
EXAMPLE = re.compile(r"^\s+>>> ", re.MULTILINE)
MODULES = sorted(
    ".".join(("ziggurat", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if EXAMPLE.search(path.read_text("utf-8"))
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name):
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0
    assert tried.failed == 0
