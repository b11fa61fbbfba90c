"""The commands that ask a study: four by name, and `ask` for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.words.numbers import count
from ziggurat.cli.completing import study_names
from ziggurat.cli.output import Chart, Csv, Json, Parquet, Rows, as_one_json, print_json, save, writing
from ziggurat.cli.place import fresh
from ziggurat.cli.show import WIDE, columns_shown, note, partner, print_first, table, tell
from ziggurat.cli.typed import command_line

if TYPE_CHECKING:
    from ziggurat.catalogue import Study
    from ziggurat.results.result import Result
    from ziggurat.study import Option
    from ziggurat.workspace import Workspace

ANY_OPTION = {"allow_extra_args": True, "ignore_unknown_options": True}
CHARTS = (".png", ".svg", ".html", ".json")

At = Annotated[
    str | None, typer.Option(help="A date (its end, UTC) or a time; the last interaction's day if not given.")
]
Since = Annotated[str | None, typer.Option(help="Where the period begins; 30 days before its end if not given.")]
Until = Annotated[str | None, typer.Option(help="Where the period ends; with the last interaction's day if not given.")]
Days = Annotated[float | None, typer.Option(help="How many days back counts as recent.")]
Limit = Annotated[int | None, typer.Option(help="Most rows of the answer.")]
LadderName = Annotated[str | None, typer.Option("--ladder", help="The ladder; the workspace's first if not given.")]
Open = Annotated[
    list[str] | None,
    typer.Option("--people", metavar="KEY=VALUE", help="Show the people behind the rows where KEY is VALUE."),
]


@dataclass(frozen=True)
class Output:
    """What is wanted of an answer."""

    people: Sequence[str] | None
    csv: Path | None
    parquet: Path | None
    chart: Path | None
    json: bool
    rows: int


def pyramid(
    context: typer.Context, at: At = None,
    compare_at: Annotated[str | None, typer.Option(help="An earlier date or time to compare with.")] = None,
    ladder: LadderName = None, people: Open = None, csv: Csv = None, parquet: Parquet = None, chart: Chart = None,
    json: Json = False, rows: Rows = 20,
) -> None:  # fmt: skip
    """Say how many people stand on each level."""
    options = {"at": at, "compare_at": compare_at, "ladder": ladder}
    print_study(context, "pyramid", options, Output(people, csv, parquet, chart, json, rows))


def moves(
    context: typer.Context, since: Since = None, until: Until = None, ladder: LadderName = None, people: Open = None,
    csv: Csv = None, parquet: Parquet = None, chart: Chart = None, json: Json = False, rows: Rows = 0,
) -> None:  # fmt: skip
    """Say who climbed, who slipped, and who is new."""
    options = {"since": since, "until": until, "ladder": ladder}
    print_study(context, "moves", options, Output(people, csv, parquet, chart, json, rows))


def rising(
    context: typer.Context, at: At = None, days: Days = None,
    nearness: Annotated[
        float | None, typer.Option(help="The least share of what the next level needs that is near.")
    ] = None,
    limit: Limit = None, ladder: LadderName = None, people: Open = None, csv: Csv = None, parquet: Parquet = None,
    chart: Chart = None, json: Json = False, rows: Rows = 20,
) -> None:  # fmt: skip
    """Say who is on the way up: picking up, just climbed, or close to the next level."""
    options = {"at": at, "days": days, "nearness": nearness, "limit": limit, "ladder": ladder}
    print_study(context, "rising", options, Output(people, csv, parquet, chart, json, rows))


def flagging(
    context: typer.Context, at: At = None, days: Days = None, limit: Limit = None, ladder: LadderName = None,
    people: Open = None, csv: Csv = None, parquet: Parquet = None, chart: Chart = None, json: Json = False,
    rows: Rows = 20,
) -> None:  # fmt: skip
    """Say whose engagement is flagging."""
    options = {"at": at, "days": days, "limit": limit, "ladder": ladder}
    print_study(context, "flagging", options, Output(people, csv, parquet, chart, json, rows))


def ask(
    context: typer.Context,
    study: Annotated[
        str | None, typer.Argument(help="The study; without one, all are listed.", autocompletion=study_names)
    ] = None,
    ladder: LadderName = None, people: Open = None, csv: Csv = None, parquet: Parquet = None, chart: Chart = None,
    json: Json = False, rows: Rows = 20,
    about: Annotated[bool, typer.Option("--about", help="Say what the study asks, and what its options mean.")] = False,
) -> None:  # fmt: skip
    """Ask any study; its own options follow its name, as in `ask retention --level 2 --period quarter`."""
    if study is None or about:
        with as_one_json(wanted=json):
            catalogue() if study is None else tell_about(study)
        return
    given = {"ladder": ladder} | read_options(context.args)
    print_study(context, study, given, Output(people, csv, parquet, chart, json, rows))


def catalogue() -> None:
    """List every study with its question and options."""
    from ziggurat.catalogue import LISTED

    table(
        (
            {
                "study": study.name,
                "question": study.question,
                "options": " ".join(f"--{option.name.replace('_', '-')}" for option in study.options),
            }
            for study in LISTED
        ),
        ("study", "question", "options"),
        longest=WIDE,
    )
    tell(f"What the options of a study mean: {command_line(None, 'ask STUDY --about')}")


def tell_about(name: str) -> None:
    """Print what a study asks, and each of its options with its meaning. Raises: QuestionError if there is no such."""
    from ziggurat.catalogue import find

    study = find(name)
    tell(study.title)
    tell(study.question)
    rows = [
        {
            "option": f"--{option.name.replace('_', '-')}",
            "what it is": option.about,
            "what it can be": option.range,
            "if left out": describe_default(study, option),
        }
        for option in study.options
    ]
    if rows:
        table(rows, [name for name in rows[0] if any(row[name] for row in rows)], longest=WIDE)
    columns = study.result.columns
    table(
        [{"column": name, "heading": one.heading(name), "unit": one.unit or "–"} for name, one in columns.items()],
        ("column", "heading", "unit"),
        longest=WIDE,
    )
    tell(
        "Besides, every study takes --ladder, --people, --csv, --parquet, --chart, --json and --rows: "
        + command_line(None, "ask --help")
    )


def describe_default(study: Study, option: Option) -> str:
    """Say what holds where an option is not given."""
    if option.name in ("at", "until"):
        return "the end of the last interaction's day"
    if option.name == "since":
        return f"{study.days} days before until"
    if option.required:
        return "it must be given"
    return option.left_out or "–"


def read_options(arguments: Sequence[str]) -> dict[str, str]:
    """Read `--name value` and `--name=value`. Raises: QuestionError at what is neither.

    >>> read_options(["--level", "2", "--compare-at=2026-01-01"])
    {'level': '2', 'compare_at': '2026-01-01'}
    """
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, _, value = rest.pop(0).partition("=")
        if not name.startswith("--") or len(name) == 2:
            raise QuestionError(f"'{name}' is no option; options of a study are written --name value.")
        if not value:
            if not rest:
                raise QuestionError(f"the option {name} has no value; write {name} VALUE.")
            value = rest.pop(0)
        found[name[2:].replace("-", "_")] = value
    return found


def print_study(context: typer.Context, study: str, options: Mapping[str, Any], output: Output) -> None:
    """Ask a study, and print the answer or the people behind it, or write it to files."""
    check_chart(output.chart)
    workspace = fresh(context)
    result = workspace.ask(study, **options)
    for said in result.notes:
        note(said)
    if output.chart is not None:
        draw(result, output.chart)
    if output.people is not None:
        print_people(workspace, result, output)
    elif output.json:
        rows = workspace.addressed(result.table).to_pylist()
        print_json({"asked": result.asked, "notes": result.notes, "empty": result.empty, "rows": rows})
    elif output.csv or output.parquet or output.chart:
        if result.empty:
            note(result.empty)
    else:
        print_rows(workspace, result, output)
    if output.people is None:
        write(workspace, result.table, output)


def print_rows(workspace: Workspace, result: Result, output: Output) -> None:
    """Print the rows of an answer, and why it is empty where it is."""
    found = result.rows()
    if result.empty:
        tell(result.empty)
    if found:
        rows = name_rows(workspace, [result.worded(row) for row in found], output.rows)
        every = [*rows, *found[len(rows) :]]  # a name may be there only as it is printed
        print_first(rows, columns_shown(list(result.columns), every), output.rows, what="rows")


def name_rows(workspace: Workspace, rows: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the rows, those to be printed with what to call a person who has told no name."""
    shown = rows if most == 0 else rows[:most]
    nameless = [row["person_id"] for row in shown if row.get("person_id") and "name" in row and row["name"] is None]
    names = workspace.names(nameless) if nameless else {}
    return [row | {"name": names[row["person_id"]]} if row.get("person_id") in names else row for row in rows]


