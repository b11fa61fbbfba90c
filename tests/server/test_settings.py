"""Whatever a workspace can be told has its form, and the form writes what one would write by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests import harbour
from tests.server.conftest import Browser
from ziggurat.server import filled, wording
from ziggurat.server.app import create_app
from ziggurat.server.pages.settings import FIELDS, IN_THE_FILE, parts
from ziggurat.server.shape import Shape, shape
from ziggurat.settings.config import Config
from ziggurat.workspace import Workspace

ALL = """# Kept by Ana.
format = 1
name = "Harbour"  # the club
currency = "EUR"
timezone = "Europe/Berlin"
state = ""
ladders = ["six-level"]
names = ["Fine+", "Hope, Ltd"]

[people]
most_links = 12

[staff] # ours
domains = ["harbour.org"]  # not the old one
identities = []
rules = [{ trait = "team", values = ["core", "board"] }]

[agents]
identities = ["github:robot[bot]"]

[via."Link checker"]
actors = ["email:check*@example.org"]
channels = ["email"]

[kinds.crafted]
like = "posted"
direction = "among"

[kinds.workshop]
in = ["welded"]

[activities."Welcome mail"]
triggered = true # each of them

[activities."Search *"]
hears = false

[targets]
# The forum first.
forum = 0.5
"*" = 48

[languages]
"*" = "en"

[week]
owners = { ana = 300 }

[days]
2026-03-02 = "v7 released"

[rates]
hour = 20
referred = 50.5
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Browser, Path]]:
    """A workspace that is told all that one can be told, and what asks its pages."""
    Workspace.create(tmp_path / "own")
    (tmp_path / "own" / "ziggurat.toml").write_text(ALL, "utf-8")
    yield Browser(create_app(Workspace.open(tmp_path / "own"))), tmp_path / "own" / "ziggurat.toml"


