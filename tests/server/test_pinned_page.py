"""Pinned studies make a page of one's own: each moves with the data, unless it was pinned on an earlier day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests import harbour
from tests.server.conftest import Browser
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Browser, Workspace]]:
    """A workspace that only this test changes, and what asks its pages."""
    space = harbour.make(tmp_path / "harbour")
    yield Browser(create_app(space)), space


def test_a_study_is_pinned_with_what_it_was_asked_and_taken_off(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    assert "Nothing is pinned yet" in browser.text("/pinned")
    figures = space.derived
    form = {"study": "moves", "name": "Our <new>", "since": "2026-01-30", "until": "2026-03-31"}
    assert browser.post("/pinned", data=form).status_code == 303
    browser.post("/pinned", data={"study": "pyramid", "at": "2026-01-31", "ladder": "harbour"})
    told = tomllib.loads((space.folder / "ziggurat.toml").read_text("utf-8"))["pinned"]
    assert told["Our <new>"] == {"study": "moves", "days": 60}
    (second,) = set(told) - {"Our <new>"}
    assert told[second] == {"study": "pyramid", "options": {"at": "2026-01-31", "ladder": "harbour"}}
    assert space.derived is figures  # no figure follows from a pin: what was worked out is kept
    page = unescape(browser.get("/pinned?at=2026-02-28").text)
    assert "since=2025-12-30&until=2026-02-28" in page
    assert "/study/pyramid?ladder=harbour&at=2026-01-31" in page
    lead = (
        unescape(browser.get("/study/pyramid?at=2026-01-31").text)
        .partition('id="lead"><bdi>')[2]
        .partition("</bdi>")[0]
    )
    assert lead
    assert lead in unescape(browser.get("/pinned/2").text)
    assert "data-chart" in browser.get("/pinned/1").text
    assert browser.get("/pinned/3").status_code == 404
    browser.post("/pinned/off", data={"name": "Our <new>"})
    assert list(tomllib.loads((space.folder / "ziggurat.toml").read_text("utf-8"))["pinned"]) == [second]


def test_a_pin_of_no_study_says_so_and_another_site_pins_nothing(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    before = space.settings_text()
    assert browser.post("/pinned", data={"study": "first-tuch"}).status_code == 404
    headers = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert browser.post("/pinned", data={"study": "pyramid"}, headers=headers).status_code == 403
    assert space.settings_text() == before
    space.change_settings({"pinned": {"Old": {"study": "gone-for-good"}}})
    assert "There is no such study any more" in browser.text("/pinned")


@pytest.mark.parametrize("refused", [{"level": "-5"}, {"level": "Nowhere"}, {"periods": "many"}, {"ladder": "none"}])
def test_what_a_study_refuses_is_not_pinned(own: tuple[Browser, Workspace], refused: dict[str, str]) -> None:
    browser, space = own
    before = space.settings_text()
    assert browser.post("/pinned", data={"study": "retention", **refused}).status_code == 404
    assert space.settings_text() == before


def test_a_slow_study_is_tried_before_it_is_pinned(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    before = space.settings_text()
    assert browser.post("/pinned", data={"study": "forecast", "level": "-5"}).status_code == 404
    assert space.settings_text() == before


def test_a_pin_whose_level_is_gone_says_so_on_its_card(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    space.change_settings({"pinned": {"Old": {"study": "retention", "options": {"level": "Nowhere"}}}})
    answer = browser.get("/pinned/1")
    assert answer.status_code == 200
    assert "no level" in unescape(answer.text)
