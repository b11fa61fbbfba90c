"""A study that takes minutes is answered behind its page: no request waits for it, and whoever asks the same joins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import altair as alt
import narwhals as nw
import pyarrow as pa
import pytest

from tests.server.conftest import Browser, finish
from ziggurat import catalogue
from ziggurat.base.errors import QuestionError
from ziggurat.channels import mass_media, media_model
from ziggurat.channels.mass_media import MassMedia
from ziggurat.results import tables
from ziggurat.results.result import PROGRESS
from ziggurat.server import fits
from ziggurat.state.queue import Order

PATH = "/study/mass-media?outcome=shared"


def begin(browser: Browser) -> None:
    answer = browser.post("/study/mass-media", data={"outcome": "shared"})
    assert answer.status_code == 303 and "outcome=shared" in answer.headers["location"]


ROW = dict.fromkeys(MassMedia.columns) | {"activity": "Radio", "contribution": 7.0, "people": 1}


class Slow:
    """Stands in for a fit: it says how far it is and waits to be let on."""

    def __init__(self) -> None:
        self.asked, self.begun, self.go = 0, threading.Event(), threading.Event()
        self.error = ""

    def __call__(self, *_: object, **__: object) -> MassMedia:
        self.asked += 1
        tell = PROGRESS.get()
        tell("Drawing from the posterior", 0.4)
        self.begun.set()
        assert self.go.wait(20)
        tell("Foretelling", 0.9)
        if self.error:
            raise QuestionError(self.error)
        people = nw.from_native(pa.table({"person_id": ["p0000000000000001"]})).lazy()
        return MassMedia(tables.from_rows(MassMedia.columns, [ROW]), people)


@pytest.fixture
def slow(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    one = Slow()
    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    monkeypatch.setattr(media_model, "NEEDED", "json")
    monkeypatch.setattr(MassMedia, "chart", lambda self: alt.Chart(alt.InlineData(values=[])).mark_point())
    known = mass_media.mass_media
    assert known.options and known.result  # read from the signature, before another function takes its place
    monkeypatch.setattr(known, "function", one)
    browser.app.state.workspace.answers.cache.clear()
    yield one
    one.go.set()
    done(browser)
    browser.app.state.workspace.answers.cache.clear()


def done(browser: Browser) -> None:
    finish(browser.app.state.fits)


def test_the_page_shows_how_far_it_is_and_then_the_answer(browser: Browser, slow: Slow) -> None:
    assert "press Show" in browser.text(PATH)
    assert slow.asked == 0  # whoever only looks, or lets a browser look, begins nothing
    begin(browser)
    assert slow.begun.wait(20)
    assert "Drawing from the posterior, 40 %" in browser.text(PATH)
    page = browser.get(PATH).text
    assert "data-job" in page and '<meta http-equiv="refresh"' in page
    assert page.count("<form") == 1  # the search everywhere, and no options
    assert "There is nothing to count" not in page
    slow.go.set()
    done(browser)
    said = browser.text(PATH)
    assert "Radio" in said and "Drawing" not in said
    assert slow.asked == 1


def test_an_answer_that_comes_while_it_is_looked_for_is_found(browser: Browser, slow: Slow, monkeypatch) -> None:
    begin(browser)
    assert slow.begun.wait(20)
    works = browser.app.state.fits
    latest = works.latest

    def after_its_end(key: str) -> object:
        slow.go.set()
        done(browser)
        return latest(key)

    monkeypatch.setattr(works, "latest", after_its_end)
    said = browser.text(PATH)
    assert "Radio" in said and "press Show" not in said


def test_nothing_else_waits_for_it(browser: Browser, slow: Slow) -> None:
    begin(browser)
    assert slow.begun.wait(20)
    assert "known people" in browser.text("/")
    jobs = browser.app.state.jobs
    assert jobs.wait(jobs.put(Order("tidy", "Tidying")).id, 20)
    assert not slow.go.is_set()


def test_its_file_and_its_people_lead_to_the_page_until_it_is_there(browser: Browser, slow: Slow) -> None:
    for path in ("/study/mass-media/file.csv?outcome=shared", "/study/mass-media/people?outcome=shared"):
        answer = browser.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/study/mass-media?")
        assert "outcome=shared" in answer.headers["location"]
    assert slow.asked == 0
    begin(browser)
    slow.go.set()
    done(browser)
    assert "Radio" in browser.get("/study/mass-media/file.csv?outcome=shared").text
    assert browser.get("/study/mass-media/people?outcome=shared").status_code == 200
    assert slow.asked == 1


def test_programs_are_told_to_ask_again(browser: Browser, slow: Slow) -> None:
    path = "/api/studies/mass-media?outcome=shared&at=2026-03-31"
    refused = browser.get(path)
    assert refused.status_code == 404 and "POST to /api/studies/mass-media?" in refused.json()["error"]
    assert browser.post(path, headers={}).status_code == 403
    assert slow.asked == 0
    assert browser.post(path).status_code == 202
    assert slow.begun.wait(20)
    answer = browser.get(path)
    assert (answer.status_code, answer.json()["working"], answer.json()["done_share"]) == (
        202, "Drawing from the posterior", 0.4,
    )  # fmt: skip
    slow.go.set()
    done(browser)
    assert browser.get(path).json()["rows"][0]["activity"] == "Radio"


def test_what_went_wrong_is_said_once_and_can_be_asked_again(browser: Browser, slow: Slow) -> None:
    slow.error = "the chains did not move; ask with more `draws`."
    begin(browser)
    slow.go.set()
    done(browser)
    assert "the chains did not move" in browser.text(PATH)
    slow.error = ""
    slow.go.clear()
    begin(browser)
    slow.go.set()
    done(browser)
    assert "Radio" in browser.text(PATH)
    assert slow.asked == 2


def test_an_option_that_can_not_be_read_is_refused_before_anything_begins(browser: Browser, slow: Slow) -> None:
    assert browser.get("/study/mass-media?weeks=many").status_code == 404
    assert browser.post("/study/mass-media", data={"weeks": "many"}).status_code == 404
    assert slow.asked == 0


def test_sixteen_who_ask_the_same_at_once_cost_one(browser: Browser, slow: Slow) -> None:
    path = "/api/studies/mass-media?outcome=shared&at=2026-03-31"
    with ThreadPoolExecutor(16) as crowd:
        assert {one.status_code for one in crowd.map(browser.post, [path] * 16)} == {202}
        assert slow.begun.wait(20)
        assert {one.status_code for one in crowd.map(browser.get, [path] * 16)} == {202}
        slow.go.set()
        done(browser)
        assert {len(one.json()["rows"]) for one in crowd.map(browser.get, [path] * 16)} == {1}
    assert slow.asked == 1


def test_sixteen_whose_pages_need_the_same_cost_one(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, known = [], catalogue.find("scenario").function
    function = known.function
    assert known.options and known.result
    monkeypatch.setattr(known, "function", lambda *tables, **given: asked.append(1) or function(*tables, **given))
    browser.app.state.workspace.answers.cache.clear()
    with ThreadPoolExecutor(16) as crowd:
        pages = [one.text for one in crowd.map(browser.get, ["/scenario?until=2026-03-20"] * 16)]
    assert len(asked) == 1
    assert all("What only people can say" in one for one in pages)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\\\evil.example", "x", "/a\\nb"])
def test_the_button_leads_back_to_a_page_of_ours_alone(browser: Browser, back: str) -> None:
    answer = browser.post("/study/scenario", data={"ladder": "harbour", "back": back})
    assert answer.status_code == 404 and "no page of this server" in answer.text
    assert not browser.app.state.fits.waiting()
