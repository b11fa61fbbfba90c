"""Every page is read by axe-core: on paper and at night, on a desk and on a phone, it must find nothing to object to.

The rules are axe-core's own, the WCAG 2.2 AA ones and its best practices; none is left out. All pages are opened in one
window after another look, because starting one takes longer than reading a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import served
from tests.browser.test_pages import drawn, person
from ziggurat import catalogue, demo
from ziggurat.simulate import Community, Customers

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
READ = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""
LOOKS = [("light", 1280), ("dark", 390)]
PLACES = [
    "/", "/?days=30", "/news?topic=waiting", "/news?topic=activities", "/pyramid", "/pyramid?at=2026-03-30", "/turning",
    "/moves", "/moves/people?way=climbed", "/scenario", "/studies", "/people", "/people?search=nobody-of-that-name",
    "/data", "/data/rejected", "/study/pyramid/people?row.level=1", "/nowhere", "/study/first-tuch",
]  # fmt: skip
STUDIES = [f"/study/{name}" for name in catalogue.STUDIES]
SMALL = Community(people=80, days=330, seed=5, start=dt.date(2025, 9, 1), customers=Customers(starts=3.0, among=4.0))
FILE = b"Who,When,Where,What\nana@example.org,2026-01-05,web,visited\nana@example.org,yesterday,web,juggled\n"


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a community that talks, asks, buys and is answered."""
    folder = tmp_path_factory.mktemp("community") / "community"
    demo.make_community(folder, SMALL)
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Page]:
    """A window into which axe-core can be put: for that alone it goes past the pages' own policy."""
    context = chromium.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def objections(page: Page, address: str, looks: list[tuple[str, int]] = LOOKS) -> list[str]:
    """Open a page, wait until all of it is there, and return what axe-core finds in each look."""
    found = []
    for mode, width in looks:
        page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        if (mode, width) == looks[0]:
            page.goto(address)
            page.wait_for_function("!document.querySelector('[data-load]')", timeout=60_000)
            page.add_script_tag(content=AXE)
        drawn(page)
        found += [f"{mode}, {width}: {line}" for line in page.evaluate(READ)]
    return found


@pytest.mark.parametrize("path", [*PLACES, *STUDIES])
def test_axe_finds_nothing_on_a_page_of_a_community(community: str, reader: Page, path: str) -> None:
    assert objections(reader, f"{community}{path}") == []


@pytest.mark.parametrize("path", PLACES)
def test_axe_finds_nothing_where_the_log_is_small_and_hostile(home: str, reader: Page, path: str) -> None:
    assert objections(reader, f"{home}{path}", LOOKS[1:]) == []


def test_axe_finds_nothing_on_the_page_of_a_person(community: str, home: str, reader: Page) -> None:
    busiest = httpx.get(f"{community}/api/people?sort=interactions&order=down").json()["rows"][0]["person_id"]
    for address in (f"{community}/people/{busiest}", f"{home}{person(home, 'script')}"):
        assert objections(reader, address) == []


@pytest.mark.parametrize(("mode", "width"), [("dark", 1280), ("light", 390)])
@pytest.mark.parametrize("path", ["/", "/pyramid", "/scenario", "/people", "/study/moves", "/study/unanswered"])
def test_the_other_looks(community: str, reader: Page, path: str, mode: str, width: int) -> None:
    assert objections(reader, f"{community}{path}", [(mode, width)]) == []


def test_axe_finds_nothing_on_the_way_of_a_file(fresh: str, reader: Page) -> None:
    reader.goto(f"{fresh}/data")
    reader.locator("input[type=file]").set_input_files({"name": "may.csv", "mimeType": "text/csv", "buffer": FILE})
    reader.locator("form[enctype] button").click()
    reader.wait_for_url("**/data/uploads/*")
    assert objections(reader, reader.url) == []


def test_an_objection_is_found(home: str, reader: Page) -> None:
    objections(reader, f"{home}/people", LOOKS[:1])
    reader.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert any(line.startswith("image-alt") for line in reader.evaluate(READ))
