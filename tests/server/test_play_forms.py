"""A play is written in the browser: whom it means is counted beside it, and the file holds what one would write."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests import harbour
from tests.server.conftest import Browser, words
from tests.server.test_settings import Form, leaves
from ziggurat.playbook.play import SHIPPED, Play
from ziggurat.server.app import create_app
from ziggurat.server.filled import read
from ziggurat.server.pages.plays import FIELDS, LISTED, Written
from ziggurat.workspace import Workspace


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Workspace]]:
    """A workspace that only these tests change, and what asks its pages."""
    space = harbour.make(tmp_path_factory.mktemp("plays") / "harbour")
    yield Browser(create_app(space)), space


def fields(browser: Browser, query: str) -> dict[str, list[str]]:
    """Return what the form of a play would send as it stands."""
    found: dict[str, list[str]] = {}
    for name, value in Form(browser.get(f"/plays/form?{query}").text).found:
        found.setdefault(name, []).append(value.removeprefix("\n"))
    return found


def test_every_field_of_a_play_has_its_words() -> None:
    assert {path.partition(".")[0] for path in leaves(FIELDS)} == {*Play.__struct_fields__, "segment"} - {"name"}
    assert {*leaves(FIELDS)} == {*LISTED.words}


def test_a_form_that_is_saved_as_it_is_leaves_the_file_to_the_letter(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    for path in sorted(SHIPPED.glob("*.toml"))[::4]:
        sent, held = fields(browser, f"name={path.stem}"), path.read_text("utf-8")
        assert Written(path.stem, path.stem, read(FIELDS, sent) or {}).text(held) == held, path.stem
    form = fields(browser, "name=thank-hosts") | {"do": ["save"], "minutes": ["7"]}
    assert browser.post("/plays/form", data=form).status_code == 303
    shipped = tomllib.loads((SHIPPED / "thank-hosts.toml").read_text("utf-8"))
    assert tomllib.loads((space.folder / "plays" / "thank-hosts.toml").read_text("utf-8")) == shipped | {"minutes": 7}
    assert "Your own" in browser.text("/plays") and space.play("thank-hosts").minutes == 7


def test_a_new_play_says_whom_it_means_and_is_written(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    form = fields(browser, "") | {
        "play": ["guests"], "title": ["<b>Guests</b>"], "step": ["invite"], "whom.level": ["Following\nKnown"],
        "whom.kind": ["known"], "success.kinds": ["attended"], "text": ["Dear {name},\r\n\r\ncome!"],
    }  # fmt: skip
    told = words(unescape(browser.post("/plays/tried", data=form).text))
    meant = space.listed({"level": ["Following", "Known"]})
    assert f"On the ladder {space.default_ladder()} it means {len(meant)} people" in told
    assert "Known people on Following or Known." in told and 'step = "invite"' in told
    assert "whom = " not in told and "holdout_share" not in told  # what is meant anyway is not written
    assert not (space.folder / "plays" / "guests.toml").exists()
    assert browser.post("/plays/form", data=form | {"do": ["save"]}).status_code == 303
    play = space.play("guests")
    assert (play.step, play.text, play.success.kinds) == ("invite", "Dear {name},\n\ncome!", ("attended",))
    assert play.whom.level == ("Following", "Known")
    assert "&lt;b&gt;Guests" in browser.get("/plays").text
    (space.folder / "plays" / "idle.toml").write_text('active = false\nstep = "thank"\n[success]\n', "utf-8")
    for changed, said in (
        ({"text": ["{nmae}"]}, "did you mean `name`"),
        ({"minutes": ["soon"]}, "is no number"),
        ({"success.level": ["Followin"], "success.kinds": [""]}, "did you mean 'Following'"),
        ({"segment": ["press"]}, "no segment named 'press'"),
        ({"step": [""]}, "step"),
        ({"play": ["../x"]}, "can't be a name"),
        ({"play": ["keep-who-flags"]}, "There is a play named keep-who-flags already"),
        ({"play": ["idle"]}, "There is a play named idle already"),
    ):
        answer = browser.post("/plays/form", data=form | {"play": ["other"], "do": ["save"]} | changed)
        assert answer.status_code == 422 and said in unescape(answer.text), (changed, words(answer.text)[:300])
        assert "Dear {name}" in answer.text or "text" in changed
    assert sorted(path.name for path in (space.folder / "plays").iterdir()) >= ["guests.toml"]
    assert not Path(space.folder / "plays" / "other.toml").exists()


def test_an_empty_form_asks_for_the_step(own: tuple[Browser, Workspace]) -> None:
    browser, _ = own
    tried = browser.post("/plays/tried", data=fields(browser, ""))
    assert "Choose the step; then it is said here whom the play means." in words(tried.text)


@pytest.mark.parametrize("name", ["x" * 300, "../up", "x" * 10_000])
def test_a_name_that_can_be_none_of_a_file_is_refused(own: tuple[Browser, Workspace], name: str) -> None:
    browser, space = own
    for what in ("look", "save"):
        given = fields(browser, "like=thank-hosts") | {"play": [name], "do": [what]}
        assert browser.post("/plays/form", data=given).status_code == 422
        ladder = {"ladder": [name], "like": [space.default_ladder()], "do": [what]}
        assert browser.post("/ladders/form", data=ladder).status_code == 422


def test_what_another_editor_saved_meanwhile_is_not_overwritten(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    path = space.folder / "plays" / "answer-who-waits.toml"
    first, second = (fields(browser, "name=answer-who-waits") for _ in range(2))
    assert browser.post("/plays/form", data=first | {"do": ["save"], "minutes": ["21"]}).status_code == 303
    for what, changes in (("save", {"minutes": ["22"]}), ("look", {}), ("save", {"minutes": ["soon"]})):
        answer = browser.post("/plays/form", data=second | {"do": [what]} | changes)
        assert answer.status_code == 422 and "changed by somebody else meanwhile" in answer.text
        assert space.play("answer-who-waits").minutes == 21
    again = {"seen": [dict(Form(answer.text).found)["seen"]], "minutes": ["22"], "do": ["save"]}
    assert browser.post("/plays/form", data=second | again).status_code == 303  # it was said, and is saved once more
    assert space.play("answer-who-waits").minutes == 22
    path.unlink()
