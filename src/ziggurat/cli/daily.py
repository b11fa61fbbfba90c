"""The command that says what there is to do today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ziggurat.cli.newest import opens
from ziggurat.cli.output import Json, print_json, writing
from ziggurat.cli.place import fresh
from ziggurat.cli.show import note, tell
from ziggurat.cli.studies import LadderName

if TYPE_CHECKING:
    from ziggurat.news import Card


def digest(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help="The day; that of the last interaction if not given.")] = None,
    to: Annotated[
        Path | None, typer.Option(help="Write it to a file: .html, .txt, or .eml, which a mail program sends on.")
    ] = None,
    ladder: LadderName = None,
    json: Json = False,
) -> None:
    """Say what there is to do today: at most seven things, as on the page Home."""
    from ziggurat.news import cards, digest

    workspace = fresh(context)
    day = cards(workspace, at=at, ladder=ladder)
    if to is not None:
        with writing(to):
            digest.write(to, digest.compose(day, workspace.config.name))
        note(f"Wrote {to}.")
    if json:
        print_json({"at": day.at.isoformat(), "others": day.others, "cards": [described(card) for card in day.cards]})
    elif to is None:
        tell(digest.compose(day, workspace.config.name).plain)


def described(card: Card) -> dict[str, object]:
    """Return a card as programs read it."""
    people = [{"person": one.person.person_id, "name": one.person.text, "why": one.words} for one in card.people]
    return {
        "key": card.key, "title": card.title, "text": card.text, "weight": card.weight, "figure": card.figure,
        "unit": card.unit, "weekly": list(card.weekly), "people": people, "behind": card.behind,
        "opens": opens(card.said),
    }  # fmt: skip
