"""What the docs say is so: nothing is missing, no link is broken, and every example does what it says."""

import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

import ziggurat as zg
from ziggurat import demo
from ziggurat.base import kinds
from ziggurat.base.errors import DeclarationError
from ziggurat.base.kinds import Group
from ziggurat.catalogue import STUDIES
from ziggurat.levels import ladder as declared
from ziggurat.people.people import Who
from ziggurat.settings.config import Config

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
KINDS = kinds.load()


@pytest.fixture(scope="module")
def complete():
    spec = importlib.util.spec_from_file_location("complete", DOCS / "complete.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(DOCS, tmp_path / "docs")
    for name in ("README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "src").symlink_to(ROOT / "src")
    return tmp_path


BROKEN = [
    ("docs/studies/pyramid.md", None, None, "docs/studies/pyramid.md: there is no such page."),
    ("docs/sources/csv.md", None, None, "docs/sources/csv.md: there is no such page."),
    ("docs/commands/undo.md", None, None, "docs/commands/undo.md: there is no such page."),
    ("docs/commands/moves.md", "`--chart`", "a chart", "docs/commands/moves.md: says nothing of `--chart`."),
    ("docs/commands/ladder.md", "`ladder check", "`check", "docs/commands/ladder.md: says nothing of `ladder check`."),
    ("docs/commands/log.md", "List all", "Lists", "docs/commands/log.md: must begin with '# log'"),
    ("docs/ladders.md", "### nonprofit", "### others", "docs/ladders.md: has no heading '### nonprofit'"),
    ("docs/library.md", "`zg.Crowd`", "a crowd", "docs/library.md: says nothing of `Crowd`."),
    ("docs/index.md", "(tutorial.md)", "(web.md)", "docs/index.md: does not link tutorial.md."),
    ("README.md", "(LICENSE)", "(LICENCE)", "README.md: links to LICENCE, which is not there."),
    ("docs/tutorial.md", "#six-level", "#seven-level", "links to ladders.md#seven-level, a heading that is not there."),
]


@pytest.mark.parametrize(("page", "before", "after", "told"), BROKEN, ids=[case[3] for case in BROKEN])
def test_what_is_missing_or_broken_is_found(complete, copy, page, before, after, told):
    sound = complete.missing(copy)
    path = copy / page
    if before is None:
        path.unlink()
    else:
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")
    fresh = [line for line in complete.missing(copy) if line not in sound]
    assert any(told in line for line in fresh), fresh


def test_a_public_name_without_a_docstring_is_found(complete, monkeypatch):
    monkeypatch.setattr(zg.Crowd, "__doc__", None)
    assert "ziggurat.Crowd: has no docstring." in complete.missing()


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", [text for text in blocks("docs/ladders.md", "toml") if "[[levels]]" in text])
def test_the_ladders_shown_are_ladders(text):
    assert declared.parse({"name": "shown", **tomllib.loads(text)}, KINDS).rules()


@pytest.mark.parametrize("page", ["docs/ladders.md", "docs/people.md", "docs/workspace.md"])
def test_the_settings_shown_are_settings(page):
    for text in blocks(page, "toml"):
        if "[[levels]]" not in text:
            settings = msgspec.convert(tomllib.loads(text), Config)  # strict: an unknown key is an error
            assert settings.people == Who()  # the page shows what holds where nothing is said


def test_every_rule_and_filter_has_an_example():
    fields = set(declared.Rule.__struct_fields__)
    page = (DOCS / "ladders.md").read_text("utf-8")
    assert [name for name in fields if not re.search(rf"`?{name} = ", page)] == []


MISTAKES = {
    "`at_leest = 3`": {"at_leest": 3},
    '`kinds = ["donatd"]`': {"kinds": ["donatd"], "at_least": 1},
    "no test": {"kinds": ["donated"]},
    "`at_least = 3` and `on_days = 2` in one rule": {"at_least": 3, "on_days": 2},
    "`from_kinds` with `within_days`": {"from_kinds": ["joined"], "within_days": 9},
    "`at_least` with `until_kinds`": {"at_least": 1, "until_kinds": ["left"]},
    "`at_least = 0`": {"at_least": 0},
    "`within_days = 0`": {"at_least": 1, "within_days": 0},
    "`helpful = true` with `from_kinds`": {"from_kinds": ["joined"], "helpful": True},
    '`of = "minutes"` without `worth`': {"at_least": 1, "of": "minutes"},
}


def mistakes():
    rows = (DOCS / "ladders.md").read_text("utf-8").partition("## Common mistakes")[2].partition("What no check")[0]
    cells = [row.strip("| ").split(" | ") for row in rows.strip().splitlines() if row.startswith("|")]
    return [tuple(row) for row in cells[2:]]


@pytest.mark.parametrize(("written", "answer"), mistakes(), ids=[row[0] for row in mistakes()])
def test_common_mistakes_are_answered_as_told(written, answer):
    one = {"name": "Friend", "rules": [MISTAKES.get(written, {"at_least": 1})]}
    levels = {"a level without rules": [one | {"rules": []}], "two levels of one name": [one, one]}.get(written, [one])
    assert written in MISTAKES or len(levels) == 2 or not levels[0]["rules"]
    with pytest.raises(DeclarationError) as raised:
        declared.parse({"name": "x", "levels": levels}, KINDS, "ladders/x.toml")
    assert str(raised.value).endswith(answer)


def test_own_kinds_are_declared_as_shown():
    text = next(text for text in blocks("docs/ladders.md", "toml") if "[kinds" in text)
    own = {name: msgspec.convert(group, Group) for name, group in tomllib.loads(text)["kinds"].items()}
    assert kinds.load(own).direction_of["seeded"] == "out"


def test_the_code_of_the_readme_and_the_library_page_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    demo.prepare(tmp_path / "demo")
    shown = {}
    for page in ("README.md", "docs/library.md"):
        for text in blocks(page, "python"):
            exec(compile(text, page, "exec"), shown)
    printed = capsys.readouterr().out
    assert "Partner 127 36" in printed
    assert "(127, " in printed
    assert "Main store ['purchased worth 600 in all within 90 days']" in printed
    assert (tmp_path / "pyramid.csv").stat().st_size > 0
    assert unignored(tmp_path) == set()


def test_the_library_page_imports_only_what_is_installed_with_the_library():
    imported = {
        name
        for text in blocks("docs/library.md", "python")
        for name in re.findall(r"^(?:import|from) (\w+)", text, re.M)
    }
    needed = {
        re.split(r"\W", one)[0]
        for one in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    }
    assert imported - needed - sys.stdlib_module_names == {"ziggurat"}


def unignored(folder):
    """Return what the examples have left in a folder and git would not ignore in ours."""
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    return {
        path.name for path in folder.iterdir() if not {f"/{path.name}", f"/{path.name}/", f"{path.name}/"} & {*ignored}
    }


def test_the_commands_of_the_readme_run_as_they_stand(tmp_path):
    text = next(text for text in blocks("README.md", "") if "donations.csv" in text)
    assert text.rstrip().endswith("ziggurat -C club serve")
    typed = text.replace("ziggurat -C club serve", "")
    place = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["sh", "-ec", typed], cwd=tmp_path, env=os.environ | place, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "6 new, 0 already known, 0 rejected" in ran.stdout
    assert "6 interactions of 3 people" in ran.stdout
    assert unignored(tmp_path) == set()


def test_a_person_is_they_on_every_page_and_in_every_study_and_words_are_plain():
    words = re.compile(r"\b([Ss]he|[Hh]er|[Hh]ers|[Hh]erself|[Rr]eckon\w*|told apart)\b")
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    pages += (ROOT / "src" / "ziggurat" / "server" / "templates").glob("*.html")
    said = {str(page.relative_to(ROOT)): re.sub(r"\w*\.hers", "", page.read_text("utf-8")) for page in pages}
    for study in STUDIES.values():
        said[study.name] = inspect.getmodule(study.function).__doc__ + " ".join(one.about for one in study.options)
        said[study.name] += " ".join(column.head for column in study.result.columns.values())
    assert {page: found for page, text in said.items() if (found := words.findall(text))} == {}
