"""Every command gives its answer as JSON, and nothing else on standard output."""

import json

import pytest
import typer

from ziggurat.cli.app import app

SERVERS = {"serve", "demo", "collect"}  # which run on until they are stopped


def commands(group=None, before=()):
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), command


def test_every_command_but_a_server_takes_the_option():
    lacking = {
        words for words, command in commands() if "--json" not in {o for one in command.params for o in one.opts}
    }
    assert lacking == {(name,) for name in SERVERS}


READING = [
    ("log",),
    ("rejected",),
    ("check",),
    ("people",),
    ("person", "ana@example.org"),
    ("ladder", "list"),
    ("same", "--list"),
]
READING += [
    ("ladder", "show"),
    ("raise", "--list"),
    ("pyramid",),
    ("news",),
    ("scenario",),
    ("ask",),
    ("ask", "pace", "--about"),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_it_is_one_value_of_json(run, folder, words):
    answer = json.loads(run("-C", folder, *words, "--json").out)
    assert answer
    plain = run("-C", folder, *words).out
    assert not plain.startswith("{")  # which is not printed where nobody asked for it


def test_people_and_a_person_are_told_as_the_api_tells_them(run, folder):
    page = json.loads(run("-C", folder, "people", "--rows", "2", "--json").out)
    assert (len(page["rows"]), page["page"]) == (2, 1)
    assert page["total"] > 2
    story = json.loads(run("-C", folder, "person", "Ana Moreau", "--json").out)
    assert story["person"]["name"] == "Ana Moreau"
    assert story["portrait"]["roles"]
    assert json.loads(run("-C", folder, "person", "Ana Moreau", "--brief", "--json").out)["portrait"] is None


def test_what_is_said_and_shown_is_all_there(run, folder):
    told = json.loads(run("-C", folder, "ladder", "list", "--json").out)
    shown = run("-C", folder, "ladder", "list").out
    assert len(told["tables"][0]) > 3
    for row in told["tables"][0]:
        assert str(next(iter(row.values()))) in shown
    assert "nobody is known as" in run("-C", folder, "person", "nix", "--json").err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("person", "nix"), 1, "nobody is known as"),
        (("ask", "retentoin"), 1, "no study named"),
        (("people", "--rosw", "2"), 2, "No such option"),
        (("import", "nowhere.csv", "--yes"), 1, "nowhere.csv"),
        (("frobnicate",), 2, "No such command"),
    ],
)
def test_an_error_is_json_too_beside_its_exit_code(run, folder, words, code, said):
    failed = run("-C", folder, *words, "--json")
    error = json.loads(failed.err)
    assert (failed.code, error["code"], failed.out) == (code, code, "")
    assert said in error["error"]
    assert not run("-C", folder, *words).err.startswith("{")
