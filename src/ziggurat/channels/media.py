"""What did media without people's data reach, and what did activities cost?

Estimates of several days can't be added up without counting people more than once, and the largest one is surely too
small: the truth lies between. A day belongs to a window if it begins in it (UTC).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ziggurat.base import schema
from ziggurat.channels.touches import Floats
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame


@dataclass(frozen=True)
class Exposed:
    """What is said of one activity or channel; None where nothing is.

    reach: people on the day or week with most. total: the sum over all of them. impressions: views, or placements.
    """

    reach: float | None
    total: float | None
    impressions: float | None


@dataclass(frozen=True)
class Spent:
    """What one activity or channel cost: money (workspace currency) and staff minutes; None where nothing is said."""

    money: float | None
    minutes: float | None

    def worth(self, hourly: float = 0) -> float | None:
        """Return money, with staff time at so much an hour; None where neither is known."""
        time = None if self.minutes is None or not hourly else self.minutes / 60 * hourly
        return total([self.money, time])


NOTHING = Spent(None, None)


def sum_exposures(exposures: Frame, *, since: int, until: int, by: str) -> dict[str, Exposed]:
    """Return what was exposed within (since, until], by name of activity or channel.

    exposures: a table as `schema.EXPOSURES`. Several rows of one day (of other channels) count as days of their own.
    """
    found = defaultdict(list)
    for row in tables.inside(exposures, schema.EXPOSURES.names, since, until):
        found[row[by]].append(row)
    return {
        name: Exposed(
            max((row["reach"] for row in rows if row["reach"] is not None), default=None),
            total(row["reach"] for row in rows),
            total(row["impressions"] for row in rows),
        )
        for name, rows in found.items()
        if name is not None
    }


def sum_costs(
    costs: Frame, exposures: Frame, spread: Floats, buckets: Buckets, *, since: int, until: int, by: str
) -> dict[str, Spent]:
    """Return what was spent within (since, until], by name of activity or channel.

    costs, exposures: tables as `schema.COSTS` and `schema.EXPOSURES`. spread: touches by activity and channel, as in
    `Touched`. What an activity cost is shared among its channels by touches; by channel, what has no touches has no
    channel, and is left out.
    """
    money: dict[str, list[float | None]] = defaultdict(list)
    minutes: dict[str, list[float | None]] = defaultdict(list)
    for row in tables.inside(exposures, schema.EXPOSURES.names, since, until):
        money[row[by]].append(row["cost"])
    share = shares(spread, buckets) if by == "channel" else lambda activity: {activity: 1.0}
    for row in tables.inside(costs, schema.COSTS.names, since, until):
        for name, part in share(row["activity"]).items():
            money[name].append(None if row["money"] is None else part * row["money"])
            minutes[name].append(None if row["staff_minutes"] is None else part * row["staff_minutes"])
    names = {name for name in (*money, *minutes) if name is not None}
    return {name: Spent(total(money[name]), total(minutes[name])) for name in names}


def shares(spread: Floats, buckets: Buckets) -> Callable[[str], Mapping[str, float]]:
    """Return what share of an activity's touches each channel has."""
    activities, channels = buckets.codes.get("activity", []), buckets.codes.get("channel", [])
    rows: Mapping[str, Floats] = {name: spread[place] for place, name in enumerate(activities)}

    def share(activity: str) -> Mapping[str, float]:
        counts = rows.get(activity, np.zeros(len(channels)))
        return {channels[place]: counts[place] / counts.sum() for place in np.flatnonzero(counts)}

    return share


def total(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is known; None where nothing is.

    >>> total([1.0, None]), total([None])
    (1.0, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) if known else None
