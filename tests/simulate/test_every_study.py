"""Every study has something to show of a simulated community, on the command line as it is typed."""

import re

import pytest

from tests.test_demo import typed
from ziggurat import demo
from ziggurat.catalogue import STUDIES
from ziggurat.simulate import Community

REQUIRED = {"first": "Following", "then": "Endorsing", "level": "Following"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "fernhill"
    demo.make_community(place, Community(people=500, days=540))
    return place


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_it_has_something_to_show(folder, capsys, study):
    if study.check is not None:
        pytest.skip("it takes minutes and an extra part of the installation")
    given = [f"--{option.name} {REQUIRED[option.name]}" for option in study.options if option.name in REQUIRED]
    lines = typed(folder, capsys, " ".join(["ask", study.name, *(given if study.room == "levels" else [])]))
    figures = [line for line in lines[1:] if re.search(r"\d", line)]
    assert figures, lines
