"""The command that says what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ziggurat.cli.output import Json, print_json
from ziggurat.cli.place import fresh
from ziggurat.cli.show import tell
from ziggurat.cli.studies import LadderName, Until

if TYPE_CHECKING:
    from ziggurat.news import Item

USUAL_DAYS = 7


def news(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(help="The day after which it begins; 7 days before its end if not given.")
    ] = None,
    until: Until = None,
    topic: Annotated[
        list[str] | None,
        typer.Option(help="Only this: moves, waiting, turning, activities or scenario; may be given several times."),
    ] = None,
    ladder: LadderName = None,
    json: Json = False,
) -> None:
    """Say what changed: who moved, rises, flags and waits, which activities moved, and where we stand."""
    from ziggurat import news as told
    from ziggurat.base.instant import day

    workspace = fresh(context)
    end = day("until", until or workspace.as_of())
    found = told.news(
        workspace,
        since=since or end - timedelta(days=USUAL_DAYS),
        until=end,
        ladder=ladder,
        topics=topic or tuple(told.TOPICS),
    )
    if json:
        print_json([{"topic": one.topic, "weight": one.weight, "text": one.text, "opens": opens(one)} for one in found])
        return
    tell(f"After {since or end - timedelta(days=USUAL_DAYS)}, up to the end of {end}:", "bold")
    for one in found:
        tell(f"- {one.text}")


def opens(item: Item) -> list[dict[str, object]]:
    """Return what the parts of a sentence open to."""
    return [
        {"words": part.text, "person": part.person_id}
        if part.person_id
        else {"words": part.text, "study": part.study, "options": part.options, "row": part.row}
        for part in item.phrases
        if part.person_id or part.study
    ]
