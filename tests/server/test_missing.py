"""A study that needs a part which is not installed says so; one that takes minutes waits for the button of its page."""

from __future__ import annotations

import pytest

from tests.server.conftest import Browser, words
from ziggurat.channels import media_model


def test_the_page_says_how_to_get_what_is_missing(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_model, "NEEDED", "no_such_part_of_any_installation")
    for path in ("/study/mass-media", "/study/mass-media?outcome=donated"):
        assert browser.get(path).status_code == 200
        said = browser.text(path)
        assert "needs PyMC-Marketing, which is not installed" in said
        assert "pip install 'ziggurat[mmm]'" in said
        assert "Held out" in said
    assert browser.get("/study/mass-media/file.csv").status_code == 501


def test_what_takes_minutes_waits_for_the_button(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_model, "NEEDED", "json")
    assert "This takes minutes. Choose the options, and press Show." in browser.text("/study/mass-media")
    begun = browser.post("/study/mass-media", data={"outcome": "bought"})
    asked = browser.get(begun.headers["location"])
    assert "names 'bought', of which the log holds nothing" in asked.text.replace("&#39;", "'")


def test_advice_on_a_page_gives_no_shell_command(browser: Browser) -> None:
    answer = browser.post("/cards/999/undo")
    assert "the page Home lists those of today" in words(answer.text)
    assert "`ziggurat" not in answer.text
