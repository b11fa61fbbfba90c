"""Whatever is wrong with the disk: every command ends with a sentence and every page with a status, none raises."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from tests.examples import ALL
from tests.server.conftest import Browser
from tests.test_integrity import (
    ROWS,
    cut_off,
    emptied,
    no_manifest,
    no_segment,
    no_settings,
    no_state,
    torn,
    without_imports,
    without_part,
    zeros,
)
from tests.written import interactions, links, open_new, take
from ziggurat.base.errors import ZigguratError
from ziggurat.cli import main
from ziggurat.cli.app import app
from ziggurat.server.app import create_app
from ziggurat.server.registry import addresses
from ziggurat.workspace import Workspace

resource = pytest.importorskip("resource", reason="there are no such limits here")
NOBODY = 65_534
COMMANDS = {
    "log": [], "rejected": [], "check": [], "people": [], "pyramid": [], "moves": [], "rising": [], "flagging": [],
    "news": [], "scenario": [], "ask": ["unanswered"], "sql": ["FROM people"], "person": ["email:ana@x.org"],
    "ladder": ["list"], "jobs": [], "pull": ["shop"], "export": ["people", "OUT/people.csv"], "backup": ["OUT/copy"],
    "same": ["email:ana@x.org", "email:bob@x.org"], "apart": ["email:ana@x.org", "email:bob@x.org"],
    "raise": ["email:ana@x.org", "Leading", "--until", "2030-01-01", "--why", "x"],
    "import": ["IN/more.csv", "--yes"], "undo": ["1"], "refresh": [], "tidy": [], "init": ["OUT/new"],
    "note": ["email:ana@x.org", "Met at the fair."], "key": ["list"], "segment": ["list"], "next": ["--fill"],
    "play": ["proof"], "digest": [], "source": ["list"],
}  # fmt: skip
LOOK = ("log", "check", "people", "pyramid", "sql", "backup", "import", "undo", "refresh", "tidy")  # into all parts
NOT_HERE = {"serve", "collect", "demo", "simulate", "report"}  # which run on, or take long, and open one as all do


def file_for_folder(name):
    def spoil(folder):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).write_bytes(b"x")

    spoil.__name__ = f"a_file_for_{name.replace('/', '_')}"
    return spoil


FILES = ("log", "histories", "results", "log/interactions", "log/imports", "state.db")
DAMAGE = [
    without_imports, torn, emptied, without_part, cut_off, zeros, no_manifest, no_segment, no_state, no_settings,
    *map(file_for_folder, FILES), file_for_folder("log/format.json"),
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    space = open_new(tmp_path_factory.mktemp("made") / "space")
    take(space, "one.csv", interactions=interactions(ROWS), links=links("a  b\nemail:ana@x.org  user:ana"))
    space.refresh()
    space.ask("pyramid")
    return space


@pytest.fixture
def place(made):
    """A folder with a copy of a workspace, a file to import, and room for what is written; others may go into it."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        shutil.copytree(made.folder, place / "space")
        (place / "IN").mkdir()
        (place / "OUT").mkdir()
        (place / "IN" / "more.csv").write_text("at,email,kind,channel\n2026-01-07,eva@x.org,visited,web\n")
        yield place


def outcome(place, name, arguments, capsys):
    """Run a command; return what is wrong with how it ended."""
    given = [str(place / one) if one.startswith(("IN/", "OUT/")) else one for one in arguments]
    try:
        main(["-C", str(place / "space"), name, *given])
    except SystemExit as ended:
        said = capsys.readouterr()
        if ended.code not in (0, 1, None):
            return f"{name}: ended with {ended.code}: {said.err[-300:]}"
        if ended.code == 1 and not (said.err + said.out).strip():
            return f"{name}: ended with 1 and said nothing"
        return f"{name}: {said.err[-300:]}" if "Traceback" in said.err + said.out else ""
    except BaseException as error:
        return f"{name}: raised {type(error).__name__}: {str(error)[:300]}"
    return ""


def faults(place, capsys, names=tuple(COMMANDS)):
    return [fault for name in names if (fault := outcome(place, name, COMMANDS[name], capsys))]


def statuses(place):
    """Ask for every page; return those that failed for no stated reason."""
    try:
        space = Workspace.open(place / "space")
    except ZigguratError:
        return []  # the server does not start on it
    browser = Browser(create_app(space))
    wrong = []
    for address in addresses():
        path = address.path.replace("{person_id}", "p0").replace("{name}", "pyramid").replace("{ending}", "csv")
        path = path.replace("{import_id}", "1").replace("{job_id}", "x").replace("{upload_id}", "x")
        if "report" not in path:
            answer = browser.ask("POST" if address.gives == "change" else "GET", path)
            if answer.status_code == 500:
                wrong.append(path)
    browser.app.state.jobs.close()
    browser.app.state.fits.close()
    return wrong


def test_every_command_is_tried():
    assert {*COMMANDS, *NOT_HERE} == {*typer.main.get_command(app).commands}


@pytest.mark.parametrize("spoil", DAMAGE, ids=lambda spoil: spoil.__name__)
def test_damage_is_told_by_every_command(place, capsys, spoil):
    spoil(place / "space")
    assert faults(place, capsys, LOOK if DAMAGE.index(spoil) % 4 and not ALL else COMMANDS) == []


@pytest.mark.alike
@pytest.mark.parametrize("spoil", DAMAGE, ids=lambda spoil: spoil.__name__)
def test_damage_is_told_by_every_page(place, spoil):
    spoil(place / "space")
    assert statuses(place) == []


@contextmanager
def full_disk():
    """No file can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(folder):
    """Nothing in a folder can be written by whoever this is."""
    root = os.geteuid() == 0
    for path in [folder, *folder.rglob("*")]:
        if root:
            os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500 if path.is_dir() else 0o400)
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o700)


def test_a_full_disk_is_told_by_every_command_and_page(place, capsys):
    with full_disk():
        found, pages = faults(place, capsys), statuses(place)
    assert (found, pages) == ([], [])
    assert outcome(place, "check", [], capsys) == ""


def test_a_read_only_folder_is_told_by_every_command_and_page_and_can_be_read(place, capsys):
    with read_only(place / "space"):
        found, pages = faults(place, capsys), statuses(place)
        space = Workspace.open(place / "space")
        assert len(space.imports()) == 1
        assert space.sql("FROM interactions").num_rows == 2
        assert [row["people"] for row in space.ask("pyramid", at="2026-01-05").rows()]
    assert (found, pages) == ([], [])
