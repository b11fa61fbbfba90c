"""Where a study finds nothing, page, program, command, result and news say why in the same sentence."""

import json
from html import unescape

import pytest

from tests.server.conftest import Browser
from ziggurat.cli import main
from ziggurat.workspace import Workspace

WHEN = {"since": "2026-01-31", "until": "2026-03-31"}
QUERY = "&".join(f"{name}={value}" for name, value in WHEN.items())


def test_all_say_the_same(browser: Browser, space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    def typed(*more: str) -> str:
        options = [word for name, value in WHEN.items() for word in (f"--{name}", value)]
        with pytest.raises(SystemExit):
            main(["-C", str(space.folder), "ask", "nps", *options, *more])
        return capsys.readouterr().out

    said = space.ask("nps", **WHEN).empty
    assert "none is a rating" in said
    assert said in unescape(browser.get(f"/study/nps?{QUERY}").text)
    assert browser.get(f"/api/studies/nps?{QUERY}").json()["empty"] == said
    assert typed().strip() == said
    assert json.loads(typed("--json"))["empty"] == said


def test_a_level_that_nobody_returned_to_keeps_its_rows(browser: Browser) -> None:
    page = browser.get("/study/returners?since=2026-03-30&until=2026-03-31").text
    assert "<table" in page and '<section class="empty">' in page


def test_an_experiment_without_experiments_asks_for_assignments_and_not_for_another_day(browser: Browser) -> None:
    page = browser.text("/study/experiment")
    assert "none assigns anybody to a variant of an experiment. Import assignments" in page
    assert "a later day" not in page


def test_the_people_behind_a_figure_are_headed_as_its_study_heads_them(browser: Browser) -> None:
    page = browser.get("/study/habits/people")
    assert page.status_code == 200
    assert '<th scope="col">Day or channel</th>' in page.text
    assert '<th scope="col" class="num">Acts</th>' in page.text
