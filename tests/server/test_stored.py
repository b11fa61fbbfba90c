"""What a form sends is looked at before anything of it is kept: a text with a NUL is refused, whatever the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import harbour
from tests.server.conftest import Browser
from ziggurat.base.errors import DeclarationError
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace

NUL = "a\x00b"
FORMS = (
    ("/pinned", {"study": "pyramid", "name": "x", "ladder": NUL}),
    ("/pinned", {"study": "retention", "name": "x", "level": NUL}),
    ("/people/segments", {"name": "new-ones", "title": NUL}),
    ("/people/segments", {"name": "new-ones", "search": NUL}),
    ("/people/kept", {"whole": "yes", "keep": "note", "text": NUL}),
    ("/settings/organisation", {"name": NUL}),
    ("/cards/rest", {"card": NUL, "title": "x"}),
    ("/cards/rest", {"card": "x", "title": NUL}),
    ("/sources/keys", {"source": NUL, "name": NUL}),
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Browser, Workspace]]:
    """A workspace that only this test changes, and what asks its pages."""
    space = harbour.make(tmp_path / "harbour")
    yield Browser(create_app(space)), space


def test_no_form_keeps_a_text_that_is_none(own: tuple[Browser, Workspace]) -> None:
    browser, space = own

    def kept() -> tuple[str, list[str], dict[str, int]]:
        """Return the settings, the segments, and how many rows of each sort the state holds."""
        with space.state.database.begin() as connection:
            names = sa.inspect(connection).get_table_names()
            rows = {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}
        return space.settings_text(), list(space.segments()), rows

    before = kept()
    for path, form in FORMS:
        answer = browser.post(path, data=form)
        said = answer.text
        refused = answer.status_code in (404, 409, 422) or "NUL" in said
        assert refused, (path, form, answer.status_code, said)
        assert answer.status_code < 500, (path, form)
        assert kept() == before, (path, form)


def test_the_state_refuses_it_whoever_asks(own: tuple[Browser, Workspace]) -> None:
    _, space = own
    with pytest.raises(DeclarationError, match="NUL"):
        space.note("email:ana@example.org", text=NUL, by="test")


def test_a_pin_is_called_by_what_can_be_read_of_its_name(own: tuple[Browser, Workspace]) -> None:
    browser, space = own
    browser.post("/pinned", data={"study": "pyramid", "name": "Our\x00 own\u202e"})
    assert list(space.config.pinned) == ["Our own"]
