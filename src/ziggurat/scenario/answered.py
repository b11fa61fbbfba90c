"""How are people answered: how many, how fast, by how many of us, and what do they do then?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.declare import matches
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS, TARGETS
from ziggurat.facts.directory import Directory
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.scenario.lives import Slice
from ziggurat.stats.survival import Survival, kaplan_meier

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

HOUR = DAY // 24
WAIT_DAYS = 14  # later than that counts as not answered
RETURN_DAYS = 30
AGAIN_DAYS = 7
NEVER = 2**62
OUT = DIRECTIONS.index("out")


@dataclass(frozen=True)
class Calls:
    """What called for an answer, as arrays, in order of person and instant; instants in µs, NEVER for none.

    at: when it was asked. anyone, staff: first answer by anyone, and by the organisation. channel: name.
    by_staff: whether the first answer was the organisation's. answerer: hash of who gave it, -1 if unknown.
    """

    person: Ints
    at: Ints
    anyone: Ints
    staff: Ints
    channel: npt.NDArray[np.object_]
    by_staff: Flags
    answerer: Ints
    until: int

    @classmethod
    def of(cls, rows: pa.Table, channels: Sequence[str], until: int) -> Calls:
        """Read rows as `facts.replies.REPLIES`."""
        names = np.array([*channels, ""], np.object_)
        person, at, channel, answerer = (ints(rows, name) for name in ("person", "at", "channel", "answerer_person"))
        anyone, staff = (ints(rows, name, NEVER) for name in ("answered_at", "staff_at"))
        by_staff = pc.fill_null(pc.equal(rows["by"], "staff"), False)
        return cls(person, at, anyone, staff, names[channel], np.asarray(by_staff, np.bool_), answerer, until)

    @cached_property
    def due(self) -> Flags:
        """Tell what was asked so long ago that its time to be answered is over."""
        return self.over(WAIT_DAYS * DAY)

    def over(self, span: float | Ints) -> Flags:
        """Tell what was asked longer ago than a time (µs), answered or not: else only what was answered would count."""
        found: Flags = self.at + span <= self.until
        return found

    def in_time(self, answered: Ints) -> Flags:
        """Tell which were answered within WAIT_DAYS."""
        found: Flags = answered - self.at <= WAIT_DAYS * DAY
        return found

    def wait(self, answered: Ints) -> Survival:
        """Return the share still waiting by hours since they asked, those not answered in time as waiting on.

        Bounds are for as many independent waits as there are people.
        """
        end = np.minimum(self.at + WAIT_DAYS * DAY, self.until)
        weight = np.unique(self.person).size / max(1, self.at.size)
        weights = np.full(self.at.size, weight)
        return kaplan_meier((np.minimum(answered, end) - self.at) / HOUR, answered <= end, weights)

    def on_target(self, targets: Frame) -> tuple[Flags, Flags]:
        """Tell which were answered by the organisation within its target, and of which that can be said.

        targets: a table as `schema.TARGETS`; channels without a target are left out.
        """
        rows = tables.collect(tables.frame(targets).sort("place"), *TARGETS.names).to_pylist()
        hours = {name: target(name, rows) for name in set(self.channel)}
        stated = np.array([hours[name] is not None for name in self.channel], np.bool_)
        span = np.array([round((hours[name] or 0) * HOUR) for name in self.channel], np.int64)
        known: Flags = stated & self.over(span)
        return known & (self.staff - self.at <= span), known

    def again(self) -> tuple[Flags, Flags]:
        """Tell which she followed by another question within AGAIN_DAYS, unanswered; and of which it can be said."""
        later, same = np.append(self.at[1:], NEVER), np.append(np.diff(self.person) == 0, False)
        known = self.over(AGAIN_DAYS * DAY)
        return known & same & (later - self.at <= AGAIN_DAYS * DAY) & (later < self.anyone), known

    def returned(self, buckets: Buckets) -> tuple[Ints, Ints]:
        """Return who did anything of her own within RETURN_DAYS after an answer, and all of whom it can be said."""
        ripe = self.in_time(self.anyone) & (self.anyone + RETURN_DAYS * DAY <= self.until)
        person, answered = self.person[ripe], self.anyone[ripe]
        order = np.lexsort((answered, person))
        person, answered = person[order], answered[order]
        ids, start = np.unique(person, return_index=True)
        wanted = pa.array(ids)

        def read(rows: pa.Table) -> Ints:
            own = pc.and_(pc.not_equal(rows["direction"], OUT), pc.greater_equal(rows["kind"], 0))
            rows = rows.filter(pc.and_(own, pc.is_in(rows["person"], value_set=wanted)))
            who, at = (rows[name].to_numpy().astype(np.int64) for name in ("person", "at"))
            place = latest(ids, start, person, answered, who, at)
            back = (place >= 0) & (at - answered[place] <= RETURN_DAYS * DAY) if answered.size else place >= 0
            return np.unique(who[back])

        parts = list(buckets.fold(read, ("person", "at", "kind", "direction"))) if ids.size else []
        return np.concatenate([np.empty(0, np.int64), *parts]), ids


def belonging(rows: pa.Table, channels: Sequence[str], part: Slice) -> pa.Table:
    """Return what was asked of a part of the business: answered by its staff, or by nobody yet, where it names some.

    rows: as `facts.replies.REPLIES`. channels: names by code.
    """
    rows = part.of(rows, channels)
    if part.staff is None:
        return rows
    ours = pc.is_in(rows["answerer_person"], value_set=pa.array(part.staff))
    return rows.filter(pc.or_(ours, pc.is_null(rows["answered_at"])))


def latest(ids: Ints, start: Ints, person: Ints, answered: Ints, who: Ints, at: Ints) -> Ints:
    """Return, for each of her acts, the position of the last answer she had got before it; -1 for none.

    person, answered: answers in order of person and instant. ids, start: where each person's begin.
    """
    times, rank = np.unique(answered, return_inverse=True)
    base = times.size + 1
    own = np.searchsorted(ids, who)
    place = np.searchsorted(
        np.searchsorted(ids, person) * base + rank, own * base + np.searchsorted(times, at, side="left"), side="left"
    )
    return np.where(place > start[own], place - 1, -1) if ids.size else np.full(who.size, -1, np.int64)


def target(channel: str, rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the hours in which people are to be answered on a channel; None where nothing is declared."""
    return next((row["hours"] for row in rows if matches(channel, [row["channel"]])), None)


def ints(rows: pa.Table, name: str, null: int = -1) -> Ints:
    """Return a column of integers as an array."""
    return np.asarray(pc.fill_null(rows[name], null).to_numpy(), np.int64)


def effective(counts: npt.ArrayLike) -> float:
    """Return how many alike would be as diverse: e to the entropy of shares; 0 of nothing.

    Source: Jost (2006), Oikos 113(2), 363-375.

    >>> effective([5, 5]), effective([10, 0]), effective([])
    (2.0, 1.0, 0.0)
    """
    some = np.asarray(counts, float)
    some = some[some > 0]
    shares = some / some.sum() if some.size else some
    return round(float(np.exp(-(shares * np.log(shares)).sum())), 12) if some.size else 0.0


def departments(directory: Directory) -> Mapping[int, str]:
    """Return the department of each of the staff of whom one is known."""
    found = {}
    for place in np.flatnonzero(directory.staff):
        traits = directory.traits[int(place)].as_py()
        department = msgspec.json.decode(traits).get("department") if traits else None
        if department:
            found[int(directory.person[place])] = str(department)
    return found
