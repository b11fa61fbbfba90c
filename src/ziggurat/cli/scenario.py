"""The command that says where the organisation stands, takes answers about it, and keeps assessments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.base.errors import QuestionError
from ziggurat.base.words.numbers import count
from ziggurat.cli.output import Chart, Json, print_json
from ziggurat.cli.place import fresh, open_workspace
from ziggurat.cli.show import print_first, table, tell
from ziggurat.cli.studies import LadderName, Until, check_chart, draw

if TYPE_CHECKING:
    from ziggurat.scenario.scenario import Scenario
    from ziggurat.workspace import Workspace

TITLES = {"inside": "Inside-out: what the organisation does", "outside": "Outside-in: what people do"}
SHOWN = ("indicator", "value", "low", "high", "before", "step", "next", "told", "reason")
LISTED = ("assessment", "at", "until", "period", "part", "ladder", "inside", "outside", "criteria")


def scenario(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(help="Where the period begins; 91 days before its end if not given.")
    ] = None,
    until: Until = None,
    channel: Annotated[str | None, typer.Option(help="Only what happened on this channel.")] = None,
    department: Annotated[
        str | None, typer.Option(help="Only this department's staff, and the people they dealt with.")
    ] = None,
    periods: Annotated[int | None, typer.Option(help="Windows that the path shows; 6 if not given.")] = None,
    ladder: LadderName = None,
    what_if: Annotated[
        list[str] | None, typer.Option(metavar="INDICATOR=VALUE", help="Compute as if an indicator had this value.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep this assessment, to be compared with later.")] = False,
    questions: Annotated[bool, typer.Option("--questions", help="Show what is asked, and what was answered.")] = False,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="INDICATOR=ANSWER", help="Answer a question, by its words or number.")
    ] = None,
    assessments: Annotated[bool, typer.Option("--list", help="List the assessments that were kept.")] = False,
    compare: Annotated[
        tuple[int, int] | None, typer.Option(metavar="EARLIER LATER", help="Compare two kept assessments.")
    ] = None,
    chart: Chart = None,
    json: Json = False,
) -> None:
    """Say in which of four engagement scenarios the organisation stands, from inside and from outside."""
    options: dict[str, Any] = {"since": since, "until": until, "channel": channel, "department": department}
    options |= {"periods": periods, "ladder": ladder}
    assessing = {**options, "what_if": what_if, "keep": keep, "chart": chart}
    looking = {"questions": questions, "list": assessments, "compare": compare}
    one_thing(assessing, looking)
    check_chart(chart)
    asking = questions or (bool(answer) and not any([*assessing.values(), *looking.values()]))
    workspace = open_workspace(context) if asking or any(looking.values()) else fresh(context)
    reply(workspace, answer or [])
    if assessments:
        list_assessments(workspace, json=json)
    elif compare:
        look_back(workspace, *compare, json=json)
    elif asking:
        ask(workspace, json=json)
    else:
        found: Any = workspace.ask("scenario", **options)
        if chart is not None:
            draw(found, chart)
        more = what_if_standing(found, what_if or [])
        if keep:
            more["assessment"] = workspace.assessments.keep(found, at=datetime.now(UTC))
        show(found, more, json=json)


def one_thing(assessing: Mapping[str, Any], looking: Mapping[str, Any]) -> None:
    """Raises: QuestionError if a command asks for several things of which it could do only one."""
    views = [name for name, given in looking.items() if given]
    others = [*views[1:], *(name for name, given in assessing.items() if given)]
    if views and others:
        flags = " or ".join(f"--{name.replace('_', '-')}" for name in others)
        raise QuestionError(f"--{views[0]} doesn't go with {flags}; give them in commands of their own.")


def reply(workspace: Workspace, given: Sequence[str]) -> None:
    """Take answers: all of them, or none where one of them is none."""
    said = [split_pair(text, "INDICATOR=ANSWER") for text in given]
    twice = [name for name, times in Counter(name for name, _ in said).items() if times > 1]
    if twice:
        raise QuestionError(f"'{twice[0]}' is answered twice; give one answer.")
    steps = [(name, workspace.assessments.step(name, words)) for name, words in said]
    for name, step in steps:
        workspace.assessments.answer(name, step, at=datetime.now(UTC))


def ask(workspace: Workspace, *, json: bool) -> None:
    """Show every question with what was answered last."""
    asked = workspace.assessments.questions()
    if json:
        print_json(asked)
        return
    for one in asked:
        tell(f"{one['indicator']}: {one['question']}", "bold")
        for number, words in enumerate(one["answers"], 1):
            tell(f"  {'*' if number == one['step'] else ' '} {number} {words}")
        if one["at"] is not None:
            tell(f"    answered on {one['at']:%Y-%m-%d}")


def list_assessments(workspace: Workspace, *, json: bool) -> None:
    """List the assessments."""
    from ziggurat.workspace.assessments import days, part

    if json:
        print_json(workspace.assessments.kept())
        return
    rows = [
        {"assessment": one["id"], "at": one["at"], "until": one["asked"]["until"][:10], "criteria": one["version"]}
        | {side: one["axes"][side]["step"] for side in ("inside", "outside")}
        | {"part": part(one), "period": days(one), "ladder": one["asked"]["ladder"]}
        for one in workspace.assessments.kept()
    ]
    print_first(rows, LISTED, 0, what="assessments")


def look_back(workspace: Workspace, earlier: int, later: int, *, json: bool) -> None:
    """Compare two assessments: what each is of, in what they differ, and each indicator in both."""
    from ziggurat.scenario.wording import write_value
    from ziggurat.workspace.assessments import describe_scope, differences

    one, other = (workspace.assessments.find(each) for each in (earlier, later))
    rows = workspace.assessments.compare(earlier, later)
    about, unlike = [describe_scope(each) for each in (one, other)], differences(one, other)
    if json:
        print_json({"assessments": about, "differences": unlike, "rows": rows})
        return
    for words in about:
        tell(f"{words}.")
    for words in unlike:
        tell(words, "yellow")
    for row in rows:
        needs = [row[name] for name in ("next_earlier", "next_later") if row[name] is not None]
        row |= {name: write_value(row["unit"], row[name], *needs) for name in ("value_earlier", "value_later")}
    table(rows, ("side", "indicator", "title", "value_earlier", "value_later", "step_earlier", "step_later"))


def what_if_standing(found: Scenario, what_if: Sequence[str]) -> dict[str, Any]:
    """Return where the organisation would stand if some indicators had other values: what_if and then."""
    from ziggurat.scenario import scenario as study
    from ziggurat.scenario import standing

    if not what_if:
        return {}
    changes = dict(number(*split_pair(text, "INDICATOR=VALUE")) for text in what_if)
    values = standing.what_if(found.criteria, found.values, changes)
    return {"what_if": changes, "then": study.sentence(found.criteria, values)}


def show(found: Scenario, more: Mapping[str, Any], *, json: bool) -> None:
    """Print where the organisation stands; and, of `more`, where it would stand, and as what it was kept."""
    if json:
        print_json(
            {"asked": found.asked, "sentence": found.sentence(), "empty": found.empty, "rows": found.rows(), **more}
        )
        return
    tell(found.sentence(), "bold")
    if found.empty:
        tell(found.empty)
    for side, title in TITLES.items():
        tell()
        tell(title, "bold")
        table([write_row(found, row) for row in found.rows() if row["side"] == side], SHOWN)
        road(found, side)
    tell()
    tell("Only the four scenarios, what the first two are and some ways on are published; the rest is Ziggurat's own.")
    if "then" in more:
        tell()
        changes = " and ".join(f"{name}={value:g}" for name, value in more["what_if"].items())
        tell(f"If {changes}: {more['then']}", "bold")
    if "assessment" in more:
        tell(f"Kept as assessment {more['assessment']}.")


def write_row(found: Scenario, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its values written in their unit."""
    from ziggurat.scenario.wording import write_threshold, write_value

    one = next(one for one in found.criteria.indicators if one.name == row["indicator"])
    values = {name: write_value(one.unit, row[name], *one.thresholds) for name in ("value", "low", "high", "before")}
    return {**row, **values, "next": None if row["next"] is None else write_threshold(one, row["next"])}


