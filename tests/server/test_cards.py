"""Home's cards: what is on one can be done, snoozed and brought up again, and what people wrote stays inert."""

from __future__ import annotations

import re

import pytest

from tests import harbour
from tests.server.conftest import Browser, words
from ziggurat.server.app import create_app
from ziggurat.server.spark import spark
from ziggurat.workspace import Workspace


@pytest.fixture
def asking(tmp_path) -> Browser:
    """The harbour, where somebody hostile asks, too."""
    space = harbour.make(tmp_path / "harbour")
    said = harbour.HOSTILE.replace('"', '""')
    file = tmp_path / "ask.csv"
    file.write_text(f'at,who,channel,kind,activity,text\n2026-03-30,user:hostile,forum,asked,,"{said}"\n', "utf-8")
    space.import_file(file, source="asked", mapping=harbour.EVENTS)
    space.refresh()
    return Browser(create_app(space))


def test_an_open_question_is_a_card_that_can_be_done_and_brought_up_again(asking: Browser) -> None:
    page = asking.get("/cards").text
    assert "1 question waits" in words(page)
    assert harbour.HOSTILE not in page
    key = re.search(r'name="card" value="([^"]*)"', page)[1]
    assert key == "questions"
    done = asking.post("/cards/rest", data={"card": key, "title": "Open questions"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    page = asking.get("/cards").text
    assert "Nothing to do" in words(page) and "Open questions done" in words(page)
    undo = re.search(r'action="(/cards/\d+/undo)"', page)[1]
    assert asking.post(undo).status_code == 303
    assert "1 question waits" in asking.text("/cards")
    assert asking.post(undo).status_code == 409


def test_a_card_can_wait_for_a_week_and_no_longer_than_is_offered(asking: Browser) -> None:
    waits = {"card": "questions", "title": "Open questions", "wait": "in a week"}
    assert asking.post("/cards/rest", data=waits).status_code == 303
    assert "Nothing to do" in asking.text("/cards")
    assert asking.post("/cards/rest", data=waits | {"wait": "never"}).status_code == 404
    assert asking.post("/cards/rest", data={"card": ""}).status_code == 404
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert asking.post("/cards/rest", data=waits, headers=foreign).status_code == 403


def test_who_is_on_a_card_can_be_contacted_from_it(asking: Browser) -> None:
    page = asking.get("/cards").text
    notes = re.search(r'action="(/people/[^"]*/notes)"', page)[1]
    answer = asking.post(notes, data={"sort": "contacted", "then": "home"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Contacted" in asking.text(notes.removesuffix("/notes"))


def test_a_sparkline_leaves_out_what_is_not_there() -> None:
    drawn = str(spark([0.0, 2.0, None, 1.0, 1.0]))
    assert drawn.count("<polyline") == 2
    assert 'points="2.0,26.0 31.0,2.0"' in drawn
    assert str(spark([None, 1.0])) == ""


def test_home_asks_for_its_cards_once_it_is_there(space: Workspace) -> None:
    page = Browser(create_app(space)).get("/").text
    assert re.findall(r'data-load="([^"?]*)', page) == ["/cards"]


def test_a_study_is_found_by_a_word_and_by_a_role(space: Workspace) -> None:
    browser = Browser(create_app(space))
    whole = browser.text("/studies")
    assert "Where to begin" in whole and "Fundraising" in whole
    found = browser.text("/studies?search=campaign+brought")
    assert "Acquisition by campaign" in found and "Pyramid" not in found and "Where to begin" not in found
    assert "No study has all of these words" in browser.text("/studies?search=xyzzy+%3Cb%3E")


def test_a_long_answer_begins_short_and_with_a_sentence(space: Workspace) -> None:
    browser = Browser(create_app(space))
    page = browser.get("/study/attribution?since=2025-11-30&at=2026-03-31&outcome=shared").text
    assert 'id="lead"' in page and "In short" in words(page) and "More options" in words(page)
    assert re.search(r"is credited with most, \S+ % by", words(page))
    short, whole = (
        page.count("<tr>"),
        browser.get(re.search(r'href="([^"]*page=1)#table"', page)[1].replace("&amp;", "&")),
    )
    assert whole.text.count("<tr>") > short


def test_one_search_finds_people_studies_and_pages(browser: Browser) -> None:
    found = browser.text("/search?search=ana")
    assert "Ana Moreau" in found
    assert "Climbs and slips" in browser.text("/search?search=slipped")
    assert "Pages Pyramid" in browser.text("/search?search=pyramid")
    assert "Nobody is known by it" in browser.text("/search?search=xyzzy")
    hostile = browser.get("/search", params={"search": harbour.HOSTILE}).text
    assert harbour.HOSTILE not in hostile and "user:hostile" not in words(hostile)
    assert 'id="everywhere"' in browser.get("/pyramid").text
