"""The page of next steps: filled, edited, accepted, sent, declined; its files; and who is held out stands nowhere."""

from __future__ import annotations

import re
import threading

import pytest

from tests import harbour
from tests.server.conftest import Browser, finish
from ziggurat import catalogue
from ziggurat.base.sqlite import UnwritableError
from ziggurat.server import fits
from ziggurat.server.app import create_app
from ziggurat.server.pages import next as pages
from ziggurat.state import steps
from ziggurat.workspace import week

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
    assert "Filled last on" not in there.text("/next")
    said = there.finish(there.post("/next/fill"))
    assert "Filled last on" in said and "left out by chance" in said
    drawn = [one for one in steps.steps(space.state.database) if one["play"] == "follow"]
    held = {one["identity"] for one in drawn if one["arm"] == "held out"}
    offered = [one for one in space.queue() if one["play"] == "follow"]
    assert len(held) == 3 and [one["identity"] for one in offered] == ["user:hostile"]
    page = there.get("/next").text
    assert "Ask &lt;b&gt;followers" in page and "<script>document" not in page
    told = there.get("/api/next?owner=bo").json()
    rows = told["rows"]
    assert (told["last_week"], told["ended"]) == (None, {})
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


def test_a_week_that_takes_long_is_filled_behind_the_page_once_for_all_who_ask(there: Browser, monkeypatch) -> None:
    begun, go = threading.Event(), threading.Event()
    alone = week.fill_alone

    def slow(space, play, who, tell):
        tell("Looking at what is under way", 0.3)
        begun.set()
        assert go.wait(20)
        return alone(space, play, who, tell)

    monkeypatch.setattr(week, "fill_alone", slow)
    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    assert [there.post("/next/fill").status_code for _ in range(2)] == [303, 303]
    assert begun.wait(20)
    page = there.get("/next").text
    assert "data-job" in page and "Looking at what is under way" in there.text("/next")
    assert "/next/fill" not in page and len(there.app.state.jobs.waiting()) == 1
    go.set()
    finish(there.app.state.jobs)
    assert "data-job" not in there.get("/next").text and "Filled last on" in there.text("/next")


def test_a_week_that_is_filled_while_its_page_is_made_is_shown_or_asked_for_again(there: Browser, monkeypatch) -> None:
    """A page that had the steps of before and the work of after would say for ever that there are none."""
    begun, go = threading.Event(), threading.Event()
    alone, steps_of = week.fill_alone, pages.steps

    def slow(*given):
        begun.set()
        assert go.wait(20)
        return alone(*given)

    def read_and_let_it_end(request):
        found = steps_of(request)
        go.set()
        finish(there.app.state.jobs)
        return found

    monkeypatch.setattr(week, "fill_alone", slow)
    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    there.post("/next/fill")
    assert begun.wait(20)
    monkeypatch.setattr(pages, "steps", read_and_let_it_end)
    page = there.get("/next").text
    assert "<article" in page or "data-job" in page
    assert "<article" in there.get("/next").text


def test_where_the_queue_can_not_be_written_a_study_is_answered_at_once(there: Browser, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise UnwritableError("the folder can be read alone")

    monkeypatch.setattr(there.app.state.fits, "put", refuse)
    assert there.ask("GET", "/study/forecast").text.count("data-begin") == 1
    assert there.post("/study/forecast").status_code == 303
    assert not {"data-job", "data-begin"} & {*re.findall(r"data-\w+", there.ask("GET", "/study/forecast").text)}
    assert there.ask("GET", "/api/studies/lifetime").status_code == 404
    assert there.post("/api/studies/lifetime").status_code == 200
    assert there.ask("GET", "/api/studies/lifetime").status_code == 200


def test_a_list_that_a_forecast_makes_is_shown_once_it_is_there(there: Browser, monkeypatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    known = catalogue.find("forecast").function
    function = known.function
    assert known.options and known.result
    monkeypatch.setattr(known, "function", lambda *tables, **options: go.wait(20) and function(*tables, **options))
    place = "/people?forecast=reach&forecast_level=1&chance_from=0.1&due_step=&forecast_days="
    back = there.press(there.ask("GET", place).text)
    assert back.headers["location"] == place
    answer = there.ask("GET", place)
    assert answer.status_code == 202 and "data-job" in answer.text
    go.set()
    finish(there.app.state.fits)
    page = there.ask("GET", place).text
    assert "data-job" not in page and 'value="0.1"' in page
    assert "Nobody matches" in page  # there is too little to learn from
    assert there.get("/people?chance_from=0.2").status_code == 404


def test_a_study_that_takes_seconds_is_shown_once_it_is_there(there: Browser, monkeypatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    known = catalogue.find("forecast").function
    function = known.function
    assert known.options and known.result  # read from the signature, before another function takes its place
    monkeypatch.setattr(known, "function", lambda *tables, **options: go.wait(20) and function(*tables, **options))
    person = there.app.state.workspace.find("email:chidi@example.org")
    for path in ("/study/forecast", "/api/studies/forecast", f"/people/{person}/ahead"):
        text = there.ask("GET", path).text
        assert there.press(text) or there.post(path)
        answer = there.ask("GET", path)
        assert answer.status_code == (200 if path == "/study/forecast" else 202), path
        assert "Working it out" in answer.text or "Waiting" in answer.text
    go.set()
    finish(there.app.state.fits)
    for path in ("/study/forecast", "/api/studies/forecast", f"/people/{person}/ahead"):
        answer = there.get(path)
        assert answer.status_code == 200 and "data-job" not in answer.text
