"""A source is declared, tried, pulled and let go by commands, and by the page alike."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.server.conftest import Browser, finish
from ziggurat.server.app import create_app
from ziggurat.settings import config
from ziggurat.workspace import Workspace, connected

SETTINGS = (
    "path=in/*.csv", "date_order=ymd", 'fields={at = "when", actor = "who"}', 'namespaces={actor = "email"}',
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
    lines = "\n".join(one.replace("=", " = ", 1) for one in SETTINGS[2:]) + '\npath = "in/*.csv"'
    form = {"source": "shop", "type": "files", "settings": lines}
    refused = browser.post("/sources/add", data=form)
    assert (refused.status_code, "is in no folder that a page may name" in html.unescape(refused.text)) == (422, True)
    assert config.load(space.folder).sources == {}
    assert "lists: none yet" in browser.text("/sources")
    settings = Path("club/ziggurat.toml")
    settings.write_text(settings.read_text("utf-8") + '\n[allow]\nfolders = ["in"]\n', "utf-8")
    assert browser.post("/sources/add", data=form).status_code == 303
    assert browser.post("/sources/add", data=form | {"source": "../x"}).status_code == 422
    assert browser.post("/sources/add", data=form | {"source": "x", "settings": "path"}).status_code == 422
    assert "Not read yet" in browser.text("/sources")
    assert "files in in" in browser.text("/sources")
    assert browser.post("/settings/pulls", data={"seen": "", "allow.folders": "/"}).status_code == 422
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


WRONG = {
    "an address that is a file": ("a", "discourse", 'url = "file:///etc/hostname"', "begins with https://"),
    "a secret address that is a file": ("a", "feed", 'url = "file:///etc/hostname"', "begins with https://"),
    "where an address is, where none may be secret": ("a", "discourse", 'url = "env:FORUM"', "begins with https://"),
    "no port": ("a", "discourse", 'url = "https://x.org:port"', "is no address"),
    "no host": ("a", "feed", 'url = "https://[x"', "is no address"),
    "nothing": ("a", "mbox", 'path = "a\\u0000b"', "holds a NUL"),
    "nothing in a list": ("a", "zulip", 'channels = ["a\\u0000"]', "holds a NUL"),
    "a long name": ("a" * 61, "mbox", "", "is no name"),
    "a hidden name": ("..", "mbox", "", "is no name"),
    "a type twice": ("a", "mbox", 'type = "git"', "can't be said among the settings"),
    "too much": ("a", "mbox", "#" * 4_001, "longer than 4,000"),
}


def test_what_no_source_can_be_is_refused_on_the_page_and_by_the_command(club) -> None:
    space = Workspace.open("club")
    browser = Browser(create_app(space))
    for why, (source, kind, settings, said) in WRONG.items():
        refused = browser.post("/sources/add", data={"source": source, "type": kind, "settings": settings})
        assert (refused.status_code, said in html.unescape(refused.text)) == (422, True), why
        if "\\" not in settings and "#" not in settings:  # no argument holds a NUL, and a shell ends before that
            typed = club("source", "add", source, kind, *([settings.replace(" = ", "=", 1)] if settings else []))
            assert typed.code != 0, why
    assert config.load(Path("club")).sources == {}
    assert "said twice" in club("source", "add", "a", "mbox", "path=b", "path=c").err
    for part in (browser.app.state.jobs, browser.app.state.pulls):
        part.close()


@pytest.mark.parametrize("kind", ["mbox", "maildir", "files", "feed", "ical", "git", "slack", "discord"])
def test_a_path_that_can_be_none_is_said(club, kind) -> None:
    setting = "repository" if kind == "git" else "path"
    for number, path in enumerate(("x" * 300, "~nobody-of-that-name/x")):
        assert club("source", "add", f"s{number}", kind, f"{setting}={path}").code == 0
        tried = club("source", "test", f"s{number}")
        assert (tried.code, "can't be looked at" in " ".join(tried.err.split())) == (1, True), tried


def test_why_rows_were_rejected_is_said_with_what_lists_them(club, files) -> None:
    Path("club/in/1.csv").write_text("when,who\nsoon,ana@x.org\nnever,ana@x.org\n2026-01-05,ana@x.org\n", "utf-8")
    club("source", "add", "shop", "files", *SETTINGS)
    tried = " ".join(club("source", "test", "shop").out.split())
    assert re.search("1 row would be rejected: [^.]*soon[^.]* is no date", tried), tried
    assert "After a pull, `ziggurat -C club rejected` lists them" in tried
    pulled = " ".join(club("source", "pull", "shop").out.split())
    assert "2 rejected (import 1)" in pulled
    assert "2 rows were rejected: " in pulled
    assert "`ziggurat -C club rejected 1` lists them" in pulled
    listed = club("source", "list").out
    assert "2 rows were rejected, with reasons. `ziggurat -C club rejected` lists them" in " ".join(listed.split())


def test_what_was_imported_by_hand_stands_as_it_came(club) -> None:
    """Before, it was new, never read, and brought nothing; and nothing was said of one that the settings don't name."""
    assert club("import", "Events 2026-01.csv", "--yes").code == 0
    [done] = rows(club("log", "--json"))
    [row] = rows(club("source", "list", "--json"))
    assert (row["source"], row["by"], row["state"]) == ("events", "import", "fine")
    assert (row["changed"], row["last"], row["rejected"]) == (done["new"], done["at"], done["rejected"])
    assert done["new"] > 0 < done["rejected"]
    text = (Path("club") / config.FILE).read_text("utf-8")
    config.remove_source(Path("club"), "events")
    assert "[sources.events]" in text
    assert rows(club("source", "list", "--json")) == [row]
    club("undo", "1")
    assert "No source is declared yet" in club("source", "list").out


def test_a_file_does_not_take_the_place_of_a_source_that_is_read_by_itself(club) -> None:
    """Its name may be the same by chance; what was declared stays, and nothing comes in under it."""
    Path("mails.csv").write_text("Date,Email,Event\n2026-03-01,ana@x.org,attended\n", "utf-8")
    assert club("source", "add", "mails", "mbox", "path=mails.mbox").code == 0
    declared = Path("club/ziggurat.toml").read_text("utf-8")
    told = club("import", "mails.csv", "--yes")
    assert (told.code, "'mails' is a source of type mbox already; choose another name" in told.err) == (1, True)
    assert Path("club/ziggurat.toml").read_text("utf-8") == declared
    assert "1 new" in club("import", "mails.csv", "--source", "lists", "--yes").out
    assert Path("club/ziggurat.toml").read_text("utf-8").startswith(declared)


def test_a_trial_reads_past_the_first_batch(club, files, monkeypatch) -> None:
    """What is refused may come after rows that are fine; how far it reads is bounded."""
    Path("club/in/2.csv").write_text("when,who\nnever,bo@x.org\n2026-01-06,bo@x.org\n", "utf-8")
    club("source", "add", "shop", "files", *SETTINGS)
    tried = club("source", "test", "shop")
    assert "2 interactions" in tried.out
    assert "1 row would be rejected" in tried.out
    monkeypatch.setattr(connected, "MOST_BATCHES", 1)
    assert "rejected" not in club("source", "test", "shop").out
