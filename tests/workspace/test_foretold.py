"""A segment asks for a forecast and for whom a step of a chain of acts is due: the same people as the studies name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.written import interactions, open_new, take
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.workspace import Workspace

# Ana went on after 10 days and Bo after 20, so whoever has waited 12.5 to 19 days by the end of 31 January is due.
WALKS = """
    interaction_id  at     actor       kind      channel
    1               01-01  email:ana   shared    social
    2               01-11  email:ana   attended  event
    3               01-01  email:bo    shared    social
    4               01-21  email:bo    attended  event
    5               01-16  email:cleo  shared    social
    6               01-27  email:dora  shared    social
    7               01-02  email:emil  shared    social
    8               01-31  email:emil  visited   web
"""


@pytest.fixture(scope="module")
def walkers(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    space = open_new(tmp_path_factory.mktemp("walkers") / "club")
    take(space, interactions=interactions(WALKS))
    space.refresh()
    return space


def ids(space: Workspace, **segment: Any) -> set[str]:
    return {row["person_id"] for row in space.listed(segment)}


def test_who_has_waited_as_long_as_those_who_went_on_is_due(walkers) -> None:
    chain = "shared, liked > attended > sponsored"
    for step in ({}, {"due_step": 1}):
        assert {row["identities"][0] for row in walkers.listed({"due": chain} | step)} == {"email:cleo"}
    assert ids(walkers, due=chain, due_step=2) == set()  # nobody has gone on from there
    assert ids(walkers, due=chain, did=["visited"]) == set()
    early = walkers.listed({"due": chain}, at="2026-01-17")
    assert early == []  # by then one went on, after ten days, and nobody has waited just so long


@pytest.mark.parametrize(
    ("segment", "low", "high"),
    [
        ({}, 0.5, 2),
        ({"chance_from": 0.05}, 0.05, 2),
        ({"chance_below": 0.03}, 0, 0.03),
        ({"chance_from": 0.02, "chance_below": 0.1}, 0.02, 0.1),
    ],
)
@pytest.mark.parametrize("outcome", ["climb", "silence", "reach"])
def test_those_are_meant_of_whom_the_study_says_so(town, outcome, segment, low, high) -> None:
    level = {"level": "1"} if outcome == "reach" else {}
    named = {"forecast_level": "1"} if level else {}
    told = town.ask("forecast", outcome=outcome, days=30, limit=100_000, **level).rows()
    wanted = {row["person_id"] for row in told if low <= row["chance"] < high}
    assert told and ids(town, forecast=outcome, **segment, **named) == wanted


def test_days_level_and_the_day_that_is_looked_at_are_the_segments(town) -> None:
    at = "2026-06-10"
    told = town.ask("forecast", outcome="reach", level="1", days=20, limit=100_000, at=at).rows()
    segment = {"forecast": "reach", "forecast_level": "1", "forecast_days": 20, "chance_from": 0.1}
    wanted = {row["person_id"] for row in told if row["chance"] >= 0.1}
    assert wanted and {row["person_id"] for row in town.listed(segment, at=at)} == wanted
    assert town.people(segment=segment, at=at).total == len(wanted)


def test_where_nothing_can_be_told_nobody_is_meant_and_an_unknown_level_is_refused(walkers) -> None:
    assert ids(walkers, forecast="climb", chance_from=0) == set()
    with pytest.raises(QuestionError, match="no level 'Leadingg'; did you mean 'Leading'"):
        walkers.listed({"forecast": "reach", "forecast_level": "Leadingg"})


def test_a_play_takes_both_and_a_level_that_is_not_there_is_refused(walkers) -> None:
    text = 'step = "thank"\n[whom]\n{}\n[success]\nwithin_days = 9\n'
    due = walkers.save_play("due", text.format('due = "shared > attended"'))
    assert walkers.reach(due).meant == 1
    likely = walkers.save_play("likely", text.format('forecast = "silence"\nforecast_days = 90\nchance_from = 0.3'))
    assert walkers.reach(likely).meant == 0
    with pytest.raises(DeclarationError, match=r"plays/up\.toml: ladder .* has no level 'Topp'"):
        walkers.save_play("up", text.format('forecast = "reach"\nforecast_level = "Topp"'))
