"""What is at stake with each person: how much would be missed if they left, or be won if they came to stay?

The mean of four shares of all who are known by then, each from 0 to 1: how many of them stand on a lower level, were
active on fewer days, gave less money, and turned to fewer others, the last three within the year before. It is no
amount, and weighs the four alike because nothing says how else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.buckets import Buckets

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OUT = DIRECTIONS.index("out")
YEAR = 365 * DAY
READ = ("person", "at", "kind", "direction", "amount", "counterpart")


class Given(NamedTuple):
    """What people did and gave within a year, sorted by person."""

    person: Ints
    days: Floats
    money: Floats
    ties: Floats


def sum_year(buckets: Buckets, at: int, gives: npt.NDArray[np.bool_]) -> Given:
    """Sum up the year before an instant (µs). gives: which codes of kinds give money, a last place for none."""
    none = Given(np.empty(0, np.int64), *(np.empty(0) for _ in range(3)))
    parts = [none, *buckets.fold(lambda rows: sum_people(rows, at, gives), READ)]
    person, days, money, ties = (np.concatenate([part[place] for part in parts]) for place in range(4))
    order = np.argsort(person, kind="stable")
    return Given(person[order].astype(np.int64), days[order], money[order], ties[order])


def sum_people(rows: pa.Table, at: int, gives: npt.NDArray[np.bool_]) -> Given:
    """Sum up some people's year."""
    person, instant, kind, direction = (rows[name].to_numpy() for name in READ[:4])
    own = np.flatnonzero((kind >= 0) & (direction != OUT) & (instant <= at) & (instant > at - YEAR))
    people, place = np.unique(person[own], return_inverse=True)
    size = people.size
    day = instant[own] // DAY  # rows come in order of person and time
    new = (np.diff(place, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0)
    amount = np.nan_to_num(np.asarray(rows["amount"].to_numpy(), np.float64)[own])
    money = np.bincount(place, np.where(gives[kind[own]], np.maximum(amount, 0.0), 0.0), size)
    other = rows["counterpart"].take(pa.array(own)).combine_chunks().dictionary_encode()
    code = np.asarray(other.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    tied = code >= 0
    others = max(1, len(other.dictionary))
    pairs = np.unique(place[tied] * others + code[tied]) // others
    active, ties = (np.bincount(one, minlength=size).astype(np.float64) for one in (place[new], pairs))
    return Given(people.astype(np.int64), active, np.asarray(money, np.float64), ties)


def beneath(values: Floats, everyone: Floats) -> Floats:
    """Return the share of everyone whose value is lower than each of some."""
    found: Floats = np.searchsorted(np.sort(everyone), values, side="left") / max(1, everyone.size)
    return found


def stakes(place: Ints, level: Ints, found: Given) -> Floats:
    """Return what is at stake with each of some people, 0 to 1. place: of each in what was found, -1 for none."""
    parts = [beneath(level.astype(np.float64), level.astype(np.float64))]
    for values in (found.days, found.money, found.ties):
        own = np.append(values, 0.0)[place]
        parts.append(beneath(own, own))
    mean: Floats = np.mean(parts, axis=0)
    return mean
