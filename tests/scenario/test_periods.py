"""Which windows are assessed, and which answers count in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from tests import community
from ziggurat.asking import asking
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.base.schema import QUESTIONNAIRE
from ziggurat.demo import make_community
from ziggurat.scenario.scenario import covered
from ziggurat.workspace import Workspace

LATER = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder: Path = tmp_path_factory.mktemp("periods") / "town"
    make_community(folder, community.SMALL)
    return Workspace.open(folder)


def told(town: Workspace, **options) -> str:
    return next(row["told"] for row in town.ask("scenario", **options).rows() if row["indicator"] == "framework")


def test_an_answer_given_after_the_log_ends_is_of_its_last_window(town):
    assert told(town) == "not supported"
    town.assessments.answer("framework", 3, at=LATER)
    assert told(town) == "asked"
    assert told(town, until=town.as_of().date()) == "asked"
    assert told(town, until=town.as_of().date() - dt.timedelta(days=2)) == "not supported"
    found = town.ask("scenario")
    assert found.trends["framework"][-1] == 3
    assert set(found.trends["framework"][:-1]) == {None}


def test_an_answer_of_the_past_counts_from_its_day_on():
    at = [instant("2026-05-01"), instant("2031-01-01")]
    said = pa.table({"indicator": ["a", "a"], "step": [2, 3], "at": at}, QUESTIONNAIRE)
    last = instant("2026-06-30")
    assert asking.present(said, last)["at"].to_pylist() == [at[0], last]
    assert asking.present(said, instant("2032-01-01")) == said


def test_the_last_answer_counts_also_where_all_are_later_than_the_log_or_a_clock_was_set_back():
    times = [instant(day) for day in ("2031-01-01", "2031-01-02", "2026-05-01", "2026-05-02")]
    said = pa.table({"indicator": ["a", "a", "b", "a"], "step": [2, 3, 1, 4], "at": times}, QUESTIONNAIRE)
    last = instant("2026-06-30")
    assert asking.present(said, last).to_pylist() == [
        {"indicator": "b", "step": 1, "at": times[2]}, {"indicator": "a", "step": 4, "at": last},
    ]  # fmt: skip
    assert asking.present(said, instant("2032-01-01"))["at"].to_pylist() == [times[0], times[2], times[1]]


@pytest.mark.parametrize("periods", [0, 25, 100_000, -1])
def test_too_many_windows_are_refused_before_any_work(town, periods):
    with pytest.raises(QuestionError, match=r"`periods` is .*, but must be a whole number from 1 to 24"):
        town.ask("scenario", periods=periods)


def test_windows_that_the_log_does_not_cover_are_left_out(town):
    people = community.tables()["people"]
    begins = min(at for at in people["first_at"].to_pylist() if at is not None)
    day = 86_400_000_000
    until = begins + 300 * day
    assert covered(people, until - 100 * day, until, 6) == [until, until - 100 * day, until - 200 * day]
    assert covered(people, until - 100 * day - 1, until - 1, 6) == [until - 1, until - 1 - 100 * day]
    assert covered(people, begins - 5 * day, begins + 95 * day, 6) == [begins + 95 * day]
    assert covered(people.slice(0, 0), until - day, until, 3) == [until]
    found = town.ask("scenario")
    span = (town.as_of() - town.span()[0]).days
    assert len(found.path) == len(found.trends["known"]) == min(6, span // 91)
