"""Who is about to climb or to slip, and who picks up or has gone quiet by their own rhythm?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ziggurat.news.items import NAMED, Asking, Item, Parts, day, item, join_phrases, number, people
from ziggurat.news.moves import length, size

if TYPE_CHECKING:
    from ziggurat.results.result import Result

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
        return [item(TOPIC, 20, found.empty)]
    earlier = asking.ask("rising", **options | {"at": period.since.isoformat()})
    then = size(lambda: earlier.members)
    here = asking.phrase(people(total), "rising", options)
    have = "has" if total == 1 else "have"
    pick = "picks" if total == 1 else "pick"
    about = f" climbed within {length(period)}, {have} half or more of what the next level asks, or {pick} up"
    news = [item(TOPIC, 45, here, f"{about}; {number(then)} at the end of {day(period.since)}.")]
    near = sorted(
        (row for row in brought_up(asking, found) if row["next_level_name"]), key=lambda row: -row["nearness"]
    )[:NAMED]
    if near:
        parts: list[Parts] = [[asking.person(row), f" ({missing(row)})"] for row in near]
        news.append(item(TOPIC, 65, "Nearest to the next level: ", *join_phrases(parts), "."))
    return [*news, *by_rhythm(asking, found, "Picking up: ", 78)]


def missing(row: dict[str, Any]) -> str:
    """Say what is missing to the next level."""
    return f"{number(row['have'])} of {number(row['need'])} for {row['next_level_name']}"


def flagging(asking: Asking) -> list[Item]:
    """Tell who is in grace: whose level holds by no rule any longer, and ends unless she does something."""
    options = {"at": asking.period.until.isoformat(), "days": str(asking.period.days)}
    found = asking.ask("flagging", **options)
    grace = {"why": "in grace"}
    total, quiet = size(lambda: found.people(**grace)), by_rhythm(asking, found, "Gone quiet: ", 80)
    if not total:
        empty = found.empty or "Nobody is in grace: by some rule everyone still holds their level."
        return [*quiet, item(TOPIC, 20, empty)]
    earlier = asking.ask("flagging", **options | {"at": asking.period.since.isoformat()})
    here = asking.phrase(people(total), "flagging", options, grace)
    about = f" {'is' if total == 1 else 'are'} in grace and will slip unless they do something"
    about += f"; {number(size(lambda: earlier.people(**grace)))} at the end of {day(asking.period.since)}."
    rows = [row for row in brought_up(asking, found) if row["why"] == "in grace" and row["slips_at"] is not None]
    rows.sort(key=lambda row: (-row["level"], row["slips_at"]))
    news = [item(TOPIC, 46, here, about)]
    if rows:
        parts: list[Parts] = []
        for row in rows[:NAMED]:
            parts.append([asking.person(row), f" ({row['level_name']} until {day(row['slips_at'])})"])
        news.append(item(TOPIC, 75, "Highest in grace: ", *join_phrases(parts), "."))
    return [*news, *quiet]


def by_rhythm(asking: Asking, found: Result, words: str, weight: float) -> list[Item]:
    """Tell of those who give a signal by their own rhythm, with whom most is at stake first."""
    rows = [row for row in brought_up(asking, found) if row["rhythm"]][:NAMED]
    parts: list[Parts] = [[asking.person(row), f" ({row['rhythm']})"] for row in rows]
    return [item(TOPIC, weight, words, *join_phrases(parts, "; ", " and "), ".")] if rows else []


def brought_up(asking: Asking, found: Result) -> list[dict[str, Any]]:
    """Return the rows of people to be named: not of those who are snoozed, or were contacted a short while ago."""
    resting = asking.workspace.resting(asking.period.until)
    return [row for row in found.rows() if row["person_id"] not in resting]
