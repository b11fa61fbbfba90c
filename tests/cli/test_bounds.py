"""Whatever is typed, a command answers with a sentence, and never with a traceback."""

from __future__ import annotations

import pytest
import typer

from ziggurat.cli.app import app

HOSTILE = ("nan", "-1", "0001-01-01", "9" * 47)
NEEDED = {"person": ["email:ana@example.org"], "raise": ["email:ana@harbour.example", "Leading"]}
NEEDED |= {"undo": ["1"], "ask": ["rising"], "sql": ["SELECT 1"]}
CHANGING = {
    "demo",
    "simulate",
    "serve",
    "init",
    "import",
    "tidy",
    "refresh",
}  # they make, listen, or take no such thing
FREE = {"why", "comment", "name", "export", "csv", "parquet", "chart", "knobs", "by"}  # of any text, or a file


def options() -> list[tuple[str, str]]:
    """Every command that reads, with each of its options that takes a value."""
    commands = typer.main.get_command(app).commands
    return [
        (name, option.opts[0])
        for name, command in commands.items()
        if name not in CHANGING and not hasattr(command, "commands")
        for option in command.params
        if option.param_type_name == "option" and not option.is_flag and option.name not in FREE and option.nargs == 1
    ]


@pytest.mark.parametrize(("command", "option"), options())
def test_no_value_of_an_option_is_a_traceback(run, folder, command, option):
    for value in HOSTILE:
        more = ["--until", "2026-12-31", "--why", "asked"] if command == "raise" and option != "--until" else []
        more += ["--why", "asked"] if option == "--until" and command == "raise" else []
        ended = run("-C", folder, command, *NEEDED.get(command, []), *more, f"{option}={value}")
        assert ended.code in (0, 1, 2), (value, ended.err)
        assert "Traceback" not in ended.err
        assert ended.code == 0 or len(ended.err) > 20, value


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("command", ["undo", "rejected", "person", "same", "apart"])
def test_no_name_or_number_is_a_traceback(run, folder, command, value):
    more = [value, "asked"] if command in ("same", "apart") else []
    ended = run("-C", folder, command, "--", value, *more[:1])
    assert ended.code in (1, 2)
    assert len(ended.err) > 20


def test_a_day_that_is_too_far_away_is_said_to_be(run, folder):
    for words in (("news", "--since"), ("moves", "--until"), ("pyramid", "--at"), ("report", "--since")):
        assert (
            "0001-01-01 is too far away; give a day from 1900 to 2200." in run("-C", folder, *words, "0001-01-01").err
        )
