"""The command itself: its help, its errors, where it looks for the folder, and how it prints."""

import io
import os
import re
import subprocess
import sys

import pytest
import typer
from rich.console import Console

import ziggurat as zg
from ziggurat.cli import main
from ziggurat.cli.app import app

HEAVY = ("numba", "numpy", "pyarrow", "duckdb", "altair", "pandas", "sqlalchemy", "deltalake", "uvicorn", "starlette")


def commands():
    group = typer.main.get_command(app)
    found = [(name,) for name in group.commands]
    return found + [(each, name) for each in ("ladder", "key") for name in group.commands[each].commands]


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom ziggurat.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "climbs the engagement pyramid" in run.stdout
    assert run.stderr.strip() == "[]"


def test_it_runs_as_a_module():
    ran = subprocess.run(
        [sys.executable, "-m", "ziggurat", "ladder", "list"], capture_output=True, text=True, check=True
    )
    assert "six-level" in ran.stdout


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_has_help(run, command):
    shown = run(*command, "--help")
    assert shown.code == 0
    assert "Usage: ziggurat" in shown.out


def test_an_error_is_one_line_on_standard_error_and_the_exit_code_one(run, tmp_path):
    failed = run("-C", tmp_path / "nix", "pyramid")
    assert (failed.code, failed.out) == (1, "")
    place = tmp_path / "nix"
    assert (
        failed.err == f"Error: {place} is no workspace (it has no ziggurat.toml); `ziggurat init {place}` makes one.\n"
    )


def test_a_crash_shows_its_traceback(folder, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("ziggurat.workspace.Workspace.ask", broken)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        main(["-C", str(folder), "pyramid"])


def test_the_folder_is_the_nearest_parent_or_what_the_environment_says(run, folder, monkeypatch, tmp_path):
    monkeypatch.chdir(folder / "ladders")
    assert "Ana Moreau" in run("people").out
    monkeypatch.chdir(tmp_path)
    assert "is no workspace" in run("people").err
    monkeypatch.setenv("ZIGGURAT_FOLDER", str(folder))
    with pytest.raises(SystemExit):
        main(["people"])


def test_the_port_and_the_names_reach_the_server(run, folder, monkeypatch):
    served = []
    monkeypatch.setattr(
        "ziggurat.server.run.serve", lambda *given, also, announce: (served.append((*given, also)), announce())
    )
    shown = run("-C", folder, "serve", "--host", "::1", "--port", "9999", "--allow-host", "crm.example.org")
    assert "http://[::1]:9999" in shown.out
    assert served == [(folder, "::1", 9999, ("crm.example.org",), ())]


def test_the_server_does_not_open_itself_to_others_unasked(run, folder):
    refused = run("-C", folder, "serve", "--host", "0.0.0.0")
    assert (refused.code, "there is no sign-in" in refused.err) == (1, True)


def test_output_in_a_pipe_is_plain(folder):
    environment = os.environ | {"TERM": "xterm-256color"}
    command = [sys.executable, "-m", "ziggurat", "-C", str(folder), "people"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "\x1b" not in piped.stdout
    assert max(map(len, piped.stdout.splitlines())) > 100  # not folded to the width of some terminal


@pytest.mark.parametrize(("width", "wanted"), [(80, "kind shared · n 4"), (200, "shared")])
def test_a_table_too_wide_for_the_terminal_is_told_in_paragraphs(run, folder, monkeypatch, width, wanted):
    written = io.StringIO()
    terminal = Console(file=written, force_terminal=True, width=width, no_color=True, highlight=False)
    monkeypatch.setattr("ziggurat.cli.show.console", lambda **_: terminal)
    columns = ", ".join(f"'{'x' * 12}' AS column_{at}" for at in range(6))
    run(
        "-C", folder, "sql", f"SELECT kind, count(*) AS n, {columns} FROM interactions WHERE kind = 'shared' GROUP BY 1"
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", written.getvalue())
    assert wanted in text
    assert ("·" in text) == (width == 80)
    assert max(map(len, text.splitlines())) <= width


def test_the_version_is_printed(run):
    assert run("--version").out.strip() == f"ziggurat {zg.__version__}"


@pytest.mark.parametrize("command", ["rejected 99", "play run xyzzy", "next", "play proof"])
def test_what_one_is_told_to_type_is_of_the_workspace_that_was_given(space, command, capsys, monkeypatch):
    """In whatever room a text is written; in the folder itself no more is said than needed."""
    told = []
    for given in (["-C", str(space.folder)], []):
        monkeypatch.chdir(space.folder)
        with pytest.raises(SystemExit):
            main([*given, *command.split()])
        shown = capsys.readouterr()
        told.append([part for part in re.split(r"`", shown.out + shown.err) if part.startswith("ziggurat ")])
    assert [each.replace(f"-C {space.folder} ", "") for each in told[0]] == told[1] != []
    assert all(f" -C {space.folder} " in each for each in told[0])
    assert all(" -C " not in each for each in told[1])
