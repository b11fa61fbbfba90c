"""What is one message: spread over days it is no more personal, and tailoring shows in what was sent."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from ziggurat.base import schema
from ziggurat.catalogue import STUDIES

START = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
WINDOW = {"since": "2025-12-31", "until": "2026-06-30"}


def log(sent: list[dict], crowd: int = 200) -> pa.Table:
    """Messages of one activity, among people who were seen before."""
    seen = {"at": START - dt.timedelta(days=9), "kind": "visited", "direction": "in", "channel": "web"}
    rows = [{"actor": f"user:{n}", **seen} for n in range(crowd)]
    rows += [{"kind": "emailed", "direction": "out", "channel": "email", "activity": "Letter", **row} for row in sent]
    told = [{"interaction_id": f"i{n}", "source": "a", "received_at": row["at"], **row} for n, row in enumerate(rows)]
    return pa.Table.from_pylist(told, schema=schema.INTERACTIONS)


def asked(interactions: pa.Table, **activities):
    found = STUDIES["reach-value"].ask(lives.tables(interactions, activities=activities), **ON, **WINDOW)
    return next(row for row in found.rows() if row["activity"] == "Letter"), found.notes


def sending(text: str | None, each_day: int | None) -> list[dict]:
    days = [0 if each_day is None else n // each_day for n in range(160)]
    return [{"actor": f"user:{n}", "at": START + dt.timedelta(days=day), "text": text} for n, day in enumerate(days)]


@pytest.mark.parametrize("text", ["Read all about it", None])
def test_the_same_text_sent_ten_a_day_is_as_personal_as_at_once(text):
    """Some read and come back, in both worlds alike."""
    back = [{"actor": f"user:{n}", "kind": "opened", "direction": "in"} for n in range(0, 160, 7)]
    found = []
    for each_day in (None, 10):
        sent = sending(text, each_day)
        when = {row["actor"]: row["at"] for row in sent}
        replies = [row | {"at": when[row["actor"]] + dt.timedelta(hours=5)} for row in back]
        found.append(asked(log([*sent, *replies]))[0])
    assert abs(found[0]["value"] - found[1]["value"]) <= 0.01
    assert found[0]["addressing"] == found[1]["addressing"] < 0.05
    assert found[0]["act_share"] == found[1]["act_share"] == 1


def variants(names: list[str], each: str, days: int = 1) -> list[dict]:
    draw = np.random.default_rng(4)
    at = [START + dt.timedelta(days=int(day)) for day in draw.integers(0, days, 160)]
    return [{"actor": f"user:{n}", "at": at[n], each: names[n % len(names)]} for n in range(160)]


@pytest.mark.parametrize("each", ["object", "text"])
@pytest.mark.parametrize("days", [1, 60])
def test_tailoring_shows_in_the_variants_that_were_sent_and_is_said(each, days):
    row, notes = asked(log(variants(["roses", "lilies", "oaks"], each, days)))
    assert (row["responsiveness"], row["react_share"]) == (0.5, 1)
    assert "Nothing is declared of Letter." in notes[0]
    said, silent = asked(log(variants(["roses", "lilies"], each, days)), Letter=lives.Activity())
    assert (said["responsiveness"], silent) == (0, ())


def test_issues_that_follow_each_other_are_no_variants():
    issues = [
        row | {"object": f"issue {number}", "at": row["at"] + dt.timedelta(days=7 * number)}
        for number in range(4)
        for row in sending(None, None)
    ]
    late = [row for row in issues if int(row["actor"][5:]) % 2 or row["object"] == "issue 0"]  # half get all four
    welcomes = [row | {"object": f"issue {int(row['actor'][5:]) // 40}"} for row in sending(None, 40)]
    for sent in (issues, late, welcomes):
        row, notes = asked(log(sent))
        assert (row["responsiveness"], notes) == (0, ())
