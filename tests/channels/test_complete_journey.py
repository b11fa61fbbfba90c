"""The map of a year at a grocery chain: what its mailings, displays and mailers must look like."""

from __future__ import annotations

import pytest

from ziggurat import demo
from ziggurat.base.errors import SourceError
from ziggurat.sources.systems import completejourney
from ziggurat.workspace import Workspace

YEAR = {"since": "2016-12-31", "until": "2017-12-31"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    try:
        completejourney.files()
    except SourceError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("journey") / "demo"
    demo.prepare(folder)
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def rows(workspace):
    return workspace.ask("reach-value", **YEAR).rows()


def test_personal_campaigns_lie_further_right_than_the_same_coupons_for_all(rows):
    values = {
        letter: [
            row["value"] for row in rows if row["activity"].endswith(f"(Type {letter})") and row["value"] is not None
        ]
        for letter in "ABC"
    }
    assert {letter: len(found) for letter, found in values.items()} == {"A": 4, "B": 14, "C": 5}
    assert min(values["A"]) > max(values["B"] + values["C"])


def test_mailers_and_displays_are_far_left_and_as_high_as_can_be(rows):
    placed = [row for row in rows if row["activity"].startswith(("mailer: ", "store display: "))]
    assert len(placed) == 19
    assert {row["value"] for row in placed} == {0}
    assert {(row["basis"], row["reach"], row["reach_high"]) for row in placed} == {("unknown", None, 2469)}
    assert all(row["impressions"] > 0 and row["act_share"] == 1 for row in placed)


def test_nothing_here_is_a_dialogue(rows):
    assert all(row["interact_share"] == 0 for row in rows)


def test_the_mix_is_all_households_that_were_ever_mailed(workspace):
    whole, *parts = workspace.ask("mix", **YEAR).rows()
    assert whole["people"] == 1546
    assert sum(row["shapley"] for row in parts) == pytest.approx(1546)
    assert sum(row["people"] for row in workspace.ask("overlap", **YEAR).rows()) == 1546
    steps = [row for row in workspace.ask("budget", **YEAR).rows() if row["step"]]
    assert steps[-1]["reached"] == 1546
    assert 1 < len(steps) < len(parts)
