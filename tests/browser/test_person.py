"""The page of one person in a browser: its slow parts come by themselves, and it can be read on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests import community
from tests.browser.conftest import served
from tests.browser.reading import drawn
from tests.browser.test_pages import CONTRAST, NARROW, Visit, person
from ziggurat.demo import make_community


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the busiest person of a simulated community."""
    folder: Path = tmp_path_factory.mktemp("browsed") / "town"
    make_community(folder, community.SMALL)
    with served(folder) as home:
        found = httpx.get(f"{home}/api/people", params={"sort": "interactions", "order": "down"}).json()
        yield f"{home}/people/{found['rows'][0]['person_id']}"


def test_the_slow_parts_come_by_themselves_and_fit_a_phone(town: str, visit: Visit) -> None:
    page = visit(town, **NARROW)
    for heading in (
        "To whom they are tied",
        "How they are answered",
        "What they gave",
        "What they got",
        "Who else is there",
    ):
        page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=15_000)
    drawn(page)
    expect(page.locator("[data-load]")).to_have_count(0, timeout=60_000)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_has_enough_contrast(town: str, visit: Visit, mode: str) -> None:
    page = visit(town, color_scheme=mode)
    page.get_by_role("heading", name="What they gave").wait_for(timeout=15_000)
    drawn(page)
    assert page.evaluate(CONTRAST) == []


def test_hostile_people_are_inert_in_the_parts_that_come_later(home: str, visit: Visit) -> None:
    page = visit(f"{home}{person(home, 'script')}")
    page.get_by_role("heading", name="What they gave").wait_for(timeout=15_000)
    page.get_by_role("heading", name="To whom they are tied").wait_for(timeout=15_000)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.title() != "owned"
    assert page.locator("main img").count() == 0


def test_without_script_the_parts_are_a_link_away(home: str, visit: Visit) -> None:
    page = visit(f"{home}{person(home, 'Ana')}", java_script_enabled=False)
    page.get_by_role("link", name="What they gave and got").click()
    assert "Advocacy" in page.locator("main").inner_text()
    page.get_by_role("link", name="Ana Moreau").first.click()
    assert "Spring meetup" in page.locator("main").inner_text()


def test_a_mark_that_is_a_person_opens_to_her(town: str, visit: Visit) -> None:
    page = visit(f"{town.partition('/people')[0]}/study/conversation")
    drawn(page)
    page.locator("figure .mark-symbol.role-mark path").first.click(force=True)
    page.wait_for_url("**/people/p*")
