"""Where the organisation stands: its page, what if, the questionnaire, and assessments kept."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest

from tests import community
from tests.missed import missed
from tests.server.conftest import Browser
from ziggurat.asking.lens import Lens
from ziggurat.demo import make_community
from ziggurat.scenario.standing import Value, holding
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace

LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def there(town: Workspace) -> Iterator[Browser]:
    app = create_app(town)
    yield Browser(app)
    app.state.jobs.close()


def test_it_says_where_one_stands_and_what_is_ours(there: Browser, town: Workspace) -> None:
    text = there.text("/scenario")
    assert town.ask("scenario").sentence() in text
    assert "Published are only the four scenarios" in text
    for title in ("Addressed interactions answered by us", "Hours to the first human answer", "A framework"):
        assert title in text
    assert "it is asked, and " in text
    assert "Steps 2, 3 and 4 take 20 %, 60 % and 90 %." in text
    assert "Steps 2, 3 and 4 take 72 h, 24 h and 4 h or less." in text


def test_what_if_moves_the_reckoning_and_nothing_else(there: Browser, town: Workspace) -> None:
    plain = there.text("/scenario")
    assert "Then:" not in plain
    moved = there.text("/scenario?if.answered=1&if.waited=1")
    assert "Then:" in moved
    assert "Addressed interactions answered by us: 100 % (set)" in moved
    assert town.ask("scenario").sentence() in moved  # where one stands is not touched


def sent(page: str) -> dict[str, str]:
    """What the form of what-if sends when nothing in it is touched."""
    form = re.search(r'<form[^>]*aria-label="What if">.*?</form>', page, re.DOTALL)[0]
    ranges = dict(re.findall(r'<input type="range"[^>]* name="([^"]+)"[^>]* value="([^"]+)"', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        ranges[name] = next(iter(re.findall(r'<option value="(\d)" selected>', options)), "")
    return ranges


def test_what_if_that_is_not_touched_changes_nothing(there: Browser, town: Workspace) -> None:
    given = sent(there.get("/scenario").text)
    values = town.ask("scenario").values
    assert {name.removeprefix("if.") for name in given} >= {
        name for name, one in values.items() if one.value is not None
    }
    assert given["if.framework"] == ""
    assert "Then:" not in there.text(f"/scenario?{urlencode(given)}")
    one = there.get(f"/scenario?{urlencode({**given, 'if.framework': '4'})}").text
    assert "Then:" in one
    assert one.count("(set)") == 1
    assert sent(one) == {**given, "if.framework": "4"}


def test_what_if_can_be_a_threshold_that_a_value_just_misses(
    there: Browser, town: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = missed(town.ask("scenario"))
    near.values["waited"] = Value(500.0, 400.0, 600.0, 1000)
    monkeypatch.setattr(Lens, "ask", lambda *_, **__: near)
    page = there.get("/scenario").text
    assert "Then:" not in there.text(f"/scenario?{urlencode(sent(page))}")
    assert "Then:" in there.text("/scenario?if.answered=0.6")
    assert "Addressed interactions answered by us: 60 % (set)" in there.text("/scenario?if.answered=0.6")
    assert "Hours to the first human answer: 500 h" in there.text("/scenario")
    slider = re.search(r'<input type="range" id="if.waited"[^>]*>', page)[0]
    assert 'max="500.0"' in slider and 'value="500.0"' in slider and 'step="any"' in slider


def test_a_value_is_never_written_as_the_threshold_that_it_misses(
    there: Browser, town: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = missed(town.ask("scenario"))
    monkeypatch.setattr(Lens, "ask", lambda *_, **__: near)
    text = there.text("/scenario")
    assert "Addressed interactions answered by us: from 59.98 % to 60 %" in text
    assert "Hours to the first human answer: from 24.01 h to 24 h or less" in text
    assert "from 60 % to 60 %" not in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("if.answerd=1", "no indicator named 'answerd'; did you mean 'answered'"),
        ("if.answered=much", "'much' is no number for 'if.answered'"),
        ("if.answered=nan", "'answered' can't be nan; it is a share, from 0 to 1"),
        ("if.answered=5", "'answered' can't be 5; it is a share, from 0 to 1"),
        ("if.framework=9", "'framework' can't be 9; it is a whole step, from 1 to 4"),
        ("channel=forun", "no channel named 'forun'; did you mean 'forum'"),
        ("earlier=7&later=8", "there is no assessment 7"),
    ],
)
def test_what_cannot_be_asked_is_said(there: Browser, query: str, message: str) -> None:
    answer = there.get(f"/scenario?{query}")
    assert answer.status_code in (404, 409)
    assert message in answer.text.replace("&#39;", "'")


def test_a_channel_is_assessed_by_what_can_be_told_of_one(there: Browser) -> None:
    text = there.text("/scenario?channel=forum")
    assert "Addressed interactions answered by us" in text
    assert "Experiments that can be read" not in text
    assert text == there.text("/scenario?part=channel:forum")
    assert '<option value="channel:forum" selected>' in there.get("/scenario?part=channel:forum").text


def test_a_department_is_assessed_too(there: Browser, town: Workspace) -> None:
    assert town.departments() == ["care", "community", "marketing", "product", "sales"]
    text = there.text("/scenario?part=department:care")
    assert town.ask("scenario", department="care").sentence() in text
    assert '<option value="department:care" selected>' in there.get("/scenario?part=department:care").text


def test_an_indicator_opens_to_the_interactions_behind_it(there: Browser, town: Workspace) -> None:
    text = html.unescape(there.get("/scenario?part=channel:forum").text)
    address = next(link for link in LINK.findall(text) if "scenario-evidence" in link and "indicator=answered" in link)
    opened = there.text(address)
    found = town.ask("scenario", channel="forum").values["answered"]
    assert f"are {found.cases} interactions: {round(found.value * found.cases)} answered by us in time" in opened


def test_its_studies_open_on_what_is_assessed(there: Browser) -> None:
    period = "since=2026-01-31&until=2026-04-30"
    text = html.unescape(there.get(f"/scenario?{period}&part=channel:forum").text)
    opened = {
        link.partition("?")[0]: parse_qs(link.partition("?")[2]) for link in LINK.findall(text) if "/study/" in link
    }
    assert opened["/study/responding"] == {
        "ladder": ["six-level"], "since": ["2026-01-31"], "until": ["2026-04-30"], "channel": ["forum"]
    }  # fmt: skip
    assert opened["/study/unanswered"] == {"ladder": ["six-level"], "at": ["2026-04-30"]}
    assert there.get(f"/study/responding?{period}&channel=forum").text.count("2026-04-30")


def test_the_road_says_what_would_move_an_indicator_and_by_how_much(there: Browser, town: Workspace) -> None:
    until = town.as_of().date()
    found = town.ask("scenario", since=until - dt.timedelta(days=91), until=until)
    text = there.text("/scenario")
    held = [hold for side in ("inside", "outside") for hold in holding(side, found.criteria, found.values)]
    assert held
    for hold in held:
        assert hold.indicator.move in text
        if hold.more is not None:
            said = f"that is {hold.more} {hold.way} of {hold.cases} {hold.indicator.case}"
            assert said in text.replace("\u202f", "")


def test_answers_and_assessments_are_kept(tmp_path: Path) -> None:
    make_community(tmp_path / "town", community.SMALL)
    app = create_app(Workspace.open(tmp_path / "town"))
    browser = Browser(app)
    form = {"ladder": "six-level", "since": "2026-03-31", "until": "2026-06-30"}
    assert browser.post("/scenario/keep", data=form).status_code == 303
    said = browser.post("/scenario/answers", data={"framework": "3", "next-steps": "<b>", "cross-functional": ""})
    assert said.status_code == 404
    assert "can&#39;t be answered with &#39;&lt;b&gt;&#39;" in said.text
    assert not app.state.workspace.assessments.said().num_rows  # all of a form is taken, or nothing
    assert browser.post("/scenario/answers", data={"framework": "3", "next-steps": "2"}).status_code == 303
    known = {one["indicator"]: one["step"] for one in app.state.workspace.assessments.questions()}
    assert known["framework"] == 3
    assert known["next-steps"] == 2
    assert known["cross-functional"] is None
    assert browser.post("/scenario/keep", data=form).status_code == 303
    later, earlier = app.state.workspace.assessments.kept()
    assert (earlier["answers"], later["answers"]) == ({}, {})  # answers of today are none of a quarter long past
    text = browser.text("/scenario?earlier=1&later=2")
    assert "Assessment 1 and assessment 2" in text
    assert text.count("of the whole, 91 days up to 2026-06-30, ladder six-level, criteria 1, made on") == 2
    assert "They are of different" not in text
    assert browser.post("/scenario/keep", data={**form, "channel": "forum"}).status_code == 303
    text = browser.text("/scenario?earlier=2&later=3")
    assert "of the channel “forum”, 91 days" in text
    assert "They are of different parts: the whole, and the channel “forum”." in text
    with pytest.raises(AssertionError):
        browser.text("/scenario?earlier=1&later=9")
    app.state.jobs.close()
