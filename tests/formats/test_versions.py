"""What every earlier version has stored opens in this one, and says the same."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.formats import make
from tests.written import interactions, take
from ziggurat.log import format as log_format
from ziggurat.settings import config
from ziggurat.workspace import Workspace


@pytest.fixture(params=make.versions())
def version(request) -> str:
    return request.param


def test_there_is_one_of_the_first_version() -> None:
    assert "0.1" in make.versions()


def test_it_gives_the_same_figures_and_goes_on(version, tmp_path) -> None:
    said = make.unpack(version, tmp_path)
    settings = (tmp_path / config.FILE).read_bytes()
    space = Workspace.open(tmp_path)
    space.refresh()
    found = make.figures(space)
    for one, before in zip(found["imports"], said.pop("imports"), strict=True):
        assert {name: one[name] for name in before} == before  # later versions tell more of each
    for name, value in said.items():
        if name.startswith("people "):  # a later version lists those without a name by what else they are called
            assert sorted(found[name]) == sorted(value), name
        else:
            assert as_far(found[name], value) == value, name
    assert (tmp_path / config.FILE).read_bytes() == settings  # nobody asked to write them
    assert log_format.read(tmp_path / "log") == log_format.FORMAT.newest
    again = Workspace.open(tmp_path)
    assert make.figures(again) == found
    taken = take(again, interactions=interactions("interaction_id  actor  at\nnew  user:new  2026-01-05"))
    assert again.refresh()["interactions"] == said["counts"]["interactions"] + 1
    again.merge("user:new", "email:visitor@example.org", why="told us")
    assert again.refresh()["interactions"] == said["counts"]["interactions"] + 1
    again.undo(taken["import_id"])
    assert again.refresh()["interactions"] == said["counts"]["interactions"]


def as_far(found: Any, said: Any) -> Any:
    """What is found, without what an earlier version did not know of it."""
    if isinstance(said, dict):
        return {name: as_far(found.get(name), value) for name, value in said.items()}
    if isinstance(said, list) and len(said) == len(found):
        return [as_far(*each) for each in zip(found, said, strict=True)]
    return found


def test_what_was_derived_may_be_missing(version, tmp_path) -> None:
    said = make.unpack(version, tmp_path)
    for folder in ("histories", "results"):
        for path in (tmp_path / folder).rglob("*"):
            path.unlink() if path.is_file() else None
    space = Workspace.open(tmp_path)
    space.refresh()
    assert as_far(make.figures(space)["counts"], said["counts"]) == said["counts"]


def test_a_state_without_its_newer_tables_gets_them(version, tmp_path) -> None:
    """As one has it that was last opened before they were there."""
    make.unpack(version, tmp_path)
    with sqlite3.connect(tmp_path / "state.db") as database:
        database.execute("DROP TABLE settled")
    assert Workspace.open(tmp_path).state.settled() == set()
