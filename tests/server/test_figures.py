"""A figure on a page is the number of people to whom it opens, at the end of one and the same day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import harbour
from tests.server.conftest import Browser
from ziggurat.server.app import create_app
from ziggurat.settings.config import Config
from ziggurat.workspace import Workspace

LADDER = """
[[levels]]
name = "Watching"
[[levels.rules]]
kinds = ["visited"]
at_least = 1
within_days = 10
[[levels]]
name = "Speaking"
[[levels.rules]]
kinds = ["shared"]
at_least = 1
within_days = 10
"""
# The last interaction is Bea's at noon; Ana's level ends six hours after it, on the same day.
LOG = """
2026-03-21T18:00:00  email:ana@example.org  social  shared   -
2026-03-28T09:00:00  email:ana@example.org  web     visited  -
2026-03-31T12:00:00  email:bea@example.org  social  shared   -
2026-03-30T12:00:00  anon:7f3               web     visited  -
"""


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A browser on a log on the last day of which a level ends after the last interaction."""
    folder: Path = tmp_path_factory.mktemp("evening")
    Workspace.create(folder, Config(ladders=("evening",)))
    (folder / "ladders" / "evening.toml").write_text(LADDER, "utf-8")
    workspace = Workspace.open(folder)
    rows = [line.split()[:4] for line in LOG.strip().splitlines()]
    mapping = harbour.EVENTS.__class__(fields={name: name for name in ("at", "actor", "channel", "kind")})
    file = harbour.write(folder / "log.csv", ["at", "actor", "channel", "kind"], rows)
    workspace.import_file(file, source="log", mapping=mapping)
    workspace.refresh()
    return Browser(create_app(workspace))


def figures(page: str) -> list[tuple[str, int]]:
    """Return every figure of a page that opens to people: the address, and how many are said."""
    steps = re.findall(r'<a class="step[^"]*" href="([^"]*)">.*?class="count">([\d\u202f,]+)', page, re.DOTALL)
    edges = re.findall(r'<a class="(?:up|down)" href="([^"]*)"><span aria-hidden="true">.</span> ([\d\u202f,]+)', page)
    totals = re.findall(r'<dd><a href="([^"]*)">([\d\u202f,]+)</a>', page)
    told = re.findall(r'<a href="([^"]*/people\?[^"]*)"><bdi>([\d\u202f,]+) (?:person|people)</bdi>', page)
    found = [*steps, *edges, *totals, *told]
    return [(path.replace("&amp;", "&"), int(re.sub(r"\D", "", said))) for path, said in found]


def opened(browser: Browser, path: str) -> int:
    """Return how many people a page of people says there are."""
    said = browser.text(path)
    found = re.search(r"([\d ,]+) (?:person|people)\b(?:, (?:levels )?as of|[^.]*)", said)
    assert found, said
    return int(re.sub(r"\D", "", found[1]))


@pytest.mark.parametrize("path", ["/", "/?days=30", "/pyramid", "/pyramid?since=2026-01-31", "/pyramid?at={last}"])
@pytest.mark.parametrize("where", ["evening", "browser", "simulated"])
def test_every_figure_is_the_number_of_people_it_opens_to(
    request: pytest.FixtureRequest, where: str, path: str
) -> None:
    browser: Browser = request.getfixturevalue(where)
    last = browser.app.state.workspace.as_of().date()
    found = figures(browser.get(path.format(last=last)).text)
    assert len(found) >= 3
    assert found == [(address, opened(browser, address)) for address, _ in found]


@pytest.mark.parametrize("path", ["/study/pyramid", "/study/flagging", "/api/studies/pyramid", "/api/people"])
def test_to_name_the_last_day_and_to_name_none_is_the_same(evening: Browser, path: str) -> None:
    answer = evening.get(path)
    assert answer.status_code == 200
    now = re.sub(r' data-turn="\d+" data-follow="/turn"', "", answer.text)  # only what is of now moves with the data
    assert now == evening.get(f"{path}?at=2026-03-31").text


def test_who_slips_in_the_evening_of_the_last_day_is_told_so_everywhere(evening: Browser) -> None:
    assert "Speaking 1 people" in evening.text("/") and "Watching 1 people" in evening.text("/")
    person = re.search(r'href="(/people/p[^"?]*)[^"]*"><bdi>ana', evening.get("/people").text)
    assert person is not None
    assert "Watching" in evening.text(person[1]) and "slips on 31 Mar" not in evening.text(person[1])
    assert "(Speaking to Watching)" in evening.text("/")
