"""Every page is read, of a community, of a shop and of a log that is small and hostile: nothing is wrong.

What is looked at, and how: see `reading`. A page has four looks. It is read in one of them of the community, and in
the one that differs in light and width of the shop, where studies are looked at only; which one goes round by page.
`make looks` reads all four of each.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests import harbour
from tests.addresses import PERSON, of_person, paths
from tests.browser.conftest import served
from tests.browser.reading import LOOKS, MARKED_UP, READ, Look, Reader, window
from tests.browser.test_pages import person
from ziggurat import catalogue, demo
from ziggurat.server.registry import menu
from ziggurat.simulate import Community, Customers

PLACES = [path for path in paths(names=("pyramid",)) if PERSON not in path]
PLACES += [
    "/?days=30", "/news?topic=waiting", "/news?topic=activities", "/pyramid?at=2026-03-30", "/moves/people?way=climbed",
    "/people?search=nobody-of-that-name", "/people?kind=anonymous", "/study/pyramid/people?row.level=1",
    "/settings?part=staff", "/settings?part=activities", "/nowhere", "/study/first-tuch", "/study/moves?level=x",
]  # fmt: skip
STUDIES = [f"/study/{name}" for name in catalogue.STUDIES]
OF_PEOPLE = [path for path in paths() if PERSON in path]
OPENED = (
    *("pyramid", "moves", "reach-value", "influence", "consumption", "stance", "topics", "groups", "expectations"),
    *("mutual-value", "retention", "scenario"),
)
ROW = re.compile(r'href="([^"]*/people\?[^"]*row\.[^"]*)"')
SMALL = Community(people=80, days=330, seed=5, start=dt.date(2025, 9, 1), customers=Customers(starts=3.0, among=4.0))
FILE = """Date,Email,Event,Room
2026-01-05,ana@example.org,visited,web
2026-01-06,ana@example.org,juggled,web
yesterday,ana@example.org,visited,web
"""
QUARTER = {"community": "since=2026-03-31&until=2026-06-30", "shop": "since=2017-09-30&until=2017-12-31"}
SOON = 30_000  # ms
ALL = "ZIGGURAT_LOOKS" in os.environ
HALF, OTHER_HALF = (LOOKS, LOOKS) if ALL else (LOOKS[::2], LOOKS[1::2])  # each of both lights and both widths
# What is under way asks how far it is until it is done; a copy of it in its place asks nothing, and stays as it is.
HOLD = "for (const job of document.querySelectorAll('[data-job]')) job.replaceWith(job.cloneNode(true))"


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a community that talks, asks, buys and is answered, and on another workspace."""
    folder = tmp_path_factory.mktemp("community")
    demo.make_community(folder / "community", SMALL)
    harbour.make(folder / "harbour")
    with served(folder / "community", folder / "harbour") as address:
        yield address


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the demonstration's grocery chain."""
    folder = tmp_path_factory.mktemp("shop") / "demo"
    demo.prepare(folder)
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Reader]:
    """A window to read in."""
    with window(chromium) as opened:
        yield opened


def several(home: str, order: str) -> list[str]:
    """Return the pages of the person of whom the most, or the least, is known, and their parts."""
    asked = {"sort": "interactions", "order": order}
    one = httpx.get(f"{home}/api/people", params=asked, timeout=60).json()["rows"][0]["person_id"]
    return [f"{home}{of_person(path, one)}" for path in OF_PEOPLE]


def turn(number: int) -> list[Look]:
    """Return the look whose turn it is, or all four where all are asked for."""
    return LOOKS if ALL else [LOOKS[number % len(LOOKS)]]


@pytest.mark.parametrize(("number", "path"), list(enumerate([*PLACES, *STUDIES])), ids=[*PLACES, *STUDIES])
def test_the_pages_of_a_community(community: str, reader: Reader, number: int, path: str) -> None:
    assert reader.read(f"{community}{path}", turn(number)) == []


@pytest.mark.parametrize(("number", "path"), list(enumerate(PLACES)), ids=PLACES)
def test_the_pages_of_a_shop(shop: str, reader: Reader, number: int, path: str) -> None:
    assert reader.read(f"{shop}{path}", turn(number + 2)) == []


