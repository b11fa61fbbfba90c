"""What leaves its band is found in a log, with since when and what of it changed; what is steady is not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from tests.roles.told import members
from ziggurat import catalogue
from ziggurat.base import schema

END = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
WEEKS = 36


def log(*, planted: bool) -> pa.Table:
    """People who rate and write, two channels, and questions; planted: what changes in the last weeks."""
    draw = np.random.default_rng(4)
    rows = []

    def add(week: int, who: str, kind: str, channel: str, **more: object) -> None:
        at = END - dt.timedelta(days=7 * week + float(draw.uniform(0, 7)))
        rows.append({"interaction_id": f"i{len(rows)}", "source": "s", "at": at, "received_at": at, "actor": who,
                     "kind": kind, "channel": channel, **more})  # fmt: skip

    for week in range(WEEKS):
        bad = planted and week < 3
        for _ in range(12):
            score = draw.choice([3, 7, 10], p=[0.85, 0.1, 0.05] if bad else [0.2, 0.3, 0.5])
            add(week, f"email:r{draw.integers(400)}", "rated", "survey", score=float(score))
        for _ in range(draw.poisson(15)):
            add(week, f"email:w{draw.integers(300)}", "visited", "web")
        for _ in range(draw.poisson(15 if not (planted and week < 2) else 110)):
            add(week, f"email:f{draw.integers(300)}", "posted", "forum", text="the parcel is on the table")
    if planted:
        for nth in range(120):
            add(int(draw.integers(4)), f"email:new{nth}", "visited", "web", activity="Spring fair")
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def ask(table: pa.Table, **options: object):
    return catalogue.find("anomalies").ask(lives.tables(table), **ON, **({"at": END} | options))


@pytest.fixture(scope="module")
def planted():
    return ask(log(planted=True))


def test_where_nothing_changes_nothing_is_out(planted):
    found = ask(log(planted=False))
    assert {(row["measure"], row["about"]) for row in found.rows()} == {
        ("Net promoter score", None), ("Sentiment", None), ("Active days", "forum"),
        ("Active days", "survey"), ("Active days", "web"),
    }  # fmt: skip
    assert not any(row["out"] for row in found.rows())
    for row in found.rows():
        assert row["usual_least"] <= row["now"] <= row["usual_most"]
        assert abs(row["off"]) < row["limit"]


def test_what_changed_is_out_with_since_when_and_what(planted):
    out = {(row["measure"], row["about"]): row for row in planted.rows() if row["out"]}
    days = {("Active days", "forum"), ("Active days", "web")}  # those who came by the fair came there
    assert set(out) == {("Net promoter score", None), ("New people", "Spring fair"), *days}
    score = out["Net promoter score", None]
    assert score["now"] < -60 < 10 < score["expected"] < 50
    assert (score["weeks"], score["now"] < score["usual_least"]) == (3, True)
    assert score["what"].startswith("detractors: 72.2 %, 23")
    assert score["since"] == END - dt.timedelta(days=21)
    forum = out["Active days", "forum"]
    assert forum["weeks"] == 2 and forum["now"] > 90 and forum["usual_most"] < 40
    assert forum["what"].startswith("posted: ")
    fair = out["New people", "Spring fair"]
    assert fair["people"] == 120 and fair["expected"] < 1 and fair["what"].startswith("web: ")


def test_a_series_opens_to_those_of_its_last_weeks(planted):
    row = next(row for row in planted.rows() if row["about"] == "Spring fair")
    people = [one for one in members(planted) if one["about"] == "Spring fair"]
    assert len({one["person_id"] for one in people}) == len(people) == row["people"]


def test_answers_are_watched_by_what_is_promised():
    rows = []
    for week in range(30):
        for nth in range(8):
            asked = END - dt.timedelta(days=7 * week + 3, hours=nth)
            key = f"q{week}.{nth}"
            rows.append(
                {"interaction_id": key, "at": asked, "actor": f"email:{key}", "kind": "asked", "direction": "in"}
            )
            late = week < 2 and nth < 7
            rows.append({"interaction_id": f"a{key}", "at": asked + dt.timedelta(hours=40 if late else 5),
                         "actor": f"email:{key}", "kind": "responded", "direction": "out",
                         "in_reply_to": key})  # fmt: skip
    told = [{"source": "s", "received_at": row["at"], "channel": "forum", **row} for row in rows]
    found = ask(pa.Table.from_pylist(told, schema=schema.INTERACTIONS), at=END)
    row = next(row for row in found.rows() if row["measure"] == "Answered in time")
    assert row["out"] and row["now"] == pytest.approx(1 / 8)
    assert row["what"] == "late on forum: 87.5 %, 0 % before"


def test_a_short_past_is_said():
    draw = log(planted=False)
    short = draw.filter(pa.compute.greater(draw["at"], pa.scalar(END - dt.timedelta(days=60), schema.INSTANT)))
    found = ask(short)
    assert found.blank and "goes back 11 weeks" in found.empty
    assert "not judged: each needs 10 weeks" in found.notes[0]
