"""Does the log begin in the middle of people's lives?

Who was there before the log was seems to begin with it: they come all at once in its first days, and since when they
had been on their level nobody knows (left truncation). Times are then too short, and first cohorts of old and new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import count, number
from ziggurat.levels.reading import on_ladder
from ziggurat.results import tables
from ziggurat.results.tables import Frame

FIRST_DAYS = 30  # of a log, in which those come who were there before
TIMES, LEAST = 3, 10  # as many as come in as many days later, and people, from which on it is said


def notes(levels: Frame, who: nw.LazyFrame[Any], ladder: str, at: int) -> tuple[str, ...]:
    """Say how many people seem to have begun before the log did; nothing where there is no sign of that.

    levels: as `schema.LEVELS`. who: person_id of those who count. at: the instant (µs).
    """
    firsts = on_ladder(levels, ladder, at).group_by("person_id").agg(nw.col("since").min().alias("first"))
    days = firsts.join(who, on="person_id").select((nw.col("first") // DAY).cast(nw.Int64()).alias("day"))
    found = tables.collect(days.group_by("day").agg(nw.len().alias("people")), "day", "people").to_pylist()
    early, usual = first_comers({row["day"]: row["people"] for row in found}, at // DAY)
    if early < LEAST or early < TIMES * usual:
        return ()
    return (
        f"The first {FIRST_DAYS} days of this log brought {count(early, 'person', 'people')}, where as many days later "
        f"bring {number(usual)}: most had begun before it did. Since when is not known, so that times are longer than "
        "they look here.",
    )


def first_comers(people: Mapping[int, int], last: int) -> tuple[int, float]:
    """Return who came in the first days, and how many come in as many days after them.

    people: by day. last: the day of the question. The second is endless where the log is not four times as long, and
    can't tell.

    >>> first_comers({0: 90, 40: 6, 80: 6}, 120), first_comers({0: 90}, 119)
    ((90, 4.0), (90, inf))
    """
    start = min(people, default=last)
    early = sum(size for day, size in people.items() if day < start + FIRST_DAYS)
    rest = last - start - FIRST_DAYS
    if rest < 3 * FIRST_DAYS:
        return early, float("inf")
    return early, (sum(people.values()) - early) * FIRST_DAYS / rest
