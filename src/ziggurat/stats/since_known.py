"""Does something come to everyone so many days after they came, so that nobody of their days is left to compare with?

A welcome series comes on the 12th day, the 20th, the 30th. What people do changes with the days since they came,
whatever is sent. So of each sending it is asked which share of the others, when they had been there as long, got one of
the sort within a day of it too; and that is compared with the share who did on any day since they came. It is about the
same where sendings come at random, by the calendar or by what people do; it is far more in a series.

Source: positivity, without which nothing is identified: Rosenbaum & Rubin (1983), Biometrika 70(1), 41-55.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.stats.streams import STAY, Bools, Floats, Streams, ends_of_stay

DAYS = 400  # since people came that are looked at
NEAR = 1  # days from a sending that count as the same


class Since(NamedTuple):
    """Counts by day since people came (T); they add up over people. J sent types.

    present (T,): people seen for `STAY` before and after that day of theirs. got (J, T): of these, who got it within
    `NEAR` days. sendings (J, T + 1): that count, the last of all later days.
    """

    present: Floats
    got: Floats
    sendings: Floats

    def __add__(self, other: tuple[Any, ...]) -> Since:
        """Add other people."""
        return Since(*(one + more for one, more in zip(self, other, strict=True)))


def nobody(own: Bools) -> Since:
    """Return the counts of nobody."""
    sent = int((~own).sum())
    return Since(np.zeros(DAYS), np.zeros((sent, DAYS)), np.zeros((sent, DAYS + 1)))


def count(streams: Streams, own: Bools) -> Since:
    """Count some people."""
    found = nobody(own)
    first, last = ends_of_stay(streams, own)
    low, high = ((some - streams.known) // DAY for some in (first + STAY, last - STAY))  # days since they came
    seen = (last - STAY >= first + STAY) & (high >= 0) & (low < DAYS)
    ends = np.zeros(DAYS + 1)
    np.add.at(ends, np.clip(low[seen], 0, DAYS), 1)
    np.add.at(ends, np.clip(high[seen] + 1, 0, DAYS), -1)
    found.present[:] = np.cumsum(ends)[:-1]
    whose = np.repeat(np.arange(streams.start.size - 1), np.diff(streams.start))
    day = (streams.at - streams.known[whose]) // DAY
    sent = ~own[streams.type]
    kind = np.cumsum(~own) - 1
    counted = sent & (streams.at >= first[whose] + STAY) & (streams.at <= last[whose] - STAY) & (day >= 0)
    np.add.at(found.sendings, (kind[streams.type[counted]], np.minimum(day[counted], DAYS)), 1)
    near = np.concatenate(
        [np.stack([whose[sent], kind[streams.type[sent]], day[sent] + away]) for away in range(-NEAR, NEAR + 1)], axis=1
    )
    person, types, days = np.unique(near, axis=1)
    inside = seen[person] & (days >= np.maximum(low[person], 0)) & (days <= np.minimum(high[person], DAYS - 1))
    np.add.at(found.got, (types[inside], days[inside]), 1)
    return found


def in_series(found: Since) -> Floats:
    """Return (J,) how much more of the others got each type on the same day since they came than on any, 0 to 1."""
    usual = found.got.sum(axis=1) / max(found.present.sum(), 1)
    others = np.divide(found.got - 1, found.present - 1, out=np.zeros_like(found.got), where=found.present > 1)
    count = np.maximum(found.sendings.sum(axis=1), 1)
    more = ((others - usual[:, None]) * found.sendings[:, :-1]).sum(axis=1) / count
    found_more: Floats = np.clip(more, 0, 1)
    return found_more
