"""What comes from elsewhere stays outside: requests under foreign names, forms of other sites, markup in data."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.datastructures import Headers

from tests import harbour
from tests.server.conftest import HOME, Browser
from ziggurat.server import safety
from ziggurat.server.app import create_app
from ziggurat.server.figures import embedded
from ziggurat.workspace import Workspace

EVERYWHERE = ["/", "/moves", "/studies", "/people", "/data", "/study/causes", "/study/rising", "/study/pyramid/people"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1"]
)
def test_a_foreign_name_is_refused(browser: Browser, host: str) -> None:
    answer = browser.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "Moreau" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8321", "127.0.0.1:1", "[::1]:8321", "LOCALHOST"])
def test_this_machine_is_answered(browser: Browser, host: str) -> None:
    assert browser.get("/health", headers={"host": host}).status_code == 200


def test_an_allowed_name_is_answered(space: Workspace) -> None:
    named = Browser(create_app(space, allowed_hosts=["crm.example.org"]))
    assert named.get("/health", headers={"host": "crm.example.org"}).status_code == 200
    assert named.get("/health", headers={"host": "example.org"}).status_code == 400
    named.app.state.jobs.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
@pytest.mark.parametrize("path", ["/data/refresh", "/data/uploads", "/data/imports/1/undo"])
def test_a_change_asked_for_elsewhere_is_refused(browser: Browser, path: str, headers: dict[str, str]) -> None:
    assert browser.post(path, headers=headers).status_code == 403


def test_a_change_asked_for_by_our_own_page_passes() -> None:
    assert safety.from_own_page(Headers({"host": "localhost:8321", "origin": HOME}))
    assert safety.from_own_page(Headers({"host": "localhost:8321", "sec-fetch-site": "same-origin"}))


ELSEWHERE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize(
    "part",
    [
        {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
        {"sec-fetch-dest": "iframe"},
        {"sec-purpose": "prefetch;prerender"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
    ],
)
def test_a_page_elsewhere_has_nothing_worked_out(browser: Browser, part: dict[str, str]) -> None:
    assert browser.get("/study/rising", headers=ELSEWHERE | part).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        ELSEWHERE,  # a link that somebody follows
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},  # typed into the address bar
        {},  # a program
    ],
)
def test_our_own_pages_links_and_programs_are_answered(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.get("/studies", headers=headers).status_code == 200


@pytest.mark.parametrize("path", [*EVERYWHERE, "/nowhere", "/static/app.js", "/api/studies"])
def test_every_answer_forbids_what_it_does_not_need(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_with_people_are_kept_by_no_cache_and_assets_by_all(browser: Browser) -> None:
    assert browser.get("/people").headers["cache-control"] == "no-store"
    style = re.search(r'href="(/static/style[^"]*)"', browser.get("/").text)
    assert style is not None
    asset = browser.get(style[1])
    assert "immutable" in asset.headers["cache-control"]
    assert browser.get(style[1], headers={"if-none-match": asset.headers["etag"]}).status_code == 304


def test_only_known_assets_are_sent(browser: Browser) -> None:
    for name in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "app.py", ""):
        assert browser.get(f"/static/{name}").status_code == 404


class Markup(HTMLParser):
    """Collects what a browser would act on, and the islands of JSON."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.islands: list[str] = []
        self.island = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.island = tag == "script" and given.get("type") == "application/json"
        if self.island:
            self.islands.append("")
        if (
            tag == "script" and not self.island and not (given.get("src") or "").startswith("/static/")
        ) or tag == "img":
            self.acting.append(self.get_starttag_text() or tag)
        self.acting += [name for name in given if name.startswith("on") or name == "style"]
        self.acting += [f"{name}={value}" for name, value in attrs if name in ("href", "src", "action") and off(value)]

    def handle_endtag(self, tag: str) -> None:
        self.island = False

    def handle_data(self, data: str) -> None:
        if self.island:
            self.islands[-1] += data


def off(value: str | None) -> bool:
    """Say whether an address leads off this server."""
    return not re.match(r"/(?!/)|#|$", value or "")


def test_hostile_names_and_texts_are_inert_everywhere(browser: Browser, space: Workspace) -> None:
    person = next(row for row in space.people().rows if row["name"] == harbour.HOSTILE)["person_id"]
    seen = 0
    for path in [*EVERYWHERE, f"/people/{person}", "/people?search=%3Cscript%3E", "/people?search=%22onfocus=x"]:
        page = browser.get(path).text
        parsed = Markup(page)
        assert parsed.acting == [], path
        assert harbour.HOSTILE not in page
        seen += "&lt;script&gt;document.title" in page
        for island in parsed.islands:
            json.loads(island)
    assert seen >= 4


def test_hostile_text_inside_a_chart_is_whole_and_inert(browser: Browser, space: Workspace) -> None:
    person = next(row for row in space.people().rows if row["name"] == harbour.HOSTILE)["person_id"]
    islands = Markup(browser.get(f"/people/{person}").text).islands
    charts = [island for island in islands if harbour.HOSTILE in values(json.loads(island))]
    assert charts, "the channel's name is in the timeline"
    assert all("<" not in island and "&" not in island for island in islands)


def values(spec: Any) -> list[Any]:
    """Return every text in a tree."""
    if isinstance(spec, dict):
        return [text for part in spec.values() for text in values(part)]
    return [text for part in spec for text in values(part)] if isinstance(spec, list) else [spec]


def test_a_long_text_is_cut_and_a_reversing_one_isolated(browser: Browser, space: Workspace) -> None:
    person = next(row for row in space.people().rows if row["name"] == harbour.HOSTILE)["person_id"]
    page = browser.get(f"/people/{person}").text
    assert "x" * 601 not in page
    assert f"<bdi>{harbour.RIGHT_TO_LEFT}</bdi>" in page


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028", "&lt;", "]]>"])
def test_what_could_end_an_island_is_escaped_and_comes_back(text: str) -> None:
    island = str(embedded({"text": text}))
    assert not set(island) & set("<>&\u2028\u2029")
    assert json.loads(island) == {"text": text}


def test_a_large_body_is_refused_stated_or_not(fresh: Browser) -> None:
    stated = fresh.post("/data/uploads", content=b"x" * 2_000_000)
    assert stated.status_code == 413

    async def unstated() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 100_000

    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=b"}
    assert fresh.post("/data/uploads", content=unstated(), headers=headers).status_code == 413
    assert list((fresh.app.state.workspace.folder / "uploads").iterdir()) == []


def test_a_slash_too_many_leads_back_to_this_host(browser: Browser) -> None:
    for path in ("/people/", "/evil.example/"):
        assert browser.get(path).headers.get("location", HOME).startswith(HOME)
