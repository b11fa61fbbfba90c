"""Where the organisation stands, as it is typed."""

from __future__ import annotations

import pytest

from tests import community
from tests.missed import missed
from ziggurat.cli import scenario as command
from ziggurat.demo import make_community
from ziggurat.workspace import Workspace


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A simulated community's workspace."""
    folder = tmp_path_factory.mktemp("town") / "town"
    make_community(folder, community.SMALL)
    return Workspace.open(folder)


def test_a_value_is_never_written_as_the_threshold_that_it_misses(town, capsys):
    near = missed(town.ask("scenario", since=community.SINCE, until=community.AT))
    command.show(near, [], json=False)
    said = capsys.readouterr().out.replace("\u202f", " ")
    assert "answered: from 59.98 % up to 60 %" in said
    assert "waited: from 24.01 h down to 24 h" in said
    row = next(line for line in said.splitlines() if line.startswith("answered "))
    assert "59.98 %" in row and " 60 %" in row
