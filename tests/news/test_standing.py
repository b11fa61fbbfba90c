"""News of where the organisation stands: what it says of then and now, and how it writes values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import community
from tests.missed import missed
from ziggurat.demo import make_community
from ziggurat.news import standing
from ziggurat.news.items import Asking, Period
from ziggurat.scenario.scenario import Scenario
from ziggurat.workspace import Workspace

OPTIONS = {"since": community.SINCE, "until": community.AT}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder: Path = tmp_path_factory.mktemp("standing") / "town"
    make_community(folder, community.SMALL)
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def found(town: Workspace) -> Scenario:
    return town.ask("scenario", **OPTIONS)


def asking(town: Workspace, answers: Mapping[str, Any] | None = None) -> Asking:
    """Ask as news does; answers: by the end of the period that is asked about, in place of the log's own."""
    asked = Asking(
        town, "six-level", town.ladder("six-level").names, Period(dt.date(2026, 3, 31), dt.date(2026, 6, 30))
    )
    if answers is not None:
        object.__setattr__(
            asked, "workspace", SimpleNamespace(span=town.span, ask=lambda _, until, **__: answers[until])
        )
    return asked


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
    assert "(59.98 % then, 60 % now" in text(standing.changed(asking(town), now, near, OPTIONS))
