"""A folder of workspaces, or an empty one, is served: those that are there are shown, and another is made in a form."""

from __future__ import annotations

import tomllib
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests import asynchronous
from tests.server.conftest import HOME, Browser, words
from ziggurat.base.errors import WorkspaceError
from ziggurat.server.hall import Hall
from ziggurat.workspace import Workspace
from ziggurat.workspace.folder import workspaces_in

FILLED = {"name": "Hope & Trust", "currency": "chf", "timezone": "Europe/Zurich", "ladder": "nonprofit"}
OURS = {"origin": HOME, "sec-fetch-site": "same-origin"}


def test_a_workspace_is_made_shown_at_once_and_told_what_was_filled_in(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "harbour")

    async def go() -> list[httpx.Response]:
        hall = Hall(tmp_path)
        found = []
        transport = httpx.ASGITransport(hall, raise_app_exceptions=False)
        async with (
            hall.desk.router.lifespan_context(hall.desk),
            httpx.AsyncClient(transport=transport, base_url=HOME) as client,
        ):
            found.append(await client.get("/"))
            found.append(await client.post("/workspaces", data=FILLED, headers=OURS))
            found.append(await client.get(found[-1].headers["location"]))
            found.append(await client.get("/w/hope-trust/settings"))
            found.append(await client.post("/workspaces", data=FILLED, headers=OURS))
            found.append(await client.post("/workspaces", data=FILLED, headers={"origin": "http://evil.example"}))
            found.append(await client.get("/w/nowhere/"))
            found.append(await client.get("/w/harbour/"))
        return found

    first, made, shown, settings, twice, foreign, nowhere, harbour = asynchronous.run(go())
    assert 'href="/w/harbour/"' in first.text
    assert (made.status_code, made.headers["location"]) == (303, "/w/hope-trust/")
    assert "Nothing has come in yet" in words(shown.text)
    assert 'action="/w/hope-trust/settings/organisation"' in settings.text
    assert "Europe/Zurich" in settings.text
    assert (twice.status_code, foreign.status_code, nowhere.status_code) == (422, 403, 404)
    assert "There is a folder named hope-trust already" in unescape(twice.text)
    assert all(f'href="{root}/"' in harbour.text for root in ("", "/w/harbour", "/w/hope-trust"))
    told = tomllib.loads((tmp_path / "hope-trust" / "ziggurat.toml").read_text("utf-8"))
    assert (told["name"], told["currency"], told["ladders"]) == ("Hope & Trust", "CHF", ["nonprofit"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "…"}, "with a letter or a digit"),
        ({"timezone": "Europe/Zurish"}, "did you mean 'Europe/Zurich'"),
        ({"currency": "francs"}, "no currency"),
        ({"ladder": "../ladders/nonprofit"}, "Choose one of the ladders"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    browser = Browser(Hall(tmp_path))
    answer = browser.post("/workspaces", data=FILLED | change)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert f'value="{(FILLED | change)["timezone"]}"' in answer.text
    assert list(tmp_path.iterdir()) == []


def test_only_an_empty_folder_or_one_of_workspaces_is_served_so(tmp_path: Path) -> None:
    assert workspaces_in(tmp_path) == []
    Workspace.create(tmp_path / "one")
    assert workspaces_in(tmp_path) == [tmp_path / "one"]
    assert workspaces_in(tmp_path / "one") is None
    assert workspaces_in(tmp_path / "one" / "log") is None
    assert workspaces_in(tmp_path / "nowhere") is None
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").touch()
    assert workspaces_in(tmp_path / "papers") is None


def test_one_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "one")
    (tmp_path / "one" / "ziggurat.toml").write_text("timezone = 3", "utf-8")
    with pytest.raises(WorkspaceError, match="one: ziggurat"):
        Hall(tmp_path)
