"""What is noted of days stands on every chart over time, within what it draws, and on no other."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import vl_convert as vlc

from tests import harbour
from tests.server.conftest import Browser
from tests.server.test_pages import person_id
from ziggurat.channels.trial_charts import bands
from ziggurat.levels.story_charts import dots, staircase
from ziggurat.results import charts
from ziggurat.server.app import create_app
from ziggurat.server.figures import specification

NOTED = [
    (date(2026, 1, 1), "before it"),
    (date(2026, 3, 2), "v7 released <b>"),
    (date(2026, 3, 31), "its last day"),
    (date(2026, 4, 2), "after it"),
]
ROWS: list[dict[str, Any]] = [
    {"at": datetime(2026, 2, day, tzinfo=UTC), "until": None, "x": day, "low": 0, "high": 9, "each": "a"}
    for day in (1, 20)
] + [{"at": datetime(2026, 3, 31, 12, tzinfo=UTC), "until": None, "x": 3, "low": 0, "high": 9, "each": "b"}]
STAIRS = [
    {"since": ROWS[0]["at"], "until": None, "level_name": "Known", "level": 0, "rule": None},
]
CHARTS = {
    "layers": bands(ROWS, x="at", y="x", low="low", high="high", each="each"),
    "dots": dots(ROWS, x="at", y="each", colour="each"),
    "bars": staircase(STAIRS, until=ROWS[-1]["at"], names=("Known",)),
}


@pytest.mark.parametrize("name", CHARTS)
def test_the_days_within_a_chart_are_marked_on_it(name: str) -> None:
    spec = specification(CHARTS[name], NOTED)
    days = [one["_day"] for one in spec["layer"][0]["data"]["values"]]
    assert days == ["2026-03-02T00:00:00+00:00", "2026-03-31T00:00:00+00:00"]
    drawn = vlc.vegalite_to_svg(spec | {"width": 500})
    assert "v7 released &lt;b&gt;" in drawn
    assert "before it" not in drawn
    assert "after it" not in drawn
    bare = vlc.vegalite_to_svg(specification(CHARTS[name]) | {"width": 500})
    marks = [len(re.findall("<(path|line)", text)) for text in (bare, drawn)]
    assert marks[1] >= marks[0] + 2


@pytest.mark.parametrize("name", CHARTS)
def test_without_notes_a_chart_stays_as_it_is(name: str) -> None:
    assert specification(CHARTS[name], NOTED[:1]) == specification(CHARTS[name])


def test_a_chart_that_is_not_over_time_gets_no_marks() -> None:
    chart = charts.bars([{"channel": "email", "people": 3}], y="channel", x="people")
    assert specification(chart, NOTED) == specification(chart)


def test_a_person_s_charts_have_them(tmp_path: Path) -> None:
    space = harbour.make(tmp_path / "harbour")
    space.change_settings({"days": {"2026-02-14": "v7 released", "2031-01-01": "not yet"}})
    page = Browser(create_app(space)).get(f"/people/{person_id(space, 'Ana')}").text
    assert page.count('"Noted":"v7 released"') == 4  # a line and its words, on each of two charts
    assert "not yet" not in page
