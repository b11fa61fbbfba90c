"""Questions, as they are typed. The log is that of `tests.harbour`, counted by hand there."""

import json

import pyarrow.parquet as pq
import pytest

from tests.cli.shown import cells
from ziggurat.catalogue import find


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
    shown = run("-C", folder, "rising").out  # Ana's climb is 31 days ago at the end of March
    assert "none climbed within 30 days, has 0.5 of what the next level asks, or picks up" in shown
    assert "Ana Moreau" in run("-C", folder, "rising", "--days", "31").out
    assert "Bea Okafor" in run("-C", folder, "flagging", "--days", "60").out


def test_any_study_is_asked_by_name_with_its_own_options(run, folder):
    asked = run("-C", folder, "ask", "retention", "--level=1", "--period", "quarter", "--json")
    assert json.loads(asked.out)["asked"]["period"] == "quarter"
    left_out = run("-C", folder, "ask", "attribution", "--since", "2025-11-30")
    assert left_out.err.startswith("The model incremental is left out: whoever has climbed can't climb again")
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
    assert "…" not in listed
    assert max(map(len, listed.splitlines())) > 200  # nothing is cut or wrapped in a pipe


def test_a_study_tells_its_options_with_their_meaning(run):
    told = run("ask", "journeys", "--about").out
    assert told.startswith("Conversion paths\nWhich ways lead people to an outcome, and which lead nowhere?\n")
    assert "…" not in told
    for option in find("journeys").options:
        line = next(line for line in told.splitlines() if line.startswith(f"--{option.name.replace('_', '-')} "))
        assert option.about in line
        assert all(choice in line for choice in option.choices)
    assert "365 days before until" in told
    assert "it must be given" in run("ask", "--about", "retention").out
    assert "did you mean 'journeys'" in run("ask", "journy", "--about").err


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
    assert [(row["name"], row["email"]) for row in json.loads(behind.out)] == [("Ana Moreau", "ana@example.org")]


def test_lists_of_people_hold_their_addresses_in_files_and_as_json(run, folder, tmp_path):
    file = tmp_path / "flagging.csv"
    run("-C", folder, "flagging", "--days", "60", "--csv", file)
    head, *rows = [line.split(",") for line in file.read_text("utf-8").splitlines()]
    assert head[:3] == ["person_id", "name", "email"]
    told = json.loads(run("-C", folder, "flagging", "--days", "60", "--json").out)["rows"]
    assert [(row["name"], row["email"] or "") for row in told] == [tuple(row[1:3]) for row in rows]
    assert any(row["email"] for row in told)


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
    assert "Why they are here: Leading" in told
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
        "How they take part, in 365 days", "creator", "collector", "Where they stand towards us",
        "To whom they are tied",
        "0 questions, 0 answered", "gave   time", "gave   advocacy", "They never bought or gave",
        "example.org: 5 people, 5 active; 4 of their 12 days are theirs.",
    ):  # fmt: skip
        assert said in told, said
    assert "How they take part" not in run("-C", folder, "person", "email:ana@example.org", "--brief").out
    assert "How they take part" not in run("-C", folder, "person", "email:sam@harbour.org").out
    visitor = run("-C", folder, "person", "anon:7f3").out
    assert "spectator" in visitor
    assert "Where they stand" not in visitor


def test_ladders_are_listed_shown_and_checked(run, folder, tmp_path):
    assert cells(run("-C", folder, "ladder", "list").out, "harbour")[-1] == "Leading"
    assert "six-level" in run("-C", tmp_path, "ladder", "list").out
    assert "shared at least 2 times within 90 days" in run("-C", folder, "ladder", "show").out
    assert "'community' is sound: 5 levels, 6 rules." in run("ladder", "check", "community").out
    assert "no ladder named 'comunity'; did you mean 'community'?" in run("ladder", "check", "comunity").err
