"""Who is about to climb, and who is about to slip?"""

from __future__ import annotations

from typing import Any

from ziggurat.news.items import NAMED, Asking, Item, Parts, day, item, joined, number, people
from ziggurat.news.moves import length, size

TOPIC = "turning"


def turning(asking: Asking) -> list[Item]:
    """Tell who rises and who flags at the end of a period, beside the end of the one before."""
    return [*rising(asking), *flagging(asking)]


def rising(asking: Asking) -> list[Item]:
    """Tell who has climbed within the period or is near the next level."""
    period = asking.period
    options = {"at": period.until.isoformat(), "days": str(period.days)}
    found = asking.ask("rising", **options)
    total = size(lambda: found.members)
    if not total:
        return [item(TOPIC, 20, "Nobody has climbed lately or is halfway to a next level.")]
    earlier = asking.ask("rising", **options | {"at": period.since.isoformat()})
    then = size(lambda: earlier.members)
    here = asking.phrase(people(total), "rising", options)
    have = "has" if total == 1 else "have"
    about = f" climbed within {length(period)} or {have} half or more of what the next level asks"
    news = [item(TOPIC, 45, here, f"{about}; {number(then)} at the end of {day(period.since)}.")]
    near = [row for row in found.rows() if row["next_level_name"]][:NAMED]
    if near:
        parts: list[Parts] = [[asking.person(row), f" ({missing(row)})"] for row in near]
        news.append(item(TOPIC, 65, "Nearest to the next level: ", *joined(parts), "."))
    return news


def missing(row: dict[str, Any]) -> str:
    """Say what is missing to the next level."""
    return f"{number(row['have'])} of {number(row['need'])} for {row['next_level_name']}"


def flagging(asking: Asking) -> list[Item]:
    """Tell who is in grace: whose level holds by no rule any longer, and ends unless she does something."""
    options = {"at": asking.period.until.isoformat(), "days": str(asking.period.days)}
    found = asking.ask("flagging", **options)
    grace = {"why": "in grace"}
    total = size(lambda: found.people(**grace))
    if not total:
        return [item(TOPIC, 20, "Nobody is in grace: by some rule everyone still holds her level.")]
    earlier = asking.ask("flagging", **options | {"at": asking.period.since.isoformat()})
    here = asking.phrase(people(total), "flagging", options, grace)
    about = f" {'is' if total == 1 else 'are'} in grace and will slip unless they do something"
    about += f"; {number(size(lambda: earlier.people(**grace)))} at the end of {day(asking.period.since)}."
    rows = [row for row in found.rows() if row["why"] == "in grace" and row["slips_at"] is not None]
    rows.sort(key=lambda row: (-row["level"], row["slips_at"]))
    news = [item(TOPIC, 46, here, about)]
    if rows:
        parts: list[Parts] = []
        for row in rows[:NAMED]:
            parts.append([asking.person(row), f" ({row['level_name']} until {day(row['slips_at'])})"])
        news.append(item(TOPIC, 75, "Highest in grace: ", *joined(parts), "."))
    return news
