"""Whatever a page declares is on the server and in its menu, and nothing is there that no page declares."""

from __future__ import annotations

import re

import pytest

from tests.addresses import MADE, OPEN, VALUES, of_person, paths, with_options
from tests.server.conftest import Browser
from tests.server.test_pages import person_id
from ziggurat.server import app, registry
from ziggurat.workspace import Workspace

COSTLY = "/mass-media"  # takes minutes, and a part of the installation that few have; it has tests of its own


def test_every_address_is_declared_once() -> None:
    found = [(one.path, one.gives == "change") for one in registry.addresses()]
    assert len(found) == len(set(found)) > 30


def test_the_server_has_what_is_declared_and_nothing_else(space: Workspace) -> None:
    routes = {route.path for route in app.one_workspace(space, 1).routes}
    assert routes == {one.path for one in registry.addresses()} | {"/static/{name}", "/health", "/turn"}


def test_the_menu_leads_to_the_pages_that_have_a_place_in_it(browser: Browser) -> None:
    bar = re.search(r'<nav aria-label="Places">(.*?)</nav>', browser.get("/pyramid").text, re.DOTALL)
    found = re.findall(r'href="(.*?)"( aria-current="page")?>(.*?)<', bar[1])
    assert [(path, name) for path, _, name in found] == registry.menu()
    assert [path for path, here, _ in found if here] == ["/pyramid"]
    assert [name for _, name in registry.menu()][:2] == ["Home", "Pyramid"]


def test_every_part_that_an_address_leaves_open_is_known_to_the_tests() -> None:
    left = {part for one in registry.addresses() for part in OPEN.findall(one.path)}
    assert left <= {*VALUES, *MADE}


@pytest.mark.parametrize("path", paths("page", "part", "json"))
def test_every_page_answers(browser: Browser, space: Workspace, path: str) -> None:
    answer = browser.get(with_options(of_person(path, person_id(space, "Ana"))))
    assert answer.status_code == 200 or COSTLY in path, answer.text


@pytest.mark.parametrize("path", paths("part"))
def test_every_part_has_what_is_put_into_the_page(simulated: Browser, path: str) -> None:
    """The script takes the first of these from a part; where there is none, the page keeps its link for ever."""
    one = simulated.get("/api/people?sort=interactions&order=down").json()["rows"][0]["person_id"]
    main = simulated.get(with_options(of_person(path, one))).text.partition("<main")[2]
    assert "data-part" in main or 'class="halves"' in main
