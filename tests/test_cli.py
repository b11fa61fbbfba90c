"""Every command, as it is typed. The log is that of `tests.harbour`, counted by hand there."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
import typer
from rich.console import Console

from tests import harbour
from ziggurat.cli import main
from ziggurat.cli.app import app

EVENTS = """Date,Email,Event,Amount
2026-01-05,ana@example.org,Newsletter signup,
2026-01-20,ana@example.org,Donation,10
2026-01-21,bea@example.org,Donation,30
2026-02-01,bea@example.org,Donation,50
2026-02-03,bea@example.org,Blorb,
someday,chidi@example.org,Donation,20
"""
HEAVY = ("numba", "numpy", "pyarrow", "duckdb", "altair", "pandas", "sqlalchemy", "deltalake", "granian", "starlette")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli") / "harbour"
    harbour.make(place)
    return place


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.delenv("ZIGGURAT_FOLDER", raising=False)

    def typed(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code or 0, out=printed.out, err=printed.err)

    return typed


@pytest.fixture
def club(tmp_path, run, monkeypatch):
    """A new workspace with a file beside it that has a bad row and an event name nobody knows."""
    monkeypatch.chdir(tmp_path)
    Path("Events 2026-01.csv").write_text(EVENTS, "utf-8")
    assert run("init", "club", "--name", "Harbour Club", "--currency", "eur", "--ladder", "nonprofit").code == 0
    return lambda *arguments: run("-C", "club", *arguments)


def commands():
    group = typer.main.get_command(app)
    found = [(name,) for name in group.commands]
    return found + [("ladder", name) for name in group.commands["ladder"].commands]


def asking(monkeypatch, answer):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda text: answer)


# ---- the command itself ---------------------------------------------------------------------------------------------


def test_help_answers_at_once():
    code = (
        "import sys, resource\nfrom ziggurat.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime\n"
        f"print([name for name in {HEAVY} if name in sys.modules], seconds, file=sys.stderr)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert "climbs the engagement pyramid" in runs[0].stdout
    loaded, seconds = zip(*(one.stderr.strip().rsplit(" ", 1) for one in runs), strict=True)
    assert set(loaded) == {"[]"}
    assert min(map(float, seconds)) < 0.5


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


# ---- data in --------------------------------------------------------------------------------------------------------


def test_init_makes_a_workspace_once_and_only_with_a_ladder_that_there_is(run, tmp_path):
    wrong = run("init", tmp_path / "a", "--ladder", "nonproft")
    assert "no shipped ladder named 'nonproft'; did you mean 'nonprofit'?" in wrong.err
    assert not (tmp_path / "a").exists()
    assert "Made the workspace 'a'" in run("init", tmp_path / "a").out
    assert "is a workspace already" in run("init", tmp_path / "a").err


def test_a_guess_is_shown_with_its_reasons_and_needs_to_be_accepted(club):
    shown = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert shown.code == 1
    assert "its name, and its values look like e-mail addresses" in shown.out
    assert "Blorb" in shown.out
    assert "unknown: its rows will be rejected" in shown.out
    assert "'someday' is no date" in shown.out
    assert "add --yes" in shown.err
    assert "[sources" not in Path("club/ziggurat.toml").read_text("utf-8")
    assert "Nothing has been imported yet" in club("log").out


def test_a_guess_can_be_declined_and_accepted_by_hand(club, monkeypatch):
    asking(monkeypatch, False)
    declined = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert (declined.code, "Nothing was imported" in declined.out) == (1, True)
    asking(monkeypatch, True)
    accepted = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert (accepted.code, "4 new, 0 already known, 2 rejected" in accepted.out) == (0, True)


def test_what_a_guess_lacks_is_said_with_the_option_that_gives_it(club):
    lacking = club("import", "Events 2026-01.csv", "--yes")
    assert lacking.err == (
        "Error: [sources.events]: nothing says the channel of a row; name its column with --field channel=COLUMN, "
        "or say one for all rows with --constant channel=email.\n"
    )
    assert "has no '='" in club("import", "Events 2026-01.csv", "--constant", "channel").err


def test_an_import_is_kept_known_again_and_taken_back(club):
    given = ("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    assert "4 new, 0 already known, 1 rejected, 1 skipped on purpose (import 1, source 'events')" in club(*given).out
    assert 'Blorb = "skip"' in Path("club/ziggurat.toml").read_text("utf-8")
    again = club("import", "Events 2026-01.csv")
    assert again.out.startswith(
        "Events 2026-01.csv: 0 new, 4 already known, 1 rejected, 1 skipped on purpose (import 2"
    )
    club("refresh")
    assert "2 people, page 1 of 1" in club("people").out
    assert "Import 1 is taken back" in club("undo", "1").out
    assert "ziggurat refresh" in club("people").err
    assert "0 interactions of 0 people" in club("refresh").out
    assert "import 1 is already undone" in club("undo", "1").err
    assert "is no import's number" in club("undo", "one").err
    assert club("log").out.count("undone") == 2  # the heading, and import 1


def test_rejected_rows_go_out_are_mended_and_come_in_again(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    listed = club("rejected")
    assert "column 'Date': 'someday' is no date" in listed.out
    assert "1 in all" in listed.out
    written = club("rejected", "1", "--export", "bad.csv")
    assert "ziggurat import bad.csv --source events" in written.out
    Path("bad.csv").write_text(Path("bad.csv").read_text("utf-8").replace("someday,", "2026-03-01,"), "utf-8")
    assert "1 new, 0 already known, 0 rejected" in club("import", "bad.csv", "--source", "events").out
    assert "No row was rejected" in club("rejected", "2").out
    assert "can't be written" in club("rejected", "--export", "nix/bad.csv").err


def test_a_mapping_may_come_from_a_file(club):
    Path("map.toml").write_text(
        '[fields]\nat = "Date"\nactor = "Email"\n[constants]\nchannel = "web"\nkind = "donated"\n'
        '[namespaces]\nactor = "email"\n',
        "utf-8",
    )
    assert "5 new" in club("import", "Events 2026-01.csv", "--mapping", "map.toml", "--source", "gifts").out
    assert "[sources.gifts" in Path("club/ziggurat.toml").read_text("utf-8")
    Path("map.toml").write_text('[feilds]\nat = "Date"\n', "utf-8")
    assert "map.toml: unknown field `feilds`; did you mean `fields`?" in club(
        "import", "Events 2026-01.csv", "--mapping", "map.toml").err  # fmt: skip


def test_a_file_that_is_not_there(club):
    assert "nix.csv: No such file or directory" in club("import", "nix.csv", "--yes").err


def test_before_the_first_refresh_a_question_says_what_to_do(club):
    assert "`ziggurat import` some data, then `ziggurat refresh`" in club("pyramid").err


# ---- questions ------------------------------------------------------------------------------------------------------


def cells(text, first):
    """Return the cells of the line that begins with a word."""
    line = next(line for line in text.splitlines() if line.startswith(first))
    return line.split()


def test_the_pyramid_is_that_of_the_log(run, folder):
    shown = run("-C", folder, "pyramid", "--compare-at", "2026-02-15").out
    assert cells(shown, "Leading")[1] == "1"
    assert cells(shown, "Following")[1] == "3"
    assert cells(shown, "Known")[1] == "2"
    assert cells(shown, "Anonymous")[1] == "1"
    assert cells(shown, "Endorsing")[-2:] == ["2", "-2"]  # Ana and Bea, six weeks before
    assert "\x1b" not in shown


def test_a_row_opens_to_its_people_by_the_name_of_its_level(run, folder):
    shown = run("-C", folder, "pyramid", "--people", "level=leading").out
    assert shown.startswith("1 person\n")
    assert "Ana Moreau" in shown
    assert "There are: 3, 2, 1, 0, -1" in run("-C", folder, "pyramid", "--people", "level=top").err
    assert "can't be opened by 'levl'; did you mean 'level'?" in run("-C", folder, "pyramid", "--people", "levl=1").err
    assert "is no KEY=VALUE; the keys are: level" in run("-C", folder, "pyramid", "--people", "level").err


def test_moves_open_by_two_keys(run, folder):
    window = ("--since", "2026-02-15", "--until", "2026-03-31")
    shown = run("-C", folder, "moves", *window, "--people", "from_level=Endorsing", "--people", "to_level=Following")
    assert shown.out.startswith("1 person\n")
    assert "Bea Okafor" in shown.out
    new = run("-C", folder, "moves", *window, "--people", "from_level=New")
    assert "Emil Novak" in new.out


def test_rising_and_flagging_name_their_people(run, folder):
    assert run("-C", folder, "rising").out == "None.\n"  # Ana's climb is 31 days ago at the end of March
    assert "Ana Moreau" in run("-C", folder, "rising", "--days", "31").out
    assert "Bea Okafor" in run("-C", folder, "flagging", "--days", "60").out


def test_any_study_is_asked_by_name_with_its_own_options(run, folder):
    asked = run("-C", folder, "ask", "retention", "--level=1", "--period", "quarter", "--json")
    assert json.loads(asked.out)["asked"]["period"] == "quarter"
    left_out = run("-C", folder, "ask", "attribution", "--since", "2025-11-30")
    assert left_out.err.startswith("The model hawkes is left out: whoever has climbed can't climb again")
    assert "hawkes" not in left_out.out
    assert "'retention' needs `level`" in run("-C", folder, "ask", "retention").err
    assert "takes no option 'levle'; did you mean 'level'?" in run("-C", folder, "ask", "retention", "--levle", "1").err
    assert "the option --level has no value" in run("-C", folder, "ask", "retention", "--level").err
    assert "'stray' is no option" in run("-C", folder, "ask", "pyramid", "stray").err
    assert run("-C", folder, "ask", "pyramidd").err == "Error: no study named 'pyramidd'; did you mean 'pyramid'?\n"


def test_without_a_name_all_studies_are_listed(run):
    listed = run("ask").out
    assert "Whose engagement is flagging?" in listed
    assert "--compare-at" in listed


def test_an_answer_goes_into_files(run, folder, tmp_path):
    files = {ending: tmp_path / f"answer.{ending}" for ending in ("csv", "parquet", "svg", "png", "html", "json")}
    shown = run("-C", folder, "pyramid", "--csv", files["csv"], "--parquet", files["parquet"], "--chart", files["svg"])
    assert f"Wrote 5 rows to {files['csv']}." in shown.out
    assert files["csv"].read_text("utf-8").startswith("level,level_name,people,share")
    assert pq.read_table(files["parquet"])["people"].to_pylist() == [1, 0, 3, 2, 1]
    assert "Leading" in files["svg"].read_text("utf-8")
    for ending in ("png", "html", "json"):
        run("-C", folder, "pyramid", "--chart", files[ending])
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert "<html" in files["html"].read_text("utf-8")
    assert "vega-lite" in json.loads(files["json"].read_text("utf-8"))["$schema"]


def test_people_behind_a_row_go_into_files_with_readable_times(run, folder, tmp_path):
    file = tmp_path / "people.csv"
    run("-C", folder, "pyramid", "--people", "level=Leading", "--csv", file)
    assert "2026-03-01T00:00:00+00:00" in file.read_text("utf-8")
    behind = run("-C", folder, "pyramid", "--people", "level=Leading", "--json")
    assert [row["name"] for row in json.loads(behind.out)] == ["Ana Moreau"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("answer.gif", "a chart can't be written as 'answer.gif'; its name must end in .png, .svg, .html, .json."),
        ("nix/answer.svg", "can't be written: No such file or directory"),
    ],
)
def test_a_chart_that_cannot_be_written(run, folder, tmp_path, name, message):
    assert message in run("-C", folder, "pyramid", "--chart", tmp_path / name).err


def test_a_wrong_date_is_said(run, folder):
    assert "'2026-13-01' is no instant" in run("-C", folder, "pyramid", "--at", "2026-13-01").err


def test_long_answers_are_cut_and_say_so(run, folder):
    assert "3 more rows; --rows 0 shows all" in run("-C", folder, "pyramid", "--rows", "2").out
    assert "more rows" not in run("-C", folder, "pyramid", "--rows", "0").out


# ---- SQL and tables out ---------------------------------------------------------------------------------------------


def test_sql_answers_and_cannot_write(run, folder, tmp_path):
    shown = run("-C", folder, "sql", "SELECT kind, count(*) AS n FROM interactions WHERE kind = 'shared' GROUP BY kind")
    assert cells(shown.out, "shared") == ["shared", "4"]
    assert "must be one SELECT" in run("-C", folder, "sql", f"COPY people TO '{tmp_path / 'x.csv'}'").err
    assert not (tmp_path / "x.csv").exists()
    assert "Did you mean" in run("-C", folder, "sql", "FROM peple").err
    assert json.loads(run("-C", folder, "sql", "SELECT 1 AS one", "--json").out) == [{"one": 1}]


def test_what_could_steer_a_terminal_or_a_spreadsheet_does_not(run, folder, tmp_path):
    shown = run("-C", folder, "sql", "SELECT chr(27) || '[2J' || chr(8238) AS x")
    assert "□[2J□" in shown.out
    assert "\x1b" not in shown.out
    run("-C", folder, "sql", "SELECT '=1+1' AS x", "--csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text("utf-8") == "x\n'=1+1\n"
    assert "\u202e" not in run("-C", folder, "person", "user:hostile").out


def test_whole_tables_go_out(run, folder, tmp_path):
    assert "Wrote 17 rows" in run("-C", folder, "export", "interactions", tmp_path / "i.parquet").out
    assert pq.read_table(tmp_path / "i.parquet").num_rows == 17
    run("-C", folder, "export", "people", tmp_path / "p.csv")
    assert "Ana Moreau" in (tmp_path / "p.csv").read_text("utf-8")
    assert (
        "no table named 'peple'; did you mean 'people'?" in run("-C", folder, "export", "peple", tmp_path / "p.csv").err
    )
    assert "must end in .csv or .parquet" in run("-C", folder, "export", "people", tmp_path / "p.xls").err


# ---- people ---------------------------------------------------------------------------------------------------------


def test_people_are_searched_filtered_and_sorted(run, folder):
    assert "1 person, page 1 of 1" in run("-C", folder, "people", "--search", "MOREAU").out
    assert "3 people" in run("-C", folder, "people", "--level", "Following").out
    assert "Sam Staff" in run("-C", folder, "people", "--kind", "staff").out
    most = run("-C", folder, "people", "--sort", "interactions", "--down", "--rows", "1").out
    assert "Ana Moreau" in most
    assert "people have no sort 'nme'; did you mean 'name'?" in run("-C", folder, "people", "--sort", "nme").err


def test_a_person_is_told_with_the_interactions_that_put_her_there(run, folder):
    told = run("-C", folder, "person", "email:ana@example.org").out
    assert "Leading since 2026-03-01 00:00" in told
    assert "city: Porto" in told
    assert "Why she is here: Leading" in told
    assert "Spring meetup" in told
    assert "█" in told
    assert "4 interactions, page 1 of 1" in told
    following = run("-C", folder, "person", "email:chidi@example.org").out
    assert "What the next level needs: Endorsing" in following
    assert "0 of 2 interactions" in following
    assert "Staff stand on no ladder" in run("-C", folder, "person", "email:sam@harbour.org").out
    assert "stands on no ladder" in run("-C", folder, "person", "anon:7f3").out
    assert "nobody is known as 'email:nix'" in run("-C", folder, "person", "email:nix").err


def test_a_person_is_told_from_both_sides_unless_in_brief(run, folder):
    told = run("-C", folder, "person", "email:ana@example.org").out
    for said in (
        "How she takes part, in 365 days", "creator", "collector", "Where she stands towards us", "To whom she is tied",
        "0 questions, 0 answered", "gave   time", "gave   advocacy", "She never bought or gave",
        "example.org: 5 people, 5 active; 4 of their 12 days are hers.",
    ):  # fmt: skip
        assert said in told, said
    assert "How she takes part" not in run("-C", folder, "person", "email:ana@example.org", "--brief").out
    assert "How she takes part" not in run("-C", folder, "person", "email:sam@harbour.org").out
    visitor = run("-C", folder, "person", "anon:7f3").out
    assert "spectator" in visitor
    assert "Where she stands" not in visitor


def test_identities_are_merged_listed_and_parted_again(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--yes")
    club("refresh")
    pair = ("email:ana@example.org", "email:bea@example.org")
    assert "are one person" in club("same", *pair, "--why", "one card").out
    assert "one card" in club("same", "--list").out
    assert "of 1 person," in club("refresh").out
    assert "is taken back" in club("same", *pair[::-1], "--undo").out
    assert "of 2 people," in club("refresh").out
    assert "not to be linked" in club("apart", *pair).out
    assert "apart" in club("apart", "--list").out
    assert "nobody is known as 'email:nix'" in club("same", pair[0], "email:nix").err
    assert "are the same identity" in club("same", pair[0], pair[0]).err
    assert "two identities are needed" in club("same", pair[0]).err
    club("apart", *pair, "--undo")
    assert "nothing was decided" in club("apart", *pair, "--undo").err


def test_a_raise_lifts_until_it_ends_and_can_be_taken_back(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--yes")
    club("refresh")
    given = ("email:ana@example.org", "Champion", "--since", "2026-01-31", "--until", "2026-12-31", "--why", "board")
    assert "stands on Champion or higher" in club("raise", *given).out
    assert cells(club("pyramid").out, "Champion")[1] == "1"
    assert "board" in club("raise", "--list").out
    assert "Raise 1 is taken back" in club("raise", "--undo", "1").out
    assert cells(club("pyramid").out, "Champion")[1] == "0"
    assert "there is no raise 1" in club("raise", "--undo", "1").err
    assert "--until DATE and --why REASON" in club("raise", *given[:2]).err
    assert "has no level 'Champ'; did you mean 'Champion'?" in club("raise", given[0], "Champ", *given[2:]).err


# ---- ladders --------------------------------------------------------------------------------------------------------


def test_ladders_are_listed_shown_and_checked(run, folder, tmp_path):
    assert cells(run("-C", folder, "ladder", "list").out, "harbour")[-1] == "Leading"
    assert "six-level" in run("-C", tmp_path, "ladder", "list").out
    assert "shared at least 2 times within 90 days" in run("-C", folder, "ladder", "show").out
    assert "'community' is sound: 5 levels, 5 rules." in run("ladder", "check", "community").out
    assert "no ladder named 'comunity'; did you mean 'community'?" in run("ladder", "check", "comunity").err


def test_the_port_and_the_names_reach_the_server(run, folder, monkeypatch):
    served = []
    monkeypatch.setattr("ziggurat.server.run.serve", lambda *given, also: served.append((*given, also)))
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