@pytest.mark.alike
@pytest.mark.parametrize(("number", "path"), list(enumerate(STUDIES)), ids=STUDIES)
def test_the_studies_of_a_shop(shop: str, reader: Reader, number: int, path: str) -> None:
    """They fit the other width; how studies are marked up is read of the community, each in the look of its turn."""
    if ALL:
        assert reader.read(f"{shop}{path}", LOOKS) == []
    else:
        assert reader.glance(f"{shop}{path}", LOOKS[(number + 2) % len(LOOKS)]) == []


@pytest.mark.parametrize(("number", "path"), list(enumerate(PLACES)), ids=PLACES)
def test_the_pages_of_a_log_that_is_small_and_hostile(home: str, reader: Reader, number: int, path: str) -> None:
    assert reader.read(f"{home}{path}", turn(number + 1), MARKED_UP) == []


@pytest.mark.alike
@pytest.mark.parametrize("path", STUDIES)
def test_the_studies_of_a_log_that_is_small_and_hostile(home: str, reader: Reader, path: str) -> None:
    """Whatever is written in it fits a phone; how studies are marked up is read above."""
    assert reader.glance(f"{home}{path}?since=2025-11-30", ("light", 360)) == []
    expect(reader.page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("kind", ["community", "shop"])
@pytest.mark.parametrize("order", ["down", ""], ids=["busiest", "quietest"])
def test_the_pages_of_a_person(kind: str, order: str, reader: Reader, request: pytest.FixtureRequest) -> None:
    for number, address in enumerate(several(request.getfixturevalue(kind), order)):
        assert reader.read(address, turn(number + (2 if kind == "shop" else 0) + (1 if order else 0))) == []


def test_the_pages_of_a_hostile_person(home: str, reader: Reader) -> None:
    for number, path in enumerate(OF_PEOPLE):
        one = person(home, "script").rpartition("/")[2]
        assert reader.read(f"{home}{of_person(path, one)}", turn(number), MARKED_UP) == []


def test_a_week_that_is_filled_and_a_list_that_is_filtered(community: str, reader: Reader) -> None:
    reader.page.goto(f"{community}/next")
    reader.page.get_by_role("button", name="Fill the week").click()
    expect(reader.page.get_by_role("button", name="Sent to")).not_to_have_count(0, timeout=60_000)
    assert reader.read(f"{community}/next", HALF) == []
    assert reader.read(f"{community}/people?signal=flagging%7Crising&did_days=200", OTHER_HALF) == []


@pytest.mark.parametrize("name", OPENED)
def test_the_people_behind_a_row(community: str, reader: Reader, name: str) -> None:
    told = httpx.get(f"{community}/study/{name}", timeout=60).text
    (first, *_) = ROW.findall(told)
    assert reader.read(urljoin(community, first.replace("&amp;", "&")), HALF) == []
    expect(reader.page.locator("h1")).to_contain_text("People behind")


@pytest.mark.parametrize("path", [*(path for path, _ in menu()), "person"])
def test_what_is_printed_at_night(community: str, reader: Reader, path: str) -> None:
    """On paper there is no night, nothing to press or to go to, and no chart is wider than the paper."""
    page = reader.page
    reader.read(several(community, "down")[0] if path == "person" else f"{community}{path}", LOOKS[3:])
    page.emulate_media(media="print", color_scheme="dark")
    found = [*page.evaluate(READ), *reader.overflow()]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.evaluate("document.querySelector('main').style.width = '500px'")
    widths = page.evaluate(
        "[...document.querySelectorAll('figure svg')].map((each) => each.getBoundingClientRect().width)"
    )
    shown = page.locator("main form:visible, nav:visible").count()
    page.emulate_media(media="screen")
    assert (found, ground, shown) == ([], "rgb(255, 255, 255)", 0)
    assert all(width <= 500 for width in widths)


def test_another_workspace_of_the_same_server(community: str, reader: Reader) -> None:
    for path in ("/w/harbour/", "/w/harbour/people"):
        assert reader.read(f"{community}{path}", OTHER_HALF) == []
        expect(reader.page.get_by_role("navigation", name="Workspaces").get_by_role("link")).to_have_count(2)


@pytest.mark.parametrize("kind", ["community", "shop"])
def test_a_report_while_it_is_written_when_it_is_there_and_its_file(
    kind: str, reader: Reader, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    page, address = reader.page, f"{request.getfixturevalue(kind)}/report?{QUARTER[kind]}"
    page.goto(address)
    page.get_by_role("button", name="Write the report").click()
    expect(page.locator("progress")).to_be_visible(timeout=SOON)
    page.evaluate(HOLD)
    expect(page.locator("progress")).to_be_visible()
    assert reader.again(HALF) == []
    page.goto(address)
    found = page.get_by_role("link", name="Download as HTML")
    expect(found).to_be_visible(timeout=4 * SOON)
    assert reader.again(HALF) == []
    with page.expect_download() as download:
        found.click()
    download.value.save_as(tmp_path / "report.html")
    assert reader.read((tmp_path / "report.html").as_uri(), OTHER_HALF) == []


def test_assessments_are_kept_and_compared_and_a_question_is_answered(community: str, reader: Reader) -> None:
    page = reader.page
    for until in ("2026-03-31", "2026-06-30"):
        page.goto(f"{community}/scenario?since=2025-12-31&until={until}")
        page.get_by_role("button", name="Keep this assessment").click()
        expect(page.get_by_role("heading", name="Assessments")).to_be_visible()
    page.locator("[name=earlier]").last.check()
    page.locator("[name=later]").first.check()
    expect(page.get_by_label("Two assessments")).to_be_visible(timeout=SOON)
    assert reader.again(HALF) == []
    page.locator("fieldset input[type=radio]").nth(2).check()
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_text("Answered on")).to_be_visible(timeout=SOON)
    assert reader.again(HALF) == []


def test_what_if_a_slider_is_moved(community: str, reader: Reader) -> None:
    page = reader.page
    page.goto(f"{community}/scenario?since=2026-03-31&until=2026-06-30")
    slider = page.get_by_role("form", name="What if").locator("input[type=range]").first
    slider.press("ArrowRight")
    expect(page.locator(".note[role=status]")).to_contain_text("Then:", timeout=SOON)
    assert reader.again(HALF) == []


def test_the_way_of_a_file(fresh: str, reader: Reader) -> None:
    page = reader.page
    page.goto(f"{fresh}/data")
    page.locator("input[type=file]").set_input_files(
        {"name": "may.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/data/uploads/*")
    assert reader.again(HALF) == []
    page.get_by_label("Date", exact=True).select_option(label="When it happened")
    page.get_by_label("Room", exact=True).select_option(label="Channel")
    page.get_by_label("juggled", exact=True).select_option("visited")
    page.get_by_role("button", name="Show what this gives").click()
    assert reader.again(HALF) == []
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Done.")).to_be_visible(timeout=SOON)
    assert reader.again(HALF) == []
    for path in ("/data", "/data/rejected"):
        assert reader.read(f"{fresh}{path}") == []


def test_what_is_said_where_something_is_wrong(tmp_path: Path, reader: Reader) -> None:
    """A file of results that is none is told (507); of a ladder that can't be read one is told (422)."""
    folder = tmp_path / "harbour"
    harbour.make(folder)
    with served(folder) as home:
        for file in (folder / "results").rglob("*.parquet"):
            file.write_bytes(b"no such thing")
        assert httpx.get(f"{home}/pyramid").status_code == 507
        assert reader.read(f"{home}/pyramid") == []
        (folder / "ladders" / "harbour.toml").write_text("levels = 3", "utf-8")
        assert httpx.get(f"{home}/pyramid").status_code == 422
        assert reader.read(f"{home}/pyramid") == []


def test_what_is_wrong_is_found(home: str, reader: Reader) -> None:
    reader.read(f"{home}/people", LOOKS[:1])
    main = "document.querySelector('main')"
    reader.page.evaluate(f"{main}.insertAdjacentHTML('beforeend', '<img src=\"data:,\"><p id=wide>wide</p>')")
    reader.page.evaluate("document.getElementById('wide').style.width = '2000px'")
    reader.page.evaluate(f"{main}.append(Object.assign(document.createElement('script'), {{ textContent: '1' }}))")
    found = reader.again(LOOKS[1:2])
    assert any("image-alt" in line for line in found)
    assert any("pixels wide" in line for line in found)
    assert any("Content Security Policy" in line for line in found)
    assert READ.count("enabled: true") == 1
