"""What is there to do today: at most seven cards, ranked by what is at stake and how surprising it is?

Each card tells what a study of the catalogue counted or estimated, and opens to it; how sure that is stands behind it.
What is done rests for a quarter of a year, and what was snoozed through its day; people who were contacted or can wait
are on no card. So tomorrow differs from today. The page Home and `ziggurat digest` say the same, from this list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ziggurat.base.instant import day as read_day
from ziggurat.news import card_accounts, card_people, card_series
from ziggurat.news.card import Card, Day
from ziggurat.news.items import Asking, Period

if TYPE_CHECKING:
    from ziggurat.levels.ladder import Ladder
    from ziggurat.workspace import Workspace

MOST = 7
SORTS: tuple[Callable[[Asking], list[Card]], ...] = (
    card_people.quiet,
    card_people.rising,
    card_people.questions,
    card_people.hosts,
    card_accounts.accounts,
    card_series.series,
    card_series.campaigns,
    card_series.stopped,
    card_series.implausible,
)


def cards(
    workspace: Workspace, *, at: date | str | None = None, ladder: str | Ladder | None = None, most: int = MOST
) -> Day:
    """Return the cards of a day, at most so many, what comes first first.

    at: the day of the last interaction if left out. Without any interaction there is no card.
    Raises: QuestionError if the day is none or the ladder unknown; WorkspaceError before a refresh.
    """
    when = read_day("at", at or workspace.as_of())
    if workspace.span() is None:
        return Day(when, ())
    asking = Asking(workspace, workspace.lens(when, ladder=ladder), Period(when - timedelta(days=7), when))
    resting = {one["card"] for one in workspace.resting_cards(when)}
    every = [one for sort in SORTS for one in sort(asking)]
    found = joined(awake(every, resting))
    return Day(when, tuple(found[:most]), max(0, len(found) - most))


def awake(every: Sequence[Card], resting: Collection[str]) -> list[Card]:
    """Return the cards that do not rest: neither they, nor one of the same matter that tells of them.

    What weighs more than the card that rests is news.
    """
    asleep: dict[str, float] = {}
    for one in every:
        if one.matter and one.key in resting:
            asleep[one.matter] = max(one.weight, asleep.get(one.matter, 0.0))
    return [one for one in every if one.key not in resting and one.weight > asleep.get(one.matter, -1.0)]


def joined(found: Sequence[Card]) -> list[Card]:
    """Return the cards in order, those of one matter as one: the first of them, behind which the others are told."""
    kept: dict[tuple[str, str], Card] = {}
    for one in sorted(found, key=lambda one: (-one.weight, one.key)):
        about = (one.matter, "" if one.matter else one.key)
        first = kept.get(about)
        behind = one.behind if first is None else f"{first.behind} {one.title}: {one.text}".strip()
        kept[about] = replace(first or one, behind=behind)
    return list(kept.values())