class Form(HTMLParser):
    """Reads the fields of the form of declarations, as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.within, self.text, self.select = False, "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field."""
        given = dict(attrs)
        if tag == "form":
            self.within = "declared" in (given.get("class") or "")
        name = given.get("name") or ""
        if not self.within:
            return
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.found.append((name, given.get("value") or ""))
        elif tag in ("textarea", "select"):
            self.select, self.text = name, ""
        elif tag == "option" and "selected" in given:
            self.found.append((self.select, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        """Take the text of a field."""
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        """Close a field."""
        if tag == "textarea" and self.within:
            self.found.append((self.select, self.text))


def fields(browser: Browser, part: str) -> dict[str, list[str]]:
    """Return what the form of a part would send as it stands."""
    found: dict[str, list[str]] = {}
    for name, value in Form(browser.get(f"/settings?part={part}").text).found:
        found.setdefault(name, []).append(value)
    return found


def leaves(one: Shape, path: str = "") -> Iterator[str]:
    """Yield the pattern of every field that a form has."""
    if one.sort == "group":
        for name, each in one.parts.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
        return
    yield path
    if one.sort in ("named", "table"):
        yield f"{path}.name"
    if one.each is not None:
        yield from leaves(one.each, f"{path}.*")


def test_every_setting_has_its_form_and_its_words() -> None:
    held = {name for part in parts().values() for name in part.keys}
    assert held == set(Config.__struct_fields__) - {*IN_THE_FILE, "sources"}  # sources have pages of their own
    said = wording.said()
    groups = {path for path in leaves(FIELDS) if path.endswith(".*")}
    assert {path for path in leaves(FIELDS) if path not in said.words} <= groups
    assert set(said.words) >= set(leaves(FIELDS)) - groups


@pytest.mark.parametrize("part", parts())
def test_a_form_that_is_saved_as_it_is_leaves_the_file_to_the_letter(own: tuple[Browser, Path], part: str) -> None:
    browser, path = own
    answer = browser.post(f"/settings/{part}", data={**fields(browser, part), "do": "save"})
    assert answer.status_code == 303, answer.text
    assert path.read_text("utf-8") == ALL


def test_what_is_changed_is_written_beside_its_comments_and_counts_at_once(own: tuple[Browser, Path]) -> None:
    browser, path = own
    form = fields(browser, "answers")
    assert form["targets.0.key"] == ["forum"]
    form |= {"targets.0.value": ["0.25"], "targets.2.key": ["chat"], "targets.2.value": ["2"], "week.minutes": ["90"]}
    look = browser.post("/settings/answers", data={**form, "do": "look"})
    assert "chat = 2" in unescape(look.text)
    assert path.read_text("utf-8") == ALL
    answer = browser.post("/settings/answers", data={**form, "do": "save"})
    assert answer.status_code == 303
    wanted = ALL.replace("forum = 0.5", "forum = 0.25").replace('"*" = 48\n', '"*" = 48\nchat = 2\n')
    found = path.read_text("utf-8")
    assert tomllib.loads(found)["week"] == {"minutes": 90, "owners": {"ana": 300}}
    assert found.partition("[week]")[0] == wanted.partition("[week]")[0]
    space = browser.app.state.workspace
    assert space.answers.declared["targets"]["hours"].to_pylist() == [0.25, 48, 2]
    assert "Saved." in browser.text(answer.headers["location"])


@pytest.mark.parametrize(
    ("part", "change", "words"),
    [
        ("answers", {"targets.0.value": "soon"}, "Hours: 'soon' is no number"),
        ("answers", {"week.minutes": "99999"}, "must be 0 to 10,080"),
        ("organisation", {"timezone": "Europe/Berlen"}, "did you mean 'Europe/Berlin'"),
        ("organisation", {"ladders": "seven-level"}, "no ladder named 'seven-level'"),
        ("organisation", {"languages.0.value": "English"}, "languages"),
        ("people", {"people.most_links": "2.5"}, "2.5 is no whole number"),
        ("staff", {"staff.identities": "sam"}, "'sam' is no identity"),
        ("days", {"days.0.key": "2026-02-31"}, "must be a day"),
        ("kinds", {"kinds.0.value.like": "postet"}, "unknown kind 'postet'"),
        ("via", {"via.0.value.cell": "agent"}, "`cell` and `values` together"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    own: tuple[Browser, Path], part: str, change: Mapping[str, str], words: str
) -> None:
    browser, path = own
    form = fields(browser, part) | {name: [text] for name, text in change.items()}
    answer = browser.post(f"/settings/{part}", data={**form, "do": "save"})
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert path.read_text("utf-8") == ALL
    again = Form(answer.text).found
    assert all((name, text) in [(one, two.strip()) for one, two in again] for name, text in change.items())


def test_a_kind_that_a_ladder_uses_is_not_taken_out(own: tuple[Browser, Path]) -> None:
    browser, path = own
    ladder = '[[levels]]\nname = "One"\nrules = [{ at_least = 1, kinds = ["welded"] }]\n'
    (path.parent / "ladders" / "craft.toml").write_text(ladder, "utf-8")
    form = fields(browser, "kinds") | {"kinds.1.key": [""]}
    answer = browser.post("/settings/kinds", data={**form, "do": "save"})
    assert answer.status_code == 422
    assert "unknown kind 'welded'" in unescape(answer.text)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(own: tuple[Browser, Path]) -> None:
    browser, path = own
    form = fields(browser, "days")
    path.write_text(ALL.replace("v7 released", "v8 released"), "utf-8")
    for wrong in ({}, {"days.0.key": "soon"}):
        answer = browser.post("/settings/days", data={**form, **wrong, "do": "save"})
        assert answer.status_code == 422
        assert "changed by somebody else" in answer.text
    assert "v8 released" in path.read_text("utf-8")


def test_another_site_can_not_save(own: tuple[Browser, Path]) -> None:
    browser, path = own
    headers = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    answer = browser.post("/settings/days", data={**fields(browser, "days"), "days.0.key": ""}, headers=headers)
    assert answer.status_code == 403
    assert path.read_text("utf-8") == ALL


def test_who_gives_most_answers_is_proposed_and_added_beside_the_comments(tmp_path: Path) -> None:
    space = harbour.make(tmp_path / "harbour")
    rows = [f"2026-03-{day:02},email:{who}@help.org,forum,answered" for who in ("lea", "max") for day in range(1, 9)]
    rows += ["2026-03-01,email:ana@example.org,forum,answered", "2026-03-02,user:build[bot],forum,posted"]
    (tmp_path / "more.csv").write_text("at,who,channel,kind\n" + "\n".join(rows), "utf-8")
    fields = {one: at for one, at in harbour.EVENTS.fields.items() if one not in ("activity", "text")}
    space.import_file(
        tmp_path / "more.csv", source="more", mapping=msgspec.structs.replace(harbour.EVENTS, fields=fields)
    )
    space.refresh()
    browser = Browser(create_app(space))
    said = browser.text("/settings/proposed?part=staff")
    assert "These 2 addresses give 94.1 % of all answers: staff?" in said
    assert "Everyone at help.org 2 of them" in said
    assert "Ana Moreau" not in said
    assert "user:build[bot]" in browser.text("/settings/proposed?part=agents")
    answer = browser.post("/settings/proposed/add", data={"part": "staff", "domains": ["help.org"]})
    assert answer.status_code == 303
    found = tomllib.loads((space.folder / "ziggurat.toml").read_text("utf-8"))
    assert found["staff"]["domains"] == ["harbour.org", "help.org"]
    assert space.stale()
    space.refresh()
    assert "Nobody who is not staff stands out" in browser.text("/settings/proposed?part=staff")


def test_a_file_is_hostile_until_escaped(own: tuple[Browser, Path]) -> None:
    browser, path = own
    path.write_text(ALL.replace("v7 released", harbour.HOSTILE.replace('"', "'")), "utf-8")
    assert "<script>document" not in browser.get("/settings?part=days").text


def test_what_a_struct_declares_is_read_back_from_its_form() -> None:
    found = shape(Config)
    value: dict[str, Any] = {"names": ["a"], "targets": {"x": 1}, "staff": {"rules": [{"trait": "t", "values": ["v"]}]}}
    sent = {
        "names": ["a\r\n\r\n"],
        "targets.7.key": ["x"],
        "targets.7.value": ["1.0"],
        "staff.rules.3.trait": ["t"],
        "staff.rules.3.values": ["v"],
    }
    assert filled.read(found, sent) == value
    assert re.fullmatch(r"[\w.*]+", filled.pattern("activities.3.value.hears"))
