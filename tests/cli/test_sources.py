"""A source is declared, tried, pulled and let go by commands, and by the page alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.conftest import Browser, finish
from ziggurat import config
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace

SETTINGS = (
    "path=in/*.csv", 'fields={at = "when", actor = "who"}', 'namespaces={actor = "email"}',
    'constants={channel = "shop", kind = "visited"}',
)  # fmt: skip


@pytest.fixture
def files(club):
    Path("club/in").mkdir()
    Path("club/in/1.csv").write_text("when,who\n2026-01-05,ana@x.org\n", "utf-8")


def rows(printed) -> list[dict]:
    return json.loads(printed.out)["tables"][0]


def test_a_source_is_declared_tried_pulled_and_let_go(club, files) -> None:
    assert "No source is declared yet" in club("source", "list").out
    added = club("source", "add", "shop", "files", *SETTINGS)
    assert (added.code, "Next: ziggurat -C club source test shop" in added.out) == (0, True), added
    assert "is there already" in club("source", "add", "shop", "files").err
    assert "no source is of the type 'flies'; did you mean 'files'?" in club("source", "add", "b", "flies").err
    assert "unknown field `depth`; there are" in " ".join(club("source", "add", "b", "git", "depth=3").err.split())
    assert "has no '='" in club("source", "add", "b", "git", "depth").err
    tried = club("source", "test", "shop")
    assert "1 interactions" in tried.out
    assert "email:ana@x.org" in tried.out
    assert "Nothing has been imported" in club("log").out
    assert "1 new" in club("source", "pull", "shop").out
    [row] = rows(club("source", "list", "--json"))
    assert (row["source"], row["state"], row["changed"]) == ("shop", "fine", 1)
    Path("club/in/1.csv").unlink()
    assert "there is no file under" in club("source", "pull", "shop").err
    assert "there is no file" in rows(club("source", "list", "--json"))[0]["error"]
    assert club("source", "remove", "shop").code == 0
    assert "no source is named 'shop'" in club("source", "remove", "shop").err
    assert config.load(Path("club")).sources == {}
    assert len(rows(club("log", "--json"))) == 1  # what it brought stays


def test_the_page_says_how_each_stands_and_reads_one_now(club, files) -> None:
    space = Workspace.open("club")
    browser = Browser(create_app(space))
    lines = "\n".join(one.replace("=", " = ", 1) for one in SETTINGS[1:]) + '\npath = "in/*.csv"'
    form = {"source": "shop", "type": "files", "settings": lines}
    assert browser.post("/sources/add", data=form).status_code == 303
    assert browser.post("/sources/add", data=form | {"source": "../x"}).status_code == 422
    assert browser.post("/sources/add", data=form | {"source": "x", "settings": "path"}).status_code == 422
    assert "Not read yet" in browser.text("/sources")
    assert browser.post("/sources/none/pull").status_code == 404
    job = browser.post("/sources/shop/pull").headers["location"]
    finish(browser.app.state.pulls)
    assert "1 new" in browser.text(job)
    assert "1 new or changed" in browser.text("/sources")
    assert space.people().total == 1  # the figures have it
    Path("club/in/1.csv").rename("club/in/<b>.txt")
    browser.post("/sources/shop/pull")
    finish(browser.app.state.pulls)
    assert "Can't be read: [sources.shop]: there is no file under" in browser.text("/sources")
    assert browser.post("/sources/shop/remove").status_code == 303
    assert "shop" not in config.load(space.folder).sources
    browser.app.state.pulls.close()
    browser.app.state.jobs.close()
