"""A ladder of one's own is copied, changed, tried and saved in the browser; what it would do can be counted by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests import harbour
from tests.server.conftest import Browser, words
from tests.server.test_settings import Form
from ziggurat.levels.ladder import SHIPPED, Level, Rule
from ziggurat.server.app import create_app
from ziggurat.server.filled import read
from ziggurat.server.pages.ladders import FIELDS
from ziggurat.workspace import Workspace


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Browser, Workspace]]:
    """A workspace that only this test changes, and what asks its pages."""
    space = harbour.make(tmp_path / "harbour")
    path = space.folder / "ladders" / "harbour.toml"
    path.write_text(path.read_text("utf-8").replace("at_least = 2", "at_least = 2 # twice"), "utf-8")
    space.refresh()
    yield Browser(create_app(space)), space


def fields(browser: Browser, query: str) -> dict[str, list[str]]:
    """Return what the form of a ladder would send as it stands."""
    found: dict[str, list[str]] = {}
    for name, value in Form(browser.get(f"/ladders/form?{query}").text).found:
        found.setdefault(name, []).append(value)
    return found


def said(browser: Browser, form: dict[str, list[str]]) -> str:
    """Return what is said of what a ladder would do."""
    answer = browser.post("/ladders/tried", data=form)
    assert answer.status_code == 200, answer.text
    return words(unescape(answer.text))


@pytest.mark.parametrize("name", [path.stem for path in SHIPPED.glob("*.toml")])
def test_a_shipped_ladder_is_copied_to_the_letter(own: tuple[Browser, Workspace], name: str) -> None:
    browser, space = own
    form = fields(browser, f"like={name}") | {"ladder": ["our-own"], "do": ["save"]}
    answer = browser.post("/ladders/form", data=form)
    assert answer.status_code == 303, words(answer.text)
    assert (space.folder / "ladders" / "our-own.toml").read_text("utf-8") == (SHIPPED / f"{name}.toml").read_text(
        "utf-8"
    )
    assert "our-own" in space.ladders()


def test_every_field_of_a_level_and_a_rule_is_in_the_form(own: tuple[Browser, Workspace]) -> None:
    found = set(fields(own[0], "name=harbour"))
    texts = {name.removeprefix("levels.0.rules.0.") for name in found}
    boxes = {"directions", "says", "helpful", "stance", "knows", "may"}
    choices = {"of"}  # the usual one is chosen by saying nothing
    assert set(Rule.__struct_fields__) <= texts | boxes | choices
    assert set(Level.__struct_fields__) - {"rules"} <= {name.removeprefix("levels.0.") for name in found}
    page = own[0].get("/ladders/form?name=harbour").text
    assert all(f'name="levels.0.rules.0.{name}"' in page for name in boxes | choices)


def test_it_says_who_would_stand_where_by_level_and_by_rule(own: tuple[Browser, Workspace]) -> None:
    """Ana leads; Bea, Chidi and the hostile person follow; Dora and Emil are known. Bea and Ana shared twice."""
    browser, _ = own
    form = fields(browser, "name=harbour")
    assert "Nobody: harbour as it is saved" in said(browser, form)
    form |= {"levels.1.rules.0.within_days": ["200"], "levels.1.rules.1.kinds": ["donated\r\nshared"]}
    form |= {"levels.1.rules.1.at_least": ["1"], "levels.1.rules.2.kinds": [""]}
    found = said(browser, form)
    assert "Endorsing 1 person 2 by: shared at least 2 times within 200 days" in found
    assert "2 by: donated or shared at least 1 time No source brings donated." in found
    assert "Leading 1 person 1 by: organised at least 1 time" in found
    assert "On no rule 2 people" in found
    assert "1 from Following to Endorsing Bea Okafor" in found
    assert "5 would stay" in found
    assert 'kinds = ["donated", "shared"]' in found


def test_a_level_comes_between_others_and_another_goes(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    form = fields(browser, "name=harbour")
    form |= {"levels.3.name": ["Visiting"], "levels.3.place": ["0"], "levels.3.rules.0.kinds": ["visited"]}
    form |= {"levels.3.rules.0.at_least": ["1"], "levels.2.out": ["yes"], "do": ["save"]}
    found = said(browser, form)
    assert "1 from Known to Visiting Emil Novak" in found
    assert "1 from Leading to Endorsing Ana Moreau" in found
    assert browser.post("/ladders/form", data=form).status_code == 303
    text = (space.folder / "ladders" / "harbour.toml").read_text("utf-8")
    assert [one["name"] for one in tomllib.loads(text)["levels"]] == ["Visiting", "Following", "Endorsing"]
    assert "at_least = 2 # twice" in text
    assert space.ladders()["harbour"].names == ("Known", "Visiting", "Following", "Endorsing")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ladder": "../../evil"}, "can't be the name of a ladder"),
        ({"ladder": "harbour"}, "There is a ladder named harbour already"),
        ({"levels.0.rules.0.kinds": "opend"}, "did you mean 'opened'"),
        ({"levels.0.rules.0.at_least": "many"}, "'many' is no number"),
        ({"levels.0.rules.0.worth": "3"}, "exactly one of"),
        ({"levels.1.name": "Observing"}, "names must differ"),
        ({"levels.0.name": ""}, "name"),
    ],
)
def test_what_is_wrong_is_said_and_kept_in_the_form(
    own: tuple[Browser, Workspace], change: dict[str, str], sentence: str
) -> None:
    browser, space = own
    form = fields(browser, "like=six-level") | {"ladder": ["ours"], "do": ["save"]}
    form |= {name: [text] for name, text in change.items()}
    answer = browser.post("/ladders/form", data=form)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert list(space.folder.rglob("*evil*")) == []
    assert [path.stem for path in (space.folder / "ladders").glob("*")] == ["harbour"]
    again = Form(answer.text).found
    assert all((name, text) in again for name, text in change.items())


def test_a_form_is_read_in_the_order_that_was_given() -> None:
    sent = {"levels.0.name": ["b"], "levels.0.place": ["2"], "levels.1.name": ["a"], "levels.1.place": ["1.5"]}
    assert read(FIELDS, sent) == {"levels": [{"name": "a"}, {"name": "b"}]}


def test_before_any_data_the_form_says_so(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "empty")
    browser = Browser(create_app(Workspace.open(tmp_path / "empty")))
    assert "once data has come in" in said(browser, fields(browser, "like=nonprofit"))
    assert "Shipped, in use" in browser.text("/ladders")


def test_what_another_editor_saved_meanwhile_is_not_overwritten(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    path = space.folder / "ladders" / "harbour.toml"
    second = fields(browser, "name=harbour")
    path.write_text(path.read_text("utf-8") + "\n# a word of the other\n", "utf-8")
    kept = path.read_text("utf-8")
    for what in ("save", "look"):
        answer = browser.post("/ladders/form", data=second | {"do": [what], "title": ["Mine"]})
        assert answer.status_code == 422 and "changed by somebody else meanwhile" in answer.text
        assert path.read_text("utf-8") == kept and 'value="Mine"' in answer.text
    again = {"seen": [dict(Form(answer.text).found)["seen"]], "title": ["Mine"], "do": ["save"]}
    assert browser.post("/ladders/form", data=second | again).status_code == 303
    assert "# a word of the other" in path.read_text("utf-8") and 'title = "Mine"' in path.read_text("utf-8")
