"""Which steps lead from a stored format to the newest, and what is said of one that is newer?"""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
import tomlkit

from tests.written import interactions, open_new, take
from ziggurat.base.errors import DeclarationError, WorkspaceError
from ziggurat.base.formats import Format
from ziggurat.log import format as log_format
from ziggurat.settings import config
from ziggurat.sources.mapping import Mapping
from ziggurat.state import State, database
from ziggurat.workspace import Workspace

ROW = "interaction_id  actor  at\n{0}  user:{0}  01-22"


def numbered(first: int = 1) -> Format[list[str]]:
    return Format("the thing", tuple(lambda stored, n=n: stored.append(n) for n in "abc"), first)


@pytest.mark.parametrize(
    ("first", "found", "steps", "numbers"),
    [
        (1, 1, "abc", [2, 3, 4]),
        (1, 3, "c", [4]),
        (1, 4, "", []),
        (0, 0, "abc", [1, 2, 3]),
        (0, 2, "c", [3]),
    ],
)
def test_steps_are_taken_in_order_from_where_it_is(first, found, steps, numbers) -> None:
    stored: list[str] = []
    reached = []
    for number, step in numbered(first).ahead(found, "here"):
        step(stored)
        reached.append(number)
    assert ("".join(stored), reached) == (steps, numbers)


def test_a_newer_format_is_refused_with_what_to_do() -> None:
    with pytest.raises(WorkspaceError, match=r"^here: the thing is of format 5, .* up to 4\. A newer version has"):
        numbered().ahead(5, "here")


@pytest.fixture
def filled(tmp_path) -> Workspace:
    space = open_new(tmp_path / "space")
    take(space, interactions=interactions(ROW.format("a")))
    space.refresh()
    return space


def test_a_workspace_says_the_formats_of_its_parts(filled) -> None:
    assert json.loads((filled.folder / "log" / "format.json").read_text()) == {"format": log_format.FORMAT.newest}
    assert tomlkit.parse((filled.folder / "ziggurat.toml").read_text())["format"] == config.FORMAT.newest
    with filled.state.begin() as connection:
        assert database.number(connection) == database.FORMAT.newest


def test_a_newer_log_is_refused_to_those_who_open_it_and_to_those_who_have_it_open(filled) -> None:
    (filled.folder / "log" / "format.json").write_text('{"format": 99}')
    again = "log: the log is of format 99"
    with pytest.raises(WorkspaceError, match=again):
        Workspace.open(filled.folder)
    with pytest.raises(WorkspaceError, match=again):
        filled.refresh()
    with pytest.raises(WorkspaceError, match=again):
        take(filled, interactions=interactions(ROW.format("b")))
    (filled.folder / "log" / "format.json").write_text(json.dumps({"format": log_format.FORMAT.newest}))
    assert filled.sql("SELECT count(*) AS n FROM interactions")["n"].to_pylist() == [1]


def test_newer_settings_are_refused_before_anything_in_them_is_called_wrong(filled) -> None:
    (filled.folder / "ziggurat.toml").write_text("format = 99\nnew_word = 1\n")
    with pytest.raises(WorkspaceError, match=r"ziggurat\.toml: the file of settings is of format 99"):
        Workspace.open(filled.folder)


@pytest.mark.parametrize("number", ["'two'", "0", "1.5"])
def test_a_format_that_is_no_number_is_a_mistake(filled, number) -> None:
    (filled.folder / "ziggurat.toml").write_text(f"format = {number}\n")
    with pytest.raises(DeclarationError, match=r"`format` is .*, but must be a number that Ziggurat wrote; leave it"):
        Workspace.open(filled.folder)


def test_a_newer_state_is_refused(filled) -> None:
    with filled.state.begin() as connection:
        connection.execute(sa.update(database.NUMBER).values(number=99))
    with pytest.raises(WorkspaceError, match=r"state\.db: the state is of format 99"):
        Workspace.open(filled.folder)


# ---- steps -------------------------------------------------------------------------------------------------------


def test_a_step_of_the_log_that_is_interrupted_is_taken_again(filled, monkeypatch) -> None:
    done = []

    def step(log) -> None:
        done.append(log.folder.name)
        if len(done) == 1:
            raise KeyboardInterrupt

    steps = log_format.FORMAT.steps
    monkeypatch.setattr(log_format, "FORMAT", Format("the log", (*steps, step)))
    with pytest.raises(WorkspaceError, match="has not been brought to"):
        filled.log.snapshot()
    with pytest.raises(KeyboardInterrupt):
        Workspace.open(filled.folder)
    again = Workspace.open(filled.folder)
    assert done == ["log", "log"]
    assert again.refresh()["interactions"] == 1
    Workspace.open(filled.folder)
    assert done == ["log", "log"]


def test_settings_are_read_as_they_would_be_and_written_so_once_they_are_written(filled, monkeypatch) -> None:
    def step(settings) -> None:
        settings["currency"] = settings.pop("money")

    path = filled.folder / "ziggurat.toml"
    number = config.FORMAT.newest
    before = f'# ours\nformat = {number}\nmoney = "EUR"  # of all\nladders = ["own"]\n'
    path.write_text(before)
    monkeypatch.setattr(config, "FORMAT", Format("the file of settings", (*config.FORMAT.steps, step)))
    space = Workspace.open(filled.folder)
    assert (space.config.currency, path.read_text()) == ("EUR", before)
    space.save_mapping("x", Mapping(fields={"at": "Date"}))
    written = path.read_text()
    assert written.startswith("# ours\n") and f"format = {number + 1}" in written and "money" not in written
    assert Workspace.open(filled.folder).config.currency == "EUR"


def test_a_step_of_the_state_that_fails_changes_nothing(filled, monkeypatch) -> None:
    def step(connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (x INTEGER)")
        raise RuntimeError

    monkeypatch.setattr(database, "FORMAT", Format("the state", (*database.FORMAT.steps, step), first=0))
    with pytest.raises(RuntimeError):
        State(filled.folder)
    monkeypatch.undo()
    with State(filled.folder).begin() as connection:
        assert not sa.inspect(connection).has_table("half")
