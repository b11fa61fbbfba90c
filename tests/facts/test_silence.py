"""A source that has stopped is told, one that is only slow is not; nothing after the day that is looked at counts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests import written
from tests.server.conftest import Browser
from ziggurat.base import schema
from ziggurat.base.instant import DAY, instant, moment
from ziggurat.cli import main
from ziggurat.facts import silence
from ziggurat.facts.silence import DAYS, Stopped, chance, stopped
from ziggurat.report import limits
from ziggurat.report.scope import Scope
from ziggurat.server.app import create_app

START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def days(**sources: list[int]) -> pa.Table:
    rows = [{"source": name, "day": day} for name, some in sorted(sources.items()) for day in some]
    return pa.Table.from_pylist(rows, DAYS)


def end(day: int) -> int:
    return (day + 1) * DAY - 1


def test_one_that_stopped_is_told_with_how_long_it_was_silent_before() -> None:
    daily = list(range(100, 160))
    weekly = list(range(100, 200, 7))
    found = stopped(days(chat=daily, meetups=weekly), end(200))
    assert found == [Stopped("chat", end(159), 41, 0)]
    assert str(found[0]).startswith(
        "chat has brought nothing since 9 Jun 1970, for 41 days; before, something came daily"
    )


def test_nothing_later_counts_and_what_came_again_is_there() -> None:
    chat = days(chat=[*range(100, 160), 200])
    assert stopped(chat, end(190)) == stopped(days(chat=list(range(100, 160))), end(190)) != []
    assert stopped(chat, end(201)) == []


def test_few_days_and_short_silences_say_nothing() -> None:
    assert stopped(days(chat=list(range(100, 109))), end(900)) == []
    assert stopped(days(chat=list(range(100, 160))), end(165)) == []
    assert stopped(days(), end(10)) == []


def test_the_chance_is_that_of_a_wait_against_the_longest_of_others() -> None:
    draw = np.random.default_rng(5).exponential(size=(400_000, 10))
    for ratio in (0.5, 1.0, 2.0):
        assert chance(9, ratio) == pytest.approx((draw[:, 9] > ratio * draw[:, :9].max(axis=1)).mean(), abs=0.003)


@pytest.mark.parametrize("often", [0.9, 0.4, 0.1, 0.03])
def test_where_no_source_stops_hardly_any_is_told(often: float) -> None:
    """Sources that bring something on each day with the same chance, looked at on the last day."""
    draw = np.random.default_rng(11)
    told = 0
    for _ in range(600):
        seen = np.flatnonzero(draw.random(500) < often)
        told += bool(seen.size and silence.silence(seen, 499))
    assert told <= 3


def test_a_workspace_tells_it_on_its_pages_of_that_day_and_at_refresh(tmp_path, capsys) -> None:
    def rows(source: str, some: range) -> pa.Table:
        lines = [
            {"interaction_id": f"{source}{n}", "source": source, "at": START + dt.timedelta(days=n),
             "received_at": START, "actor": f"user:{n % 5}", "channel": "web", "kind": "visited", "direction": "in"}
            for n in some
        ]  # fmt: skip
        return pa.Table.from_pylist(lines, schema.INTERACTIONS)

    space = written.open_new(tmp_path / "space")
    written.take(space, interactions=pa.concat_tables([rows("chat", range(40)), rows("shop", range(0, 90, 2))]))
    space.refresh()
    assert [one.source for one in space.stopped()] == ["chat"]
    assert space.stopped("2026-02-12") == []
    (one,) = space.stopped("2026-03-01")
    assert (one.days, one.longest) == (20, 0)
    browser = Browser(create_app(space))
    for path in ("/cards", "/pyramid", "/people", "/study/pace"):
        assert "chat has brought nothing since 9 Feb 2026, for 20 days" in browser.text(f"{path}?at=2026-03-01"), path
    assert "brought nothing" not in browser.text("/pyramid?at=2026-02-12")
    browser.app.state.jobs.close()
    for until, said in (("2026-03-01", [True]), ("2026-02-12", [])):
        scope = Scope(space, space.lens(until), START, moment(instant(until)), START)
        found = [text for label, text in limits.limits(scope, []) if label == "A source that has stopped"]
        assert [text.startswith("chat has brought nothing since 9 Feb 2026") for text in found] == said
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(space.folder), "refresh"])
    assert ended.value.code in (0, None)
    assert "chat has brought nothing since 9 Feb 2026" in " ".join(capsys.readouterr().out.split())
