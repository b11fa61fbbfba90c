"""What do the clocks of a time zone say?"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY, moment

Ints = npt.NDArray[np.int64]

UTC = "UTC"
HOUR = DAY // 24
HOURS = tuple(f"{hour:02}" for hour in range(24))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THURSDAY = 3  # 1 January 1970


def local(at: Ints, zone: str) -> Ints:
    """Return what the clocks of a zone say at some instants (µs UTC): µs since the first of January 1970 there.

    zone: IANA name. Where clocks are put back, an hour comes twice; where they are put forward, one is missing. Days
    without a change of clocks take one offset; the others go one by one.

    >>> local(np.array([0, 182 * DAY]), "Europe/Berlin") // HOUR % 24
    array([1, 1])
    """
    if zone == UTC or not at.size:
        return at
    info = ZoneInfo(zone)
    days, place = np.unique(at // DAY, return_inverse=True)
    starts, ends = (np.array([offset(day * DAY, info) for day in some.tolist()], np.int64) for some in (days, days + 1))
    found: Ints = starts[place]
    for row in np.flatnonzero((starts != ends)[place]).tolist():
        found[row] = offset(int(at[row]), info)
    return at + found


def offset(at: int, zone: ZoneInfo) -> int:
    """Return how far a zone's clocks are before UTC at an instant, in microseconds."""
    return (moment(at).astimezone(zone).utcoffset() or timedelta(0)) // timedelta(microseconds=1)


def hour(clock: Ints) -> Ints:
    """Return the hour of the day, 0 to 23, that clocks say."""
    return clock % DAY // HOUR


def has_hour(clock: Ints) -> npt.NDArray[np.bool_]:
    """Return whether an hour is known: at midnight to the microsecond only the day is, as of an export of dates."""
    found: npt.NDArray[np.bool_] = clock % DAY != 0
    return found


def weekday(clock: Ints) -> Ints:
    """Return the weekday that clocks say, 0 for Monday.

    >>> weekday(np.array([0, 4 * DAY])).tolist()
    [3, 0]
    """
    return (clock // DAY + THURSDAY) % 7
