"""What changed within a period: who climbed and slipped, rises and flags, waits; what moved; where we stand?

Each sentence says what was counted or estimated by a study of the catalogue and opens to it; nothing is worked out here
that could not be looked up there. A day means its end in UTC. Nothing after the last day is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import day
from ziggurat.news.activities import activities
from ziggurat.news.items import Asking, Item, Period
from ziggurat.news.moves import moves
from ziggurat.news.standing import tell_scenario
from ziggurat.news.turning import turning
from ziggurat.news.waiting import waiting

if TYPE_CHECKING:
    from ziggurat.levels.ladder import Ladder
    from ziggurat.workspace import Workspace

TOPICS: Mapping[str, Callable[[Asking], list[Item]]] = {
    "moves": moves,
    "waiting": waiting,
    "turning": turning,
    "activities": activities,
    "scenario": tell_scenario,
}


def news(
    workspace: Workspace,
    *,
    since: date | str,
    until: date | str | None = None,
    ladder: str | Ladder | None = None,
    topics: Sequence[str] = tuple(TOPICS),
) -> list[Item]:
    """Tell what changed after the day `since` up to the day `until`, the most pressing first.

    until: the day of the last interaction if left out. topics: keys of TOPICS; moves, waiting and turning are quick,
    activities and scenario may take seconds. Without any interaction there is no news.
    Raises: QuestionError if the period is none, a topic or the ladder is unknown; WorkspaceError before a refresh.
    """
    for topic in topics:
        if topic not in TOPICS:
            raise QuestionError(f"no news of '{topic}'{suggest(topic, TOPICS) or '.'} There are: {', '.join(TOPICS)}.")
    span = workspace.span()
    if span is None:
        return []
    period = Period(day("since", since), day("until", until or workspace.as_of()))
    if period.days < 1:
        raise QuestionError(f"`since` ({period.since}) must be before `until` ({period.until}); move one of them.")
    lens = workspace.lens(period.until, ladder=ladder)
    asking = Asking(workspace, lens, period)
    found = [one for topic in topics for one in TOPICS[topic](asking)]
    return sorted(found, key=lambda one: -one.weight)
