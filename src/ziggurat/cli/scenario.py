"""The command that says where the organisation stands, takes answers about it, and keeps assessments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.cli.output import Chart, Json, print_json
from ziggurat.cli.place import fresh, opened
from ziggurat.cli.show import columns_shown, count, listed, table, tell
from ziggurat.cli.studies import LadderName, Until, check_chart, draw
from ziggurat.errors import QuestionError

if TYPE_CHECKING:
    from ziggurat.scenario.scenario import Scenario
    from ziggurat.workspace import Workspace

TITLES = {"inside": "Inside-out: what the organisation does", "outside": "Outside-in: what people do"}
SHOWN = ("indicator", "value", "low", "high", "before", "step", "next", "told", "reason")


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
        list[str] | None, typer.Option(metavar="INDICATOR=VALUE", help="Reckon as if an indicator had this value.")
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
    if questions or answer:
        ask(opened(context), answer or [])
    elif assessments or compare:
        look_back(opened(context), compare)
    else:
        check_chart(chart)
        workspace = fresh(context)
        options = {"since": since, "until": until, "channel": channel, "department": department, "periods": periods}
        found: Any = workspace.ask("scenario", ladder=ladder, **options)
        if chart is not None:
            draw(found, chart)
        show(found, what_if or [], json=json)
        if keep:
            number = workspace.assessments.keep(found, at=datetime.now(UTC))
            tell(f"Kept as assessment {number}.")


def ask(workspace: Workspace, given: Sequence[str]) -> None:
    """Take answers, and show every question with what was answered last."""
    for text in given:
        workspace.assessments.answer(*parted(text, "INDICATOR=ANSWER"), at=datetime.now(UTC))
    for one in workspace.assessments.questions():
        tell(f"{one['indicator']}: {one['question']}", "bold")
        for number, words in enumerate(one["answers"], 1):
            tell(f"  {'*' if number == one['step'] else ' '} {number} {words}")
        if one["at"] is not None:
            tell(f"    answered on {one['at']:%Y-%m-%d}")


def look_back(workspace: Workspace, pair: tuple[int, int] | None) -> None:
    """List the assessments, or compare two of them."""
    if pair is not None:
        rows = workspace.assessments.compare(*pair)
        table(rows, columns_shown(list(rows[0])) if rows else ("indicator",))
        return
    kept = [
        {"assessment": one["id"], "at": one["at"], "until": one["asked"]["until"][:10], "criteria": one["version"]}
        | {side: one["axes"][side]["step"] for side in ("inside", "outside")}
        | {"part": one["asked"].get("channel") or one["asked"].get("department") or "all of it"}
        for one in workspace.assessments.kept()
    ]
    listed(kept, ("assessment", "at", "until", "part", "inside", "outside", "criteria"), 0, what="assessments")


def show(found: Scenario, what_if: Sequence[str], *, json: bool) -> None:
    """Print where the organisation stands, or would stand if some indicators had other values."""
    from ziggurat.scenario import scenario as study
    from ziggurat.scenario import standing

    changes = dict(number(*parted(text, "INDICATOR=VALUE")) for text in what_if)
    values = standing.what_if(found.criteria, found.values, changes)
    then = study.sentence(found.criteria, values) if changes else None
    if json:
        told = {"asked": found.asked, "sentence": found.sentence(), "rows": found.rows()}
        print_json(told | ({"what_if": changes, "then": then} if changes else {}))
        return
    tell(found.sentence(), "bold")
    for side, title in TITLES.items():
        tell()
        tell(title, "bold")
        table([written(found, row) for row in found.rows() if row["side"] == side], SHOWN)
        road(found, side)
    tell()
    tell("Only the four scenarios, what the first two are and some ways on are published; the rest is Ziggurat's own.")
    if then is not None:
        tell()
        tell(f"If {' and '.join(what_if)}: {then}", "bold")


def written(found: Scenario, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its values written in their unit."""
    from ziggurat.scenario.wording import said, taken

    one = next(one for one in found.criteria.indicators if one.name == row["indicator"])
    values = {name: said(one.unit, row[name], *one.thresholds) for name in ("value", "low", "high", "before")}
    return {**row, **values, "next": None if row["next"] is None else taken(one, row["next"])}


def road(found: Scenario, side: str) -> None:
    """Print what would bring an axis to its next step."""
    from ziggurat.scenario.standing import holding, missing
    from ziggurat.scenario.wording import said

    wanted = missing(side, found.criteria, found.values)
    if not wanted:
        return
    tell(f"To the next step: {count(wanted, 'indicator', 'indicators')} of these.")
    for hold in holding(side, found.criteria, found.values):
        one = hold.indicator
        way = f"{'down' if one.less else 'up'} to {said(one.unit, hold.need, hold.need)}"
        more = "" if hold.more is None else f", {hold.more:,} {hold.way} of {hold.cases:,} {one.case}"
        see = f"; see {', '.join(one.studies)}" if one.studies else ""
        tell(f"  {one.name}: from {said(one.unit, hold.value, *one.thresholds)} {way}{more}{see}")
        if one.move:
            tell(f"    {one.move}")


def parted(text: str, form: str) -> tuple[str, str]:
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
