"""How many of the outcomes followed touches beyond as many as came before them?

The touches and the outcome of journeys, read as `influence` reads pairs of types: a label of which it may be said that
the outcome follows more often than it precedes is credited with what is more, within 7 days. Of all other labels it
can't be told, which is not the same as nothing. No share is said to have come of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.channels.doings import OUT, Doings, Window, read_events
from ziggurat.channels.influence_model import model
from ziggurat.channels.paths import Trips, arrays
from ziggurat.stats.lag_pairs import NET
from ziggurat.stats.net_excess import bounds
from ziggurat.stats.streams import Floats, Ints

CLIMB = (
    "The model incremental is left out: whoever has climbed can't climb again until they slip, so that what precedes "
    "can't be compared with what follows. Name kinds of interaction as the outcome to see it."
)
NONE = "The model incremental is left out: there was no outcome in this period."
SAID = (
    "incremental credits a label with the outcomes that follow it beyond those that precede it, within 7 days, where "
    "that can be told; where it has no figure, it can't, which is not the same as nothing. It is an order of events: "
    "the study influence says what stands in the way, and which experiment would tell."
)


class Above(NamedTuple):
    """The share of all outcomes that each label is credited with, and its 95 % bounds; nan where it can't be told."""

    share: Floats
    low: Floats
    high: Floats


def shares(found: Trips) -> tuple[Above | None, str]:
    """Return the share of all outcomes of the period that each label is credited with, or None; and what to say."""
    if found.kinds is None:
        return None, CLIMB
    labels = len(found.labels)
    total, sent, first, last = np.zeros(labels + 1), np.zeros(labels + 1), found.until, 0
    for counts, out, begin, end in read(found, lambda given, some: count_events(given, some, labels + 1)):
        total, sent, first, last = total + counts, sent + out, min(first, begin), max(last, end)
    if not total[-1]:
        return None, NONE
    own = sent * 2 <= total
    own[-1] = True
    made = model(lambda kernel: read(found, lambda given, _: kernel(given.streams)), own, first, max(first, last))
    share, low, high = np.full((3, labels), np.nan)
    ends = bounds(made.estimates, NET)
    for pair in made.claimed():
        if pair.effect == labels:
            part = total[pair.cause] / total[-1]
            figures = (made.estimates.value[NET], *ends)
            share[pair.cause], low[pair.cause], high[pair.cause] = (
                part * some[pair.effect, pair.cause] for some in figures
            )
    return Above(share, low, high), SAID


def count_events(given: Doings, sent: npt.NDArray[np.bool_], types: int) -> tuple[Floats, Floats, int, int]:
    """Count the events of some people by type, all and those that were sent, and say from when to when they are."""
    kind, at = given.streams.type, given.streams.at
    counts = [np.bincount(some, minlength=types).astype(np.float64) for some in (kind, kind[sent])]
    return counts[0], counts[1], int(at.min(initial=np.iinfo(np.int64).max)), int(at.max(initial=0))


def read(found: Trips, kernel: Callable[[Doings, npt.NDArray[np.bool_]], Any]) -> Iterator[Any]:
    """Hand people's touches and outcomes of the period to a kernel, bucket by bucket, with whether each was sent."""
    hidden = pa.array(found.buckets.anonymous)
    columns = tuple(dict.fromkeys((*found.columns, "direction")))
    window = Window(found.since, found.until)

    def one(rows: pa.Table) -> Any:
        rows = rows.filter(pc.less_equal(rows["at"], found.until))
        rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden))) if len(hidden) else rows
        some = arrays(rows, columns)
        kind, out = type_codes(found, some), some["direction"] == OUT
        given, kept = read_events(some["person"], some["at"], kind, window, (some["kind"] >= 0) & ~out)
        return kernel(given, out[kept])

    yield from found.buckets.fold(one, columns)


def type_codes(found: Trips, columns: Mapping[str, npt.NDArray[Any]]) -> Ints:
    """Return the type of each row: its label, the outcome as the last one, -1 for what is neither.

    The same label again in less than the gap is the same touch, as in journeys.
    """
    person, at, label = (columns[name].astype(np.int64) for name in ("person", "at", found.by))
    touch, won = found.touches(columns), found.won(columns)
    kind = np.where(touch, found.recode[np.where(touch, label, 0)] if found.recode.size else -1, -1).astype(np.int64)
    kind[won] = len(found.labels)
    event = np.flatnonzero(kind >= 0)
    again = (np.diff(person[event]) == 0) & (np.diff(kind[event]) == 0) & (np.diff(at[event]) < found.gap)
    kind[event[:-1][again & touch[event[1:]]]] = -1
    return kind
