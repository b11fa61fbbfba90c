"""Criteria of a workspace's own are checked when it is opened, against the studies that there are."""

import pytest

from tests.written import open_new
from ziggurat.base.errors import DeclarationError
from ziggurat.catalogue import criteria
from ziggurat.scenario.criteria import FILE, SHIPPED
from ziggurat.workspace import Workspace


def test_the_shipped_criteria_name_studies_that_there_are():
    assert criteria.load().version


@pytest.mark.parametrize(
    ("studies", "message"),
    [
        ('["placess"]', r"indicator 1, `listening`: no study named 'placess'; did you mean 'places'\?"),
        ('["zzz"]', r"no study named 'zzz'; `ziggurat ask` lists the studies"),
    ],
)
def test_a_study_that_is_none_is_said_when_a_workspace_is_opened(tmp_path, studies, message):
    space = open_new(tmp_path / "own")
    text = SHIPPED.read_text("utf-8")
    assert 'studies = ["places"]' in text
    (space.folder / FILE).write_text(text.replace('studies = ["places"]', f"studies = {studies}"), "utf-8")
    with pytest.raises(DeclarationError, match=message):
        Workspace.open(space.folder)