def print_people(workspace: Workspace, result: Result, output: Output) -> None:
    """Print the people behind the rows that the keys name, or write them to files."""
    from ziggurat.base.schema import with_times
    from ziggurat.results.tables import collect

    frame = result.people(**keys(result, output.people or ()))
    found = with_times(collect(frame, *frame.collect_schema().names())).sort_by("person_id")
    if output.json:
        print_json(workspace.addressed(found).to_pylist())
    elif not (output.csv or output.parquet):
        tell(count(len(set(found["person_id"].to_pylist())), "person", "people"))
        print_first(name_rows(workspace, found.to_pylist(), output.rows), found.column_names, output.rows, what="rows")
    write(workspace, found, output)


def write(workspace: Workspace, found: Any, output: Output) -> None:
    """Write a table to the files that were asked for, people with their addresses."""
    if output.csv or output.parquet:
        found = workspace.addressed(found)
    for path, ending in ((output.csv, ".csv"), (output.parquet, ".parquet")):
        if path is not None:
            save(found, path, ending)


def keys(result: Result, given: Sequence[str]) -> dict[str, Any]:
    """Read KEY=VALUE as values of the answer's rows; a level may be given by name.

    Raises: QuestionError if it is no KEY=VALUE, or no row has that value.
    """
    found: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise QuestionError(f"'{text}' is no KEY=VALUE; the keys are: {', '.join(result.keys)}.")
        if key not in result.keys:
            raise QuestionError(f"the answer can't be opened by '{key}'{suggest(key, result.keys) or '.'} "
                                f"It can by: {', '.join(result.keys)}.")  # fmt: skip
        known = {text_of(row[key]): row[key] for row in result.rows()}
        known |= level_numbers(result, key)
        if value.casefold() not in known:
            near = suggest(value.casefold(), known) or f". There are: {', '.join(list(known)[:12])}."
            raise QuestionError(f"no row of the answer has {key}={value}{near}")
        found[key] = known[value.casefold()]
    return found


def level_numbers(result: Result, key: str) -> dict[str, Any]:
    """Return level name → number, where a key is a level."""
    other = partner(key, list(result.columns))
    return {} if other is None else {text_of(row[other]): row[key] for row in result.rows()}


def text_of(value: Any) -> str:
    """Return a value as it is given on the command line; nothing stands for null."""
    return "" if value is None else str(value).casefold()


def check_chart(path: Path | None) -> None:
    """Raises: QuestionError if no chart can be written under this name."""
    if path is not None and path.suffix.lower() not in CHARTS:
        raise QuestionError(f"a chart can't be written as '{path.name}'; its name must end in {', '.join(CHARTS)}.")


def draw(result: Result, path: Path) -> None:
    """Write the chart; its form is chosen by the ending."""
    from ziggurat.results import rendering

    chart, form = result.chart(), path.suffix.lower()
    with writing(path):
        if form == ".png":
            path.write_bytes(rendering.to_png(chart))
        elif form == ".svg":
            path.write_text(rendering.to_svg(chart), "utf-8")
        elif form == ".html":
            chart.save(str(path), format="html", inline=True)  # whole in itself: it loads nothing from the web
        else:
            chart.save(str(path), format="json")
    tell(f"Drew {path}.")
