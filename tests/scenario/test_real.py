"""Real data: each gets an assessment that says what it can't support, instead of guessing."""

from __future__ import annotations

import pytest

from tests import test_kubernetes as kubernetes
from ziggurat.base.errors import SourceError
from ziggurat.demo import prepare
from ziggurat.settings.config import Config
from ziggurat.sources.systems import completejourney
from ziggurat.workspace import Workspace


def told(found) -> dict[str, set[str]]:
    """Which indicators can be told, by side; those that can't must say why."""
    rows = found.rows()
    assert all(row["reason"] for row in rows if row["told"] == "not supported")
    return {
        side: {row["indicator"] for row in rows if row["side"] == side and row["step"]}
        for side in ("inside", "outside")
    }


def test_shoppers_who_never_spoke_are_not_said_to_be_silent(tmp_path):
    try:
        completejourney.files()
    except SourceError:
        pytest.skip("the extra `demo`, The Complete Journey, is not installed")
    prepare(tmp_path / "shop")
    found = Workspace.open(tmp_path / "shop").ask("scenario")
    assert [axis.step for axis in found.axes] == [None, None]
    assert told(found) == {"inside": {"known", "two-channels", "experiments"}, "outside": {"reciprocity", "climbing"}}
    assert "From inside it can't be said: 3 of 16 indicators can be told." in found.sentence()


@pytest.mark.skipif(not kubernetes.EVENTS.exists(), reason="the Kubernetes events are not beside the repository")
def test_a_community_known_by_its_events_alone_has_no_answers_to_time(tmp_path):
    space = Workspace.create(tmp_path / "k8s", Config(ladders=("six-level",)))
    space.import_file(kubernetes.EVENTS, source="k8s", mapping=kubernetes.MAPPING)
    space.refresh()
    found = space.ask("scenario", since="2023-01-01", until="2024-01-01")
    assert [axis.step for axis in found.axes] == [None, None]
    known = told(found)
    assert not known["inside"] & {"answered", "answer-hours", "on-target", "departments", "followed-up"}
    assert not known["outside"] & {"left-alone", "waited", "asked-again", "reciprocity"}
    assert {"known", "two-channels"} <= known["inside"]
