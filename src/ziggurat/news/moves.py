"""Who climbed and slipped, is that more than before, and who went furthest?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw

from ziggurat.news.items import (
    NAMED,
    Asking,
    Item,
    Parts,
    Period,
    day,
    item,
    join_phrases,
    number,
    people,
    percent,
    points,
)
from ziggurat.results.result import Result, read
from ziggurat.stats.intervals import wilson
from ziggurat.stats.shares import difference

TOPIC = "moves"


def moves(asking: Asking) -> list[Item]:
    """Tell the climbs, the slips and the new people of a period."""
    period = asking.period
    found = asking.ask("moves", **period.window)
    before = period.ending(period.since)
    earlier = asking.ask("moves", **before.window) if asking.reaches(before) else None
    news = [tell_moves(asking, way, found, earlier, weight) for way, weight in (("climbed", 60.0), ("slipped", 58.0))]
    for way, weight in (("slipped", 80.0), ("climbed", 78.0)):
        news += furthest(asking, found, way, weight)
    return [*news, tell_arrivals(asking, found, earlier)]


def tell_moves(asking: Asking, way: str, found: Result, earlier: Result | None, weight: float) -> Item:
    """Say how many went one way, and whether that is more or less than in the period before."""
    period = asking.period
    moved, known = counts(found, way)
    if not known:
        return item(TOPIC, 10, f"Nobody was known at the end of {day(period.since)}, so nobody can have {way} since.")
    here = asking.phrase(people(moved), "moves", period.window, {"direction": way}) if moved else "Nobody"
    words = f" {way} of the {number(known)} known at the end of {day(period.since)}, {percent(moved / known)}"
    if earlier is None or not counts(earlier, way)[1]:
        return item(TOPIC, weight, here, f"{words}. The log does not reach back far enough to compare.")
    moved_then, known_then = counts(earlier, way)
    gap, low, high = difference(
        (moved / known, *wilson(moved, known)), (moved_then / known_then, *wilson(moved_then, known_then))
    )
    there = asking.phrase(number(moved_then), "moves", period.ending(period.since).window, {"direction": way})
    then = [f"{words}; in the {length(period)} before ", there if moved_then else "nobody", " did, "]
    return item(TOPIC, weight, here, *then, f"{percent(moved_then / known_then)}: {change(gap, low, high)}.")


def change(gap: float, low: float, high: float) -> str:
    """Say a difference of two shares with its 95 % bounds, or that it is not clear.

    >>> change(0.031, 0.012, 0.05), change(0.01, -0.01, 0.03)
    ('3.1 points more (1.2 to 5)', 'no clear change (−1 to 3 points)')
    """
    ends = f"{points(low)} to {points(high)}"
    if low <= 0 <= high:
        return f"no clear change ({ends} points)"
    if gap < 0:
        ends = f"{points(-high)} to {points(-low)}"
    return f"{points(abs(gap))} points {'more' if gap > 0 else 'less'} ({ends})"


def counts(found: Result, way: str) -> tuple[int, int]:
    """Return how many went one way, and how many could have: those known at the beginning."""
    rows = [row for row in found.rows() if row["direction"] != "new"]
    return sum(row["people"] for row in rows if row["direction"] == way), sum(row["people"] for row in rows)


def furthest(asking: Asking, found: Result, way: str, weight: float) -> list[Item]:
    """Name those who came to the highest levels, or fell from them; the longest way first among equals."""
    if not counts(found, way)[0]:
        return []
    high, low = ("to_level", "from_level") if way == "climbed" else ("from_level", "to_level")
    order, down = (high, low, "person_id"), [True, False, False]
    rows = read(lambda: found.people(direction=way).sort(*order, descending=down).head(NAMED)).to_pylist()
    named: list[Parts] = []
    for row in rows:
        way_taken = f" ({asking.names[row['from_level']]} to {asking.names[row['to_level']]})"
        named.append([asking.person(row), way_taken])
    lead = "Climbed highest: " if way == "climbed" else "Slipped from highest: "
    return [item(TOPIC, weight, lead, *join_phrases(named), ".")]


def tell_arrivals(asking: Asking, found: Result, earlier: Result | None) -> Item:
    """Say how many were not known before."""
    fresh = new(found)
    before = "" if earlier is None else f"; in the {length(asking.period)} before, {people(new(earlier))}"
    if not fresh:
        return item(TOPIC, 50, f"Nobody came who was not known before{before}.")
    here = asking.phrase(people(fresh), "moves", asking.period.window, {"direction": "new"})
    return item(TOPIC, 50, here, f" came who {'was' if fresh == 1 else 'were'} not known before{before}.")


def new(found: Result) -> int:
    """Return how many were not known before."""
    return sum(row["people"] for row in found.rows() if row["direction"] == "new")


def length(period: Period) -> str:
    """Write how long a period is."""
    return "day" if period.days == 1 else f"{period.days} days"


def size(made: Callable[[], nw.LazyFrame[Any]]) -> int:
    """Return how many rows there are in what is made of an answer's members."""
    return int(read(lambda: made().select(nw.len().alias("rows")))["rows"][0].as_py())
