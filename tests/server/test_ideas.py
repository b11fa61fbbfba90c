"""The pages of the five ideas: what was answered stands there, and what is none is said. test_marks.py walks them."""

from __future__ import annotations

import pytest

from tests.server.conftest import Browser, words
from ziggurat.catalogue.ideas import ideas


def test_what_was_answered_is_on_the_page_at_once(browser: Browser) -> None:
    assert browser.get("/answer?idea=six-levels&number=2").status_code == 200
    page = browser.get("/ideas/six-levels").text
    assert "people stand on" in words(page)
    assert page.count('<li class="card"') == len(ideas()["six-levels"].questions)


@pytest.mark.parametrize("path", ["/ideas/six-level", "/answer?idea=six-levels&number=99", "/answer?idea=x"])
def test_what_is_none_is_told(browser: Browser, path: str) -> None:
    found = browser.get(path)
    assert found.status_code == 404 and "Traceback" not in found.text


def test_what_takes_minutes_is_not_begun(browser: Browser) -> None:
    said = words(browser.get("/answer?idea=reach-and-value&number=4").text)
    assert "takes minutes" in said or "not installed" in said
    assert not browser.app.state.fits.waiting()
