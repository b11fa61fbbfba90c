"""Who waits for an answer: the most valuable first, and of them the oldest?"""

from __future__ import annotations

from typing import Any

from ziggurat.base.instant import instant
from ziggurat.news.items import NAMED, Asking, Item, day, item, lasting, number

TOPIC = "waiting"
ALL = 1_000_000  # open questions of 90 days are counted whole
SHOWN = 100  # characters of a text


def waiting(asking: Asking) -> list[Item]:
    """Tell how many questions are open and overdue, and name those who come first."""
    period = asking.period
    at, then = period.until.isoformat(), period.since.isoformat()
    found = asking.ask("unanswered", at=at, limit=ALL)
    rows = found.rows()
    if not rows and not speaks(asking):
        return [item(TOPIC, 15, f"It can't be told who waits for an answer. {found.empty}", missing=True)]
    before = len(asking.ask("unanswered", at=then, limit=ALL).rows())
    ended = f"at the end of {day(period.since)} {number(before)} {'was' if before == 1 else 'were'}"
    if not rows:
        return [item(TOPIC, 30, f"{found.empty} {ended[:1].upper()}{ended[1:]} open.")]
    late = [row for row in rows if (row["overdue_hours"] or 0) > 0]
    count = asking.phrase(f"{number(len(rows))} question{'' if len(rows) == 1 else 's'}", "unanswered", {"at": at})
    beyond = f", {number(len(late))} of them longer than promised" if is_promised(rows) else ", and nothing is promised"
    news = [item(TOPIC, 70, count, f" of the last 90 days {'is' if len(rows) == 1 else 'are'} open{beyond}; {ended}.")]
    return [*news, *(first(asking, row, 95 - place) for place, row in enumerate((late or rows)[:NAMED]))]


def is_promised(rows: list[dict[str, Any]]) -> bool:
    """Say whether an answer in time is promised on any channel of these questions."""
    return any(row["target_hours"] is not None for row in rows)


def first(asking: Asking, row: dict[str, Any], weight: float) -> Item:
    """Tell of one open question."""
    level = f" ({row['level_name']})" if row["level_name"] else ""
    late = row["overdue_hours"] or 0
    beyond = f", {lasting(late)} longer than promised" if late > 0 else ""
    text = " ".join((row["text"] or "").split())
    said = f": “{text if len(text) <= SHOWN else f'{text[:SHOWN].rstrip()} …'}”" if text else "."
    who = asking.person(row)
    return item(TOPIC, weight, who, f"{level} has waited {lasting(row['hours'])} on {row['channel']}{beyond}{said}")


def speaks(asking: Asking) -> bool:
    """Tell whether the log holds anything of a kind that may ask, by the end of the period."""
    asks = {kind for kind, one in asking.workspace.kinds.meaning_of.items() if one.asks or one.may_ask}
    return bool(asks & set(asking.workspace.derived.seen("kind", instant(asking.period.until))))