def road(found: Scenario, side: str) -> None:
    """Print what would bring an axis to its next step."""
    from ziggurat.scenario.standing import holding, missing
    from ziggurat.scenario.wording import write_value

    wanted = missing(side, found.criteria, found.values)
    if not wanted:
        return
    tell(f"To the next step: {count(wanted, 'indicator', 'indicators')} of these.")
    for hold in holding(side, found.criteria, found.values):
        one = hold.indicator
        way = f"{'down' if one.less else 'up'} to {write_value(one.unit, hold.need, hold.need)}"
        more = "" if hold.more is None else f", {hold.more:,} {hold.way} of {hold.cases:,} {one.case}"
        see = f"; see {', '.join(one.studies)}" if one.studies else ""
        tell(f"  {one.name}: from {write_value(one.unit, hold.value, *one.thresholds)} {way}{more}{see}")
        if one.move:
            tell(f"    {one.move}")


def split_pair(text: str, form: str) -> tuple[str, str]:
    """Part NAME=VALUE. Raises: QuestionError if it is none."""
    name, equals, value = text.partition("=")
    if not equals:
        raise QuestionError(f"'{text}' is no {form}; write it with an equals sign.")
    return name.strip(), value.strip()


def number(name: str, value: str) -> tuple[str, float]:
    """Read a value; a per cent sign divides by 100. Raises: QuestionError if it is no number."""
    try:
        return name, float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError as error:
        raise QuestionError(f"'{value}' is no number for '{name}'; write 0.6 or 60%.") from error
