"""When did people first do anything themselves, what brought them, and when were they there again?

Docs/facts.md, *Arrival*: a person arrives with the first thing that they do themselves. What brought them is the
activity of that act or, where it names none, the latest that reached them in the BROUGHT_DAYS before.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.buckets import Buckets

Ints = npt.NDArray[np.int64]

OUT = DIRECTIONS.index("out")
BROUGHT_DAYS = 30
NEVER = np.iinfo(np.int64).max
READ = ("person", "at", "kind", "direction", "activity", "channel")


class Arrivals(NamedTuple):
    """One entry a person: hash, instant (µs), code of the activity (-1 for none) and of the channel.

    again: the instant of their first act more than a day later; NEVER where there is none.
    """

    person: Ints
    at: Ints
    activity: Ints
    channel: Ints
    again: Ints


def arrivals(buckets: Buckets, since: int, until: int) -> Arrivals:
    """Return who arrived within (since, until], µs, by hash of person. Nothing after `until` is looked at."""
    parts = list(buckets.fold(partial(arrived, since=since, until=until), READ))
    empty = np.empty(0, np.int64)
    columns = [np.concatenate([empty, *(part[place] for part in parts)]) for place in range(len(Arrivals._fields))]
    order = np.argsort(columns[0], kind="stable")
    return Arrivals(*(column[order] for column in columns))


def arrived(rows: pa.Table, since: int, until: int) -> Arrivals:
    """Return the arrivals among some people's rows."""
    person, at, kind, direction, activity, channel = (rows[name].to_numpy().astype(np.int64) for name in READ)
    some = np.flatnonzero((at <= until) & (kind >= 0))
    person, at, own, activity, channel = person[some], at[some], direction[some] != OUT, activity[some], channel[some]
    acts = np.flatnonzero(own)
    first = acts[np.diff(person[acts], prepend=-1) != 0]
    first = first[at[first] > since]
    named = np.maximum.accumulate(np.where(activity >= 0, np.arange(person.size), -1))[first]
    near = (named >= 0) & (person[named] == person[first]) & (at[first] - at[named] <= BROUGHT_DAYS * DAY)
    place = np.minimum(np.searchsorted(person[first], person), max(0, first.size - 1))
    later = own & (person[first][place] == person) & (at > at[first][place] + DAY) if first.size else own & False
    again = np.full(first.size, NEVER)
    np.minimum.at(again, place[later], at[later])
    return Arrivals(person[first], at[first], np.where(near, activity[named], -1), channel[first], again)
