"""Every study has something to show of a simulated community, as it is typed; and its stories are found."""

import re

import pytest

from tests.test_demo import typed
from ziggurat import demo
from ziggurat.catalogue import STUDIES
from ziggurat.simulate import Community, simulate
from ziggurat.simulate.stories import NAMES
from ziggurat.workspace import Workspace
from ziggurat.workspace.persons import find

COMMUNITY = Community(people=500, days=540)
REQUIRED = {"first": "Following", "then": "Endorsing", "level": "Following"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "fernhill"
    demo.make_community(place, COMMUNITY)
    return place


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_it_has_something_to_show(folder, capsys, study):
    if study.check is not None:
        pytest.skip("it takes minutes and an extra part of the installation")
    given = [f"--{option.name} {REQUIRED[option.name]}" for option in study.options if option.name in REQUIRED]
    lines = typed(folder, capsys, " ".join(["ask", study.name, *(given if study.room == "levels" else [])]))
    figures = [line for line in lines[1:] if re.search(r"\d", line)]
    assert figures, lines


# ---- the answer keys of its stories ----------------------------------------------------------------------------


def test_what_goes_round_is_found_by_name(folder):
    space, truth = Workspace.open(folder), simulate(COMMUNITY).truth
    found = space.ask("virality", since="2024-01-31").rows()[0]
    cascades = truth["cascades"].to_pylist()
    followed = [row for row in cascades if row["after"]]
    assert 0.4 * len(followed) < found["named"] < len(followed)
    by_name = NAMES * COMMUNITY.customers.passing_on  # all are tied both ways, so nothing else can be told
    assert found["low"] <= by_name <= found["high"] and found["verdict"] == "dies out"


def test_who_was_brought_is_found_with_whoever_brought_them(folder):
    space, truth = Workspace.open(folder), simulate(COMMUNITY).truth
    ids = {one: find(space, one) for row in truth["referrals"].to_pylist() for one in (row["identity"], row["brought"])}
    tree = {row["person_id"]: row["brought_by"] for row in space.ask("referrals").tree.to_pylist()}
    right = [tree.get(ids[row["brought"]]) == ids[row["identity"]] for row in truth["referrals"].to_pylist()]
    assert len(right) >= 5 and sum(right) >= 0.8 * len(right)


def test_the_loud_detractor_is_among_the_first_who_are_heard(folder):
    space, truth = Workspace.open(folder), simulate(COMMUNITY).truth
    first = [row["person_id"] for row in space.ask("friends-and-foes").rows()[:10] if row["stance"] == "detractor"]
    assert all(find(space, row["identity"]) in first for row in truth["loud"].to_pylist())


def test_the_answer_that_went_round_was_read_by_those_who_did(folder):
    space, truth = Workspace.open(folder), simulate(COMMUNITY).truth
    (viral,) = truth["viral"].to_pylist()
    rows = space.ask("reach-value", since="2024-01-01").rows()
    assert 0.5 * viral["readers"] < sum(row["onlookers"] for row in rows) <= viral["readers"]


def test_who_endorsed_came_and_sponsored_went_the_whole_way(folder):
    space, truth = Workspace.open(folder), simulate(COMMUNITY).truth
    sponsors = {find(space, row["identity"]) for row in truth["sponsors"].to_pylist()}
    last = space.ask("act-paths").people(step=3).collect(backend="pyarrow").to_native()["person_id"].to_pylist()
    assert sponsors and sponsors <= {*last}
