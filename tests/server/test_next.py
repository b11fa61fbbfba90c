"""The page of next steps: filled, edited, accepted, sent, declined; its files; and who is held out stands nowhere."""

from __future__ import annotations

import pytest

from tests import harbour
from tests.server.conftest import Browser, finish
from ziggurat.server.app import create_app
from ziggurat.state import steps

PLAY = """
title = "Ask <b>followers</b>"
step = "ask"
owner = "bo"
minutes = 5
holdout_share = 0.5
seed = 6
why = "{name} follows."
subject = "A & B"
text = "Hello {name}"
[whom]
level = ["Following", "Known"]
[success]
within_days = 5
"""


@pytest.fixture
def there(tmp_path):
    space = harbour.make(tmp_path / "harbour")
    (space.folder / "plays").mkdir()
    (space.folder / "plays" / "follow.toml").write_text(PLAY, "utf-8")
    app = create_app(space)
    yield Browser(app)
    app.state.jobs.close()
    app.state.fits.close()


def test_a_week_is_filled_and_worked_down(there: Browser) -> None:
    space = there.app.state.workspace
    assert "No step is open" in there.text("/next")
    assert there.post("/next/fill").status_code == 303
    drawn = [one for one in steps.steps(space.state.database) if one["play"] == "follow"]
    held = {one["identity"] for one in drawn if one["arm"] == "held out"}
    offered = [one for one in space.queue() if one["play"] == "follow"]
    assert len(held) == 3 and [one["identity"] for one in offered] == ["user:hostile"]
    page = there.get("/next").text
    assert "Ask &lt;b&gt;followers" in page and "<script>document" not in page
    rows = there.get("/api/next?owner=bo").json()["rows"]
    assert {one["identity"] for one in rows} == {one["identity"] for one in offered}
    for path in ("/next", "/next.csv", "/next.ics", "/api/next"):  # whoever is held out stands nowhere
        assert not any(one.partition(":")[2] in there.get(path).text for one in held), path

    one = offered[0]
    place = f"/next/steps/{one['id']}"
    for form in ({"do": "decline"}, {"do": "snooze"}, {"do": ""}, {"do": "edit", "text": "x" * 20_000}):
        assert 400 <= there.post(place, data=form).status_code < 500, form
    assert there.post(place, data={"do": "edit", "subject": "Hi", "text": "<i>Dear</i> you"}).status_code == 303
    assert "&lt;i&gt;Dear" in there.get("/next").text
    assert there.post("/next/steps", data={"step": [str(s["id"]) for s in offered], "do": "accept"}).status_code == 303
    assert {s["status"] for s in space.queue() if s["play"] == "follow"} == {"accepted"}
    assert there.post(place, data={"do": "sent"}).status_code == 303
    finish(there.app.state.jobs)
    told = there.get(f"/people/{one['person_id']}").text
    assert "&lt;i&gt;Dear" in told or "Dear" in told
    assert "1 sent" in there.text("/next")
    plays = {row["name"]: row for row in there.get("/api/plays").json()["rows"]}
    assert plays["follow"]["left"]["sent"] == 1 and plays["follow"]["verdict"] == "too few"
    wrong = [(place, {"do": "sent"}), ("/next/steps", {"do": "accept"}), ("/next/steps/x", {"do": "accept"})]
    if len(offered) > 1:
        wrong += [
            (f"/next/steps/{offered[1]['id']}", form) for form in ({"do": "decline"}, {"do": "snooze"}, {"do": ""})
        ]
    for address, form in wrong:
        assert 400 <= there.post(address, data=form).status_code < 500, (address, form)
