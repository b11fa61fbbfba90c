"""A planted year comes in from six exports, with no option and no edit, and is found again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests import planted
from ziggurat.workspace import Workspace

CHANNELS = {
    planted.FORUM: "forum", planted.MAIL: "email", planted.EVENTS: "event", planted.PAYMENTS: "web",
    planted.SURVEY: "survey", planted.TICKETS: "email",
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_a_planted_year_is_found_again(run, tmp_path, monkeypatch, seed):
    monkeypatch.chdir(tmp_path)
    truth = planted.plant(tmp_path, seed)
    run("init", "club", "--ladder", "nonprofit")
    done = run("-C", "club", "import", *planted.FILES, "--yes")
    assert (done.code, done.err) == (0, "")
    assert done.out.count(" 0 rejected") == len(planted.FILES)
    space = Workspace.open(Path("club"))
    space.refresh()
    rows = space.sql("SELECT source, channel, kind, count(*) AS n FROM interactions GROUP BY ALL").to_pylist()
    sources = {one["source"]: one["file"] for one in space.imports()}
    assert Counter({(sources[row["source"]], row["kind"]): row["n"] for row in rows}) == truth.counts
    assert {(sources[row["source"]], row["channel"]) for row in rows} == set(CHANNELS.items())
    money = "SELECT sum(CASE kind WHEN 'refunded' THEN -amount ELSE amount END) AS money FROM interactions"
    assert space.sql(money).to_pylist()[0]["money"] == pytest.approx(truth.money)
    found = space.people(kind="all", size=500)
    mails = {one for row in found.rows for one in row["identities"] if one.startswith("email:member")}
    assert mails == {f"email:{mail}" for mail in truth.people}
    assert space.people(search="0214").total > 0  # a postcode, kept with whoever lives there
