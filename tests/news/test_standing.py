"""News of where the organisation stands: what it says of then and now, and how it writes values."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from tests import community
from tests.missed import missed
from ziggurat.news import standing
from ziggurat.news.items import Asking, Period
from ziggurat.results import tables
from ziggurat.scenario.scenario import Scenario
from ziggurat.scenario.standing import Value
from ziggurat.workspace import Workspace

OPTIONS = {"since": community.SINCE, "until": community.AT}


@pytest.fixture(scope="module")
def found(town: Workspace) -> Scenario:
    return town.ask("scenario", **OPTIONS)


def asking(town: Workspace, answers: Mapping[str, Any] | None = None) -> Asking:
    """Ask as news does; answers: by the end of the period that is asked about, in place of the log's own."""
    period = Period(dt.date.fromisoformat(community.SINCE), dt.date.fromisoformat(community.AT))
    told = SimpleNamespace(ask=lambda _, until, **__: answers[until]) if answers else town
    lens = SimpleNamespace(ladder=town.ladder("six-level"), ask=told.ask)
    return Asking(town, lens if answers else town.lens(ladder="six-level"), period)


def text(parts: Any) -> str:
    return parts.text.replace("\u202f", " ")


def test_a_value_is_never_written_as_the_threshold_that_it_misses(town: Workspace, found: Scenario) -> None:
    near = missed(found)
    (inside,) = standing.road(asking(town), near, "inside", OPTIONS)
    (outside,) = standing.road(asking(town), near, "outside", OPTIONS)
    said = text(inside) + text(outside)
    assert "(24.01 h; it takes 24 h or less)" in said and "(29.99 %; it takes 30 %)" in said
    for row in near.rows():
        if row["told"] == "measured":
            assert f"({row['next']:g}; it takes {row['next']:g}" not in said


def test_what_moved_by_a_hair_is_written_with_both_values(town: Workspace, found: Scenario) -> None:
    near = missed(found)
    rows = [{**row, "value": row["next"], "step": 3} if row["indicator"] == "answered" else row for row in near.rows()]
    now = SimpleNamespace(rows=lambda: rows, criteria=near.criteria)
    (moved,) = standing.name_changes(asking(town), now, near, OPTIONS)
    assert "(59.98 % then, 60 % now" in text(moved)


def blind(found: Scenario, *sides: str) -> Scenario:
    """An assessment in which nothing of some sides can be told."""
    names = {one.name for one in found.criteria.indicators if one.side in sides}
    values = {name: Value(None) if name in names else value for name, value in found.values.items()}
    rows = [{**row, "step": None, "value": None} if row["indicator"] in names else row for row in found.rows()]
    return dataclasses.replace(found, values=values, table=tables.from_rows(Scenario.columns, rows))


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ((), "On 31 Mar 2026 it was the same."),
        (("outside",), "On 31 Mar 2026 it was from inside step {inside} and from outside not to be told."),
        (("inside", "outside"), "On 31 Mar 2026 it was not to be told from either side."),
    ],
)
def test_where_one_stood_is_named_or_that_it_could_not_be_told(
    town: Workspace, found: Scenario, then: tuple[str, ...], said: str
) -> None:
    before = blind(found, *then)
    news = standing.tell_scenario(asking(town, {community.AT: found, community.SINCE: before}))
    inside = found.axes[0]
    assert f"from inside step {inside.step} of 4" in text(news[0])
    assert text(news[0]).endswith(said.format(inside=inside.step))
    assert news[0].weight == (90 if then else 55)
    moved = [one for one in news if "come to another step" in text(one) or text(one).startswith("Moved")]
    assert len(moved) == (0 if len(then) == 2 else 1)


def test_an_earlier_step_is_named(town: Workspace, found: Scenario) -> None:
    near = missed(found)
    news = standing.tell_scenario(asking(town, {community.AT: found, community.SINCE: near}))
    steps = [each.step for each in near.axes]
    assert steps != [each.step for each in found.axes]
    assert f"On 31 Mar 2026 it was from inside step {steps[0]} and from outside step {steps[1]}." in text(news[0])


def test_nothing_that_can_be_told_is_said_as_none(town: Workspace, found: Scenario) -> None:
    none = blind(found, "inside", "outside")
    (news,) = standing.tell_scenario(asking(town, {community.AT: none, community.SINCE: none}))
    total = none.axes[0].total
    assert f"from inside it can't be told, since none of {total} indicators can" in text(news)
    assert text(news).endswith("On 31 Mar 2026 it was the same.")
