"""Where the organisation stands, as it is typed."""

from __future__ import annotations

import datetime as dt
import json

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
    command.show(near, {}, json=False)
    said = capsys.readouterr().out.replace("\u202f", " ")
    assert "answered: from 59.98 % up to 60 %" in said
    assert "waited: from 24.01 h down to 24 h" in said
    row = next(line for line in said.splitlines() if line.startswith("answered "))
    assert "59.98 %" in row and " 60 %" in row


@pytest.fixture(scope="module")
def pair(town):
    """Two assessments that were kept: of a channel in a quarter, and of everything in half a year."""
    at = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    asked = ({"since": community.SINCE, "channel": "forum"}, {"since": "2025-12-31"})
    return [town.assessments.keep(town.ask("scenario", until=community.AT, **one), at=at) for one in asked]


def test_comparing_says_what_is_compared_and_where_that_differs(run, town, pair):
    said = run("-C", town.folder, "scenario", "--compare", *pair).out
    assert (
        "Assessment 1: of the channel “forum”, 91 days up to 2026-06-30, ladder six-level, criteria 1, made on" in said
    )
    assert (
        "Assessment 2: of the whole, 181 days up to 2026-06-30, ladder six-level, criteria 1, made on 2026-07-01"
        in said
    )
    assert "They are of different parts: the channel “forum”, and the whole." in said
    assert "They look at 91 days, and at 181 days" in said
    assert "different ladders" not in said and "different criteria" not in said
    assert "different" not in run("-C", town.folder, "scenario", "--compare", pair[0], pair[0]).out
    told = json.loads(run("-C", town.folder, "scenario", "--compare", *pair, "--json").out)
    assert len(told["assessments"]) == len(told["differences"]) == 2
    rows = {row["indicator"]: row for row in told["rows"]}
    assert rows["answered"]["value_earlier"] != rows["answered"]["value_later"]
    assert rows["experiments"]["value_earlier"] is None


def test_what_is_listed_and_asked_can_be_had_as_json(run, town, pair):
    kept = json.loads(run("-C", town.folder, "scenario", "--list", "--json").out)
    assert [one["id"] for one in kept] == pair[::-1]
    questions = json.loads(run("-C", town.folder, "scenario", "--questions", "--json").out)
    assert questions == json.loads(json.dumps(town.assessments.questions()))
    listed = run("-C", town.folder, "scenario", "--list").out
    assert "the channel “forum”" in listed and "181 days" in listed


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--list", "--keep"), "--list doesn't go with --keep"),
        (("--questions", "--what-if", "answered=1"), "--questions doesn't go with --what-if"),
        (("--compare", "1", "2", "--channel", "forum"), "--compare doesn't go with --channel"),
        (("--list", "--compare", "1", "2"), "--list doesn't go with --compare"),
        (("--compare", "1", "9"), "there is no assessment 9"),
        (("--keep", "--what-if", "answered=nan"), "'answered' can't be nan; it is a share, from 0 to 1"),
        (("--keep", "--what-if", "answered=500%"), "'answered' can't be 5; it is a share, from 0 to 1"),
        (("--keep", "--answer", "framework=9"), "'framework' can't be answered with '9'"),
        (("--answer", "framework=2", "--answer", "frame=2"), "nothing is asked under 'frame'"),
    ],
)
def test_what_cannot_be_done_at_once_is_refused_before_anything_is_done(run, town, pair, flags, message):
    ended = run("-C", town.folder, "scenario", *flags)
    assert ended.code == 1
    assert message in ended.err
    assert [one["id"] for one in town.assessments.kept()] == pair[::-1]
    assert not any(one["step"] for one in town.assessments.questions())


def test_an_answer_is_taken_and_what_else_was_asked_is_done(run, tmp_path):
    make_community(tmp_path / "town", community.SMALL)
    own = Workspace.open(tmp_path / "town")
    shown = run("-C", own.folder, "scenario", "--answer", "next-steps=for a few").out
    assert "* 2 For a few" in shown and "From inside" not in shown
    told = json.loads(run("-C", own.folder, "scenario", "--keep", "--answer", "framework=2", "--json").out)
    assert told["assessment"] == 1
    assert "then" not in told
    known = {one["indicator"]: one["step"] for one in own.assessments.questions()}
    assert (known["framework"], known["next-steps"]) == (2, 2)
    (kept,) = own.assessments.kept()
    assert kept["asked"] == told["asked"]
    shown = run("-C", own.folder, "scenario", "--keep", "--what-if", "answered=100%").out
    assert "If answered=1: From inside" in shown
    assert shown.endswith("Kept as assessment 2.\n")
